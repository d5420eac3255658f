package io.convergate.node.main.client;

import io.convergate.node.admin.api.BreakerView;

/** What is to be said of a breaker that is not closed. */
final class BreakerText {
    private BreakerText() {}

    static String of(BreakerView breaker) {
        String rest = breaker.forMs() > 0 ? "for " + (breaker.forMs() + 999) / 1000 + " s more, " : "";
        String bad = breaker.calls() == 0
                ? ""
                : breaker.failed() + " of " + breaker.calls() + " calls failed"
                        + (breaker.slow() == 0 ? "" : ", " + breaker.slow() + " were slow") + "; ";
        return (breaker.decidedForAll() ? "for all nodes, " : "on this node, ") + rest + bad + breaker.refused()
                + " refused; policy " + breaker.policy();
    }
}
