package io.convergate.routing.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class BalancersTest {
    private static final long SEED = 4711;
    private static final Load IDLE = index -> 0;

    /** A policy by its weights. */
    private enum Policy {
        ROUND_ROBIN {
            @Override
            Balancer over(int... weights) {
                return new RoundRobin(weights, 0);
            }
        },
        RANDOM {
            @Override
            Balancer over(int... weights) {
                return new WeightedRandom(weights, new Random(SEED));
            }
        },
        LEAST_REQUEST {
            @Override
            Balancer over(int... weights) {
                return new LeastRequest(weights, IDLE, new Random(SEED));
            }
        };

        abstract Balancer over(int... weights);
    }

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
            Balancer balancer = new RoundRobin(weights, start);
            for (int cycle = 0; cycle < 5; cycle++) {
                assertThat(counts(balancer, weights.length, sum(weights)))
                        .as("cycle %d from endpoint %d", cycle, start)
                        .containsExactly(weights);
            }
        }
    }

    @Test
    void roundRobinGivesALightEndpointItsTurnOnceACycle() {
        assertThat(IntStream.range(0, 6).map(picking(Policy.ROUND_ROBIN.over(2, 1))))
                .containsExactly(0, 0, 1, 0, 0, 1);
    }

    private static IntUnaryOperator picking(Balancer balancer) {
        return i -> balancer.pick();
    }

    @Test
    void roundRobinStartsWhereItIsTold() {
        Balancer even = new RoundRobin(new int[] {1, 1, 1}, 2);

        assertThat(IntStream.range(0, 4).map(picking(even))).containsExactly(2, 0, 1, 2);
    }

    @ParameterizedTest
    @MethodSource("weights")
    void roundRobinIsNeverFarFromItsShare(int[] weights) {
        Balancer balancer = Policy.ROUND_ROBIN.over(weights);
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
        assertSharesWithinFiveSigma(Policy.RANDOM, weights);
    }

    @ParameterizedTest
    @MethodSource("weights")
    void leastRequestKeepsWeightsOnTheWholeWhenAllAreEquallyBusy(int[] weights) {
        assertSharesWithinFiveSigma(Policy.LEAST_REQUEST, weights);
    }

    private static void assertSharesWithinFiveSigma(Policy policy, int[] weights) {
        int picks = 200_000;
        Balancer balancer = policy.over(weights);
        int[] counts = counts(balancer, weights.length, picks);
        for (int i = 0; i < weights.length; i++) {
            double share = (double) weights[i] / sum(weights);
            assertThat((double) counts[i])
                    .as("endpoint %d of %s, seed %d", i, Arrays.toString(weights), SEED)
                    .isCloseTo(picks * share, Offset.offset(5 * Math.sqrt(picks * share * (1 - share))));
        }
    }

    @Test
    void leastRequestTakesTheLessLoadedForItsWeightOfTheTwoDrawn() {
        // Always both are drawn sooner or later; then the idler one must win every time.
        int[][] weightsLoadAndIdler = {{1, 1, 3, 1, 1}, {1, 1, 0, 4, 0}, {1, 4, 2, 4, 1}, {4, 1, 3, 1, 0}};
        for (int[] row : weightsLoadAndIdler) {
            int[] draws = {0};
            Balancer balancer = new LeastRequest(new int[] {row[0], row[1]}, i -> row[2 + i], alternating(draws));
            for (int i = 0; i < 10; i++) {
                assertThat(balancer.pick()).as("of %s", Arrays.toString(row)).isEqualTo(row[4]);
            }
        }
    }

    /** Draws the lowest, then the highest value, and so on. */
    private static RandomGenerator alternating(int[] draws) {
        return new RandomGenerator() {
            @Override
            public int nextInt(int bound) {
                return draws[0]++ % 2 == 0 ? 0 : bound - 1;
            }

            @Override
            public long nextLong(long bound) {
                return draws[0]++ % 2 == 0 ? 0 : bound - 1;
            }

            @Override
            public long nextLong() {
                throw new AssertionError("not asked for");
            }
        };
    }

    @Test
    void leastRequestLeavesASlowEndpointAlone() {
        // Requests to endpoint 0 never end; those to the others end at once.
        int[] active = new int[4];
        Balancer balancer = new LeastRequest(new int[] {1, 1, 1, 1}, i -> active[i], new Random(SEED));
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
    void singleEndpointIsAlwaysPicked(Policy policy) {
        assertThat(counts(policy.over(3), 1, 10)).containsExactly(10);
    }

    @ParameterizedTest
    @EnumSource
    void noEndpointAndNoWeightAreRefused(Policy policy) {
        assertThatThrownBy(policy::over).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> policy.over(1, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @EnumSource
    void weightsMayBeAsLargeAsAnInt(Policy policy) {
        assertThat(counts(policy.over(Integer.MAX_VALUE, 1), 2, 1_000)[0]).isGreaterThanOrEqualTo(999);
        assertThat(counts(policy.over(Integer.MAX_VALUE, Integer.MAX_VALUE), 2, 1_000)[0])
                .isBetween(400, 600);
    }

    @Test
    void changingTheWeightsAfterwardsChangesNothing() {
        int[] weights = {1, 2};
        Balancer balancer = Policy.ROUND_ROBIN.over(weights);
        weights[0] = 100;

        assertThat(counts(balancer, 2, 3)).containsExactly(1, 2);
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
