package io.convergate.routing.balance;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A ring on which each endpoint has places by its weight; a hash leads to the next place (D. Karger and others, "Consistent
 * Hashing and Random Trees", 1997; Envoy's ring hash).
 */
public final class HashRing implements HashTable {
    /** The most places that are asked for: a ring takes 12 bytes for each. */
    public static final int SIZE_MAX = 1 << 20;

    private final long[] places;
    private final int[] endpoints;

    /**
     * @param names what endpoints are known by; the same name has the same places on every node
     * @param weights the endpoints' weights, each at least 1
     * @param sizeMin the fewest places, each endpoint has at least one
     */
    public HashRing(List<String> names, int[] weights, int sizeMin) {
        int[] checked = Balancer.requireWeights(weights);
        double sum = 0;
        for (int weight : checked) {
            sum += weight;
        }
        int wanted = Math.min(SIZE_MAX, Math.max(sizeMin, checked.length));
        // Places for a unit of weight, a power of two: then those of the others mostly stay the same when an endpoint
        // goes.
        double scale = Math.pow(2, Math.ceil(Math.log(wanted / sum) / Math.log(2)));
        int[] counts = new int[checked.length];
        int size = 0;
        for (int i = 0; i < counts.length; i++) {
            counts[i] = (int) Math.max(1, Math.round(checked[i] * scale));
            size += counts[i];
        }
        long[] hashes = new long[size];
        int[] owners = new int[size];
        int at = 0;
        for (int i = 0; i < counts.length; i++) {
            for (int n = 0; n < counts[i]; n++) {
                hashes[at] = HashTable.hash(names.get(i) + '_' + n);
                owners[at++] = i;
            }
        }
        int[] order = IntStream.range(0, size)
                .boxed()
                .sorted((a, b) -> hashes[a] != hashes[b]
                        ? Long.compare(hashes[a], hashes[b])
                        : Integer.compare(owners[a], owners[b]))
                .mapToInt(Integer::intValue)
                .toArray();
        this.places = new long[size];
        this.endpoints = new int[size];
        for (int i = 0; i < size; i++) {
            places[i] = hashes[order[i]];
            endpoints[i] = owners[order[i]];
        }
    }

    @Override
    public int pick(long hash) {
        int found = Arrays.binarySearch(places, hash);
        int next = found >= 0 ? found : -found - 1;
        return endpoints[next == places.length ? 0 : next];
    }
}
