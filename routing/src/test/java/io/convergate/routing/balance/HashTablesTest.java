package io.convergate.routing.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HashTablesTest {
    private static final int HASHES = 100_000;

    private static List<String> names(int count) {
        return IntStream.range(0, count).mapToObj(i -> "10.0.0." + i + ":80").toList();
    }

    private static HashTable table(String kind, List<String> names, int... weights) {
        int[] all = weights.length == 0
                ? IntStream.generate(() -> 1).limit(names.size()).toArray()
                : weights;
        return kind.equals("maglev") ? new Maglev(names, all, 65_537) : new HashRing(names, all, 16_384);
    }

    private static int[] picks(HashTable table, int endpoints) {
        int[] picks = new int[endpoints];
        Random random = new Random(7);
        for (int i = 0; i < HASHES; i++) {
            picks[table.pick(random.nextLong())]++;
        }
        return picks;
    }

    @ParameterizedTest
    @CsvSource({"ring, 10", "maglev, 3"})
    void endpointsShareByWeight(String kind, int percentOff) {
        int[] weights = {1, 2, 3, 4};
        int[] picks = picks(table(kind, names(4), weights), 4);
        for (int i = 0; i < 4; i++) {
            assertThat((double) picks[i])
                    .as("endpoint %s of %s", i, Arrays.toString(picks))
                    .isBetween(
                            HASHES * weights[i] * (100 - percentOff) / 1000.0,
                            HASHES * weights[i] * (100 + percentOff) / 1000.0);
        }
    }

    @ParameterizedTest
    @CsvSource({"ring, 0", "maglev, 12"})
    void whenAnEndpointGoesHardlyAnyOfTheOthersHashesMove(String kind, int percentMoved) {
        List<String> without = new ArrayList<>(names(10));
        without.remove(9);
        HashTable before = table(kind, names(10));
        HashTable after = table(kind, without);
        Random random = new Random(3);
        int moved = 0;
        for (int i = 0; i < HASHES; i++) {
            long hash = random.nextLong();
            int old = before.pick(hash);
            moved += old != 9 && after.pick(hash) != old ? 1 : 0;
        }
        assertThat(moved).isLessThanOrEqualTo(HASHES * percentMoved / 100);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ring", "maglev"})
    void orderOfTheEndpointsDoesNotMatterMuchAndNobodyIsLeftOut(String kind) {
        List<String> names = names(50);
        assertThat(picks(table(kind, names), 50)).doesNotContain(0);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5, 7, 11})
    void maglevFillsSmallTables(int size) {
        Maglev table = new Maglev(names(2), new int[] {1, 1_000_000_000}, size);
        for (long hash = -20; hash < 20; hash++) {
            assertThat(table.pick(hash)).isBetween(0, 1);
        }
    }

    @Test
    void hashesOfSimilarTextsHaveNothingInCommon() {
        long differing = 0;
        for (int i = 0; i < 1_000; i++) {
            differing += Long.bitCount(HashTable.hash("user-" + i) ^ HashTable.hash("user-" + (i + 1)));
        }
        assertThat(differing / 1_000.0).isBetween(30.0, 34.0);
    }

    /** Issue 4: with weights near 2^30 turns were lost to rounding. */
    @ParameterizedTest
    @CsvSource({"1000000000, 999999999", "2147483647, 1", "1073741824, 536870912"})
    void largeWeightsAreMetExactly(int first, int second) {
        RoundRobin balancer = new RoundRobin(new int[] {first, second}, 0);
        int picks = 1_000_000;
        int firsts = 0;
        for (int i = 0; i < picks; i++) {
            firsts += balancer.pick() == 0 ? 1 : 0;
        }
        assertThat((double) firsts)
                .isBetween(
                        (double) picks * first / ((double) first + second) - 1,
                        (double) picks * first / ((double) first + second) + 1);
    }

    @Test
    void turnsBeginAgainWithoutAnybodyLosingOne() {
        RoundRobin balancer = new RoundRobin(new int[] {3, 2, 1}, 0);
        StringBuilder order = new StringBuilder();
        for (int i = 0; i < 18; i++) {
            order.append(balancer.pick());
        }
        assertThat(order.substring(0, 6)).isEqualTo(order.substring(6, 12)).isEqualTo(order.substring(12));
        assertThat(order.substring(0, 6).chars().filter(c -> c == '0').count()).isEqualTo(3);
    }
}
