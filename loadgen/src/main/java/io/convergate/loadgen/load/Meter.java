package io.convergate.loadgen.load;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;
import org.jspecify.annotations.Nullable;

/**
 * What one worker counts. Written by its loop alone, without locks or contended writes; read by the collector at any time, a moment
 * late.
 */
final class Meter {
    /** Times are kept in nanoseconds, from a microsecond to an hour, to three digits. */
    static final long LOWEST_NANOS = 1_000;

    static final long HIGHEST_NANOS = 3_600_000_000_000L;
    static final int DIGITS = 3;

    /** The outcomes, once: {@code values()} makes a new array each time. */
    static final int OUTCOMES = Outcome.values().length;

    private static final int STATUSES = 600;
    private static final int UPSTREAMS_MAX = 256;

    private static final int PLANNED = 0;
    private static final int STARTED = 1;
    private static final int OPENED = 2;
    private static final int FAILED = 3;
    private static final int RETRIED = 4;
    private static final int MOVED = 5;
    private static final int BYTES = 6;
    private static final int UNASKED = 7;

    private final Times latency = new Times();
    private final Times service = new Times();
    private final Times lag = new Times();

    private final AtomicLongArray sums = new AtomicLongArray(8);
    private final AtomicLongArray statuses = new AtomicLongArray(STATUSES);
    private final AtomicLongArray byRequest;
    private final AtomicLongArray byTarget;
    private final AtomicReferenceArray<String> upstreamNames = new AtomicReferenceArray<>(UPSTREAMS_MAX);
    private final AtomicLongArray upstreams = new AtomicLongArray(UPSTREAMS_MAX);

    Meter(int requests, int targets) {
        byRequest = new AtomicLongArray(requests * OUTCOMES);
        byTarget = new AtomicLongArray(targets * OUTCOMES);
    }

    /** A distribution that one thread writes and another takes away from time to time. */
    private static final class Times {
        private final SingleWriterRecorder recorder = new SingleWriterRecorder(LOWEST_NANOS, HIGHEST_NANOS, DIGITS);
        private @Nullable Histogram taken;

        void record(long nanos) {
            recorder.recordValue(Math.max(0, Math.min(nanos, HIGHEST_NANOS)));
        }

        void drainTo(Histogram sum) {
            Histogram part = recorder.getIntervalHistogram(taken);
            taken = part;
            sum.add(part);
        }
    }

    /** Moves the times of the interval that ends here. Called by one thread, the collector's. */
    void drainTo(Histogram latencySum, Histogram serviceSum, Histogram lagSum) {
        latency.drainTo(latencySum);
        service.drainTo(serviceSum);
        lag.drainTo(lagSum);
    }

    /** A whole answer, or a deadline that passed: how long from the planned start. */
    void took(long nanos) {
        latency.record(nanos);
    }

    /** A whole answer: how long from the actual start. */
    void served(long nanos) {
        service.record(nanos);
    }

    private static void add(AtomicLongArray array, int index, long amount) {
        array.setRelease(index, array.getPlain(index) + amount);
    }

    void planned(long lagNanos) {
        add(sums, PLANNED, 1);
        lag.record(lagNanos);
    }

    /** Planned by a closed load, which cannot be late. */
    void plannedAtOnce() {
        add(sums, PLANNED, 1);
    }

    void started() {
        add(sums, STARTED, 1);
    }

    void connectionOpened() {
        add(sums, OPENED, 1);
    }

    void connectionFailed() {
        add(sums, FAILED, 1);
    }

    void retried() {
        add(sums, RETRIED, 1);
    }

    void moved() {
        add(sums, MOVED, 1);
    }

    void ended(Outcome outcome, int request, int target) {
        add(byRequest, request * OUTCOMES + outcome.ordinal(), 1);
        if (target >= 0) {
            add(byTarget, target * OUTCOMES + outcome.ordinal(), 1);
        }
    }

    /** Bytes that belong to no request. */
    void unasked(int target) {
        add(sums, UNASKED, 1);
        if (target >= 0) {
            add(byTarget, target * OUTCOMES + Outcome.UNASKED.ordinal(), 1);
        }
    }

    void answered(int status, String upstream, long bodyBytes) {
        add(sums, BYTES, bodyBytes);
        if (status > 0 && status < STATUSES) {
            add(statuses, status, 1);
        }
        if (!upstream.isEmpty()) {
            add(upstreams, place(upstream), 1);
        }
    }

    /** Where an upstream is counted; those that came too late share the last place. */
    private int place(String upstream) {
        for (int i = 0; i < UPSTREAMS_MAX - 1; i++) {
            String there = upstreamNames.getPlain(i);
            if (there == null) {
                upstreamNames.setRelease(i, upstream);
                return i;
            }
            if (there.equals(upstream)) {
                return i;
            }
        }
        upstreamNames.setRelease(UPSTREAMS_MAX - 1, "others");
        return UPSTREAMS_MAX - 1;
    }

    /** Adds everything but times to a tally. */
    void addTo(Tally tally) {
        tally.planned += sums.getAcquire(PLANNED);
        tally.started += sums.getAcquire(STARTED);
        tally.opened += sums.getAcquire(OPENED);
        tally.failed += sums.getAcquire(FAILED);
        tally.retried += sums.getAcquire(RETRIED);
        tally.moved += sums.getAcquire(MOVED);
        tally.bytes += sums.getAcquire(BYTES);
        tally.unasked += sums.getAcquire(UNASKED);
        for (int i = 0; i < byRequest.length(); i++) {
            tally.byRequest[i] += byRequest.getAcquire(i);
        }
        for (int i = 0; i < byTarget.length(); i++) {
            tally.byTarget[i] += byTarget.getAcquire(i);
        }
        for (int status = 100; status < STATUSES; status++) {
            long count = statuses.getAcquire(status);
            if (count > 0) {
                tally.statuses.merge(status, count, Long::sum);
            }
        }
        for (int i = 0; i < UPSTREAMS_MAX; i++) {
            String name = upstreamNames.getAcquire(i);
            if (name != null) {
                tally.upstreams.merge(name, upstreams.getAcquire(i), Long::sum);
            }
        }
    }
}
