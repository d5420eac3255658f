package io.convergate.routing.breaker;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What protects an upstream from its requests, and these from it.
 *
 * @param policy the policy that says so, as {@code namespace/name}
 * @param uid tells the policy from a later one of the same name
 * @param breaker when it is not called; empty for never
 * @param concurrency how many requests it gets at a time; empty for any number
 * @param fallback what is answered meanwhile
 */
public record CircuitBreaking(
        String policy,
        String uid,
        Optional<BreakerSettings> breaker,
        Optional<ConcurrencySettings> concurrency,
        Fallback fallback) {
    public CircuitBreaking {
        Objects.requireNonNull(policy, "policy");
        Objects.requireNonNull(uid, "uid");
        Objects.requireNonNull(fallback, "fallback");
    }

    /** What it does, in words. */
    public String says() {
        List<String> parts = new ArrayList<>();
        breaker.ifPresent(settings -> {
            List<String> rates = new ArrayList<>();
            if (settings.failureRatePercent() < BreakerSettings.NEVER) {
                rates.add(settings.failureRatePercent() + " % fail");
            }
            settings.slowCall()
                    .ifPresent(time ->
                            rates.add(settings.slowRatePercent() + " % take " + time.toMillis() + " ms or longer"));
            parts.add("opens when " + String.join(" or ", rates) + " of " + settings.window() + ", at least "
                    + settings.minimumCalls() + ", for "
                    + settings.open().base().toMillis() + " ms at first, "
                    + (settings.scope() == BreakerSettings.Scope.NODE
                            ? "each node for itself"
                            : "for all nodes when " + settings.minObservers() + " see it"));
        });
        concurrency.ifPresent(limits -> parts.add("from " + limits.min() + " to " + limits.max()
                + " requests at a time on each node, by how long they take"));
        return String.join("; ", parts);
    }
}
