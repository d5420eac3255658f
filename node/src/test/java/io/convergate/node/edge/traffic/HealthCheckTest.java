package io.convergate.node.edge.traffic;

import static io.convergate.node.edge.fixture.ConfiguredEdge.healthCheck;
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
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HealthCheckTest {
    private static final String UNHEALTHY = "convergate_unhealthy_endpoints";
    private static final String CHECK =
            "interval: 100ms\njitter: 0s\nhealthyThreshold: 1\nunhealthyThreshold: 1\n" + "timeout: 20s\n";

    @RegisterExtension
    static final ConfiguredEdge edge = ConfiguredEdge.withDefaults();

    private static final String OK = "HTTP/1.1 200 OK|Content-Length: 0||";

    /** Answers checks of {@code /healthz} with what is set, and all else with its target. */
    private static RecordingOrigin.Script healthz(AtomicReference<String> health) {
        return connection -> {
            HttpMessage request = connection.request();
            if (request.target().startsWith("/healthz")) {
                connection.send(health.get());
            } else {
                connection.ok(request.target());
            }
        };
    }

    private static void serve(String check, InetSocketAddress... addresses) {
        edge.serve(
                service("a", addresses),
                policy("a", "loadBalancer: {simple: ROUND_ROBIN}"),
                healthCheck("a", check),
                routeTo("a", "retries: {attempts: 0}"));
    }

    private static long asked(RecordingOrigin origin) throws IOException {
        return origin.requests().stream()
                .filter(request -> request.target().equals("/x"))
                .count();
    }

    private static void get(int times) throws IOException {
        for (int i = 0; i < times; i++) {
            assertThat(edge.get("/x").status()).isEqualTo(200);
        }
    }

    @Test
    void endpointThatFailsItsCheckIsTakenOutAndComesBack() throws IOException {
        AtomicReference<String> health = new AtomicReference<>(OK);
        RecordingOrigin sick = edge.origin(healthz(health));
        RecordingOrigin well = edge.origin(healthz(new AtomicReference<>(OK)));
        serve(CHECK + "http: {path: /healthz}", sick.address(), well.address());
        edge.awaitMetric(UNHEALTHY, "", 0);
        get(10);
        assertThat(asked(sick)).isPositive();

        health.set("HTTP/1.1 503 No|Content-Length: 0||");
        edge.awaitMetric(UNHEALTHY, "", 1);
        long before = asked(sick);
        get(20);
        assertThat(asked(sick)).isEqualTo(before);
        assertThat(edge.metric("convergate_health_checks_failed_total", "a.test"))
                .isPositive();
        assertThat(edge.metric("convergate_health_checks_passed_total", "a.test"))
                .isPositive();

        health.set(OK);
        edge.awaitMetric(UNHEALTHY, "", 0);
        get(20);
        assertThat(asked(sick)).isGreaterThan(before);
    }

    @Test
    void checkSaysWhatThePolicySays() throws IOException, InterruptedException {
        RecordingOrigin origin = edge.origin(healthz(new AtomicReference<>("HTTP/1.1 204 No Content||")));
        serve(
                CHECK + "http: {path: '/healthz?deep', method: HEAD, host: check.test, headers: {x-check: deep},"
                        + " expectedStatuses: ['204', '300-399']}",
                origin.address());
        origin.awaitText("\r\n\r\n");
        HttpMessage check = origin.requests().get(0);
        assertThat(check.method()).isEqualTo("HEAD");
        assertThat(check.target()).isEqualTo("/healthz?deep");
        assertThat(check.value("host")).contains("check.test");
        assertThat(check.value("x-check")).contains("deep");
        assertThat(check.value("user-agent")).contains("convergate-health-check");
        edge.awaitMetric(UNHEALTHY, "", 0);
        get(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 404 Not Found|Content-Length: 0||",
                "HTTP/1.1 100 Continue||HTTP/1.1 500 E|Content-Length: 0||",
                "SSH-2.0-OpenSSH||",
            })
    void whatIsNotExpectedFails(String answer) throws IOException {
        RecordingOrigin origin = edge.origin(healthz(new AtomicReference<>(answer)));
        serve(CHECK + "http: {path: /healthz}", origin.address());
        edge.awaitMetric(UNHEALTHY, "", 1);
        HttpMessage reply = edge.get("/x");
        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.value("x-convergate-response-flags")).contains("UH");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http: {path: /}", "tcp: {}"})
    void endpointThatNobodyListensAtFails(String probe) throws IOException {
        RecordingOrigin well = edge.origin(RecordingOrigin.ECHO_TARGET);
        serve(CHECK + "initialState: UNHEALTHY\n" + probe, ConfiguredEdge.nobody(), well.address());
        get(20);
        edge.awaitMetric(UNHEALTHY, "", 1);
    }

    @Test
    void checkThatIsNotAnsweredInTimeFails() throws IOException {
        RecordingOrigin hanging = edge.origin(OriginConnection::hang);
        serve(CHECK.replace("20s", "100ms") + "http: {path: /healthz}", hanging.address());
        edge.awaitMetric(UNHEALTHY, "", 1);
    }

    @Test
    void anotherPortMayBeAsked() throws IOException {
        RecordingOrigin origin = edge.origin(RecordingOrigin.ECHO_TARGET);
        RecordingOrigin health = edge.origin(healthz(new AtomicReference<>(OK)));
        serve(
                CHECK + "initialState: UNHEALTHY\nport: " + health.address().getPort() + "\nhttp: {path: /healthz}",
                origin.address());
        get(5);
        assertThat(origin.requests()).hasSize(5);
        assertThat(health.requests()).isNotEmpty();
    }

    @Test
    void withTooFewHealthyEndpointsAllGetRequests() throws IOException {
        AtomicReference<String> ill = new AtomicReference<>("HTTP/1.1 500 E|Content-Length: 0||");
        RecordingOrigin one = edge.origin(healthz(ill));
        RecordingOrigin two = edge.origin(healthz(ill));
        serve(CHECK + "minHealthPercent: 50\nhttp: {path: /healthz}", one.address(), two.address());
        edge.awaitMetric(UNHEALTHY, "", 2);
        get(10);
        assertThat(asked(one)).isPositive();
        assertThat(asked(two)).isPositive();
    }

    @Test
    void whatIsKnownOutlivesAChangeOfTheEndpointsAndEndsWithThePolicy() throws IOException {
        RecordingOrigin ill = edge.origin(healthz(new AtomicReference<>("HTTP/1.1 500 E|Content-Length: 0||")));
        RecordingOrigin well = edge.origin(healthz(new AtomicReference<>(OK)));
        RecordingOrigin more = edge.origin(healthz(new AtomicReference<>(OK)));
        serve(CHECK + "http: {path: /healthz}", ill.address(), well.address());
        edge.awaitMetric(UNHEALTHY, "", 1);
        serve(CHECK + "http: {path: /healthz}", ill.address(), well.address(), more.address());
        get(20);
        assertThat(asked(ill)).isZero();

        edge.serve(service("a", ill.address(), well.address()), routeTo("a", ""));
        edge.awaitMetric(UNHEALTHY, "", 0);
        Set<Integer> statuses = new HashSet<>();
        for (int i = 0; i < 40; i++) {
            statuses.add(edge.get("/x").status());
        }
        assertThat(statuses).containsExactly(200);
        assertThat(asked(ill)).isPositive();
    }
}
