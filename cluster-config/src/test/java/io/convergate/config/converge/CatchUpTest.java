package io.convergate.config.converge;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.config.ClusterStatus.Presence;
import io.convergate.config.MemberId;
import io.convergate.config.Revision;
import io.convergate.config.WriterId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CatchUpTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration JOIN_PATIENCE = Duration.ofSeconds(45);
    private static final Revision SOME = Revision.EMPTY.with(new WriterId(1), 1);
    private static final Revision MORE = SOME.with(new WriterId(1), 2);
    private static final Map<String, Presence> B = Map.of("b", Presence.UP);
    private static final Map<String, Presence> B_AND_C = Map.of("b", Presence.UP, "c", Presence.UP);

    private long nanos;

    @Test
    void aNodeThatKnowsNobodyIsReadyOnceItActivated() {
        CatchUp catchUp = catchUp(false);
        assertThat(catchUp.done()).isFalse();
        catchUp.tried(Revision.EMPTY, false);
        assertThat(catchUp.done()).isTrue();
    }

    @Test
    void aNodeWithAPeerIsReadyWhenItTriedWhatThePeerHeld() {
        CatchUp catchUp = member(B);
        catchUp.tried(SOME, false);
        catchUp.heard(report("b", MORE), true);
        assertThat(catchUp.done()).isFalse();
        catchUp.tried(MORE, false);
        assertThat(catchUp.done()).isTrue();
        catchUp.alone();
        assertThat(catchUp.done()).as("for good").isTrue();
    }

    @Test
    void aNodeThatServesByAPastThatIsNotHereYetIsReadyWithItOrWhenPatienceIsOver() {
        CatchUp catchUp = member(B);
        catchUp.heard(report("b", SOME), true);
        catchUp.tried(SOME, true);
        assertThat(catchUp.done()).isFalse();
        nanos += PATIENCE.toNanos() + 1;
        assertThat(catchUp.done()).isTrue();

        CatchUp other = member(B);
        other.heard(report("b", SOME), true);
        other.tried(SOME, true);
        assertThat(other.done()).isFalse();
        other.tried(SOME, false);
        assertThat(other.done()).isTrue();
    }

    @Test
    void whatAPeerHeldBeforeItCountedTheNodeIsNotEnough() {
        CatchUp catchUp = member(B);
        catchUp.tried(SOME, false);
        catchUp.heard(report("b", SOME), false);
        assertThat(catchUp.done()).isFalse();
        assertThat(catchUp.takesWrites(SOME)).isFalse();
        assertThat(catchUp.waitsFor(SOME)).isEqualTo("has not heard that b counts it as a member");
        catchUp.heard(report("b", MORE), true);
        assertThat(catchUp.takesWrites(SOME)).isFalse();
        catchUp.heard(report("b", MORE.with(new WriterId(2), 1)), true);
        assertThat(catchUp.takesWrites(MORE))
                .as("what it takes now it waits for")
                .isTrue();
    }

    @Test
    void aNodeThatIsCountedWaitsUntilItKnowsThatItIsAMember() {
        CatchUp catchUp = catchUp(true);
        catchUp.membership(Presence.JOINING, B);
        catchUp.heard(report("b", SOME), true);
        pass(PATIENCE);
        assertThat(catchUp.takesWrites(SOME)).isFalse();
        assertThat(catchUp.waitsFor(SOME)).isEqualTo("it is not a member yet");
        catchUp.membership(Presence.UP, B);
        assertThat(catchUp.takesWrites(SOME)).isTrue();
    }

    @Test
    void aNodeWhoseClusterSystemEndedMustBeCountedAnew() {
        CatchUp catchUp = catchUp(true);
        catchUp.heard(report("b", SOME), true);
        catchUp.alone();
        catchUp.membership(Presence.UP, B);
        assertThat(catchUp.takesWrites(SOME)).isFalse();
        catchUp.heard(report("b", SOME), true);
        assertThat(catchUp.takesWrites(SOME)).isTrue();
    }

    @Test
    void aSilentPeerDelaysReadinessOnlySoLong() {
        CatchUp catchUp = member(B_AND_C);
        catchUp.tried(SOME, false);
        catchUp.heard(report("b", SOME), true);
        assertThat(catchUp.done()).isFalse();
        pass(PATIENCE);
        assertThat(catchUp.done()).isTrue();
    }

    @Test
    void aSuspectedPeerIsWaitedForUntilItIsRemovedAndOnlySoLong() {
        for (boolean isRemoved : new boolean[] {true, false}) {
            CatchUp catchUp = member(Map.of("b", Presence.UP, "c", Presence.SUSPECTED));
            catchUp.heard(report("b", SOME), true);
            assertThat(catchUp.takesWrites(SOME)).isFalse();
            assertThat(catchUp.waitsFor(SOME)).isEqualTo("cannot reach c");
            if (isRemoved) {
                catchUp.membership(Presence.UP, Map.of("b", Presence.UP, "c", Presence.ABSENT));
            } else {
                pass(PATIENCE);
            }
            assertThat(catchUp.takesWrites(SOME)).isTrue();
        }
    }

    @Test
    void aNodeWithAConfigurationIsReadyAloneAfterItsPatience() {
        CatchUp catchUp = catchUp(true);
        catchUp.tried(SOME, false);
        assertThat(catchUp.done()).isFalse();
        pass(PATIENCE);
        assertThat(catchUp.done()).isTrue();
    }

    @Test
    void aNodeThatHasFoundAClusterHasMorePatienceWithItButNotForEver() {
        CatchUp catchUp = catchUp(true);
        catchUp.tried(SOME, false);
        for (Duration passed = Duration.ZERO; passed.compareTo(JOIN_PATIENCE) < 0; passed = passed.plus(PATIENCE)) {
            catchUp.found();
            pass(PATIENCE.minusSeconds(1));
            assertThat(catchUp.done()).isFalse();
            pass(Duration.ofSeconds(1).minusNanos(2));
        }
        catchUp.found();
        pass(PATIENCE);
        assertThat(catchUp.done()).isTrue();
    }

    @Test
    void aNodeWithSeedsAndNothingOnItsDiskIsNotReadyAlone() {
        CatchUp catchUp = catchUp(true);
        catchUp.tried(Revision.EMPTY, false);
        pass(PATIENCE.multipliedBy(100));
        assertThat(catchUp.done()).isFalse();
    }

    @Test
    void writesWaitForWhatThePeersHeldAndNotForItsActivation() {
        CatchUp catchUp = member(B_AND_C);
        assertThat(catchUp.takesWrites(SOME)).isFalse();
        catchUp.heard(report("b", MORE), true);
        assertThat(catchUp.waitsFor(SOME))
                .isEqualTo("does not have all that b has; has not heard that c counts it as a member");
        catchUp.heard(report("c", SOME), true);
        assertThat(catchUp.takesWrites(SOME)).isFalse();
        assertThat(catchUp.waitsFor(SOME)).isEqualTo("does not have all that b has");
        assertThat(catchUp.takesWrites(MORE)).isTrue();
        catchUp.membership(Presence.UP, Map.of("d", Presence.UP));
        assertThat(catchUp.takesWrites(SOME)).as("for good").isTrue();
        assertThat(catchUp.done()).as("nothing was activated").isFalse();
    }

    @Test
    void aloneWritesWaitForThePatienceAlsoWithAnEmptyDisk() {
        assertThat(catchUp(false).takesWrites(Revision.EMPTY)).isTrue();
        CatchUp catchUp = catchUp(true);
        assertThat(catchUp.takesWrites(Revision.EMPTY)).isFalse();
        assertThat(catchUp.waitsFor(SOME)).isEqualTo("no other node has been found yet");
        pass(PATIENCE);
        assertThat(catchUp.takesWrites(Revision.EMPTY)).isTrue();
    }

    private void pass(Duration time) {
        nanos += time.toNanos() + 1;
    }

    private CatchUp catchUp(boolean knowsOthers) {
        return new CatchUp(knowsOthers, PATIENCE, JOIN_PATIENCE, () -> nanos);
    }

    /** A node that is a member beside others. */
    private CatchUp member(Map<String, Presence> others) {
        CatchUp catchUp = catchUp(true);
        catchUp.membership(Presence.UP, others);
        return catchUp;
    }

    private static ServingReport report(String address, Revision held) {
        return new ServingReport(new MemberId(address, address), held, Revision.EMPTY, Revision.EMPTY, List.of());
    }
}
