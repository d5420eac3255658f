package io.convergate.routing.retry;

/**
 * How many requests to an upstream may be on their way again at once, so that retries cannot become a storm: a share of all
 * that are in flight, and a few in any case. Envoy: RetryBudget.
 *
 * @param percent the share of the requests in flight, 0 to 100
 * @param minConcurrency that many always, at least 0
 */
public record RetryBudget(double percent, int minConcurrency) {
    /** Envoy's defaults for a budget: 20 percent, and three always. */
    public static final RetryBudget DEFAULT = new RetryBudget(20, 3);

    public RetryBudget {
        if (!(percent >= 0 && percent <= 100) || minConcurrency < 0) {
            throw new IllegalArgumentException(percent + " %, " + minConcurrency + " (expected: 0 to 100, at least 0)");
        }
    }

    /** A budget that depends on nothing. */
    public static RetryBudget ofCount(int retriesMax) {
        return new RetryBudget(0, retriesMax);
    }

    /**
     * Whether one more request may be sent again.
     *
     * @param active the requests in flight, those that are being sent again among them
     * @param retrying those that are being sent again
     */
    public boolean allows(int active, int retrying) {
        return retrying < minConcurrency || retrying < (long) (active * percent / 100);
    }
}
