package io.convergate.loadgen.verify;

import io.convergate.loadgen.load.PackedHistogram;

/**
 * The latencies of one load in one piece of a run.
 *
 * @param window when the requests had ended
 * @param micros in microseconds
 */
public record LatencySlice(String load, Window window, PackedHistogram micros) {}
