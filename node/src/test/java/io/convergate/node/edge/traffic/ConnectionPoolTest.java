package io.convergate.node.edge.traffic;

import static io.convergate.node.edge.fixture.ConfiguredEdge.policy;
import static io.convergate.node.edge.fixture.ConfiguredEdge.routeTo;
import static io.convergate.node.edge.fixture.ConfiguredEdge.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.edge.fixture.ConfiguredEdge;
import io.convergate.node.edge.fixture.HttpMessage;
import io.convergate.node.edge.fixture.OriginConnection;
import io.convergate.node.edge.fixture.RawClient;
import io.convergate.node.edge.fixture.Recording;
import io.convergate.node.edge.fixture.RecordingOrigin;
import io.convergate.node.edge.fixture.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bounds of an upstream. Clients come on several loops, as the kernel deals them out. */
class ConnectionPoolTest {
    private static final String GET = "GET /x HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String FLAGS = "x-convergate-response-flags";
    private static final int CLIENTS = 12;

    @RegisterExtension
    static final ConfiguredEdge edge = ConfiguredEdge.withDefaults();

    private RecordingOrigin serve(String pool, RecordingOrigin.Script script) throws IOException {
        RecordingOrigin origin = edge.origin(script);
        edge.serve(service("a", origin.address()), policy("a", "connectionPool: " + pool), routeTo("a", ""));
        return origin;
    }

