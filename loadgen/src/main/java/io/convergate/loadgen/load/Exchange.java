package io.convergate.loadgen.load;

import java.util.Objects;

/**
 * One request and what became of it, as listeners see it. Times are of {@link System#nanoTime()} in this process.
 *
 * @param load the name of the load it belongs to
 * @param number counts the requests of a load from 0, in planned order; -1 for {@link Outcome#UNASKED}, which belongs to none
 * @param request its name in the request set, or empty
 * @param target the address it went to, {@code host:port}; empty if none was tried
 * @param session the session it belongs to, or empty
 * @param plannedNanos when the schedule wanted it to start; latency counts from here
 * @param startedNanos when it was handed to a connection; service time counts from here
 * @param endedNanos when its outcome was known
 * @param status of the answer, or 0 without one
 * @param upstream who answered, as the answer itself says, or empty
 * @param requestId the id it carried, by which an origin's log knows it, or empty
 * @param detail more about a failure, or empty
 */
public record Exchange(
        String load,
        long number,
        String request,
        String target,
        String session,
        long plannedNanos,
        long startedNanos,
        long endedNanos,
        Outcome outcome,
        int status,
        String upstream,
        String requestId,
        String detail) {
    public Exchange {
        Objects.requireNonNull(outcome);
    }

    /** From the planned start to the end, in nanoseconds: what a user would have waited. */
    public long latencyNanos() {
        return endedNanos - plannedNanos;
    }

    /** From the actual start to the end, in nanoseconds. */
    public long serviceNanos() {
        return endedNanos - startedNanos;
    }
}
