package io.convergate.routing.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A node's breaker under an owner. */
class RulingsTest {
    private static final long SECOND = 1_000_000_000;

    private final BreakerScript script = new BreakerScript(BreakerScript.settings(new WindowSize.Calls(10)));

    private RulingsTest rule(long epoch, BreakerState state, long seconds, String prober) {
        script.breaker().obey(new Ruling(epoch, state, seconds * SECOND, 1, prober), "me");
        return this;
    }

    private RulingsTest then(String words) {
        script.play(words);
        return this;
    }

    @Test
    void opensAndClosesWhenTold() {
        rule(1, BreakerState.OPEN, 1, "").then("O no +2000 no");
        rule(2, BreakerState.HALF_OPEN, 3, "other").then("O +2000 no");
        rule(3, BreakerState.CLOSED, 0, "").then("C ok");
        assertThat(script.told).containsExactly("CLOSED OPEN", "OPEN CLOSED");
    }

    @Test
    void triesWhenItHasTheLeaseAndSaysHowThatWent() {
        rule(1, BreakerState.OPEN, 1, "");
        rule(2, BreakerState.HALF_OPEN, 3, "me").then("H ok");
        // The same decision again gives no more probes.
        rule(2, BreakerState.HALF_OPEN, 3, "me").then("begin no end-ok C");
        assertThat(script.told).endsWith("probed 2 true");
        rule(2, BreakerState.HALF_OPEN, 3, "me").then("C");
        rule(3, BreakerState.OPEN, 1, "");
        rule(4, BreakerState.HALF_OPEN, 3, "me").then("500 O no");
        assertThat(script.told).endsWith("suspicion", "probed 4 false");
    }

    @Test
    void triesByItselfWhenTheOwnerIsSilent() {
        rule(1, BreakerState.OPEN, 1, "").then("+3999 no +1 begin H begin no end-ok end-ok C");
        assertThat(script.told).endsWith("probed 1 true");
    }

    @Test
    void whatIsLeftToASilentOwnerIsNotSaidToClients() {
        rule(1, BreakerState.OPEN, 2, "");
        assertThat(script.breaker().retryAfterNanos()).isEqualTo(2 * SECOND);
        assertThat(script.breaker().look().untilInNanos()).isEqualTo(2 * SECOND);
        then("+4500 no");
        assertThat(script.breaker().retryAfterNanos()).isEqualTo(SECOND / 2);
    }

    /** It said that 2 of 0 calls had failed. */
    @Test
    void whatItJudgedByIsWhatItSawItself() {
        then("500 500 ok");
        rule(1, BreakerState.OPEN, 2, "");
        Breaker.View view = script.breaker().look();
        assertThat(view.failed() + " of " + view.judged()).isEqualTo("2 of 3");
    }

    @Test
    void repeatedWordsKeepItOpen() {
        rule(1, BreakerState.OPEN, 1, "");
        for (int i = 0; i < 10; i++) {
            rule(1, BreakerState.OPEN, 1, "").then("+3000 no");
        }
    }

    @Test
    void olderDecisionsChangeNothing() {
        rule(5, BreakerState.OPEN, 1, "");
        rule(4, BreakerState.CLOSED, 0, "").then("O");
        rule(6, BreakerState.CLOSED, 0, "").then("C");
        rule(5, BreakerState.OPEN, 1, "").then("C");
        rule(6, BreakerState.CLOSED, 0, "").then("C");
    }

    @Test
    void whatItsOwnCallsOpenedIsNotClosedByAnOwnerThatNeverOpenedIt() {
        then("500 500 500 500 O");
        rule(1, BreakerState.CLOSED, 0, "").then("O +1000 ok ok C");
        assertThat(script.told).noneMatch(word -> word.startsWith("probed"));
    }

    @Test
    void leaseThatIsTakenAwayEndsTheTrying() {
        rule(1, BreakerState.OPEN, 1, "");
        rule(2, BreakerState.HALF_OPEN, 3, "me").then("begin H");
        rule(3, BreakerState.HALF_OPEN, 3, "other").then("O no end-500 O no");
        assertThat(script.told).noneMatch(word -> word.startsWith("probed"));
    }
}
