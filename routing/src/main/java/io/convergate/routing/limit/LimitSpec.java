package io.convergate.routing.limit;

import java.time.Duration;
import java.util.Objects;

/** What may pass for one key. */
public sealed interface LimitSpec {
    /** The largest amount, burst or cost there can be. */
    long AMOUNT_MAX = 1_000_000_000;

    /** The most that may pass at once. */
    long capacity();

    /** The amount it is written with. */
    long amount();

    /** The seconds in which {@link #amount} may pass; 0 if it is no matter of time. */
    long seconds();

    /** The same for one of so many that share it: at least one for each. */
    LimitSpec share(int nodes);

    /**
     * So many in a time, spread: a bucket that fills evenly.
     *
     * @param amount how many, 1 to {@link #AMOUNT_MAX}
     * @param periodNanos in how many nanoseconds, from 1 up
     * @param burst how many at once after a pause, 1 to {@link #AMOUNT_MAX}
     */
    record Rate(long amount, long periodNanos, long burst) implements LimitSpec {
        public Rate {
            positive(amount);
            positive(burst);
            if (periodNanos <= 0) {
                throw new IllegalArgumentException(periodNanos + " ns (expected: above 0)");
            }
        }

        /** A rate of so many in a time. */
        public static Rate of(long amount, Duration period, long burst) {
            return new Rate(amount, period.toNanos(), burst);
        }

        /** What so much has become after a time, if nothing is taken. */
        public long after(long tokens, long nanos) {
            return (long) Math.min(burst, tokens + (double) nanos * amount / periodNanos);
        }

        /** In what time an empty bucket is full. */
        public long fillNanos() {
            return (long) ((double) burst * periodNanos / amount);
        }

        @Override
        public long capacity() {
            return burst;
        }

        @Override
        public long seconds() {
            return Math.max(1, periodNanos / 1_000_000_000);
        }

        @Override
        public Rate share(int nodes) {
            // A share below one in the period is one in a longer period.
            return amount >= nodes
                    ? new Rate(amount / nodes, periodNanos, Math.max(1, burst / nodes))
                    : new Rate(amount, periodNanos * nodes, Math.max(1, burst / nodes));
        }
    }

    /**
     * So many in each window, whenever in it.
     *
     * @param amount how many, 1 to {@link #AMOUNT_MAX}
     * @param window the windows
     */
    record Quota(long amount, Window window) implements LimitSpec {
        public Quota {
            positive(amount);
            Objects.requireNonNull(window, "window");
        }

        @Override
        public long capacity() {
            return amount;
        }

        @Override
        public long seconds() {
            return window.seconds();
        }

        @Override
        public Quota share(int nodes) {
            return new Quota(Math.max(1, amount / nodes), window);
        }
    }

    /**
     * So many at a time.
     *
     * @param amount how many requests in flight, 1 to {@link #AMOUNT_MAX}
     */
    record InFlight(long amount) implements LimitSpec {
        public InFlight {
            positive(amount);
        }

        @Override
        public long capacity() {
            return amount;
        }

        @Override
        public long seconds() {
            return 0;
        }

        @Override
        public InFlight share(int nodes) {
            return new InFlight(Math.max(1, amount / nodes));
        }
    }

    private static void positive(long amount) {
        if (amount < 1 || amount > AMOUNT_MAX) {
            throw new IllegalArgumentException(amount + " (expected: 1 to " + AMOUNT_MAX + ")");
        }
    }
}
