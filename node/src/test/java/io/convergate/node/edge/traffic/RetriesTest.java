package io.convergate.node.edge.traffic;

import static io.convergate.node.edge.fixture.ConfiguredEdge.nobody;
import static io.convergate.node.edge.fixture.ConfiguredEdge.policy;
import static io.convergate.node.edge.fixture.ConfiguredEdge.routeTo;
import static io.convergate.node.edge.fixture.ConfiguredEdge.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.edge.fixture.ConfiguredEdge;
import io.convergate.node.edge.fixture.HttpMessage;
import io.convergate.node.edge.fixture.OriginConnection;
import io.convergate.node.edge.fixture.RawClient;
import io.convergate.node.edge.fixture.RecordingOrigin;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetriesTest {
    private static final String GET = "GET /x HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String POST = "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi";
    private static final String SHOW_FLAGS = "headers: {response: {set: {x-flags: '%RESPONSE_FLAGS%'}}}\n";

    @RegisterExtension
    static final ConfiguredEdge edge = ConfiguredEdge.withDefaults();

    /** Answers so many times with the first response, then 200 with the number of the attempt. */
    private static RecordingOrigin.Script first(int times, AtomicInteger seen, RecordingOrigin.Script response) {
        return connection -> {
            if (seen.incrementAndGet() <= times) {
                response.serve(connection);
            } else {
                connection.request();
                connection.ok(Integer.toString(seen.get()));
            }
        };
    }

    private static RecordingOrigin.Script answer(String spelt) {
        return connection -> {
            connection.request();
            connection.send(spelt);
        };
    }

    private static final RecordingOrigin.Script DIE = connection -> {
        connection.request();
        connection.reset();
    };

    /** So that a retry does not meet the endpoint that failed again by chance. */
    private static final String IN_TURN = policy("a", "loadBalancer: {simple: ROUND_ROBIN}");

    @ParameterizedTest(name = "{0} on {1}: {2} attempts")
    @CsvSource(
            delimiter = ';',
            value = {
                "5xx; HTTP/1.1 500 E|Content-Length: 0||; 3",
                "5xx; HTTP/1.1 404 E|Content-Length: 0||; 1",
                "gateway-error; HTTP/1.1 502 E|Content-Length: 0||; 3",
                "gateway-error; HTTP/1.1 500 E|Content-Length: 0||; 1",
                "retriable-4xx; HTTP/1.1 409 E|Content-Length: 0||; 3",
                "retriable-4xx; HTTP/1.1 404 E|Content-Length: 0||; 1",
                "503; HTTP/1.1 503 E|Content-Length: 3||no!; 3",
                "'429, connect-failure'; HTTP/1.1 429 E|Content-Length: 0||; 3",
                "retriable-status-codes; HTTP/1.1 503 E|Content-Length: 0||; 1",
                "connect-failure; HTTP/1.1 503 E|Content-Length: 0||; 1",
                "unavailable; HTTP/1.1 200 OK|Content-Type: application/grpc|grpc-status: 14|Content-Length: 0||; 3",
                "unavailable; HTTP/1.1 200 OK|Content-Type: application/grpc|grpc-status: 1|Content-Length: 0||; 1",
                "unavailable; HTTP/1.1 200 OK|Content-Type: text/plain|grpc-status: 14|Content-Length: 0||; 1",
                "resource-exhausted; HTTP/1.1 200 OK|Content-Type: application/grpc|grpc-status: 8|Content-Length: 0||; 3",
                "envoy-ratelimited; HTTP/1.1 429 E|x-envoy-ratelimited: 1|Content-Length: 0||; 3",
                "5xx; HTTP/1.1 503 E|Transfer-Encoding: chunked||; 3"
            })
    void conditionDecidesWhichResponsesAreNoAnswer(String retryOn, String response, int attempts) throws IOException {
        AtomicInteger seen = new AtomicInteger();
        RecordingOrigin origin = edge.origin(first(2, seen, answer(response)));
        edge.serve(
                service("a", origin.address()),
                routeTo("a", "retries: {attempts: 2, backoff: 1ms, retryOn: '" + retryOn + "'}"));

        HttpMessage answer = edge.connect().send(GET).responseHead();

        assertThat(seen).hasValue(attempts);
        assertThat(answer.status())
                .isEqualTo(
                        attempts == 3 ? 200 : Integer.parseInt(response.strip().substring(9, 12)));
    }

    @ParameterizedTest(name = "{0}: {1} attempts")
    @CsvSource({"reset, 3", "5xx, 3", "gateway-error, 3", "connect-failure, 1", "reset-before-request, 1"})
    void conditionDecidesWhetherADeadConnectionIsTriedAgain(String retryOn, int attempts) throws IOException {
        AtomicInteger seen = new AtomicInteger();
        RecordingOrigin origin = edge.origin(first(2, seen, DIE));
        edge.serve(
                service("a", origin.address()),
                routeTo("a", "retries: {attempts: 2, backoff: 1ms, retryOn: " + retryOn + "}"));

        HttpMessage answer = edge.get("/x");

        assertThat(seen).hasValue(attempts);
        assertThat(answer.status()).isEqualTo(attempts == 3 ? 200 : 503);
    }

    @Test
    void withoutRetriesIstiosDefaultHolds() throws IOException {
        AtomicInteger seen = new AtomicInteger();
        RecordingOrigin origin = edge.origin(first(1, seen, answer("HTTP/1.1 503 E|Content-Length: 0||")));
        edge.serve(service("a", nobody(), origin.address()), IN_TURN, routeTo("a", ""));
        for (int i = 0; i < 20; i++) {
            assertThat(edge.get("/x").status()).isIn(200, 503);
        }
        assertThat(seen).as("a 503 is an answer, a refused connection is not").hasValue(20);
    }

    @Test
    void attemptsZeroTurnsRetriesOff() throws IOException {
        edge.serve(service("a", nobody()), routeTo("a", "retries: {attempts: 0}"));
        HttpMessage answer = edge.get("/x");

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.value("x-convergate-response-flags")).contains("UF");
    }

    /** The end of the pooled connection is no failure of the upstream's: it is no retry of the policy's. */
    @ParameterizedTest(name = "{0}: {1}, then {2} connections")
    @CsvSource({"GET, 200, 2", "PUT, 200, 2", "POST, 503, 1"})
    void pooledConnectionThatIsClosedIsReplacedOnceWithoutAttempts(String method, int status, int connections)
            throws IOException {
        AtomicInteger opened = new AtomicInteger();
        ThreadLocal<Boolean> used = ThreadLocal.withInitial(() -> false);
        RecordingOrigin origin = edge.origin(connection -> {
            String body = connection.request().text();
            if (used.get()) {
                connection.reset();
            } else {
                used.set(true);
                opened.incrementAndGet();
                connection.ok(body);
            }
        });
        edge.serve(service("a", origin.address()), routeTo("a", "retries: {attempts: 0}"));
        RawClient client = edge.connect();
        assertThat(client.exchange(GET).status()).isEqualTo(200);
        HttpMessage answer = client.exchange(method + " /x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi");

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.value("x-convergate-response-flags"))
                .isEqualTo(status == 200 ? Optional.empty() : Optional.of("UC"));
        assertThat(opened).hasValue(connections);
    }

    @Test
    void pooledConnectionThatIsClosedIsReplacedOnceOnly() throws IOException {
        AtomicInteger seen = new AtomicInteger();
        RecordingOrigin origin = edge.origin(connection -> {
            connection.request();
            if (seen.incrementAndGet() == 1) {
                connection.ok("1");
            } else {
                connection.reset();
            }
        });
        edge.serve(service("a", origin.address()), routeTo("a", "retries: {attempts: 0}"));
        RawClient client = edge.connect();
        assertThat(client.exchange(GET).status()).isEqualTo(200);

        assertThat(client.exchange(GET).status()).isEqualTo(503);
        assertThat(seen).hasValue(3);
    }

    @Test
    void connectionThatCannotBeMadeIsURXWhenAttemptsAreUsedUp() throws IOException {
        edge.serve(service("a", nobody()), routeTo("a", ""));
        double before = edge.metric("convergate_retries_total", "");
        HttpMessage answer = edge.get("/x");

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.value("x-convergate-response-flags")).contains("UF,URX");
        edge.awaitMetric("convergate_retries_total", "", before + 2);
    }

    @Test
    void lastAnswerIsPassedOnWhenAttemptsAreUsedUp() throws IOException {
        RecordingOrigin origin = edge.origin(answer("HTTP/1.1 503 E|Content-Length: 4|X-Is: origin||mine"));
        edge.serve(
                service("a", origin.address()),
                routeTo("a", SHOW_FLAGS + "retries: {attempts: 2, backoff: 1ms, retryOn: '503'}"));
        HttpMessage answer = edge.get("/x");

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.text()).isEqualTo("mine");
        assertThat(answer.value("x-flags")).contains("URX");
    }

    @Test
    void bodyThatIsHereWholeIsSentAgain() throws IOException {
        AtomicInteger seen = new AtomicInteger();
        List<String> bodies = new ArrayList<>();
        RecordingOrigin origin = edge.origin(connection -> {
            bodies.add(connection.request().text());
            connection.send(seen.incrementAndGet() < 3 ? "HTTP/1.1 503 E|Content-Length: 0||" : "HTTP/1.1 204 N||");
        });
        edge.serve(service("a", origin.address()), routeTo("a", "retries: {attempts: 2, backoff: 1ms, retryOn: 5xx}"));

        assertThat(edge.connect().exchange(POST).status()).isEqualTo(204);
        assertThat(bodies).containsExactly("hi", "hi", "hi");
    }

    @Test
    void bodyThatIsStreamedIsNotSentAgain() throws IOException {
        AtomicInteger seen = new AtomicInteger();
        RecordingOrigin origin = edge.origin(first(1, seen, answer("HTTP/1.1 503 E|Content-Length: 0||")));
        edge.serve(service("a", origin.address()), routeTo("a", "retries: {attempts: 2, backoff: 1ms, retryOn: 5xx}"));
        RawClient client = edge.connect();
        client.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n" + "x".repeat(1_000_000));

        assertThat(client.response().status()).isEqualTo(503);
        assertThat(seen).hasValue(1);
    }

    @Test
    void streamedBodyWaitsForTheConnectionThatCanBeMade() throws IOException {
        RecordingOrigin origin = edge.origin(connection -> {
            HttpMessage head = connection.requestHead();
            connection.skipBody(head);
            connection.ok("got it");
        });
        edge.serve(service("a", nobody(), origin.address()), IN_TURN, routeTo("a", ""));
        for (int i = 0; i < 6; i++) {
            RawClient client = edge.connect();
            client.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n" + "x".repeat(1_000_000));
            assertThat(client.response().text()).isEqualTo("got it");
        }
    }

    @Test
    void tryThatTakesTooLongIsFollowedByAnother() throws IOException {
        AtomicInteger seen = new AtomicInteger();
        RecordingOrigin origin = edge.origin(first(1, seen, OriginConnection::hang));
        edge.serve(
                service("a", origin.address()),
                routeTo("a", "retries: {attempts: 1, backoff: 1ms, perTryTimeout: 1s, retryOn: gateway-error}"));

        assertThat(edge.get("/x").text()).isEqualTo("2");
    }

    @ParameterizedTest
    @CsvSource({"connect-failure, 1, UT", "5xx, 2, 'UT,URX'"})
    void timeOfATryIsADeadlineByItself(String retryOn, int attempts, String flags) throws IOException {
        AtomicInteger seen = new AtomicInteger();
        RecordingOrigin origin = edge.origin(connection -> {
            seen.incrementAndGet();
            connection.hang();
        });
        edge.serve(
                service("a", origin.address()),
                routeTo("a", "retries: {attempts: 1, backoff: 1ms, perTryTimeout: 500ms, retryOn: " + retryOn + "}"));
        HttpMessage answer = edge.get("/x");

        assertThat(answer.status()).isEqualTo(504);
        assertThat(answer.value("x-convergate-response-flags").orElseThrow().split(","))
                .containsExactlyInAnyOrder(flags.split(","));
        assertThat(seen).hasValue(attempts);
    }

    @Test
    void timeOfATryEndsWithTheHeadOfItsResponse() throws IOException {
        RecordingOrigin origin = edge.origin(connection -> {
            connection.request();
            connection.send("HTTP/1.1 200 OK|Content-Length: 4||sl");
            connection.staySilent(Duration.ofMillis(300));
            connection.send("ow");
        });
        edge.serve(service("a", origin.address()), routeTo("a", "retries: {attempts: 1, perTryTimeout: 100ms}"));

        assertThat(edge.get("/x").text()).isEqualTo("slow");
    }

    @Test
    void timeoutOfTheRouteCoversAllTries() throws IOException {
        AtomicInteger seen = new AtomicInteger();
        RecordingOrigin origin = edge.origin(connection -> {
            seen.incrementAndGet();
            connection.hang();
        });
        edge.serve(
                service("a", origin.address()),
                routeTo(
                        "a",
                        "timeout: 2s\nretries: {attempts: 100, backoff: 1ms, perTryTimeout: 500ms, retryOn: 5xx}"));
        HttpMessage answer = edge.get("/x");

        assertThat(answer.status()).isEqualTo(504);
        assertThat(answer.value("x-convergate-response-flags")).contains("UT");
        assertThat(seen).hasValueBetween(2, 4);
    }

    @Test
    void triesAvoidTheEndpointsThatWereTried() throws IOException {
        List<RecordingOrigin> origins = new ArrayList<>();
        AtomicInteger[] seen = {new AtomicInteger(), new AtomicInteger()};
        for (AtomicInteger count : seen) {
            origins.add(edge.origin(connection -> {
                count.incrementAndGet();
                connection.request();
                connection.send("HTTP/1.1 503 E|Content-Length: 0||");
            }));
        }
        edge.serve(
                service("a", origins.get(0).address(), origins.get(1).address()),
                policy("a", "loadBalancer: {simple: ROUND_ROBIN}"),
                routeTo("a", "retries: {attempts: 1, backoff: 1ms, retryOn: '503'}"));
        for (int i = 0; i < 20; i++) {
            edge.get("/x");
        }
        assertThat(seen[0]).hasValue(20);
        assertThat(seen[1]).hasValue(20);
    }

    @Test
    void budgetKeepsRetriesFromBecomingAStorm() throws IOException {
        int clients = 12;
        AtomicInteger seen = new AtomicInteger();
        CountDownLatch all = new CountDownLatch(clients);
        CountDownLatch answered = new CountDownLatch(1);
        RecordingOrigin origin = edge.origin(connection -> {
            boolean first = seen.incrementAndGet() <= clients;
            connection.request();
            all.countDown();
            OriginConnection.await(first ? all : answered);
            connection.send(first ? "HTTP/1.1 503 E|Content-Length: 0||" : "HTTP/1.1 200 OK|Content-Length: 0||");
        });
        edge.serve(
                service("a", origin.address()),
                policy("a", "retryBudget: {percent: 0, minRetryConcurrency: 2}"),
                routeTo("a", SHOW_FLAGS + "retries: {attempts: 1, backoff: 1ms, retryOn: '503'}"));
        List<RawClient> waiting = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            waiting.add(edge.connect().send(GET));
        }
        List<HttpMessage> refused = new ArrayList<>();
        List<RawClient> retried = new ArrayList<>();
        for (RawClient client : waiting) {
            if (client.hasInputWithin(Duration.ofMillis(500))) {
                refused.add(client.response());
            } else {
                retried.add(client);
            }
        }
        answered.countDown();

        assertThat(retried).as("retries at once").hasSizeBetween(1, 3);
        for (HttpMessage answer : refused) {
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.value("x-flags")).contains("UO");
        }
        for (RawClient client : retried) {
            assertThat(client.response().status()).isEqualTo(200);
        }
        assertThat(seen).hasValue(clients + retried.size());
    }
}
