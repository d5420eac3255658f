package io.convergate.routing.balance;

/**
 * Picks endpoints of one upstream by their index. Confined to one thread: every event loop has its own. Picking allocates
 * nothing.
 */
public sealed interface Balancer permits RoundRobin, WeightedRandom, LeastRequest {
    /** The index of the endpoint for the next request. */
    int pick();

    /**
     * Checks and copies the weights of endpoints.
     *
     * @throws IllegalArgumentException if there is none, or one is below 1
     */
    static int[] requireWeights(int[] weights) {
        int[] copy = weights.clone();
        if (copy.length == 0) {
            throw new IllegalArgumentException("no endpoint (expected: at least one)");
        }
        for (int weight : copy) {
            if (weight < 1) {
                throw new IllegalArgumentException("weight " + weight + " (expected: at least 1)");
            }
        }
        return copy;
    }
}
