package io.convergate.node.telemetry.trace;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Whether requests are traced, and where their spans go.
 *
 * @param endpoint where a collector takes OTLP over HTTP, such as {@code http://collector:4318/v1/traces}; empty for no traces
 * @param ratio the share of the traces that begin here which is recorded, 0 to 1
 * @param fields in which header fields traces come and go
 * @param parents whose word about the trace counts
 * @param queueMax the most requests whose spans wait to be sent; what is more is dropped and counted
 * @param timeout how long sending a batch may take, all tries together
 * @param authorities certificates that the collector's must be signed with, PEM; empty for those the JDK trusts
 * @param headers more header fields for the collector, such as a token; asked for with every batch
 */
public record TraceSettings(
        Optional<URI> endpoint,
        double ratio,
        TraceHeaders fields,
        Parents parents,
        int queueMax,
        Duration timeout,
        Optional<byte[]> authorities,
        Supplier<Map<String, String>> headers) {
    /** No traces. */
    public static final TraceSettings OFF = to(Optional.empty(), 0);

    /** Whose trace context is continued, with what it says about sampling. */
    public enum Parents {
        /** Everybody's. */
        ALL,
        /** That of trusted proxies; others' requests begin traces of their own. */
        TRUSTED,
        /** Nobody's. */
        NONE
    }

    /** The same, with traces in other header fields. */
    public TraceSettings in(TraceHeaders otherFields) {
        return new TraceSettings(endpoint, ratio, otherFields, parents, queueMax, timeout, authorities, headers);
    }

    /** Traces with the defaults for everything else. */
    public static TraceSettings to(Optional<URI> endpoint, double ratio) {
        return new TraceSettings(
                endpoint,
                ratio,
                TraceHeaders.W3C,
                Parents.ALL,
                4096,
                Duration.ofSeconds(10),
                Optional.empty(),
                Map::of);
    }
}
