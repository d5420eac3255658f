package io.convergate.config.converge;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.config.MemberId;
import io.convergate.config.Revision;
import io.convergate.config.WriterId;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CatchUpTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Revision SOME = Revision.EMPTY.with(new WriterId(1), 1);
    private static final Revision MORE = SOME.with(new WriterId(1), 2);

    private long nanos;

    @Test
    void aNodeThatKnowsNobodyIsReadyOnceItActivated() {
        CatchUp catchUp = catchUp(false);
        assertThat(catchUp.done(Set.of())).isFalse();
        catchUp.tried(Revision.EMPTY);
        assertThat(catchUp.done(Set.of())).isTrue();
    }

    @Test
    void aNodeWithAPeerIsReadyWhenItTriedWhatThePeerHeld() {
        CatchUp catchUp = catchUp(true);
        catchUp.tried(SOME);
        catchUp.heard(report("b", MORE));
        assertThat(catchUp.done(Set.of("b"))).isFalse();
        catchUp.tried(MORE);
        assertThat(catchUp.done(Set.of("b"))).isTrue();
        assertThat(catchUp.done(Set.of())).isTrue();
    }

    @Test
    void aSilentPeerDelaysReadinessOnlySoLong() {
        CatchUp catchUp = catchUp(true);
        catchUp.tried(SOME);
        catchUp.heard(report("b", SOME));
        assertThat(catchUp.done(Set.of("b", "c"))).isFalse();
        pass(PATIENCE);
        assertThat(catchUp.done(Set.of("b", "c"))).isTrue();
    }

    @Test
    void aNodeWithAConfigurationIsReadyAloneAfterItsPatience() {
        CatchUp catchUp = catchUp(true);
        catchUp.tried(SOME);
        assertThat(catchUp.done(Set.of())).isFalse();
        pass(PATIENCE);
        assertThat(catchUp.done(Set.of())).isTrue();
    }

    @Test
    void aNodeWithSeedsAndNothingOnItsDiskIsNotReadyAlone() {
        CatchUp catchUp = catchUp(true);
        catchUp.tried(Revision.EMPTY);
        pass(PATIENCE.multipliedBy(100));
        assertThat(catchUp.done(Set.of())).isFalse();
    }

    @Test
    void writesWaitForWhatThePeersHeldAndNotForItsActivation() {
        CatchUp catchUp = catchUp(true);
        assertThat(catchUp.takesWrites(Set.of("b", "c"), SOME)).isFalse();
        catchUp.heard(report("b", MORE));
        assertThat(catchUp.waitsFor(Set.of("b", "c"), SOME)).isEqualTo("does not have all that b has; has not heard c");
        catchUp.heard(report("c", SOME));
        assertThat(catchUp.takesWrites(Set.of("b", "c"), SOME)).isFalse();
        assertThat(catchUp.waitsFor(Set.of("b", "c"), SOME)).isEqualTo("does not have all that b has");
        assertThat(catchUp.takesWrites(Set.of("b", "c"), MORE)).isTrue();
        assertThat(catchUp.takesWrites(Set.of("b", "c", "d"), SOME))
                .as("for good")
                .isTrue();
        assertThat(catchUp.done(Set.of("b", "c"))).as("nothing was activated").isFalse();
    }

    @Test
    void aloneWritesWaitForThePatienceAlsoWithAnEmptyDisk() {
        assertThat(catchUp(false).takesWrites(Set.of(), Revision.EMPTY)).isTrue();
        CatchUp catchUp = catchUp(true);
        assertThat(catchUp.takesWrites(Set.of(), Revision.EMPTY)).isFalse();
        assertThat(catchUp.waitsFor(Set.of(), SOME)).isEqualTo("no other node has been found yet");
        pass(PATIENCE);
        assertThat(catchUp.takesWrites(Set.of(), Revision.EMPTY)).isTrue();
    }

    private void pass(Duration time) {
        nanos += time.toNanos() + 1;
    }

    private CatchUp catchUp(boolean knowsOthers) {
        return new CatchUp(knowsOthers, PATIENCE, () -> nanos);
    }

    private static ServingReport report(String address, Revision held) {
        return new ServingReport(new MemberId(address, address), held, Revision.EMPTY, Revision.EMPTY, List.of());
    }
}
