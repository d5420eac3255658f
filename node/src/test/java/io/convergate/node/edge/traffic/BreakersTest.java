package io.convergate.node.edge.traffic;

import static io.convergate.node.edge.fixture.ConfiguredEdge.breaker;
import static io.convergate.node.edge.fixture.ConfiguredEdge.nobody;
import static io.convergate.node.edge.fixture.ConfiguredEdge.routeTo;
import static io.convergate.node.edge.fixture.ConfiguredEdge.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.breakers.BreakerStatus;
import io.convergate.node.edge.fixture.ConfiguredEdge;
import io.convergate.node.edge.fixture.HttpMessage;
import io.convergate.node.edge.fixture.OriginConnection;
import io.convergate.node.edge.fixture.RawClient;
import io.convergate.node.edge.fixture.RecordingOrigin;
import io.convergate.node.edge.fixture.Wire;
import io.convergate.routing.breaker.BreakerState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Breakers of one node, from policy to socket. */
class BreakersTest {
    private static final String HALF = "failureRateThreshold: 50\nwindow: {calls: 10}\nminimumCalls: 4\n";
    private static final String LONG = "open: {duration: 10m}\n";
    private static final String SHORT = "open: {duration: 300ms, factor: 1, jitterPercent: 0}\nhalfOpenProbes: 1\n";
    private static final String OK = "HTTP/1.1 200 OK|Content-Length: 0||";
    private static final String ERROR = "HTTP/1.1 500 E|Content-Length: 0||";
    private static final String NO_RETRIES = "retries: {attempts: 0}";

    @RegisterExtension
    static final ConfiguredEdge edge = ConfiguredEdge.withDefaults();

    private final AtomicReference<String> answer = new AtomicReference<>(OK);
    private final AtomicInteger seen = new AtomicInteger();
    private final CountDownLatch hung = new CountDownLatch(1);

    private RecordingOrigin origin() throws IOException {
        return edge.origin(connection -> {
            connection.request();
            seen.incrementAndGet();
            String now = answer.get();
            if (now.isEmpty()) {
                connection.reset();
            } else if (now.equals("hang")) {
                OriginConnection.await(hung);
                connection.send(OK);
            } else {
                connection.send(now);
            }
        });
    }

    @AfterEach
    void forget() throws IOException {
        hung.countDown();
        edge.serve(service("a", nobody()), routeTo("a", ""));
        assertThat(edge.breakers().all()).isEmpty();
    }

    private static List<Integer> statuses(int requests) throws IOException {
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
            statuses.add(edge.get("/x").status());
        }
        return statuses;
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private static void until(Condition condition) throws IOException {
        long end = System.nanoTime() + Wire.DEADLINE.toNanos();
        while (!condition.holds()) {
            assertThat(end - System.nanoTime()).as("time that is left").isPositive();
            LockSupport.parkNanos(20_000_000);
        }
    }

    private static BreakerState state() {
        return edge.breakers().notClosed(1).stream()
                .map(BreakerStatus::state)
                .findFirst()
                .orElse(BreakerState.CLOSED);
    }

    @Test
    void opensAndRefusesFastAndClosesAgain() throws IOException {
        double refused = edge.metric("convergate_breaker_refused_total", "|a.test");
        edge.serve(service("a", origin().address()), breaker("a", HALF + SHORT), routeTo("a", NO_RETRIES));
        answer.set(ERROR);
        assertThat(statuses(4)).containsOnly(500);
        HttpMessage refusal = edge.get("/x");
        assertThat(refusal.status()).isEqualTo(503);
        assertThat(refusal.value("x-convergate-response-flags")).contains("UO");
        assertThat(refusal.value("retry-after")).contains("1");
        assertThat(refusal.text()).isEqualTo("the destination keeps failing and is not called at the moment\n");
        assertThat(seen).hasValue(4);
        assertThat(edge.metric("convergate_breaker_refused_total", "|a.test")).isGreaterThan(refused);
        assertThat(edge.metric("convergate_breaker_state", "|a.test")).isPositive();

        answer.set(OK);
        until(() -> edge.get("/x").status() == 200);
        assertThat(statuses(20)).containsOnly(200);
        assertThat(state()).isEqualTo(BreakerState.CLOSED);
        assertThat(edge.metric("convergate_breaker_probes_total", "|a.test")).isPositive();
    }

