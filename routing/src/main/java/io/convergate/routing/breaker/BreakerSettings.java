package io.convergate.routing.breaker;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * When an upstream is not called, and who decides; defaults filled in.
 *
 * @param failureRatePercent from so many percent failed calls on, 1 to 100, or {@link #NEVER}
 * @param slowRatePercent from so many percent slow calls on, 1 to 100, or {@link #NEVER}
 * @param slowCall a call whose response begins later is slow; empty if none is
 * @param window which calls are judged by
 * @param minimumCalls with fewer calls in the window nothing is decided
 * @param open how long it stays open
 * @param halfOpenProbes how many calls are tried then, at least 1
 * @param failures what counts as failed
 * @param scope who decides
 * @param minObservers in the cluster's scope: so many nodes must see it failing
 */
public record BreakerSettings(
        int failureRatePercent,
        int slowRatePercent,
        Optional<Duration> slowCall,
        WindowSize window,
        int minimumCalls,
        OpenTime open,
        int halfOpenProbes,
        FailureKinds failures,
        Scope scope,
        int minObservers) {
    /** A rate that is never reached. */
    public static final int NEVER = 101;

    public BreakerSettings {
        Objects.requireNonNull(slowCall, "slowCall");
        Objects.requireNonNull(window, "window");
        Objects.requireNonNull(failures, "failures");
        if (failureRatePercent < 1 || failureRatePercent > NEVER || slowRatePercent < 1 || slowRatePercent > NEVER) {
            throw new IllegalArgumentException(
                    failureRatePercent + " %, " + slowRatePercent + " % (expected: 1 to 100, or never)");
        }
        if (minimumCalls < 1 || halfOpenProbes < 1 || minObservers < 1) {
            throw new IllegalArgumentException("a count below 1 (expected: at least 1)");
        }
    }

    /** Who decides. */
    public enum Scope {
        /** Each node for itself. */
        NODE,
        /** Each node for itself, and all together for all. */
        CLUSTER
    }

    /** Whether so many calls of which so many failed and so many were slow are too bad. */
    boolean isTooBad(int calls, int failed, int slow) {
        return failed > 0 && failed * 100L >= (long) failureRatePercent * calls
                || slow > 0 && slow * 100L >= (long) slowRatePercent * calls;
    }
}
