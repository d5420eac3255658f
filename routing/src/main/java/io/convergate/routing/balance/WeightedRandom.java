package io.convergate.routing.balance;

import java.util.random.RandomGenerator;

/** One endpoint drawn at random, each as likely as its weight says. */
public final class WeightedRandom implements Balancer {
    private final long[] upperBounds;
    private final boolean even;
    private final RandomGenerator random;

    /**
     * @param weights the endpoints' weights, each at least 1
     * @param random where randomness comes from; confined to the same thread
     */
    public WeightedRandom(int[] weights, RandomGenerator random) {
        int[] checked = Balancer.requireWeights(weights);
        this.upperBounds = new long[checked.length];
        long sum = 0;
        boolean same = true;
        for (int i = 0; i < checked.length; i++) {
            sum += checked[i];
            upperBounds[i] = sum;
            same &= checked[i] == checked[0];
        }
        this.even = same;
        this.random = random;
    }

    @Override
    public int pick() {
        if (even) {
            return random.nextInt(upperBounds.length);
        }
        long point = random.nextLong(upperBounds[upperBounds.length - 1]);
        int low = 0;
        int high = upperBounds.length - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (upperBounds[middle] <= point) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
