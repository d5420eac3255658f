package io.convergate.node.edge.traffic;

import static io.convergate.node.edge.fixture.ConfiguredEdge.healthCheck;
import static io.convergate.node.edge.fixture.ConfiguredEdge.policy;
import static io.convergate.node.edge.fixture.ConfiguredEdge.routeTo;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.edge.fixture.ConfiguredEdge;
import io.convergate.node.edge.fixture.RecordingOrigin;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocalityTest {
    private static final String CHECK = "interval: 100ms\njitter: 0s\nhealthyThreshold: 1\nunhealthyThreshold: 1\n"
            + "timeout: 20s\ninitialState: UNHEALTHY\nhttp: {path: /healthz}";

    @RegisterExtension
    static final ConfiguredEdge edge = ConfiguredEdge.with(
            UnaryOperator.identity(),
            Map.of("topology.kubernetes.io/region", "eu", "topology.kubernetes.io/zone", "a"));

    private final AtomicBoolean nearIsWell = new AtomicBoolean(true);

    private static String endpoint(InetSocketAddress address, String locality) {
        return "  - {address: " + address.getAddress().getHostAddress() + ", ports: {http: " + address.getPort()
                + "}, locality: " + locality + "}\n";
    }

    private static String service(String endpoints) {
        return "apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: a}\nspec:\n  hosts: [a.test]\n"
                + "  resolution: STATIC\n  ports: [{number: 80, name: http, protocol: HTTP}]\n  endpoints:\n"
                + endpoints;
    }

    private RecordingOrigin near() throws IOException {
        return edge.origin(connection -> connection.send(
                connection.request().target().equals("/healthz") && !nearIsWell.get()
                        ? "HTTP/1.1 500 E|Content-Length: 0||"
                        : "HTTP/1.1 200 OK|Content-Length: 4||near"));
    }

    private static RecordingOrigin far() throws IOException {
        return edge.origin(connection -> {
            connection.request();
            connection.ok("far");
        });
    }

    private static int ofHundred(String body) throws IOException {
        int found = 0;
        for (int i = 0; i < 100; i++) {
            found += edge.get("/x?k=" + i).text().equals(body) ? 1 : 0;
        }
        return found;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "loadBalancer: {simple: ROUND_ROBIN}",
                "loadBalancer: {simple: RANDOM}",
                "loadBalancer: {simple: LEAST_REQUEST}",
                "loadBalancer: {consistentHash: {httpQueryParameterName: k}}",
                "loadBalancer: {consistentHash: {httpQueryParameterName: k, maglev: {tableSize: 101}}}",
            })
    void requestsStayNearUntilTheEndpointsThereFail(String policy) throws IOException {
        RecordingOrigin near = near();
        RecordingOrigin far = far();
        edge.serve(
                service(endpoint(far.address(), "us/b") + endpoint(near.address(), "eu/a")),
                policy("a", policy),
                healthCheck("a", CHECK),
                routeTo("a", ""));
        assertThat(ofHundred("near")).isEqualTo(100);

        nearIsWell.set(false);
        edge.awaitMetric("convergate_unhealthy_endpoints", "", 1);
        assertThat(ofHundred("far")).isEqualTo(100);

        nearIsWell.set(true);
        edge.awaitMetric("convergate_unhealthy_endpoints", "", 0);
        assertThat(ofHundred("near")).isEqualTo(100);
    }

    @Test
    void partOfTheRequestsLeavesWhenPartOfTheEndpointsFail() throws IOException {
        RecordingOrigin far = far();
        RecordingOrigin near = near();
        RecordingOrigin well = edge.origin(RecordingOrigin.ECHO_TARGET);
        nearIsWell.set(false);
        edge.serve(
                service(endpoint(far.address(), "us/b")
                        + endpoint(near.address(), "eu/a")
                        + endpoint(well.address(), "eu/a")),
                healthCheck("a", CHECK),
                routeTo("a", ""));
        edge.awaitMetric("convergate_unhealthy_endpoints", "", 1);
        // Envoy: half of the endpoints, times 1.4, are able to take 70 %.
        assertThat(ofHundred("far")).isBetween(10, 55);
        assertThat(ofHundred("near")).isZero();
    }

    @ParameterizedTest
    @CsvSource({"ROUND_ROBIN, 0", "RANDOM, 0", "consistentHash, 0"})
    void sharesAreDistributedAsWritten(String way, int none) throws IOException {
        RecordingOrigin far = far();
        RecordingOrigin near = near();
        RecordingOrigin elsewhere = edge.origin(RecordingOrigin.ECHO_TARGET);
        String balancer =
                way.equals("consistentHash") ? "consistentHash: {httpQueryParameterName: k}" : "simple: " + way;
        edge.serve(
                service(endpoint(far.address(), "us/b")
                        + endpoint(near.address(), "eu/a")
                        + endpoint(elsewhere.address(), "asia/c")),
                policy(
                        "a",
                        "loadBalancer: {" + balancer
                                + ", localityLbSetting: {distribute: [{from: eu/*, to: {eu/a: 70, us/b: 30}}]}}"),
                routeTo("a", ""));
        int near100 = ofHundred("near");
        int far100 = ofHundred("far");
        assertThat(near100).isBetween(45, 95);
        assertThat(far100).isBetween(5, 55);
        assertThat(elsewhere.requests()).hasSize(none);
    }

    @ParameterizedTest
    @CsvSource({"true, 200", "false, 503"})
    void retriesMayLeaveTheLocality(boolean remote, int status) throws IOException {
        RecordingOrigin far = far();
        String here = endpoint(ConfiguredEdge.nobody(), "eu/a")
                + endpoint(ConfiguredEdge.nobody(), "eu/a")
                + endpoint(ConfiguredEdge.nobody(), "eu/a")
                + endpoint(ConfiguredEdge.nobody(), "eu/a");
        edge.serve(
                service(here + endpoint(far.address(), "us/b")),
                policy("a", "outlierDetection: {consecutive5xxErrors: 0, interval: 1h}"),
                routeTo(
                        "a",
                        "retries: {attempts: 2, retryOn: connect-failure, backoff: 1ms, retryRemoteLocalities: "
                                + remote + "}"));
        for (int i = 0; i < 10; i++) {
            assertThat(edge.get("/x").status()).isEqualTo(status);
        }
    }
}
