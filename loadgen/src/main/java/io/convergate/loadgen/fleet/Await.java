package io.convergate.loadgen.fleet;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for something to become true, until a deadline. */
public final class Await {
    private static final Duration INTERVAL = Duration.ofMillis(20);

    private Await() {}

    /**
     * Asks again and again until there is an answer. A probe that throws has no answer yet.
     *
     * @param what what is waited for, for the error
     * @return the answer
     * @throws AssertionError if there is none at the deadline; it tells what the last probe threw
     */
    public static <T> T until(String what, Duration deadline, Callable<Optional<T>> probe) {
        long end = System.nanoTime() + deadline.toNanos();
        Exception last = null;
        do {
            try {
                Optional<T> answer = probe.call();
                last = null;
                if (answer.isPresent()) {
                    return answer.get();
                }
            } catch (Exception e) {
                last = e;
            }
            LockSupport.parkNanos(INTERVAL.toNanos());
        } while (System.nanoTime() < end && !Thread.currentThread().isInterrupted());
        throw new AssertionError(what + ": not within " + deadline.toSeconds() + " s", last);
    }

    /** Waits until {@code condition} holds, and tells how long that took. */
    public static Duration untilTrue(String what, Duration deadline, Callable<Boolean> condition) {
        long begun = System.nanoTime();
        until(what, deadline, () -> condition.call() ? Optional.of(true) : Optional.empty());
        return Duration.ofNanos(System.nanoTime() - begun);
    }
}
