package io.convergate.routing.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergate.routing.upstream.LoadBalancing;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class BalancersTest {
    private static final long SEED = 4711;
    private static final Load IDLE = index -> 0;

    static List<int[]> weights() {
        return List.of(
                new int[] {1, 1},
                new int[] {1, 1, 1, 1, 1},
                new int[] {5, 1, 1},
                new int[] {1, 2, 3, 4},
                new int[] {2, 4},
                new int[] {100, 1},
                new int[] {1, 99, 900},
                new int[] {7, 7, 7, 8});
    }

    @ParameterizedTest
    @MethodSource("weights")
    void roundRobinKeepsWeightsExactlyOverEveryCycle(int[] weights) {
        for (int start = 0; start < weights.length; start++) {
            int first = start;
            Balancer balancer = Balancers.of(LoadBalancing.ROUND_ROBIN, weights, bound -> first, IDLE);
            for (int cycle = 0; cycle < 5; cycle++) {
                assertThat(counts(balancer, weights.length, sum(weights)))
                        .as("cycle %d from endpoint %d", cycle, start)
                        .containsExactly(weights);
            }
        }
    }

    @Test
    void roundRobinSpreadsAHeavyEndpointEvenly() {
        Balancer balancer = Balancers.of(LoadBalancing.ROUND_ROBIN, new int[] {5, 1, 1}, bound -> 0, IDLE);

        assertThat(IntStream.range(0, 7).map(i -> balancer.pick())).containsExactly(0, 0, 1, 0, 0, 2, 0);
    }

    @Test
    void roundRobinStartsWhereTheDrawSays() {
        Balancer even = Balancers.of(LoadBalancing.ROUND_ROBIN, new int[] {1, 1, 1}, bound -> 2, IDLE);

        assertThat(IntStream.range(0, 4).map(i -> even.pick())).containsExactly(2, 0, 1, 2);
    }

    @ParameterizedTest
    @MethodSource("weights")
    void roundRobinIsNeverFarFromItsShare(int[] weights) {
        Balancer balancer = Balancers.of(LoadBalancing.ROUND_ROBIN, weights, bound -> 0, IDLE);
        int[] counts = new int[weights.length];
        double sum = sum(weights);
        for (int picks = 1; picks <= 2 * sum; picks++) {
            counts[balancer.pick()]++;
            for (int i = 0; i < weights.length; i++) {
                assertThat((double) counts[i])
                        .as("endpoint %d after %d picks", i, picks)
                        .isCloseTo(picks * weights[i] / sum, Offset.offset((double) weights.length));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("weights")
    void randomKeepsWeightsOnTheWhole(int[] weights) {
        assertSharesWithinFiveSigma(LoadBalancing.RANDOM, weights);
    }

    @ParameterizedTest
    @MethodSource("weights")
    void leastRequestKeepsWeightsOnTheWholeWhenAllAreEquallyBusy(int[] weights) {
        assertSharesWithinFiveSigma(LoadBalancing.LEAST_REQUEST, weights);
    }

    private static void assertSharesWithinFiveSigma(LoadBalancing policy, int[] weights) {
        int picks = 200_000;
        Balancer balancer = Balancers.of(policy, weights, new Random(SEED)::nextInt, IDLE);
        int[] counts = counts(balancer, weights.length, picks);
        for (int i = 0; i < weights.length; i++) {
            double share = (double) weights[i] / sum(weights);
            assertThat((double) counts[i])
                    .as("endpoint %d of %s, seed %d", i, Arrays.toString(weights), SEED)
                    .isCloseTo(picks * share, Offset.offset(5 * Math.sqrt(picks * share * (1 - share))));
        }
    }

    @Test
    void randomReachesEveryPointOfTheWeights() {
        int[] weights = {2, 3, 1};
        int[] points = {0};
        Balancer balancer = Balancers.of(LoadBalancing.RANDOM, weights, bound -> points[0]++ % bound, IDLE);

        assertThat(IntStream.range(0, 6).map(i -> balancer.pick())).containsExactly(0, 0, 1, 1, 1, 2);
    }

    @Test
    void leastRequestTakesTheLessLoadedOfTheTwoDrawn() {
        int[] load = {3, 1, 2};
        int[][] drawnAndPicked = {{0, 1, 1}, {1, 0, 1}, {0, 2, 2}, {2, 1, 1}, {0, 0, 0}};
        for (int[] row : drawnAndPicked) {
            int[] next = {0};
            Balancer balancer = Balancers.of(
                    LoadBalancing.LEAST_REQUEST, new int[] {1, 1, 1}, bound -> row[next[0]++], i -> load[i]);
            assertThat(balancer.pick()).as("of %s", Arrays.toString(row)).isEqualTo(row[2]);
        }
    }

    @Test
    void leastRequestLeavesASlowEndpointAlone() {
        // Requests to endpoint 0 never end; those to the others end at once.
        int[] active = new int[4];
        Balancer balancer = Balancers.of(
                LoadBalancing.LEAST_REQUEST, new int[] {1, 1, 1, 1}, new Random(SEED)::nextInt, i -> active[i]);
        int[] counts = new int[4];
        for (int i = 0; i < 10_000; i++) {
            int picked = balancer.pick();
            counts[picked]++;
            active[0] += picked == 0 ? 1 : 0;
        }

        // Only when it is drawn twice: a sixteenth, not a quarter.
        assertThat(counts[0]).as("seed %d", SEED).isLessThan(800);
    }

    @ParameterizedTest
    @EnumSource
    void singleEndpointIsAlwaysPickedWithoutADraw(LoadBalancing policy) {
        Balancer balancer = Balancers.of(policy, new int[] {3}, bound -> fail(), index -> fail());

        assertThat(counts(balancer, 1, 10)).containsExactly(10);
    }

    @ParameterizedTest
    @EnumSource
    void noEndpointIsNoBalancer(LoadBalancing policy) {
        assertThatThrownBy(() -> Balancers.of(policy, new int[0], bound -> 0, IDLE))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @EnumSource
    void weightsMayBeAsLargeAsTheirSumAllows(LoadBalancing policy) {
        int[] weights = {Integer.MAX_VALUE - 1, 1};
        Balancer balancer = Balancers.of(policy, weights, new Random(SEED)::nextInt, IDLE);

        assertThat(counts(balancer, 2, 1_000)[0]).isGreaterThanOrEqualTo(999);
    }

    @Test
    void changingTheWeightsAfterwardsChangesNothing() {
        int[] weights = {1, 2};
        Balancer balancer = Balancers.of(LoadBalancing.ROUND_ROBIN, weights, bound -> 0, IDLE);
        weights[0] = 100;

        assertThat(counts(balancer, 2, 3)).containsExactly(1, 2);
    }

    private static int fail() {
        throw new AssertionError("asked");
    }

    private static int sum(int[] weights) {
        return Arrays.stream(weights).sum();
    }

    private static int[] counts(Balancer balancer, int endpoints, int picks) {
        int[] counts = new int[endpoints];
        for (int i = 0; i < picks; i++) {
            counts[balancer.pick()]++;
        }
        return counts;
    }
}
