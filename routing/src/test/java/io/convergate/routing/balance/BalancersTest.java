package io.convergate.routing.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class BalancersTest {
    private static final int PICKS = 60_000;

    private static int[] counts(Balancer balancer, int endpoints) {
        int[] counts = new int[endpoints];
        for (int i = 0; i < PICKS; i++) {
            counts[balancer.pick()]++;
        }
        return counts;
    }

    private static int[] picks(Balancer balancer, int count) {
        return IntStream.range(0, count).map(i -> balancer.pick()).toArray();
    }

    @Test
    void roundRobinTakesTurns() {
        assertThat(picks(new RoundRobin(new int[] {1, 1, 1}, 0), 7)).containsExactly(0, 1, 2, 0, 1, 2, 0);
        assertThat(picks(new RoundRobin(new int[] {1, 1, 1}, 1), 3)).containsExactly(1, 2, 0);
    }

    @Test
    void roundRobinSpreadsWeightsEvenly() {
        assertThat(picks(new RoundRobin(new int[] {2, 1}, 0), 6)).containsExactly(0, 0, 1, 0, 0, 1);
        assertThat(counts(new RoundRobin(new int[] {1, 2, 3}, 0), 3)).containsExactly(PICKS / 6, PICKS / 3, PICKS / 2);
    }

    @Test
    void randomFollowsWeights() {
        long seed = 42;
        int[] counts = counts(new WeightedRandom(new int[] {1, 2, 3}, new SplittableRandom(seed)), 3);

        assertThat(counts[0]).as("seed %d", seed).isCloseTo(PICKS / 6, Percentage.withPercentage(5));
        assertThat(counts[2]).as("seed %d", seed).isCloseTo(PICKS / 2, Percentage.withPercentage(5));
    }

    @Test
    void idleEndpointsShareByWeight() {
        long seed = 43;
        int[] counts = counts(new LeastRequest(new int[] {1, 3}, index -> 0, new SplittableRandom(seed)), 2);

        assertThat(counts[1]).as("seed %d", seed).isCloseTo(PICKS * 3 / 4, Percentage.withPercentage(5));
    }

    @Test
    void aBusyEndpointGetsFewerRequests() {
        long seed = 44;
        int[] active = {100, 0, 0};
        int[] counts =
                counts(new LeastRequest(new int[] {1, 1, 1}, index -> active[index], new SplittableRandom(seed)), 3);

        // Only when it is drawn twice: one time in nine.
        assertThat(counts[0]).as("seed %d", seed).isCloseTo(PICKS / 9, Percentage.withPercentage(10));
    }

    @Test
    void requestsInFlightFollowWeightsWhenNoneEnds() {
        long seed = 45;
        int[] active = new int[4];
        LeastRequest balancer =
                new LeastRequest(new int[] {1, 1, 2, 4}, index -> active[index], new SplittableRandom(seed));
        for (int i = 0; i < 8000; i++) {
            active[balancer.pick()]++;
        }

        assertThat(active[0]).as("seed %d: %s", seed, Arrays.toString(active)).isBetween(980, 1020);
        assertThat(active[3]).as("seed %d: %s", seed, Arrays.toString(active)).isBetween(3980, 4020);
    }

    @Test
    void noEndpointsAndNoWeightAreNonsense() {
        assertThatThrownBy(() -> new RoundRobin(new int[0], 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new WeightedRandom(new int[] {0}, new SplittableRandom(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
