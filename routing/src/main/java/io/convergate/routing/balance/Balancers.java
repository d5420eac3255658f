package io.convergate.routing.balance;

import io.convergate.routing.upstream.LoadBalancing;
import java.util.function.IntUnaryOperator;

/** Makes the balancer of a policy. */
public final class Balancers {
    private Balancers() {}

    /**
     * A balancer over endpoints with these weights. Weights hold for every policy: a random draw takes an endpoint twice as
     * often if its weight is twice as high.
     *
     * @param weights one for each endpoint, each at least 1; at least one endpoint, their sum at most {@link
     *     Integer#MAX_VALUE}
     * @param random draws evenly from 0 to below its argument
     * @param load how busy each endpoint is; asked by {@link LoadBalancing#LEAST_REQUEST} only
     */
    public static Balancer of(LoadBalancing policy, int[] weights, IntUnaryOperator random, Load load) {
        if (weights.length == 0) {
            throw new IllegalArgumentException("no endpoints (expected: at least one)");
        }
        if (weights.length == 1) {
            return () -> 0;
        }
        switch (policy) {
            case ROUND_ROBIN:
                return new RoundRobin(weights, random.applyAsInt(weights.length));
            case RANDOM:
                WeightedDraw draw = new WeightedDraw(weights, random);
                return draw::next;
            default:
                return new LeastRequest(weights, random, load);
        }
    }
}
