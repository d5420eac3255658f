package io.convergate.node.telemetry;

import java.util.Map;

/**
 * One series of a metric, as it stands.
 *
 * @param labels its labels
 * @param value of a counter or gauge; of a histogram how many there are
 * @param spread of a histogram of durations
 */
public record Series(Map<String, String> labels, double value, Spread spread) {
    public Series {
        labels = Map.copyOf(labels);
    }

    /** A label's value; empty if there is none. */
    public String label(String name) {
        return labels.getOrDefault(name, "");
    }
}
