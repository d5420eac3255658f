package io.convergate.routing.action;

import io.convergate.routing.retry.RetryPolicy;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Sends the request on. Istio: HTTPRoute.route. */
public final class Forward implements Action {
    private final List<WeightedDestination> destinations;
    private final int[] upperBounds;
    private final long timeoutNanos;
    private final RetryPolicy retry;
    private final List<Mirror> mirrors;
    private final @Nullable PathRewrite rewrite;
    private final HeaderOperations request;
    private final HeaderOperations response;

    /**
     * @param destinations at least one; their weights sum to at most {@link Integer#MAX_VALUE}
     * @param timeoutNanos the time the whole exchange may take, retries included, in nanoseconds; 0 for no bound
     * @param retry what is sent again
     * @param mirrors who gets copies
     * @param rewrite what becomes of the path; null to leave it
     * @param request the route's operations on the request; each destination's include them
     * @param response the route's operations on the response; each destination's include them
     */
    public Forward(
            List<WeightedDestination> destinations,
            long timeoutNanos,
            RetryPolicy retry,
            List<Mirror> mirrors,
            @Nullable PathRewrite rewrite,
            HeaderOperations request,
            HeaderOperations response) {
        if (destinations.isEmpty() || timeoutNanos < 0) {
            throw new IllegalArgumentException(destinations.size() + " destinations, timeout " + timeoutNanos
                    + " (expected: at least one, not below 0)");
        }
        this.destinations = List.copyOf(destinations);
        this.upperBounds = new int[destinations.size()];
        int sum = 0;
        for (int i = 0; i < upperBounds.length; i++) {
            sum = Math.addExact(sum, destinations.get(i).weight());
            upperBounds[i] = sum;
        }
        this.timeoutNanos = timeoutNanos;
        this.retry = Objects.requireNonNull(retry, "retry");
        this.mirrors = List.copyOf(mirrors);
        this.rewrite = rewrite;
        this.request = Objects.requireNonNull(request, "request");
        this.response = Objects.requireNonNull(response, "response");
    }

    /** Sends on and does nothing else: what a rule for connections can do. */
    public static Forward only(List<WeightedDestination> destinations) {
        return new Forward(
                destinations, 0, RetryPolicy.NONE, List.of(), null, HeaderOperations.NONE, HeaderOperations.NONE);
    }

    /**
     * Picks a destination by weight. Allocates nothing.
     *
     * @param nonNegativeRandom any number from 0 to {@link Integer#MAX_VALUE}, drawn evenly
     */
    public WeightedDestination pick(int nonNegativeRandom) {
        if (upperBounds.length == 1) {
            return destinations.get(0);
        }
        int point = nonNegativeRandom % upperBounds[upperBounds.length - 1];
        int i = 0;
        while (upperBounds[i] <= point) {
            i++;
        }
        return destinations.get(i);
    }

    /** All destinations, in the order they were written. */
    public List<WeightedDestination> destinations() {
        return destinations;
    }

    /** The time the whole exchange may take, retries included, in nanoseconds; 0 for no bound. */
    public long timeoutNanos() {
        return timeoutNanos;
    }

    /** What is sent again. */
    public RetryPolicy retry() {
        return retry;
    }

    /** Who gets copies of the requests. */
    public List<Mirror> mirrors() {
        return mirrors;
    }

    /** What becomes of the path; null if the path that was matched goes upstream as it is. */
    public @Nullable PathRewrite rewrite() {
        return rewrite;
    }

    /** The route's operations on the request; for a request that was forwarded use its destination's, which include them. */
    public HeaderOperations request() {
        return request;
    }

    @Override
    public HeaderOperations response() {
        return response;
    }
}
