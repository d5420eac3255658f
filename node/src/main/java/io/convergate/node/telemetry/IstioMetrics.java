package io.convergate.node.telemetry;

import io.convergate.routing.upstream.UpstreamInfo;
import java.util.Map;
import kamon.Kamon;
import kamon.metric.DynamicRange;
import kamon.metric.MeasurementUnit;
import kamon.metric.Metric;
import kamon.tag.TagSet;

/**
 * Istio's standard metrics: their names, and the labels they have at a gateway, which reports as the source. What a gateway
 * outside a mesh cannot know (workloads, principals, clusters) is {@code unknown}, as in Istio.
 */
final class IstioMetrics {
    /** Istio: how its proxies write that they do not know. */
    static final String UNKNOWN = "unknown";

    /** Istio: the canonical revision of a workload without a version. */
    private static final String LATEST = "latest";

    static final Metric.Counter REQUESTS = Kamon.counter("istio_requests", "Requests by destination, status and flags");

    /** Up to two hours; whole milliseconds, as Envoy counts them. */
    static final Metric.Histogram DURATION = Kamon.histogram(
            "istio_request_duration_milliseconds",
            "Time from a request's first byte to its reply's last",
            MeasurementUnit.none(),
            new DynamicRange(1, 7_200_000, 2));

    static final Metric.Histogram REQUEST_BYTES = bytes("istio_request_bytes", "Bytes of request bodies");
    static final Metric.Histogram RESPONSE_BYTES = bytes("istio_response_bytes", "Bytes of response bodies");

    /** Bounds of the histograms' buckets, by metric, for Kamon: durations have Envoy's. */
    static final String BUCKETS = """
            kamon.prometheus.buckets.custom {
              istio_request_duration_milliseconds = [0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 30000, 60000,
                300000, 600000, 1800000, 3600000]
              istio_request_bytes = [100, 1000, 10000, 100000, 1000000, 10000000, 100000000]
              istio_response_bytes = [100, 1000, 10000, 100000, 1000000, 10000000, 100000000]
            }
            """;

    private static final String SERVICE_SUFFIX = ".svc.cluster.local";

    private IstioMetrics() {}

    /** One significant digit: eight terabytes in 4 KiB of memory for each destination. */
    private static Metric.Histogram bytes(String name, String description) {
        return Kamon.histogram(name, description, MeasurementUnit.none(), new DynamicRange(1, 8_000_000_000_000L, 1));
    }

    /**
     * The labels of what goes from this node to a destination.
     *
     * @param labels the node's, which are told of the source: those by which Istio finds a workload's names
     */
    static TagSet tags(Map<String, String> labels, UpstreamInfo upstream) {
        String host = upstream.host();
        String name = host;
        String namespace = UNKNOWN;
        if (host.endsWith(SERVICE_SUFFIX)) {
            String[] parts =
                    host.substring(0, host.length() - SERVICE_SUFFIX.length()).split("\\.", 2);
            name = parts[0];
            namespace = parts.length > 1 ? parts[1] : UNKNOWN;
        }
        return tags(labels, host, name, namespace, upstream.subset().orElse(UNKNOWN));
    }

    /** The labels of what goes to no destination that is known. */
    static TagSet unknown(Map<String, String> labels) {
        return tags(labels, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN);
    }

    /** The labels of what goes to destinations that found no room for series of their own. */
    static TagSet overflow(Map<String, String> labels) {
        return tags(labels, "overflow", "overflow", UNKNOWN, UNKNOWN);
    }

    private static TagSet tags(
            Map<String, String> labels, String service, String name, String namespace, String version) {
        String app = first(labels, "convergate", "app");
        return TagSet.builder()
                .add("reporter", "source")
                .add("source_workload", app)
                .add("source_workload_namespace", first(labels, "default", "convergate.io/namespace"))
                .add("source_principal", UNKNOWN)
                .add("source_app", app)
                .add("source_version", first(labels, UNKNOWN, "version"))
                .add(
                        "source_canonical_service",
                        first(labels, app, "service.istio.io/canonical-name", "app.kubernetes.io/name"))
                .add(
                        "source_canonical_revision",
                        first(
                                labels,
                                LATEST,
                                "service.istio.io/canonical-revision",
                                "app.kubernetes.io/version",
                                "version"))
                .add("source_cluster", first(labels, UNKNOWN, "topology.istio.io/cluster"))
                .add("destination_workload", UNKNOWN)
                .add("destination_workload_namespace", UNKNOWN)
                .add("destination_principal", UNKNOWN)
                .add("destination_app", UNKNOWN)
                .add("destination_version", RouteRecorder.label(version))
                .add("destination_service", RouteRecorder.label(service))
                .add("destination_service_name", RouteRecorder.label(name))
                .add("destination_service_namespace", RouteRecorder.label(namespace))
                .add("destination_canonical_service", UNKNOWN)
                .add("destination_canonical_revision", version.equals(UNKNOWN) ? LATEST : RouteRecorder.label(version))
                .add("destination_cluster", UNKNOWN)
                .add("request_protocol", "http")
                .add("connection_security_policy", UNKNOWN)
                .build();
    }

    /** The first of these labels that there is. */
    private static String first(Map<String, String> labels, String otherwise, String... names) {
        for (String name : names) {
            String value = labels.getOrDefault(name, "");
            if (!value.isEmpty()) {
                return RouteRecorder.label(value);
            }
        }
        return otherwise;
    }
}
