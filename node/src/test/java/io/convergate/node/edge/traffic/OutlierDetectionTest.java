package io.convergate.node.edge.traffic;

import static io.convergate.node.edge.fixture.ConfiguredEdge.policy;
import static io.convergate.node.edge.fixture.ConfiguredEdge.routeTo;
import static io.convergate.node.edge.fixture.ConfiguredEdge.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.edge.fixture.ConfiguredEdge;
import io.convergate.node.edge.fixture.HttpMessage;
import io.convergate.node.edge.fixture.OriginConnection;
import io.convergate.node.edge.fixture.RecordingOrigin;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutlierDetectionTest {
    private static final String EJECTED = "convergate_ejected_endpoints";

    @RegisterExtension
    static final ConfiguredEdge edge = ConfiguredEdge.withDefaults();

    private static void serve(String outliers, String rule, InetSocketAddress... addresses) {
        edge.serve(
                service("a", addresses),
                policy("a", "loadBalancer: {simple: ROUND_ROBIN}\noutlierDetection: " + outliers),
                routeTo("a", rule));
    }

    private static RecordingOrigin.Script failing(AtomicBoolean fails) {
        return connection -> {
            connection.request();
            connection.send(fails.get() ? "HTTP/1.1 500 E|Content-Length: 0||" : "HTTP/1.1 200 OK|Content-Length: 0||");
        };
    }

    @Test
    void endpointThatKeepsFailingIsLeftOutAndComesBack() throws IOException {
        AtomicBoolean fails = new AtomicBoolean(true);
        RecordingOrigin bad = edge.origin(failing(fails));
        RecordingOrigin good = edge.origin(RecordingOrigin.ECHO_TARGET);
        double before = edge.metric("convergate_ejections_total", "a.test");
        serve("{consecutive5xxErrors: 3, interval: 100ms, baseEjectionTime: 1s}", "", bad.address(), good.address());
        int failures = 0;
        for (int i = 0; i < 40; i++) {
            failures += edge.get("/x").status() == 500 ? 1 : 0;
        }
        assertThat(failures).isEqualTo(3);
        edge.awaitMetric(EJECTED, "", 1);
        edge.awaitMetric("convergate_ejections_total", "a.test", before + 1);

        fails.set(false);
        edge.awaitMetric(EJECTED, "", 0);
        int seen = bad.requests().size();
        for (int i = 0; i < 20; i++) {
            assertThat(edge.get("/x").status()).isEqualTo(200);
        }
        assertThat(bad.requests().size()).isGreaterThan(seen);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{consecutiveGatewayErrors: 2, consecutive5xxErrors: 0, baseEjectionTime: 1m}",
                "{splitExternalLocalOriginErrors: true, consecutiveLocalOriginFailures: 2, baseEjectionTime: 1m}"
            })
    void endpointThatCannotBeReachedIsLeftOut(String outliers) throws IOException {
        RecordingOrigin good = edge.origin(RecordingOrigin.ECHO_TARGET);
        serve(outliers, "retries: {attempts: 0}", ConfiguredEdge.nobody(), good.address());
        int failures = 0;
        for (int i = 0; i < 20; i++) {
            failures += edge.get("/x").status() == 503 ? 1 : 0;
        }
        assertThat(failures).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "grpc-status: 14|Content-Length: 0||",
                "Transfer-Encoding: chunked||3|abc|0|grpc-status: 14||",
                "Transfer-Encoding: chunked||0|grpc-status: 2||"
            })
    void grpcStatusCountsWhereverItStands(String response) throws IOException {
        RecordingOrigin bad = edge.origin(connection -> {
            connection.request();
            connection.send("HTTP/1.1 200 OK|Content-Type: application/grpc|" + response);
        });
        RecordingOrigin good = edge.origin(RecordingOrigin.ECHO_TARGET);
        serve(
                "{consecutive5xxErrors: 2, baseEjectionTime: 1m}",
                "retries: {attempts: 0}",
                bad.address(),
                good.address());
        for (int i = 0; i < 20; i++) {
            edge.connect()
                    .send("GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                    .readToEnd();
        }
        assertThat(bad.requests()).hasSize(2);
    }

    @Test
    void attemptThatTakesTooLongCounts() throws IOException {
        RecordingOrigin hanging = edge.origin(OriginConnection::hang);
        RecordingOrigin good = edge.origin(RecordingOrigin.ECHO_TARGET);
        serve(
                "{consecutive5xxErrors: 1, baseEjectionTime: 1m}",
                "retries: {attempts: 1, perTryTimeout: 500ms, retryOn: 5xx}",
                hanging.address(),
                good.address());
        for (int i = 0; i < 10; i++) {
            assertThat(edge.get("/x").status()).isEqualTo(200);
        }
        assertThat(hanging.requests()).hasSize(1);
    }

    @Test
    void whenAllAreOutThereIsNobodyUnlessThatIsTooFew() throws IOException {
        RecordingOrigin bad = edge.origin(failing(new AtomicBoolean(true)));
        serve("{consecutive5xxErrors: 1, maxEjectionPercent: 100, baseEjectionTime: 1m}", "", bad.address());
        assertThat(edge.get("/x").status()).isEqualTo(500);
        HttpMessage answer = edge.get("/x");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.value("x-convergate-response-flags")).contains("UH");

        serve(
                "{consecutive5xxErrors: 1, maxEjectionPercent: 100, minHealthPercent: 50, baseEjectionTime: 1m}",
                "",
                bad.address());
        for (int i = 0; i < 5; i++) {
            assertThat(edge.get("/x").status()).isEqualTo(500);
        }
    }

    @Test
    void whatIsKnownOutlivesAChangeOfTheEndpoints() throws IOException {
        RecordingOrigin bad = edge.origin(failing(new AtomicBoolean(true)));
        RecordingOrigin good = edge.origin(RecordingOrigin.ECHO_TARGET);
        RecordingOrigin more = edge.origin(RecordingOrigin.ECHO_TARGET);
        String outliers = "{consecutive5xxErrors: 1, baseEjectionTime: 1m}";
        serve(outliers, "", bad.address(), good.address());
        for (int i = 0; i < 4; i++) {
            edge.get("/x");
        }
        serve(outliers, "", bad.address(), good.address(), more.address());
        for (int i = 0; i < 20; i++) {
            assertThat(edge.get("/x").status()).isEqualTo(200);
        }
        assertThat(bad.requests()).hasSize(1);
    }
}
