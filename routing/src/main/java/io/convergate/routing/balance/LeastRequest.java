package io.convergate.routing.balance;

import java.util.random.RandomGenerator;

/**
 * The less loaded of two endpoints drawn at random: nearly as even as asking all of them, in constant time and without herds
 * (M. Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing", 2001).
 *
 * <p>Endpoints are drawn by weight, and their load is the number of requests in flight divided by the weight; so idle
 * endpoints share by weight, and busy ones are kept equally busy for their weight. (Envoy, for unequal weights, takes turns by
 * weight over load instead.)
 */
public final class LeastRequest implements Balancer {
    private final int[] weights;
    private final Load load;
    private final WeightedRandom draw;

    /**
     * @param weights the endpoints' weights, each at least 1
     * @param load how busy they are, by index; asked twice for each pick
     * @param random where randomness comes from; confined to the same thread
     */
    public LeastRequest(int[] weights, Load load, RandomGenerator random) {
        this.weights = Balancer.requireWeights(weights);
        this.load = load;
        this.draw = new WeightedRandom(weights, random);
    }

    @Override
    public int pick() {
        if (weights.length == 1) {
            return 0;
        }
        int first = draw.pick();
        int second = draw.pick();
        long firstLoad = (long) load.active(first) * weights[second];
        long secondLoad = (long) load.active(second) * weights[first];
        return secondLoad < firstLoad ? second : first;
    }
}
