package io.convergate.node.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.routing.upstream.LoadBalancing;
import io.convergate.routing.upstream.PoolSettings;
import io.convergate.routing.upstream.Resolution;
import io.convergate.routing.upstream.UpstreamInfo;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kamon.tag.Lookups;
import kamon.tag.TagSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IstioMetricsTest {
    private final AtomicLong nanos = new AtomicLong(1);
    private final Telemetry telemetry = Telemetry.start(
            new TelemetrySettings(
                    Map.of("app", "edge", "version", "7", "convergate.io/namespace", "front", "other", "x"),
                    TelemetrySettings.Format.OFF,
                    Optional.empty()),
            nanos::get,
            10);

    @AfterEach
    void stop() {
        telemetry.close();
    }

    private DestinationRecorder destination(String host, String subset) {
        return telemetry.destination(new UpstreamInfo(
                "outbound|80|" + subset + "|" + host,
                host,
                80,
                Optional.of(subset).filter(name -> !name.isEmpty()),
                Resolution.STATIC,
                List.of(),
                LoadBalancing.ROUND_ROBIN,
                Optional.empty(),
                PoolSettings.DEFAULTS,
                Optional.empty()));
    }

    private void request(DestinationRecorder destination, int status, ResponseFlag... flags) {
        RequestRecord record = new RequestRecord();
        record.destination = destination;
        record.status = status;
        record.endNanos = Duration.ofMillis(30).toNanos();
        record.bytesSent = 5_000;
        record.bytesReceived = 0;
        for (ResponseFlag flag : flags) {
            record.flag(flag, null);
        }
        telemetry.finished(record);
    }

    private List<String> samples(String name, String service) {
        return telemetry
                .prometheus()
                .lines()
                .filter(line -> line.startsWith(name + "{") && line.contains("destination_service=\"" + service + "\""))
                .toList();
    }

    private double value(String name, String service, String... labels) {
        return samples(name, service).stream()
                .filter(line -> Arrays.stream(labels).allMatch(line::contains))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @ParameterizedTest
    @CsvSource({
        "reviews.shop.svc.cluster.local, v2, reviews, shop, v2",
        "reviews.shop.svc.cluster.local, '', reviews, shop, unknown",
        "api.example.com, '', api.example.com, unknown, unknown",
    })
    void aDestinationHasIstiosNames(String host, String subset, String name, String namespace, String version) {
        request(destination(host, subset), 200);

        assertThat(samples("istio_requests_total", host))
                .singleElement()
                .asString()
                .contains("destination_service_name=\"" + name + "\"")
                .contains("destination_service_namespace=\"" + namespace + "\"")
                .contains("destination_version=\"" + version + "\"")
                .contains("destination_canonical_service=\"unknown\"")
                .contains("destination_canonical_revision=\"" + (version.equals("unknown") ? "latest" : version) + "\"")
                .contains("request_protocol=\"http\"");
    }

    @Test
    void theSourceIsTheNodeByItsLabels() {
        request(destination("a", ""), 200);

        assertThat(samples("istio_requests_total", "a"))
                .singleElement()
                .asString()
                .contains("reporter=\"source\"")
                .contains("source_workload=\"edge\"")
                .contains("source_app=\"edge\"")
                .contains("source_version=\"7\"")
                .contains("source_workload_namespace=\"front\"");
    }

    /** All that Istio's page has for HTTP, but {@code grpc_response_status}; dashboards sum by any of them. */
    @Test
    void everyLabelOfIstioIsThere() {
        String bySource =
                "reporter source_workload source_workload_namespace source_principal source_app source_version"
                        + " source_canonical_service source_canonical_revision source_cluster";
        String byDestination = "destination_workload destination_workload_namespace destination_principal"
                + " destination_app destination_version destination_service destination_service_name"
                + " destination_service_namespace destination_canonical_service destination_canonical_revision"
                + " destination_cluster request_protocol connection_security_policy";
        request(destination("a", ""), 200);

        for (String name : List.of(
                "istio_requests_total",
                "istio_request_duration_milliseconds_count",
                "istio_request_bytes_count",
                "istio_response_bytes_count")) {
            String sample = samples(name, "a").get(0);
            assertThat(sample.substring(sample.indexOf('{')).replaceAll("=\"[^\"]*\"", ""))
                    .contains((bySource + ' ' + byDestination).split(" "));
        }
        assertThat(samples("istio_requests_total", "a").get(0)).contains("response_code=", "response_flags=");
    }

    @ParameterizedTest
    @CsvSource({
        "'', convergate, latest, unknown",
        "'app=edge version=7', edge, 7, unknown",
        "'app=edge app.kubernetes.io/name=front app.kubernetes.io/version=8 version=7', front, 8, unknown",
        "'app=edge service.istio.io/canonical-name=main app.kubernetes.io/name=front"
                + " service.istio.io/canonical-revision=9 version=7 topology.istio.io/cluster=east', main, 9, east",
    })
    void theSourceHasItsCanonicalNamesFromTheLabelsThatIstioLooksAt(
            String labels, String service, String revision, String cluster) {
        Map<String, String> node = Arrays.stream(labels.split(" "))
                .filter(label -> !label.isEmpty())
                .collect(Collectors.toMap(label -> label.split("=")[0], label -> label.split("=")[1]));

        TagSet tags = IstioMetrics.unknown(node);

        assertThat(tags.get(Lookups.plain("source_canonical_service"))).isEqualTo(service);
        assertThat(tags.get(Lookups.plain("source_canonical_revision"))).isEqualTo(revision);
        assertThat(tags.get(Lookups.plain("source_cluster"))).isEqualTo(cluster);
    }

    @Test
    void requestsAreCountedByStatusAndFlags() {
        DestinationRecorder a = destination("a", "");
        request(a, 200);
        request(a, 200);
        request(a, 404);
        request(a, 503, ResponseFlag.UF);
        request(a, 503);
        request(a, 0, ResponseFlag.DC);
        request(a, 999);

        String name = "istio_requests_total";
        assertThat(value(name, "a", "response_code=\"200\"", "response_flags=\"-\""))
                .isEqualTo(2);
        assertThat(value(name, "a", "response_code=\"404\"", "response_flags=\"-\""))
                .isEqualTo(1);
        assertThat(value(name, "a", "response_code=\"503\"", "response_flags=\"UF\""))
                .isEqualTo(1);
        assertThat(value(name, "a", "response_code=\"503\"", "response_flags=\"-\""))
                .isEqualTo(1);
        assertThat(value(name, "a", "response_code=\"0\"", "response_flags=\"DC\""))
                .isEqualTo(1);
        assertThat(value(name, "a", "response_code=\"0\"", "response_flags=\"-\""))
                .as("of no class there is")
                .isEqualTo(1);
    }

    @Test
    void durationsAndSizesFallIntoTheirBuckets() {
        request(destination("a", ""), 200);

        String millis = "istio_request_duration_milliseconds";
        assertThat(value(millis + "_bucket", "a", "le=\"25.0\"")).isZero();
        assertThat(value(millis + "_bucket", "a", "le=\"50.0\"")).isEqualTo(1);
        assertThat(value(millis + "_count", "a")).isEqualTo(1);
        assertThat(value("istio_response_bytes_bucket", "a", "le=\"1000.0\"")).isZero();
        assertThat(value("istio_response_bytes_bucket", "a", "le=\"10000.0\"")).isEqualTo(1);
        assertThat(value("istio_request_bytes_bucket", "a", "le=\"100.0\"")).isEqualTo(1);
    }

    @Test
    void aRequestThatWentNowhereIsCountedAsUnknown() {
        request(null, 404, ResponseFlag.NR);

        assertThat(value("istio_requests_total", "unknown", "response_code=\"404\"", "response_flags=\"NR\""))
                .isEqualTo(1);
    }

    @Test
    void aDestinationThatNoTableNamesLosesAllItsSeriesAfterAWhile() {
        DestinationRecorder kept = destination("kept", "");
        request(kept, 200);
        request(destination("gone", ""), 200);
        request(destination("gone", ""), 503, ResponseFlag.UF);
        telemetry.served(() -> new Telemetry.Served(Stream.empty(), Stream.of(kept), Stream.empty(), Stream.empty()));
        nanos.addAndGet(Recorders.KEPT.plusMinutes(2).toNanos());
        telemetry.prometheus();

        assertThat(telemetry.prometheus().lines().filter(line -> line.contains("\"gone\"")))
                .isEmpty();
        assertThat(value("istio_requests_total", "kept")).isEqualTo(1);
    }

    @Test
    void aGaugeFamilyFollowsWhatThereIs() {
        AtomicLong number = new AtomicLong(1);
        telemetry.gauges("convergate_test_family", "A test", "of", () -> Map.of("v" + number.get(), number.get()));
        telemetry.counter("convergate_test_counter", "A test", "of", "v1").increment();
        assertThat(telemetry.prometheus()).contains("convergate_test_family{of=\"v1\"} 1.0");
        number.set(2);

        assertThat(telemetry.prometheus())
                .contains("convergate_test_family{of=\"v2\"} 2.0")
                .doesNotContain("convergate_test_family{of=\"v1\"}")
                .contains("convergate_test_counter_total{of=\"v1\"} 1.0");
    }

    @Test
    void whatOnlyGrowsIsACounter() {
        assertThat(telemetry.prometheus())
                .contains("# TYPE process_cpu_seconds_total counter")
                .contains("# TYPE process_open_fds gauge");
    }
}
