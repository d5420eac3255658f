package io.convergate.routing.action;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What goes wrong on purpose: first a delay, then a failure, each for a share of the requests that is drawn by itself. Istio:
 * HTTPFaultInjection.
 *
 * @param delayed how many wait
 * @param delayNanos how long, in nanoseconds
 * @param aborted how many fail
 * @param abort with what; null if none does
 */
public record Fault(
        Share delayed,
        long delayNanos,
        Share aborted,
        @Nullable Abort abort) implements Filter {
    public Fault {
        Objects.requireNonNull(delayed, "delayed");
        Objects.requireNonNull(aborted, "aborted");
        if (delayNanos < 0) {
            throw new IllegalArgumentException(delayNanos + " ns (expected: not below 0)");
        }
    }

    /**
     * The answer of a failure.
     *
     * @param status the HTTP status; for a gRPC status the one that clients without gRPC get
     * @param grpcStatus the gRPC status; -1 for none
     */
    public record Abort(int status, int grpcStatus) {}
}
