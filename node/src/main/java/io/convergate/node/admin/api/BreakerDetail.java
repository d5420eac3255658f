package io.convergate.node.admin.api;

/**
 * A breaker that is not closed, as the node sees it that says so.
 *
 * @param upstream the upstream, as {@code outbound|80|v1|shop}
 * @param policy the policy, as {@code namespace/name}
 * @param scope {@code node} or {@code cluster}
 * @param state {@code open} or {@code half-open}
 * @param since since when, in RFC 3339
 * @param forMs if it is open, for how much longer, in milliseconds
 * @param calls the calls that it judged by last
 * @param failed how many of them failed
 * @param slow how many of them were slow
 * @param refused requests that this node has refused for it
 * @param decidedForAll whether that was decided for all nodes
 */
public record BreakerDetail(
        String upstream,
        String policy,
        String scope,
        String state,
        String since,
        long forMs,
        int calls,
        int failed,
        int slow,
        long refused,
        boolean decidedForAll) {
    /** Why, and for how long, for people. */
    public String says() {
        String rest = forMs > 0 ? "for " + (forMs + 999) / 1000 + " s more, " : "";
        String bad = calls == 0
                ? ""
                : failed + " of " + calls + " calls failed" + (slow == 0 ? "" : ", " + slow + " were slow") + ", ";
        return (decidedForAll ? "for all nodes, " : "on this node, ") + rest + bad + refused + " refused; policy "
                + policy;
    }
}
