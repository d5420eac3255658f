package io.convergate.node.edge.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.edge.fixture.EdgeFixture;
import io.convergate.node.edge.fixture.HttpMessage;
import io.convergate.node.edge.fixture.HttpMessage.Field;
import io.convergate.node.edge.fixture.HttpMessage.Framing;
import io.convergate.node.edge.fixture.RawClient;
import io.convergate.node.edge.fixture.Wire;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies, their framing and their trailers, in both directions. */
class BodiesTest {
    private static final String GET = "GET /x HTTP/1.1\r\nHost: a\r\n\r\n";

    @RegisterExtension
    static final EdgeFixture edge = EdgeFixture.withDefaults();

    @Test
    void contentLengthOfARequestIsKept() throws IOException {
        edge.connect().exchange("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");

        HttpMessage seen = onlyRequest();
        assertThat(seen.framing()).isEqualTo(Framing.CONTENT_LENGTH);
        assertThat(seen.text()).isEqualTo("hello");
    }

    @Test
    void chunksOfARequestPassWithoutTheirExtensions() throws IOException {
        edge.connect()
                .exchange("POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "2;a=b\r\nhe\r\n3\r\nllo\r\n0;c\r\n\r\n");

        assertThat(onlyRequest().text()).isEqualTo("hello");
    }

    @Test
    void chunkedRequestThatComesInPiecesStaysChunked() throws Exception {
        RawClient client =
                edge.connect().send("POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n");
        edge.origin().awaitText("he\r\n");
        client.exchange("3\r\nllo\r\n0\r\n\r\n");

        HttpMessage seen = onlyRequest();
        assertThat(seen.framing()).isEqualTo(Framing.CHUNKED);
        assertThat(seen.text()).isEqualTo("hello");
    }

    @Test
    void postOfNothingKeepsItsContentLength() throws IOException {
        edge.connect().exchange("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");

        assertThat(onlyRequest().values("Content-Length")).containsExactly("0");
    }

    @Test
    void getWithoutBodyGetsNoFraming() throws IOException {
        edge.connect().exchange(GET);

        assertThat(onlyRequest().framing()).isEqualTo(Framing.NO_BODY);
    }

    @Test
    void trailersOfARequestPass() throws IOException {
        edge.connect()
                .exchange("POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
                        + "5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n");

        assertThat(onlyRequest().trailers()).contains(new Field("X-Sum", "1"));
    }

    /** RFC 9110 6.5.1: framing, routing, authentication and content fields are none of a trailer's business. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 3",
                "Transfer-Encoding: chunked",
                "Host: evil",
                "Authorization: Basic eDp5",
                "Proxy-Authorization: Basic eDp5",
                "Cookie: a=b",
                "Content-Type: text/evil",
                "Content-Encoding: gzip",
                "Connection: close",
                "Expect: 100-continue",
                "X-Forwarded-For: 1.2.3.4",
                "X-Envoy-Internal: true"
            })
    void trailerThatWouldChangeTheRequestIsDropped(String trailer) throws IOException {
        HttpMessage answer = edge.connect()
                .exchange("POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n" + trailer
                        + "\r\nX-Sum: 1\r\n\r\n");

        if (answer.status() != 400) {
            assertThat(onlyRequest().trailers()).containsExactly(new Field("X-Sum", "1"));
        }
    }

    @Test
    void contentLengthOfAResponseIsKept() throws IOException {
        edge.origin().answer("HTTP/1.1 200 OK|Content-Length: 5||hello");

        HttpMessage answer = edge.connect().exchange(GET);
        assertThat(answer.framing()).isEqualTo(Framing.CONTENT_LENGTH);
        assertThat(answer.text()).isEqualTo("hello");
    }

    @Test
    void chunkedResponseStaysChunkedAndKeepsItsTrailers() throws IOException {
        edge.origin().answer("HTTP/1.1 200 OK|Transfer-Encoding: chunked|Trailer: X-Sum||3|hel|2;a=b|lo|0|X-Sum: 1||");

        HttpMessage answer =
                edge.connect().exchange("GET /x HTTP/1.1\r\nHost: a\r\nTE: trailers\r\nConnection: TE\r\n\r\n");
        assertThat(answer.framing()).isEqualTo(Framing.CHUNKED);
        assertThat(answer.text()).isEqualTo("hello");
        assertThat(answer.trailers()).containsExactly(new Field("X-Sum", "1"));
    }

    @Test
    void responseThatEndsWithItsConnectionIsChunkedForTheClient() throws IOException {
        edge.origin().script(connection -> {
            connection.request();
            connection.send("HTTP/1.1 200 OK||hello").close();
        });
        RawClient client = edge.connect();

        HttpMessage answer = client.exchange(GET);
        assertThat(answer.framing()).isEqualTo(Framing.CHUNKED);
        assertThat(answer.text()).isEqualTo("hello");
        assertThat(client.exchange(GET).text()).isEqualTo("hello");
    }

    @Test
    void responseReachesTheClientBeforeItsEnd() throws IOException {
        edge.origin().script(connection -> {
            connection.request();
            connection
                    .send("HTTP/1.1 200 OK|Transfer-Encoding: chunked||5|first|")
                    .hang();
        });
        RawClient client = edge.connect().send(GET);

        assertThat(client.responseHead().status()).isEqualTo(200);
        assertThat(Wire.text(client.read(8))).isEqualTo("5\r\nfirst");
    }

    @Test
    void requestReachesTheOriginBeforeItsEnd() throws Exception {
        edge.connect().send("POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");

        edge.origin().awaitText("first");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK|Content-Length: 5|ETag: \"e\"||",
                "HTTP/1.1 200 OK|Transfer-Encoding: chunked|ETag: \"e\"||",
                "HTTP/1.1 200 OK|ETag: \"e\"||",
                "HTTP/1.1 404 Not Found|Content-Length: 500|ETag: \"e\"||",
                "HTTP/1.1 304 Not Modified|Content-Length: 5|ETag: \"e\"||",
                "HTTP/1.1 204 No Content|ETag: \"e\"||"
            })
    void headIsAnsweredWithoutABodyAndTheConnectionGoesOn(String response) throws IOException {
        edge.origin().answer(response);
        RawClient client = edge.connect();

        for (int i = 0; i < 2; i++) {
            HttpMessage answer =
                    client.send("HEAD /x HTTP/1.1\r\nHost: a\r\n\r\n").response("HEAD");
            assertThat(answer.values("ETag")).containsExactly("\"e\"");
        }
    }

    @Test
    void headKeepsTheContentLength() throws IOException {
        edge.origin().answer("HTTP/1.1 200 OK|Content-Length: 12345||");

        HttpMessage answer =
                edge.connect().send("HEAD /x HTTP/1.1\r\nHost: a\r\n\r\n").response("HEAD");
        assertThat(answer.values("Content-Length")).containsExactly("12345");
    }

    @Test
    void headersOf304Survive() throws IOException {
        edge.origin().answer("HTTP/1.1 304 Not Modified|ETag: \"e\"|Content-Length: 12345|Vary: Accept|Age: 1||");
        RawClient client = edge.connect();

        HttpMessage answer = client.exchange(GET);
        assertThat(answer.fields())
                .contains(
                        new Field("ETag", "\"e\""),
                        new Field("Content-Length", "12345"),
                        new Field("Vary", "Accept"),
                        new Field("Age", "1"));
        assertThat(client.exchange(GET).status()).isEqualTo(304);
    }

    @Test
    void headersOf204SurviveWithoutAnyFraming() throws IOException {
        edge.origin().answer("HTTP/1.1 204 No Content|ETag: \"e\"|Allow: GET||");
        RawClient client = edge.connect();

        HttpMessage answer = client.exchange(GET);
        assertThat(answer.fields()).contains(new Field("ETag", "\"e\""), new Field("Allow", "GET"));
        assertThat(client.exchange(GET).status()).isEqualTo(204);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8191, 8192, 8193, 65535, 65536, 65537, 3_000_000})
    void bodyOfAnySizeComesBackUnchanged(int size) throws IOException {
        byte[] body = new byte[size];
        new Random(size).nextBytes(body);
        edge.origin().script(connection -> {
            HttpMessage request = connection.request();
            connection.send("HTTP/1.1 200 OK|Content-Length: " + request.body().length + "||");
            connection.send(request.body());
        });
        RawClient client = edge.connect().send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: " + size + "\r\n\r\n");

        assertThat(client.send(body).response().body()).isEqualTo(body);
    }

    private static HttpMessage onlyRequest() throws IOException {
        assertThat(edge.requestsAtOrigin()).hasSize(1);
        return edge.requestsAtOrigin().get(0);
    }
}