    @ParameterizedTest(name = "{0}, {1}")
    @CsvSource(
            delimiter = ';',
            value = {
                "'HTTP/1.1 503 E|Content-Length: 0||'; ''; OPEN",
                "'HTTP/1.1 429 E|Content-Length: 0||'; ''; CLOSED",
                "'HTTP/1.1 429 E|Content-Length: 0||'; failures: {statuses: ['400-599']}; OPEN",
                "'HTTP/1.1 500 E|Content-Length: 0||'; failures: {statuses: ['503']}; CLOSED",
                "'HTTP/1.1 200 OK|Content-Type: application/grpc|grpc-status: 14|Content-Length: 0||'; ''; OPEN",
                "'HTTP/1.1 200 OK|Content-Type: application/grpc|grpc-status: 5|Content-Length: 0||'; ''; CLOSED",
                "'HTTP/1.1 200 OK|Content-Type: application/grpc|grpc-status: 5|Content-Length: 0||'; failures: {grpcStatuses: [NOT_FOUND]}; OPEN",
                "'HTTP/1.1 200 OK|Content-Type: application/grpc|Transfer-Encoding: chunked||3|abc|0|grpc-status: 14||'; ''; OPEN",
                "'HTTP/1.1 200 OK|Content-Type: application/grpc|Transfer-Encoding: chunked||0|grpc-status: 13||'; ''; OPEN",
                "'HTTP/1.1 200 OK|Content-Type: application/grpc|Transfer-Encoding: chunked||3|abc|0|grpc-status: 0||'; ''; CLOSED",
                "'HTTP/1.1 200 OK|Content-Type: application/grpc|Transfer-Encoding: chunked||3|abc|0|grpc-status: 5||'; ''; CLOSED",
                "'HTTP/1.1 200 OK|Content-Type: application/grpc|Transfer-Encoding: chunked||3|abc|0||'; ''; CLOSED",
                "'HTTP/1.1 200 OK|Content-Type: text/plain|Transfer-Encoding: chunked||3|abc|0|grpc-status: 14||'; ''; CLOSED",
                "''; ''; OPEN",
                "''; failures: {resets: false}; CLOSED",
                "'bla|'; ''; OPEN",
            })
    void whatCountsAsFailed(String response, String failures, BreakerState expected) throws IOException {
        answer.set(response);
        edge.serve(service("a", origin().address()), breaker("a", HALF + LONG + failures), routeTo("a", NO_RETRIES));
        for (int i = 0; i < 4; i++) {
            edge.connect()
                    .send("GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                    .readToEnd();
        }
        assertThat(state()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"true, OPEN", "false, CLOSED"})
    void connectionsThatCannotBeMadeCount(boolean counted, BreakerState expected) throws IOException {
        edge.serve(
                service("a", nobody()),
                breaker("a", HALF + LONG + "failures: {connectFailures: " + counted + "}"),
                routeTo("a", NO_RETRIES));
        assertThat(statuses(4)).containsOnly(503);
        assertThat(state()).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = ';',
            value = {"timeout: 50ms", "'retries: {attempts: 1, perTryTimeout: 50ms, retryOn: connect-failure}'"})
    void responsesThatDoNotComeInTimeCount(String rule) throws IOException {
        answer.set("hang");
        edge.serve(service("a", origin().address()), breaker("a", HALF + LONG), routeTo("a", rule));
        assertThat(statuses(4)).containsOnly(504);
        assertThat(state()).isEqualTo(BreakerState.OPEN);
        assertThat(statuses(1)).containsOnly(503);
    }

    @Test
    void everyTryCountsAndNoneIsMadeWhileItIsOpen() throws IOException {
        answer.set(ERROR);
        edge.serve(
                service("a", origin().address()),
                breaker("a", HALF + LONG),
                routeTo("a", "retries: {attempts: 9, backoff: 1ms, retryOn: 5xx}"));
        HttpMessage response = edge.get("/x");
        assertThat(response.status()).as("the last answer stands").isEqualTo(500);
        assertThat(seen)
                .as("a request of ten tries ends when the breaker opens")
                .hasValue(4);
        assertThat(statuses(3)).containsOnly(503);
        assertThat(seen).hasValue(4);
    }

    @Test
    void slowResponsesOpenItToo() throws IOException {
        RecordingOrigin slow = edge.origin(connection -> {
            connection.request();
            long end = System.nanoTime() + 60_000_000;
            while (System.nanoTime() < end) {
                LockSupport.parkNanos(end - System.nanoTime());
            }
            connection.send(OK);
        });
        edge.serve(
                service("a", slow.address()),
                breaker("a", "slowCallRateThreshold: 100\nslowCallDuration: 50ms\nminimumCalls: 4\n" + LONG),
                routeTo("a", NO_RETRIES));
        assertThat(statuses(4)).containsOnly(200);
        assertThat(statuses(1)).containsOnly(503);
    }

    @Test
    void responseOfThePolicyStandsIn() throws IOException {
        answer.set(ERROR);
        edge.serve(
                service("a", origin().address()),
                breaker(
                        "a",
                        HALF + LONG
                                + "fallback: {response: {status: 200, body: '[]', headers: {content-type: application/json}}}"),
                routeTo("a", NO_RETRIES));
        statuses(4);
        HttpMessage response = edge.get("/x");
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.text()).isEqualTo("[]");
        assertThat(response.value("content-type")).contains("application/json");
        assertThat(response.value("x-convergate-response-flags")).contains("UO");
    }

