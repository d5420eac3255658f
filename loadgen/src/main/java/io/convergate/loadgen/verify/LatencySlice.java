package io.convergate.loadgen.verify;

import org.HdrHistogram.AbstractHistogram;

/**
 * The latencies of one load in one piece of a run.
 *
 * @param window when the requests had ended
 * @param micros in microseconds; not changed any more
 */
public record LatencySlice(String load, Window window, AbstractHistogram micros) {}
