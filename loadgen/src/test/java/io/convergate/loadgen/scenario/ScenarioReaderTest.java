package io.convergate.loadgen.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergate.loadgen.fault.NodeFault;
import io.convergate.loadgen.fault.PartitionFault;
import io.convergate.loadgen.load.Outcome;
import io.convergate.loadgen.load.Wire;
import io.convergate.loadgen.scenario.Scenario.WriterSpec;
import io.convergate.loadgen.verify.Around;
import io.convergate.loadgen.verify.ChangesInOrder;
import io.convergate.loadgen.verify.ConvergedWithin;
import io.convergate.loadgen.verify.FailuresWithin;
import io.convergate.loadgen.verify.NoWrongAnswer;
import io.convergate.loadgen.verify.ReadyWithin;
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
        assertThat(scenario.fleet()).isEqualTo(Scenario.FleetSpec.of(4, List.of("--edge-loops=1")));
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
        Action.Cast cast = new Action.Cast(scenario, List.of("node1", "node2", "node3", "node4"));
        Schedule schedule = Schedule.of(cast, 7);
        assertThat(Schedule.of(cast, 7)).isEqualTo(schedule);
        assertThat(new Random(1).longs(20).mapToObj(seed -> Schedule.of(cast, seed)))
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

    private static final String MORE = """
            name: more-words
            title: Words for rates, protocols, links, rollbacks
            promise: Read as it stands.
            fleet: {heap-mib: 64}
            loads:
              - name: far
                per-second: {calm: 10, rush: {from: 10, to: 90}, healing: 20}
                mix: [{path: /a}]
              - name: straight
                per-second: {calm: {steps: [10, 20, 30, 40]}}
                protocol: http2
                streams: 4
                targets: v2
                mix: [{path: /a}]
            writers: [{name: ada, per-second: 3, in-turn: true, during: rush, deletes: 20%}]
            phases:
              - {name: calm, lasts: 4s}
              - name: rush
                lasts: 6s
                steps:
                  - {at: 0s, join: new}
                  - {at: 1s, lasts: 2s, isolate: node1}
                  - {at: 1s, lasts: 2s, link-latency: {clients: far, delay: 80ms}}
                  - {at: 1s, lasts: 2s, link-timeout: {upstream: v1}}
                  - {at: 5s, rollback: {node: node2, to: calm}}
            promises:
              - changes-in-order
              - ready: {node: node1, after-end-of: isolate, not-before: 1s, within: 9s}
            """;

    @Test
    void ratesAreRampedAndSteppedFromPhaseToPhase() throws BadYaml {
        Scenario scenario = ScenarioReader.read("m.yaml", MORE);
        assertThat(profile(scenario, "far")).isEqualTo("10/s for 4 s, then 10/s to 90/s for 6 s, then 20/s for 60 s");
        assertThat(profile(scenario, "straight"))
                .isEqualTo("10/s for 1 s, then 20/s for 1 s, then 30/s for 1 s, then 40/s for 1 s,"
                        + " then 40/s for 6 s, then 40/s for 60 s");
        assertThat(scenario.load("straight").orElseThrow().wire()).isEqualTo(Wire.http2(4));
        assertThat(scenario.load("straight").orElseThrow().description())
                .isEqualTo("requests a second: 10, 20, 30, 40 in calm on 6 connections of HTTP/2, 4 streams to v2");
    }

    private static String profile(Scenario scenario, String load) {
        return scenario.load(load)
                .orElseThrow()
                .rate()
                .profile(scenario.phases(), Duration.ofMinutes(1))
                .description();
    }

    @Test
    void aNodeThatJoinsLaterIsCutOffWithTheOthersAndLinksAreNamed() throws BadYaml {
        Scenario scenario = ScenarioReader.read("m.yaml", MORE);
        List<String> nodes = List.of("node1", "node2", "node3", "node4");
        Schedule schedule = Schedule.of(new Action.Cast(scenario, nodes), 1);
        assertThat(schedule.entries())
                .extracting(Schedule.Entry::words)
                .containsExactly(
                        "a node joins at 4000 ms",
                        "isolate node1 at 5000 ms until 7000 ms",
                        "link-latency far-node1, far-node2, far-node3 at 5000 ms until 7000 ms",
                        "link-timeout upstream-v1 at 5000 ms until 7000 ms",
                        "node2 rolls back to the end of calm at 9000 ms");
        assertThat(schedule.entries().get(1).fault()).contains(PartitionFault.isolate("node1", nodes));
        assertThat(schedule.rollbacks()).containsExactly(new Schedule.RolledBack("node2", "calm"));
        WriterSpec writer = scenario.writers().get(0);
        assertThat(writer.isInTurn()).isTrue();
        assertThat(writer.deletes()).isEqualTo(0.2);
        assertThat(writer.writesIn("rush")).isTrue();
        assertThat(writer.writesIn("calm")).isFalse();
        assertThat(scenario.fleet().heapMib()).isEqualTo(64);
        assertThat(scenario.promises())
                .containsExactly(
                        new ChangesInOrder(),
                        new ReadyWithin("node1", "isolate", Duration.ofSeconds(1), Duration.ofSeconds(9)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            {calm: 10, rush        | {rush                     | a rate of far for the first phase, calm
            healing: 20            | heeling: 20               | its own phases [calm, rush], not heeling
            {from: 10, to: 90}     | {from: 10}                | m.yaml:7: loads[0].per-second.rush: no to (expected: to)
            {steps: [10, 20, 30, 40]} | {steps: []}            | loads[1].per-second.calm.steps: a list (expected: 1 to 100 rates)
            targets: v2            | targets: v9               | only nodes of the fleet, of which there are 3, not v9
            targets: v2            | targets: node2            | http1 for straight: nodes speak no HTTP/2 yet, only upstreams do
            protocol: http2        | protocol: http1           | m.yaml:12: loads[1].streams: 4 (expected: protocol: http2 beside it)
            clients: far           | clients: near             | clients of its own loads, not near
            {upstream: v1}         | {upstream: v7}            | its own upstreams [v1, v2], not v7
            {clients: far, delay   | {delay                    | link-latency: delay (expected: one of node, upstream, clients)
            to: calm}              | to: rush}                 | a rollback to the end of a phase before its own, of [calm], not rush
            rollback: {node: node2 | rollback: {node: node8    | only nodes of the fleet, of which there are 3, not node8
            deletes: 20%           | deletes: 1/5              | writers[0].deletes: 1/5 (expected: a share from 0% to 100%, such as 12.5%)
            deletes: 20%           | deletes: 20%, writes: all | (expected: writes: routes, or entries, beside deletes)
            during: rush           | during: rushes            | its own phases [calm, rush], not rushes
            heap-mib: 64           | heap-mib: 8               | m.yaml:4: fleet.heap-mib: 8 (expected: a whole number from 32 to 4096)
            after-end-of: isolate  | after-end-of: kill        | promises about what is done in it, [isolate, join, link-latency, link-timeout, rollback], not kill
            """)
    void aMistakeInTheseWordsIsTold(String right, String wrong, String mistake) {
        assertThat(MORE).contains(right);
        assertThatThrownBy(() -> ScenarioReader.read("m.yaml", MORE.replace(right, wrong)))
                .isInstanceOf(BadYaml.class)
                .hasMessageContaining(mistake);
    }
}
