package io.convergate.routing.balance;

import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/** Draws endpoints at random, by weight. As thread-safe as its random source. */
final class WeightedDraw {
    private final int count;
    private final int[] upperBounds;
    private final boolean even;
    private final IntUnaryOperator random;

    WeightedDraw(int[] weights, IntUnaryOperator random) {
        this.count = weights.length;
        this.random = random;
        this.upperBounds = new int[count];
        int sum = 0;
        for (int i = 0; i < count; i++) {
            sum = Math.addExact(sum, weights[i]);
            upperBounds[i] = sum;
        }
        this.even = Arrays.stream(weights).distinct().count() == 1;
    }

    int next() {
        if (even) {
            return random.applyAsInt(count);
        }
        int point = random.applyAsInt(upperBounds[count - 1]);
        int found = Arrays.binarySearch(upperBounds, point);
        return found < 0 ? -found - 1 : found + 1;
    }
}
