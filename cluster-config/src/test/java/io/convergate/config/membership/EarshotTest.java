package io.convergate.config.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class EarshotTest {
    private static final NodeAddress A = new NodeAddress("127.0.0.1", 1);
    private static final NodeAddress B = new NodeAddress("127.0.0.2", 1);
    private static final int MANY = 20;

    private final Earshot earshot = new Earshot();

    @Test
    void whoIsAnsweredGoesOn() {
        for (int i = 0; i < MANY; i++) {
            assertThat(round(A, B)).isEmpty();
            earshot.answered(A);
            earshot.answered(B);
        }
    }

    @Test
    void whoIsNotAnsweredByOneThatAsksIsNotHeard() {
        assertThat(roundsUntil(Earshot.UNHEARD_ROUNDS, () -> {
                    earshot.answered(A);
                    earshot.asked(B);
                }))
                .contains("is not heard by 127.0.0.2:1, which it hears");
    }

    @Test
    void anAnswerBeginsTheCountAnew() {
        for (int i = 0; i < MANY; i++) {
            assertThat(round(A)).isEmpty();
            earshot.asked(A);
            if (i % Earshot.UNHEARD_ROUNDS == 0) {
                earshot.answered(A);
            }
        }
    }

    @Test
    void oneThatIsSilentAltogetherIsNobodysReasonAsLongAsAnotherSpeaks() {
        earshot.answered(B);
        for (int i = 0; i < MANY; i++) {
            assertThat(round(A, B)).isEmpty();
            earshot.answered(A);
        }
    }

    @Test
    void whoHearsNobodyAnyMoreIsDeaf() {
        assertThat(round(A, B)).isEmpty();
        earshot.answered(A);
        earshot.answered(B);
        assertThat(roundsUntil(Earshot.DEAF_ROUNDS, () -> {}))
                .contains("hears nothing of [127.0.0.1:1, 127.0.0.2:1] any more, which can be reached");
    }

    @Test
    void oneThatJustCameAndNeverSpokeDoesNotKeepItFromBeingDeaf() {
        assertThat(round(A)).isEmpty();
        earshot.answered(A);
        assertThat(round(A)).isEmpty();
        assertThat(roundsUntil(Earshot.DEAF_ROUNDS - 1, () -> {})).isPresent();
    }

    @Test
    void whoNeverHeardAMemberIsNotDeaf() {
        for (int i = 0; i < MANY; i++) {
            assertThat(round(A)).isEmpty();
        }
    }

    @Test
    void theDeafOneMendsItselfBeforeThoseItDoesNotHear() {
        assertThat(Earshot.DEAF_ROUNDS).isLessThan(Earshot.UNHEARD_ROUNDS);
    }

    @Test
    void oneThatCannotBeReachedBeginsAnew() {
        for (int i = 0; i < MANY; i++) {
            assertThat(i % 3 == 0 ? round() : round(A)).isEmpty();
            earshot.asked(A);
        }
    }

    @Test
    void strangersDoNotCount() {
        for (int i = 0; i < MANY; i++) {
            assertThat(round()).isEmpty();
            earshot.asked(A);
        }
    }

    private Optional<String> round(NodeAddress... reachable) {
        return earshot.round(new TreeSet<>(Set.of(reachable)));
    }

    /** What is said after so many rounds in which nothing is, each ending with what happens in it. */
    private Optional<String> roundsUntil(int rounds, Runnable inEach) {
        for (int i = 0; i < rounds; i++) {
            assertThat(round(A, B)).as("round %d", i).isEmpty();
            inEach.run();
        }
        return round(A, B);
    }
}
