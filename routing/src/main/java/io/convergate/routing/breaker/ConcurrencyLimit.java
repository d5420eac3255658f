package io.convergate.routing.breaker;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * How many requests an upstream gets at a time, found out by how long it takes to answer. The algorithm is Gradient2 as Netflix'
 * concurrency-limits describes it: short windows of response times are compared with their long average; while they are about the same
 * the limit grows by the square root of itself, which lets a queue of that length form; when they become longer it shrinks in
 * proportion, to half at most in a step. Responses that never came make it a tenth smaller, whatever the times say (additive increase,
 * multiplicative decrease; RFC 5681 section 3.1). It does not grow while less than half of it is used. As published, an upstream that
 * is at its limit for minutes without a pause makes the long average follow, and the limit with it, up to its maximum.
 *
 * <p>Any thread. To begin a request takes one atomic step; its end takes a lock for a few additions. Neither allocates.
 */
public final class ConcurrencyLimit {
    private static final long WINDOW_NANOS = 100_000_000L;
    private static final int WINDOW_SAMPLES_MIN = 10;
    private static final long WINDOW_NANOS_MAX = 1_000_000_000L;

    /** Of the new limit so much counts, of the old one the rest. */
    private static final double SMOOTHING = 0.2;

    private static final double GRADIENT_MIN = 0.5;
    private static final double BACKOFF = 0.9;

    /** Windows whose plain mean begins the long average. */
    private static final int WARM_UP = 10;

    /** What a window counts in the long average after that: an exponential average of 600 windows. */
    private static final double LONG_SHARE = 2.0 / 601;

    /** If requests take less than half of what they used to, the long average forgets faster. */
    private static final double FORGET_BEYOND = 2;

    private static final double FORGET = 0.95;

    private final ConcurrencySettings settings;
    private final LongSupplier nanoTime;
    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile int limit;
    private double exact;
    private double longNanos;
    private int windows;
    private long windowSinceNanos;
    private double sumNanos;
    private int samples;
    private int lost;
    private int mostInFlight;

    /** @param nanoTime the clock, in nanoseconds from any origin */
    public ConcurrencyLimit(ConcurrencySettings settings, LongSupplier nanoTime) {
        this.settings = settings;
        this.nanoTime = nanoTime;
        this.limit = settings.initial();
        this.exact = settings.initial();
        this.windowSinceNanos = nanoTime.getAsLong();
    }

    /** Whether one more request may begin; if so, {@link #ended} must follow. */
    public boolean begun() {
        int now = inFlight.get();
        while (now < limit) {
            if (inFlight.compareAndSet(now, now + 1)) {
                return true;
            }
            now = inFlight.get();
        }
        return false;
    }

    /** A request is over. */
    public void ended() {
        inFlight.decrementAndGet();
    }

    /** A request got a response, which took so long to begin. */
    public synchronized void answered(long tookNanos) {
        sumNanos += tookNanos;
        samples++;
        look();
    }

    /** A request got none in its time, or was cut off. */
    public synchronized void lost() {
        lost++;
        look();
    }

    private void look() {
        mostInFlight = Math.max(mostInFlight, inFlight.get());
        long now = nanoTime.getAsLong();
        long age = now - windowSinceNanos;
        if (age < WINDOW_NANOS || samples + lost < WINDOW_SAMPLES_MIN && age < WINDOW_NANOS_MAX) {
            return;
        }
        if (lost > 0) {
            become(exact * BACKOFF);
        } else {
            measured(Math.max(1, sumNanos / samples));
        }
        windowSinceNanos = now;
        sumNanos = 0;
        samples = 0;
        lost = 0;
        mostInFlight = 0;
    }

    private void measured(double shortNanos) {
        windows = Math.min(WARM_UP, windows + 1);
        longNanos += (shortNanos - longNanos) * (windows < WARM_UP ? 1.0 / windows : LONG_SHARE);
        if (longNanos > FORGET_BEYOND * shortNanos) {
            longNanos *= FORGET;
        }
        double gradient = Math.max(GRADIENT_MIN, Math.min(1, settings.tolerance() * longNanos / shortNanos));
        double next = exact * gradient + Math.sqrt(exact);
        double smoothed = exact * (1 - SMOOTHING) + next * SMOOTHING;
        if (smoothed < exact || mostInFlight * 2 >= limit) {
            become(smoothed);
        }
    }

    private void become(double next) {
        exact = Math.max(settings.min(), Math.min(settings.max(), next));
        limit = (int) exact;
    }

    /** How many requests may be in flight now. */
    public int limit() {
        return limit;
    }

    /** How many are. */
    public int inFlight() {
        return inFlight.get();
    }
}
