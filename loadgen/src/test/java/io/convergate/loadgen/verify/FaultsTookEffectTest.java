package io.convergate.loadgen.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.loadgen.fault.Proof;
import io.convergate.loadgen.verify.Finding.State;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FaultsTookEffectTest {
    private static final Proof SHOWN = Proof.of(true, "9 packets were dropped");
    private static final Proof MISSING = Proof.of(false, "0 packets were dropped");
    private static final Proof UNKNOWN = Proof.unknown("it does not run");

    static Stream<Arguments> runs() {
        return Stream.of(
                Arguments.of("each was seen", State.HELD, split(SHOWN).ended("kill", "node1", 5, SHOWN)),
                Arguments.of("one was not", State.BROKEN, split(SHOWN).ended("kill", "node1", 5, MISSING)),
                Arguments.of(
                        "another of its kind was", State.HELD, split(MISSING).ended("split", "node2", 5, SHOWN)),
                Arguments.of(
                        "nobody can tell of one",
                        State.NOT_JUDGED,
                        split(UNKNOWN).ended("kill", "node1", 5, SHOWN)),
                Arguments.of(
                        "nobody can tell of one that was left to chance",
                        State.HELD,
                        split(SHOWN).ended("isolate", "node2", 5, UNKNOWN)),
                Arguments.of(
                        "nobody can tell of any",
                        State.NOT_JUDGED,
                        Histories.empty().ended("isolate", "node2", 5, UNKNOWN)),
                Arguments.of(
                        "one that was left to chance is missing",
                        State.BROKEN,
                        split(SHOWN).ended("isolate", "node2", 5, MISSING)),
                Arguments.of(
                        "one that is missing counts for more",
                        State.BROKEN,
                        split(UNKNOWN).ended("split", "b", 5, MISSING)));
    }

    private static Histories split(Proof proof) {
        return Histories.empty().ended("split", "node1", 4, proof);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("runs")
    void aKindOfWhichNothingWasSeenBreaksTheRun(String name, State state, Histories histories) {
        assertThat(FaultsTookEffect.judge(histories.history(), Set.of("isolate")))
                .get()
                .extracting(Finding::state)
                .isEqualTo(state);
    }

    @Test
    void whatWasMissingIsNamedWithWhatWasLookedAt() {
        Finding finding =
                FaultsTookEffect.judge(split(MISSING).history(), Set.of()).orElseThrow();
        assertThat(finding.seen()).isEqualTo("nothing was seen of split");
        assertThat(finding.evidence()).singleElement().asString().endsWith("split on node1: 0 packets were dropped");
    }

    @Test
    void whatNobodyCanTellOfIsNamedWithTheReason() {
        Histories histories = split(SHOWN).ended("isolate", "node2", 5, UNKNOWN);
        Finding finding =
                FaultsTookEffect.judge(histories.history(), Set.of("isolate")).orElseThrow();
        assertThat(finding.seen())
                .isEqualTo(
                        "split (9 packets were dropped); nobody can tell of isolate: isolate on node2: it does not run");
    }

    @Test
    void aRunWithoutFaultsIsNotJudgedByIt() {
        assertThat(FaultsTookEffect.judge(Histories.empty().history(), Set.of()))
                .isEmpty();
    }
}
