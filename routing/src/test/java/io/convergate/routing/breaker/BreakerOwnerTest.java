package io.convergate.routing.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BreakerOwnerTest {
    private static final long MILLI = 1_000_000;

    private long now = 77;
    private final Set<String> present = new TreeSet<>(Set.of("a", "b", "c"));
    private final Map<String, Ruling> known = new HashMap<>();
    private BreakerOwner owner = owner();

    private BreakerOwner owner() {
        return new BreakerOwner(
                BreakerOwner.Terms.of(BreakerScript.settings(new WindowSize.Time(Duration.ofSeconds(10)))),
                () -> 0.5,
                now);
    }

    private void pass(long millis) {
        now += millis * MILLI;
    }

    private long clock() {
        return 1_000_000 + now / MILLI;
    }

    private Ruling ruling() {
        return owner.ruling(now);
    }

    /** A node says something, by what it was told last; a new decision reaches all. */
    private void says(String node, boolean suspects, int calls, boolean refuses) {
        if (owner.reported(
                new BreakerOwner.Report(node, suspects, calls, refuses, known.getOrDefault(node, Ruling.NONE)),
                present,
                now,
                clock())) {
            tell();
        }
    }

    private void tell() {
        present.forEach(node -> known.put(node, ruling()));
    }

    private void tick() {
        if (owner.tick(present, now, clock())) {
            tell();
        }
    }

    private void probed(boolean good) {
        if (owner.probed(ruling().epoch(), good, now, clock())) {
            tell();
        }
    }

    private void open() {
        says("a", true, 4, false);
        says("b", true, 4, false);
        assertThat(ruling().state()).isEqualTo(BreakerState.OPEN);
    }

    @ParameterizedTest(name = "{0} nodes, calls seen failing by a {1} and b {2}: {3}")
    @CsvSource({
        // One of three has a broken network, however many calls it makes.
        "3, 1000, 0, CLOSED",
        // Two of three, each with its share of the calls.
        "3, 2, 2, OPEN",
        "3, 2, 1, CLOSED",
        "3, 4, 0, CLOSED",
        // With one node there is nobody else to ask.
        "1, 4, 0, OPEN",
        "1, 3, 0, CLOSED",
        "2, 4, 0, CLOSED",
        "2, 3, 1, OPEN",
    })
    void opensWhenEnoughNodesSeeEnough(int nodes, int a, int b, BreakerState expected) {
        present.removeIf(node -> node.charAt(0) - 'a' >= nodes);
        says("a", a > 0, a, false);
        says("b", b > 0, b, false);
        assertThat(ruling().state()).isEqualTo(expected);
    }

    @Test
    void whatWasSaidLongAgoDoesNotCount() {
        says("a", true, 9, false);
        pass(3_001);
        says("b", true, 9, false);
        assertThat(ruling().state()).isEqualTo(BreakerState.CLOSED);
        says("a", true, 9, false);
        assertThat(ruling().state()).isEqualTo(BreakerState.OPEN);
    }

    @Test
    void nodeThatHasLeftDoesNotCount() {
        says("a", true, 9, false);
        present.remove("a");
        says("b", true, 9, false);
        assertThat(ruling().state()).isEqualTo(BreakerState.CLOSED);
    }

    @Test
    void probesAreLeasedToOneNodeThatHasRequests() {
        open();
        says("b", true, 4, true);
        pass(999);
        says("c", false, 0, true);
        assertThat(ruling()).extracting(Ruling::state, Ruling::forNanos).containsExactly(BreakerState.OPEN, MILLI);
        pass(1);
        tick();
        assertThat(ruling()).extracting(Ruling::state, Ruling::prober).containsExactly(BreakerState.HALF_OPEN, "b");
        says("c", false, 0, true);
        pass(900);
        says("c", false, 0, true);
        assertThat(ruling().prober()).isEqualTo("b");
        probed(true);
        assertThat(ruling().state()).isEqualTo(BreakerState.CLOSED);
        assertThat(owner.isForgettable(now)).isTrue();
    }

    @Test
    void leaseThatIsNotUsedGoesToAnotherThatHasRequests() {
        open();
        says("b", true, 4, true);
        pass(1_000);
        tick();
        long first = ruling().epoch();
        // Nobody else wants it: it stays, for whoever has one request a minute.
        pass(60_000);
        tick();
        assertThat(ruling().prober()).isEqualTo("b");
        says("c", false, 0, true);
        assertThat(ruling().prober()).isEqualTo("c");
        assertThat(ruling().epoch()).isGreaterThan(first);
    }

    @Test
    void leaseOfANodeThatDiesGoesOnAtOnce() {
        open();
        says("b", true, 4, true);
        pass(1_000);
        tick();
        present.remove("b");
        says("a", true, 4, true);
        assertThat(ruling().prober()).isEqualTo("a");
    }

    @Test
    void withoutRequestsNobodyTriesUntilOneComes() {
        open();
        pass(5_000);
        tick();
        assertThat(ruling()).extracting(Ruling::state, Ruling::prober).containsExactly(BreakerState.HALF_OPEN, "");
        says("c", false, 0, true);
        assertThat(ruling().prober()).isEqualTo("c");
    }

    @Test
    void failedProbesOpenItForLonger() {
        open();
        for (long seconds : new long[] {2, 4, 4}) {
            pass(4_000);
            says("c", false, 0, true);
            tick();
            assertThat(ruling().state()).isEqualTo(BreakerState.HALF_OPEN);
            probed(false);
            assertThat(ruling())
                    .extracting(Ruling::state, Ruling::forNanos)
                    .containsExactly(BreakerState.OPEN, seconds * 1_000 * MILLI);
        }
        assertThat(owner.probed(ruling().epoch() - 1, true, now, clock())).isFalse();
    }

    @Test
    void reportsFromBeforeItClosedDoNotOpenItAgain() {
        open();
        Ruling old = ruling();
        pass(1_000);
        says("c", false, 0, true);
        tick();
        probed(true);
        for (String node : present) {
            known.put(node, old);
            says(node, true, 100, false);
        }
        assertThat(ruling().state()).isEqualTo(BreakerState.CLOSED);
    }

    @Test
    void newOwnerGoesOnFromWhatNodesWereTold() {
        open();
        pass(600);
        known.replaceAll((node, last) -> ruling());
        owner = owner();
        says("c", false, 0, true);
        assertThat(ruling())
                .extracting(Ruling::state, Ruling::forNanos, Ruling::times)
                .containsExactly(BreakerState.OPEN, 400 * MILLI, 1);
        pass(400);
        tick();
        assertThat(ruling().prober()).isEqualTo("c");
        probed(false);
        assertThat(ruling().forNanos()).isEqualTo(2_000 * MILLI);
    }

    @Test
    void ownerThatStaysIsRightAfterAPartition() {
        pass(6_000);
        known.put("c", new Ruling(Long.MAX_VALUE / 2, BreakerState.OPEN, 60_000 * MILLI, 3, ""));
        says("c", true, 100, true);
        assertThat(ruling())
                .extracting(Ruling::state, Ruling::epoch)
                .containsExactly(BreakerState.CLOSED, Long.MAX_VALUE / 2 + 1);
    }
}
