package io.convergate.loadgen.verify;

import io.convergate.loadgen.load.Outcome;

/**
 * A request that can do harm twice, as a client sent it.
 *
 * @param load the name of its load
 * @param requestId the id it carried
 * @param outcome what the client knows of it
 * @param upstream who answered, as the answer says, or empty
 */
public record UnsafeRequest(String load, String requestId, Outcome outcome, String upstream) {
    /** Whether the client has an answer that an upstream gave: then it was carried out. */
    boolean isAnswered() {
        return outcome == Outcome.OK && !upstream.isEmpty();
    }

    /** Whether it certainly never left the client. */
    boolean wasNeverSent() {
        return outcome == Outcome.UNSENT || outcome == Outcome.REFUSED;
    }
}
