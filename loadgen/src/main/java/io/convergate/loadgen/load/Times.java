package io.convergate.loadgen.load;

import io.convergate.loadgen.load.LoadResult.Percentiles;
import org.HdrHistogram.Histogram;

/** From histograms of nanoseconds to percentiles in microseconds. */
final class Times {
    private Times() {}

    static Histogram empty() {
        return new Histogram(Meter.LOWEST_NANOS, Meter.HIGHEST_NANOS, Meter.DIGITS);
    }

    static Percentiles of(Histogram nanos) {
        if (nanos.getTotalCount() == 0) {
            return Percentiles.NONE;
        }
        return new Percentiles(
                nanos.getTotalCount(),
                nanos.getMean() / 1e3,
                at(nanos, 50),
                at(nanos, 75),
                at(nanos, 90),
                at(nanos, 99),
                at(nanos, 99.9),
                nanos.getMaxValue() / 1e3);
    }

    private static double at(Histogram nanos, double percentile) {
        return nanos.getValueAtPercentile(percentile) / 1e3;
    }
}