    private List<RawClient> ask(int clients) throws IOException {
        List<RawClient> asking = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            asking.add(edge.connect().send(GET));
        }
        return asking;
    }

    /** Those that were answered within a moment, and are taken out of the list. */
    private static List<HttpMessage> answeredSoon(List<RawClient> asking) throws IOException {
        List<HttpMessage> answers = new ArrayList<>();
        for (RawClient client : List.copyOf(asking)) {
            if (client.hasInputWithin(Duration.ofMillis(100))) {
                answers.add(client.response());
                asking.remove(client);
            }
        }
        return answers;
    }

    /** The first so many that are answered, however long it takes; they are taken out of the list. */
    private static List<HttpMessage> answered(List<RawClient> asking, int count) throws IOException {
        long end = System.nanoTime() + Wire.DEADLINE.toNanos();
        List<HttpMessage> answers = new ArrayList<>();
        while (answers.size() < count) {
            assertThat(System.nanoTime())
                    .as(answers.size() + " of " + count + " answers")
                    .isLessThan(end);
            answers.addAll(answeredSoon(asking));
        }
        return answers;
    }

    private static void assertOverflow(HttpMessage answer) {
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.value(FLAGS)).contains("UO");
    }

    @Test
    void requestsInFlightAreBoundedExactlyOverAllLoops() throws IOException {
        CountDownLatch answer = new CountDownLatch(1);
        AtomicInteger seen = new AtomicInteger();
        serve("{http: {http2MaxRequests: 5}}", connection -> {
            seen.incrementAndGet();
            connection.request();
            OriginConnection.await(answer);
            connection.ok("ok");
        });
        List<RawClient> asking = ask(CLIENTS);
        List<HttpMessage> refused = answered(asking, CLIENTS - 5);
        assertThat(answeredSoon(asking)).isEmpty();
        assertThat(refused).hasSize(CLIENTS - 5).allSatisfy(ConnectionPoolTest::assertOverflow);

        answer.countDown();
        for (RawClient client : asking) {
            assertThat(client.response().text()).isEqualTo("ok");
        }
        assertThat(seen).hasValue(5);
        for (int i = 0; i < 20; i++) {
            assertThat(edge.get("/x").status()).as("there is room again").isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void requestsBeyondTheConnectionsTakeTurns(int connections) throws IOException {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        RecordingOrigin origin = serve("{tcp: {maxConnections: " + connections + "}}", connection -> {
            connection.request();
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            connection.staySilent(Duration.ofMillis(10));
            now.decrementAndGet();
            connection.ok("ok");
        });
        for (int round = 0; round < 5; round++) {
            for (RawClient client : ask(CLIENTS)) {
                assertThat(client.response().text()).isEqualTo("ok");
            }
        }
        assertThat(most.get()).isBetween(1, connections);
        assertThat(origin.recordings().stream().filter(open -> !open.over()).count())
                .isLessThanOrEqualTo(connections);
    }

    @Test
    void requestsThatWaitForAConnectionAreBounded() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        RecordingOrigin origin = serve("{tcp: {maxConnections: 1}, http: {http1MaxPendingRequests: 2}}", connection -> {
            connection.request();
            OriginConnection.await(answer);
            connection.ok("ok");
        });
        List<RawClient> asking = ask(1);
        origin.awaitText("GET /x");
        asking.addAll(ask(CLIENTS));
        assertThat(answered(asking, CLIENTS - 2)).allSatisfy(ConnectionPoolTest::assertOverflow);
        assertThat(answeredSoon(asking)).isEmpty();

        answer.countDown();
        for (RawClient client : asking) {
            assertThat(client.response().text()).isEqualTo("ok");
        }
        assertThat(origin.requests()).hasSize(3);
    }

    @Test
    void requestWaitsForAConnectionNoLongerThanOneMayTakeToBeMade() throws IOException {
        serve("{tcp: {maxConnections: 1, connectTimeout: 200ms}}", OriginConnection::hang);
        List<RawClient> asking = ask(2);
        assertOverflow(answered(asking, 1).get(0));
    }

    @Test
    void clientThatLeavesTheQueueLeavesItsPlace() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        RecordingOrigin origin = serve("{tcp: {maxConnections: 1}, http: {http1MaxPendingRequests: 1}}", connection -> {
            connection.request();
            OriginConnection.await(answer);
            connection.ok("ok");
        });
        double gone = edge.metric("convergate_response_flags_total", "flag=\"DC\"");
        RawClient first = edge.connect().send(GET);
        origin.awaitText("GET /x");
        RawClient leaves = edge.connect().send(GET);
        assertThat(leaves.hasInputWithin(Duration.ofMillis(100))).isFalse();
        leaves.close();
        edge.awaitMetric("convergate_response_flags_total", "flag=\"DC\"", gone + 1);
        RawClient next = edge.connect().send(GET);
        assertThat(next.hasInputWithin(Duration.ofMillis(100))).isFalse();
        answer.countDown();

        assertThat(first.response().text()).isEqualTo("ok");
        assertThat(next.response().text()).isEqualTo("ok");
        assertThat(origin.requests()).hasSize(2);
    }

    @Test
    void connectionsThatCannotBeMadeAreNotCounted() throws IOException {
        edge.serve(
                service("a", ConfiguredEdge.nobody()),
                policy("a", "connectionPool: {tcp: {maxConnections: 1}, http: {http1MaxPendingRequests: 1}}"),
                routeTo("a", "retries: {attempts: 0}"));
        for (int i = 0; i < 10; i++) {
            assertThat(edge.get("/x").value(FLAGS)).contains("UF");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void connectionEndsAfterItsShareOfRequests(int each) throws IOException {
        RecordingOrigin origin = serve("{http: {maxRequestsPerConnection: " + each + "}}", RecordingOrigin.ECHO_TARGET);
        RawClient client = edge.connect();
        for (int i = 0; i < 9; i++) {
            assertThat(client.exchange(GET).status()).isEqualTo(200);
        }
        assertThat(origin.recordings()).hasSize(9 / each);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{http: {idleTimeout: 100ms}}",
                "{tcp: {idleTimeout: 100ms}}",
                "{tcp: {maxConnectionDuration: 100ms}}",
                "{tcp: {idleTimeout: 1h}, http: {idleTimeout: 100ms}}"
            })
    void idleConnectionEndsWhenItsTimeIsOver(String pool) throws Exception {
        RecordingOrigin origin = serve(pool, RecordingOrigin.ECHO_TARGET);
        edge.get("/x");

        assertThat(origin.await("its end", Recording::over)).isNotNull();
    }

    @Test
    void keepAliveProbesCanBeAskedFor() throws IOException {
        serve("{tcp: {tcpKeepalive: {time: 10s, interval: 5s, probes: 3}}}", RecordingOrigin.ECHO_TARGET);

        assertThat(edge.get("/x").text()).isEqualTo("/x");
    }
}