    @Test
    void anotherServiceStandsIn() throws IOException {
        answer.set(ERROR);
        RecordingOrigin other = edge.origin(RecordingOrigin.ECHO_TARGET);
        edge.serve(
                service("a", origin().address()),
                service("b", other.address()),
                breaker("a", HALF + LONG + "fallback: {destination: {host: b.test}}"),
                routeTo("a", NO_RETRIES));
        assertThat(statuses(4)).containsOnly(500);
        HttpMessage response = edge.get("/x?y");
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.text()).isEqualTo("/x?y");
        assertThat(statuses(50)).containsOnly(200);
        assertThat(seen).hasValue(4);
        edge.awaitMetric("convergate_upstream_requests_in_flight", "", 0);
    }

    @Test
    void mirrorsHaveBreakersOfTheirOwn() throws IOException {
        answer.set(ERROR);
        RecordingOrigin main = edge.origin(RecordingOrigin.ECHO_TARGET);
        edge.serve(
                service("a", main.address()),
                service("b", origin().address()),
                breaker("b", HALF + LONG),
                routeTo("a", "mirror: {host: b.test}"));
        until(() -> {
            statuses(1);
            return state() == BreakerState.OPEN;
        });
        // A copy goes out beside its request: it may have been sent, or skipped, after the last look at the state.
        edge.awaitMetric("convergate_upstream_requests_in_flight", "", 0);
        int before = seen.get();
        double skipped = edge.metric("convergate_mirrored_requests_total", "skipped");
        assertThat(statuses(5)).containsOnly(200);
        assertThat(seen).hasValue(before);
        edge.awaitMetric("convergate_mirrored_requests_total", "skipped", skipped + 5);
    }

    @Test
    void changeOfOtherSettingsLeavesItAsItIs() throws IOException {
        answer.set(ERROR);
        RecordingOrigin origin = origin();
        edge.serve(service("a", origin.address()), breaker("a", HALF + LONG), routeTo("a", NO_RETRIES));
        statuses(4);
        edge.serve(
                service("a", origin.address(), nobody()),
                breaker("a", HALF + LONG + "fallback: {response: {status: 418}}"),
                routeTo("a", NO_RETRIES));
        assertThat(statuses(1)).containsOnly(418);
        edge.serve(service("a", origin.address()), routeTo("a", NO_RETRIES));
        assertThat(statuses(1)).containsOnly(500);
        assertThat(edge.breakers().all()).isEmpty();
    }

    @Test
    void clientThatLeavesGivesItsProbeBack() throws IOException {
        answer.set(ERROR);
        edge.serve(
                service("a", origin().address()),
                breaker("a", HALF + "open: {duration: 1s, factor: 1, jitterPercent: 0}\nhalfOpenProbes: 1\n"),
                routeTo("a", NO_RETRIES));
        statuses(4);
        answer.set("hang");
        int before = seen.get();
        List<RawClient> waiting = new ArrayList<>();
        until(() -> {
            waiting.add(edge.connect().send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n"));
            return seen.get() > before;
        });
        assertThat(state()).isEqualTo(BreakerState.HALF_OPEN);
        answer.set(OK);
        for (RawClient client : waiting) {
            client.reset();
        }
        until(() -> edge.get("/x").status() == 200);
        assertThat(state()).isEqualTo(BreakerState.CLOSED);
    }

    @Test
    void adaptiveConcurrencyRefusesWhatAnUpstreamCannotTakeAtATime() throws IOException {
        answer.set("hang");
        RecordingOrigin origin = origin();
        edge.serve(
                service("a", origin.address()),
                breaker("a", "adaptiveConcurrency: {initial: 3, min: 2, max: 50}"),
                routeTo("a", NO_RETRIES));
        List<RawClient> waiting = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            waiting.add(edge.connect().send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n"));
        }
        edge.awaitMetric("convergate_upstream_requests_in_flight", "|a.test", 3);
        HttpMessage refusal = edge.get("/x");
        assertThat(refusal.status()).isEqualTo(503);
        assertThat(refusal.value("x-convergate-response-flags")).contains("UO");
        edge.awaitMetric("convergate_adaptive_concurrency_limit", "|a.test", 3);
        answer.set(OK);
        hung.countDown();
        for (RawClient client : waiting) {
            assertThat(client.response().status()).isEqualTo(200);
        }
        edge.awaitMetric("convergate_upstream_requests_in_flight", "|a.test", 0);
        assertThat(statuses(10)).containsOnly(200);
    }

    @Test
    void adaptiveConcurrencyShrinksWhenTheUpstreamIsTooSlow() throws IOException {
        answer.set("hang");
        edge.serve(
                service("a", origin().address()),
                breaker("a", "adaptiveConcurrency: {initial: 30, min: 2, max: 50}"),
                routeTo("a", NO_RETRIES + "\ntimeout: 100ms"));
        edge.awaitMetric("convergate_adaptive_concurrency_limit", "|a.test", 30);
        until(() -> {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                clients.add(edge.connect().send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n"));
            }
            for (RawClient client : clients) {
                assertThat(client.response().status()).isIn(503, 504);
            }
            return edge.metric("convergate_adaptive_concurrency_limit", "|a.test") < 30;
        });
    }
}
