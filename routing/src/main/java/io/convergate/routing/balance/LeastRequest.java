package io.convergate.routing.balance;

import java.util.function.IntUnaryOperator;

/**
 * The power of two choices: of two endpoints drawn by weight, the one with fewer requests in flight. Nearly as even as
 * looking at all of them, and without the stampede to the one that happens to be idlest (M. Mitzenmacher, "The Power of Two
 * Choices in Randomized Load Balancing", 2001). Confined to one thread.
 */
final class LeastRequest implements Balancer {
    private final WeightedDraw draw;
    private final Load load;

    LeastRequest(int[] weights, IntUnaryOperator random, Load load) {
        this.draw = new WeightedDraw(weights, random);
        this.load = load;
    }

    @Override
    public int pick() {
        int one = draw.next();
        int other = draw.next();
        return load.active(other) < load.active(one) ? other : one;
    }
}
