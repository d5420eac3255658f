package io.convergate.loadgen.load;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.HdrHistogram.Histogram;

/** Adds up what the workers count: every interval, and whenever somebody asks. Thread-safe; the workers are never held up. */
final class Collector {
    /** The length of an interval, in milliseconds, as long as a run is short. */
    static final long INTERVAL_MS = 250;

    private final Shared shared;
    private final List<Meter> meters;
    private final List<IntervalListener> listeners;
    private final IntervalLog log = new IntervalLog(INTERVAL_MS);
    private final Histogram latency = Times.empty();
    private final Histogram service = Times.empty();
    private final Histogram lag = Times.empty();
    private long[] outcomesBefore = new long[Meter.OUTCOMES];
    private Instant begun = Instant.now();
    private long beginNanos = System.nanoTime();
    private long intervalStartMs;
    private long endNanos;

    Collector(Shared shared, List<Meter> meters, List<IntervalListener> listeners) {
        this.shared = shared;
        this.meters = List.copyOf(meters);
        this.listeners = List.copyOf(listeners);
    }

    synchronized void begin(Instant at, long nanos) {
        begun = at;
        beginNanos = nanos;
    }

    /** Ends an interval. */
    synchronized void tick() {
        long nowMs = (System.nanoTime() - beginNanos) / 1_000_000;
        if (endNanos != 0 || nowMs <= intervalStartMs) {
            return;
        }
        Histogram latencyNow = Times.empty();
        Histogram serviceNow = Times.empty();
        for (Meter meter : meters) {
            meter.drainTo(latencyNow, serviceNow, lag);
        }
        latency.add(latencyNow);
        service.add(serviceNow);
        long[] outcomes = tally().outcomes();
        long[] fresh = new long[outcomes.length];
        for (int i = 0; i < fresh.length; i++) {
            fresh[i] = outcomes[i] - outcomesBefore[i];
        }
        outcomesBefore = outcomes;
        log.add(intervalStartMs, nowMs - intervalStartMs, fresh, latencyNow, serviceNow);
        for (IntervalListener listener : listeners) {
            listener.ended(begun.plusMillis(intervalStartMs), Duration.ofMillis(nowMs - intervalStartMs), latencyNow);
        }
        intervalStartMs = nowMs;
    }

    /** Ends the last interval: nothing comes any more. */
    synchronized void end() {
        if (endNanos == 0) {
            tick();
            endNanos = System.nanoTime();
        }
    }

    private Tally tally() {
        Tally tally = new Tally(shared.requests().size(), shared.addresses().size());
        for (Meter meter : meters) {
            meter.addTo(tally);
        }
        return tally;
    }

    /** The figures so far; times as of the last interval's end. */
    synchronized LoadResult result() {
        Tally tally = tally();
        LoadResult.Percentiles latencies = Times.of(latency);
        LoadResult.Percentiles lags = Times.of(lag);
        long now = endNanos == 0 ? System.nanoTime() : endNanos;
        return new LoadResult(
                shared.plan().name(),
                shared.plan().description(),
                begun,
                Duration.ofNanos(Math.max(0, now - beginNanos)),
                tally.planned,
                tally.started,
                Tally.byOutcome(tally.outcomes(), 0),
                latencies,
                Times.of(service),
                lags,
                Honesty.holds(lags, latencies),
                Tally.byName(
                        shared.addresses().stream().map(Targets.Address::name).toList(), tally.byTarget),
                tally.upstreams,
                Tally.byName(shared.requests().names(), tally.byRequest),
                tally.statuses,
                log.intervals(),
                tally.opened,
                tally.failed,
                tally.retried,
                tally.moved,
                tally.bytes,
                shared.samples());
    }
}
