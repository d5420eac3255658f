package io.convergate.node.breakers;

import io.convergate.routing.breaker.BreakerSettings;
import io.convergate.routing.breaker.BreakerState;
import java.time.Instant;

/**
 * A breaker as it is at a moment.
 *
 * @param upstream the upstream
 * @param policy the policy that says that it has one, as {@code namespace/name}
 * @param scope who decides
 * @param state what it is
 * @param since since when
 * @param forMillis if it is open, for how much longer
 * @param calls the calls that it judged by last
 * @param failed how many of them failed
 * @param slow how many of them were slow
 * @param refused requests that it has refused
 * @param decidedForAll whether an owner has decided so for all nodes
 */
public record BreakerStatus(
        String upstream,
        String policy,
        BreakerSettings.Scope scope,
        BreakerState state,
        Instant since,
        long forMillis,
        int calls,
        int failed,
        int slow,
        long refused,
        boolean decidedForAll) {}
