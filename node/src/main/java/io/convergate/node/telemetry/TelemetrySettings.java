package io.convergate.node.telemetry;

import io.convergate.node.telemetry.trace.TraceSettings;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What the node writes about its requests.
 *
 * @param labels the node's labels, of which some are told of it in metrics
 * @param counting whether requests are counted by route and destination
 * @param format how a request is written to the access log, or that it is not
 * @param filter which requests are written there
 * @param path the file that log lines are appended to; empty for standard output
 * @param node the node's name, for traces
 * @param trace whether requests are traced
 */
public record TelemetrySettings(
        Map<String, String> labels,
        Counting counting,
        Format format,
        LogFilter filter,
        Optional<String> path,
        String node,
        TraceSettings trace) {
    public TelemetrySettings {
        labels = Map.copyOf(labels);
    }

    /** Settings without traces, and every request in the log. */
    public TelemetrySettings(Map<String, String> labels, Format format, Optional<String> path) {
        this(labels, Counting.ON, format, LogFilter.ALL, path, "", TraceSettings.OFF);
    }

    /** Whether requests are counted. */
    public enum Counting {
        /** By route, by destination and by response flag. */
        ON,
        /** Not at all, to find out what that costs. */
        OFF
    }

    /** The form of a log line. */
    public enum Format {
        /** Envoy's default format. */
        TEXT,
        /** One JSON object, with Istio's field names. */
        JSON,
        /** None. */
        OFF;

        /**
         * The format of that name.
         *
         * @throws IllegalArgumentException if there is none
         */
        public static Format of(String name) {
            switch (name.toLowerCase(Locale.ROOT)) {
                case "text":
                    return TEXT;
                case "json":
                    return JSON;
                case "off":
                    return OFF;
                default:
                    throw new IllegalArgumentException("access log format " + name + " (expected: text, json or off)");
            }
        }
    }
}
