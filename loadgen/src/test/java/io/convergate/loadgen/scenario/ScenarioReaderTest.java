package io.convergate.loadgen.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergate.loadgen.fault.NodeFault;
import io.convergate.loadgen.fault.PartitionFault;
import io.convergate.loadgen.load.Outcome;
import io.convergate.loadgen.scenario.Scenario.WriterSpec;
import io.convergate.loadgen.verify.Around;
import io.convergate.loadgen.verify.ConvergedWithin;
import io.convergate.loadgen.verify.FailuresWithin;
import io.convergate.loadgen.verify.NoWrongAnswer;
import io.convergate.loadgen.yaml.BadYaml;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScenarioReaderTest {
    private static final String WHOLE = """
            name: lose-a-node
            title: A node is lost
            promise: >
              Nobody
              notices.
            short: true
            fleet: {nodes: 4, options: [--edge-loops=1]}
            upstreams: [a]
            loads:
              - name: readers
                per-second: 50
                connections: 8
                targets: [node1, node2]
                deadline: 1500ms
                resend: true
                mix: [{path: "/a/{{seq}}", expect: {upstream: a}, weight: 2}, {method: POST, path: /b, body-size: 9}]
            writers: [{name: ada, writes: routes, per-second: 3, wait: all}]
            phases:
              - name: faults
                lasts: 8s
                steps: [{at: 1s, lasts: 2s, kill: node2}]
                random: {pause: 1s, lasts: 1s..2s, from: [{isolate: any}]}
            healing: {within: 9s, settle: 2s}
            promises:
              - no-wrong-answer
              - converged-within: 5s
              - failures: {load: readers, allowed: [{outcomes: [reset, 5xx], after: kill, within: 1s, at-most: 4}]}
            """;

    @Test
    void everythingThatAScenarioSaysIsRead() throws BadYaml {
        Scenario scenario = ScenarioReader.read("s.yaml", WHOLE);
        assertThat(scenario.promise()).isEqualTo("Nobody notices.");
        assertThat(scenario.fleet()).isEqualTo(new Scenario.FleetSpec(4, List.of("--edge-loops=1"), 0, false));
        assertThat(scenario.healWithin()).isEqualTo(Duration.ofSeconds(9));
        assertThat(scenario.phasesLast()).isEqualTo(Duration.ofSeconds(8));
        assertThat(scenario.loads()).singleElement().satisfies(load -> {
            assertThat(load.targets()).containsExactly("node1", "node2");
            assertThat(load.deadline()).isEqualTo(Duration.ofMillis(1500));
            assertThat(load.isResent()).isTrue();
            assertThat(load.requests().entries()).hasSize(2);
        });
        assertThat(scenario.writers()).singleElement().satisfies(writer -> {
            assertThat(writer.kind()).isEqualTo(WriterSpec.Kind.ROUTES);
            assertThat(writer.prefix()).isEqualTo("ada");
            assertThat(writer.isAwaited()).isTrue();
        });
        assertThat(scenario.promises())
                .containsExactly(
                        new NoWrongAnswer(),
                        new ConvergedWithin(Duration.ofSeconds(5)),
                        new FailuresWithin(
                                "readers",
                                Set.of(),
                                List.of(new FailuresWithin.Allowance(
                                        Set.of(Outcome.RESET, Outcome.STATUS_5XX),
                                        new Around("kill", Around.Edge.BEGIN, Duration.ofSeconds(1)),
                                        4))));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            kill: node2              | kil: node2               | s.yaml:21: phases[0].steps[0]: kil (expected: did you mean kill?)
            kill: node2              | kill: nodeB              | s.yaml:21: phases[0].steps[0].kill: nodeB (expected: node1, node2 ... or any)
            at: 1s                   | at: 9s                   | every step within the phase, which lasts 8000 ms
            within: 1s, at-most: 4    | within: 1s               | s.yaml:27: promises[2].failures.allowed[0]: no at-most (expected: at-most)
            after: kill              | after: pause             | promises about what is done in it, [isolate, kill], not pause
            load: readers, allowed   | load: writers, allowed   | promises about its own loads [readers], not writers
            [node1, node2]           | [node1, node5]           | only nodes of the fleet, of which there are 4, not node5
            - no-wrong-answer          | - no-wrong-answers         | s.yaml:25: promises[0]: no-wrong-answers (expected: did you mean no-wrong-answer?)
            writes: routes           | writes: rotues           | s.yaml:17: writers[0].writes: rotues (expected: did you mean routes?)
            lasts: 1s..2s            | lasts: 3s..2s            | 3s..2s (expected: the shorter time first)
            wait: all                | wait: some               | s.yaml:17: writers[0].wait: some (expected: all)
            path: /b                 | path: b                  | b (expected: a path from its slash on
            [reset, 5xx]             | [reset, 5x]              | 5x (expected: did you mean 5xx?)
            short: true              | shrot: true              | s.yaml:6: shrot (expected: did you mean short?)
            name: lose-a-node        | name: Lose a node        | a name of letters, digits and hyphens
            """)
    void aMistakeIsToldWithItsLineAndWhatIsExpected(String right, String wrong, String mistake) {
        assertThat(WHOLE).contains(right);
        assertThatThrownBy(() -> ScenarioReader.read("s.yaml", WHOLE.replace(right, wrong)))
                .isInstanceOf(BadYaml.class)
                .hasMessageContaining(mistake);
    }

    @Test
    void oneSeedDrawsOneScheduleAndAnotherSeedAnother() throws BadYaml {
        Scenario scenario = ScenarioReader.read("s.yaml", WHOLE);
        List<String> nodes = List.of("node1", "node2", "node3", "node4");
        Schedule schedule = Schedule.of(scenario, nodes, 7);
        assertThat(Schedule.of(scenario, nodes, 7)).isEqualTo(schedule);
        assertThat(new Random(1).longs(20).mapToObj(seed -> Schedule.of(scenario, nodes, seed)))
                .as("other seeds")
                .anyMatch(other -> !other.equals(schedule));
        assertThat(schedule.entries()).isSortedAccordingTo((a, b) -> a.at().compareTo(b.at()));
        assertThat(schedule.entries()).anySatisfy(entry -> {
            assertThat(entry.fault()).contains(new NodeFault.Kill("node2"));
            assertThat(entry.until()).contains(Duration.ofSeconds(3));
        });
        assertThat(schedule.entries())
                .filteredOn(entry -> entry.fault().orElseThrow() instanceof PartitionFault)
                .isNotEmpty()
                .allSatisfy(
                        entry -> assertThat(entry.until().orElseThrow()).isLessThanOrEqualTo(Duration.ofSeconds(8)));
    }
}
