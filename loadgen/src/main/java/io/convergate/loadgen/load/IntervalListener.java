package io.convergate.loadgen.load;

import java.time.Duration;
import java.time.Instant;
import org.HdrHistogram.Histogram;

/** Hears of each interval of a run as it ends, on one thread. Quick: the next interval waits for it. */
@FunctionalInterface
public interface IntervalListener {
    /**
     * An interval has ended.
     *
     * @param latency in nanoseconds from the planned start; not to be changed or kept
     */
    void ended(Instant begun, Duration length, Histogram latency);
}
