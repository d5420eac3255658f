package io.convergate.routing.balance;

import java.util.Arrays;
import java.util.List;

/**
 * A table in which each endpoint fills places by its weight, in an order of its own (D. Eisenbud and others, "Maglev: A Fast and
 * Reliable Software Network Load Balancer", 2016, section 3.4). A lookup is one read, and loads are more even than on a ring; a
 * few more hashes move when endpoints come or go.
 */
public final class Maglev implements HashTable {
    private final int[] table;

    /**
     * @param names what endpoints are known by; the same names give the same table on every node
     * @param weights the endpoints' weights, each at least 1
     * @param size how many places, a prime
     */
    public Maglev(List<String> names, int[] weights, int size) {
        int[] checked = Balancer.requireWeights(weights);
        int count = checked.length;
        long[] at = new long[count];
        long[] skip = new long[count];
        long[] turns = new long[count];
        long largest = 0;
        for (int i = 0; i < count; i++) {
            long hash = HashTable.hash(names.get(i));
            at[i] = Long.remainderUnsigned(hash, size);
            skip[i] = size == 2 ? 1 : Long.remainderUnsigned(HashTable.mix(~hash), size - 1) + 1;
            largest = Math.max(largest, checked[i]);
        }
        this.table = new int[size];
        Arrays.fill(table, -1);
        int filled = 0;
        while (filled < size) {
            for (int i = 0; i < count && filled < size; i++) {
                turns[i] += checked[i];
                if (turns[i] < largest) {
                    continue;
                }
                turns[i] -= largest;
                while (table[(int) at[i]] >= 0) {
                    at[i] = (at[i] + skip[i]) % size;
                }
                table[(int) at[i]] = i;
                filled++;
            }
        }
    }

    @Override
    public int pick(long hash) {
        return table[(int) Long.remainderUnsigned(hash, table.length)];
    }
}
