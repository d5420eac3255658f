package io.convergate.routing.action;

import java.util.List;

/**
 * The limits that a request of this route must pass, all of them; if one refuses, none is charged.
 *
 * @param limits the limits, those of the oldest policy first
 */
public record RateLimits(List<RateLimit> limits) implements Filter {
    public RateLimits {
        limits = List.copyOf(limits);
        if (limits.isEmpty()) {
            throw new IllegalArgumentException("no limit (expected: one or more)");
        }
    }
}
