package io.convergate.loadgen.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which directions each shape of a partition cuts, among nodes a to d. */
class PartitionFaultTest {
    private static final List<String> ALL = List.of("a", "b", "c", "d");

    static Stream<Arguments> shapes() {
        return Stream.of(
                Arguments.of(PartitionFault.oneWay("a", "b"), "a>b"),
                Arguments.of(PartitionFault.twoWay("a", "b"), "a>b b>a"),
                Arguments.of(PartitionFault.isolate("b", ALL), "b>a a>b b>c c>b b>d d>b"),
                Arguments.of(PartitionFault.mute("a", ALL), "a>b a>c a>d"),
                Arguments.of(PartitionFault.deafen("a", ALL), "b>a c>a d>a"),
                Arguments.of(PartitionFault.split(List.of("a", "b"), ALL), "a>c c>a a>d d>a b>c c>b b>d d>b"),
                Arguments.of(PartitionFault.bridge("b", List.of("a"), ALL), "a>c c>a a>d d>a"),
                Arguments.of(PartitionFault.bridge("b", List.of("a", "b"), ALL), "a>c c>a a>d d>a"));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void aShapeIsTheseDirections(PartitionFault fault, String cuts) {
        assertThat(fault.cuts())
                .extracting(link -> link.from() + ">" + link.to())
                .containsExactlyInAnyOrder(cuts.split(" "));
    }

    @Test
    void whatWasNotDroppedIsMissingUnlessThereWasNothingToDrop() {
        assertThat(PartitionFault.proof(3, Optional.empty())).isEqualTo(Proof.of(true, "3 packets were dropped"));
        assertThat(PartitionFault.proof(3, Optional.of("not all of them run")).state())
                .isEqualTo(Proof.State.SHOWN);
        assertThat(PartitionFault.proof(0, Optional.empty())).isEqualTo(Proof.of(false, "0 packets were dropped"));
        assertThat(PartitionFault.proof(0, Optional.of("not all of them run")))
                .isEqualTo(Proof.unknown("0 packets were dropped; not all of them run"));
    }

    @Test
    void aCutShorterThanHeartbeatsMayMeetNothing() {
        assertThat(PartitionFault.tooShort(Duration.ofMillis(530)))
                .contains("it lasted 530 ms, and nodes that have just lost each other may say nothing for a second");
        assertThat(PartitionFault.tooShort(Duration.ofMillis(1_500))).isEmpty();
    }

    @Test
    void whatCutsNothingOrMoreThanEverythingIsRefused() {
        assertThatThrownBy(() -> PartitionFault.split(ALL, ALL)).hasMessage("no cuts (expected: at least one link)");
        assertThatThrownBy(() -> PartitionFault.lossy("a", ALL, 101)).hasMessage("percent 101 (expected: 1 to 100)");
        assertThatThrownBy(() -> PartitionFault.oneWay("a", "a"))
                .hasMessage("link from a to itself (expected: two nodes)");
    }
}
