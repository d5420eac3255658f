package io.convergate.node.edge.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.edge.fixture.EdgeFixture;
import io.convergate.node.edge.fixture.HttpMessage;
import io.convergate.node.edge.fixture.OriginConnection;
import io.convergate.node.edge.fixture.RawClient;
import io.convergate.node.edge.fixture.Recording;
import io.convergate.node.edge.fixture.RecordingOrigin;
import io.convergate.node.edge.fixture.Wire;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections that wait in the pool between requests. */
class PooledConnectionTest {
    private static final String GET = "GET /x HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String POST = "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi";

    @RegisterExtension
    static final EdgeFixture edge = EdgeFixture.withDefaults();

    /** Serves its first request, and resets on any other with no word: what a server that timed out looks like. */
    private static RecordingOrigin.Script dyingWhenReused() {
        ThreadLocal<Boolean> used = ThreadLocal.withInitial(() -> false);
        return connection -> {
            HttpMessage request = connection.request();
            if (used.get()) {
                connection.reset();
            } else {
                used.set(true);
                connection.ok(request.method());
            }
        };
    }

    /** Serves one request and closes, with no word of it in the response. */
    private static void closingSilently(OriginConnection connection) throws IOException {
        connection.ok(connection.request().method());
        connection.close();
    }

    @Test
    void getIsNeverLostToAConnectionThatClosesBetweenRequests() throws IOException {
        edge.origin().script(PooledConnectionTest::closingSilently);
        RawClient client = edge.connect();
        for (int i = 0; i < 50; i++) {
            assertThat(client.exchange(GET).status()).isEqualTo(200);
        }
    }

    @Test
    void connectionThatWasClosedWhileIdleIsNotUsedForAPost() throws Exception {
        edge.origin().script(PooledConnectionTest::closingSilently);
        RawClient client = edge.connect();
        assertThat(client.exchange(POST).status()).isEqualTo(200);
        edge.origin().await("its own close", Recording::over);
        edge.letItCatchUp();

        assertThat(client.exchange(POST).status()).isEqualTo(200);
    }

    @Test
    void getOnAConnectionThatDiesWhenReusedIsRetriedInvisibly() throws IOException {
        edge.origin().script(dyingWhenReused());
        RawClient client = edge.connect();
        for (int i = 0; i < 5; i++) {
            assertThat(client.exchange(GET).text()).isEqualTo("GET");
        }
    }

    /** RFC 9110 9.2.2: the origin may have acted on it. */
    @Test
    void postThatTheOriginHasSeenIsNotRepeated() throws IOException {
        AtomicInteger seen = new AtomicInteger();
        RecordingOrigin.Script dying = dyingWhenReused();
        edge.origin().script(connection -> {
            seen.incrementAndGet();
            dying.serve(connection);
        });
        RawClient client = edge.connect();
        assertThat(client.exchange(POST).status()).isEqualTo(200);

        assertThat(client.exchange(POST).status()).isIn(502, 503);
        assertThat(seen).hasValue(2);
    }

    @Test
    void deadConnectionIsRetriedOnceOnly() throws IOException {
        AtomicInteger attempts = new AtomicInteger();
        edge.assertServes();
        edge.origin().script(connection -> {
            attempts.incrementAndGet();
            connection.request();
            connection.reset();
        });

        assertThat(edge.connect().exchange(GET).status()).isIn(502, 503);
        assertThat(attempts).hasValueBetween(1, 2);
    }

    @Test
    void responseThatNobodyAskedForIsNotGivenToTheNextRequest() throws IOException {
        edge.origin()
                .script(connection -> connection.send(Wire.bytes(
                        OriginConnection.okBytes(connection.request().target()) + OriginConnection.okBytes("poison"))));
        RawClient client = edge.connect();
        for (int i = 0; i < 20; i++) {
            assertThat(client.exchange("GET /" + i + " HTTP/1.1\r\nHost: a\r\n\r\n")
                            .text())
                    .isEqualTo("/" + i);
        }
    }

    @Test
    void idleConnectionOnWhichTheOriginSpeaksUnaskedIsClosed() throws Exception {
        CountDownLatch idle = new CountDownLatch(1);
        edge.origin().script(connection -> {
            connection.ok(connection.request().target());
            OriginConnection.await(idle);
            connection.ok("poison");
        });
        edge.connect().exchange("GET /first HTTP/1.1\r\nHost: a\r\n\r\n");
        idle.countDown();

        assertThat(edge.origin().awaitEnding("/first")).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK|Content-Length: 2||okX",
                "HTTP/1.1 200 OK|Content-Length: 2||ok|",
                "HTTP/1.1 200 OK|Content-Length: 2||okHTTP/1.1 200 OK|Content-Length: 6||poison",
                "HTTP/1.1 200 OK|Transfer-Encoding: chunked||2|ok|0||X",
                "HTTP/1.1 204 No Content||X",
                "HTTP/1.1 204 No Content|Content-Length: 5||hello",
                "HTTP/1.1 304 Not Modified|Content-Length: 5||hello",
                "HTTP/1.1 200 OK|Content-Length: 2|Connection: close||ok",
                "HTTP/1.0 200 OK|Content-Length: 2||ok"
            })
    void connectionIsNotReusedAfter(String response) throws Exception {
        edge.origin().answer(response);
        RawClient client = edge.connect().send("GET /first HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(client.response().status()).isIn(200, 204, 304, 502);
        assertThat(edge.origin().awaitEnding("/first")).isNotNull();

        assertThat(Wire.text(edge.origin().awaitText("/first").bytes())).containsOnlyOnce("HTTP/1.1\r\n");
    }

    @Test
    void bodyThatAHeadAnswerMustNotHaveIsNotGivenToTheNextRequest() throws Exception {
        edge.origin().script(connection -> {
            HttpMessage request = connection.request();
            connection.ok(request.method().equals("HEAD") ? OriginConnection.okBytes("poison") : request.target());
        });
        RawClient client = edge.connect();
        for (int i = 0; i < 20; i++) {
            client.send("HEAD /h HTTP/1.1\r\nHost: a\r\n\r\n").response("HEAD");
            assertThat(client.exchange("GET /" + i + " HTTP/1.1\r\nHost: a\r\n\r\n")
                            .text())
                    .isEqualTo("/" + i);
        }
    }
}
