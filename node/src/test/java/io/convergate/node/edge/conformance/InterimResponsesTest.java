package io.convergate.node.edge.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.edge.fixture.EdgeFixture;
import io.convergate.node.edge.fixture.HttpMessage;
import io.convergate.node.edge.fixture.RawClient;
import io.convergate.node.edge.fixture.Wire;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** 100, 103 and what stands in their place (RFC 9110 10.1.1 and 15.2). */
class InterimResponsesTest {
    private static final String GET = "GET /x HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String EXPECTING =
            "POST /x HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n";

    @RegisterExtension
    static final EdgeFixture edge = EdgeFixture.withDefaults();

    @Test
    void clientIsToldToContinueAndItsBodyPasses() throws IOException {
        edge.origin().script(connection -> {
            HttpMessage head = connection.requestHead();
            if (head.value("Expect").isPresent()) {
                connection.send("HTTP/1.1 100 Continue||");
            }
            connection.ok(Wire.text(connection.read(5)));
        });
        RawClient client = edge.connect().send(EXPECTING);

        assertThat(client.response().status()).isEqualTo(100);
        assertThat(client.exchange("hello").text()).isEqualTo("hello");
        assertThat(client.exchange(EXPECTING + "again").status()).isIn(100, 200);
    }

    @Test
    void finalStatusTakesThePlaceOf100() throws IOException {
        edge.origin().script(connection -> {
            connection.requestHead();
            connection.send("HTTP/1.1 401 Unauthorized|Content-Length: 0||").hang();
        });

        assertThat(edge.connect().exchange(EXPECTING).status()).isEqualTo(401);
    }

    @Test
    void bodyThatFollowsAFinalStatusIsNoRequest() throws IOException {
        edge.origin().script(connection -> {
            HttpMessage head = connection.requestHead();
            connection.send("HTTP/1.1 401 Unauthorized|Content-Length: 0||");
            connection.skipBody(head);
        });
        String body = "GET /smug HTTP/1.1\r\nHost: a\r\n\r\n";
        RawClient client = edge.connect()
                .send("POST /x HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: " + body.length()
                        + "\r\n\r\n");
        assertThat(client.response().status()).isEqualTo(401);
        client.offer(Wire.bytes(body)).offer(Wire.bytes("GET /next HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
        client.readToEnd();

        edge.assertServes();
        assertThat(edge.origin().recordings())
                .noneMatch(recording -> Wire.text(recording.bytes()).startsWith("GET /smug"));
    }

    @Test
    void clientThatDoesNotWaitGetsItsAnswer() throws IOException {
        RawClient client = edge.connect().send(EXPECTING + "hello");
        HttpMessage answer = client.response();
        if (answer.status() == 100) {
            answer = client.response();
        }

        assertThat(answer.text()).isEqualTo("/x");
        assertThat(edge.requestsAtOrigin())
                .singleElement()
                .extracting(HttpMessage::text)
                .isEqualTo("hello");
    }

    @Test
    void expectationOfAnHttp10ClientIsIgnored() throws IOException {
        RawClient client = edge.connect()
                .send("POST /x HTTP/1.0\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello");

        assertThat(client.response().status()).isEqualTo(200);
    }

    @Test
    void earlyHintsPassAheadOfTheFinalResponse() throws IOException {
        edge.origin()
                .answer("HTTP/1.1 103 Early Hints|Link: </a>; rel=preload||HTTP/1.1 103 Early Hints|Link: </b>||"
                        + "HTTP/1.1 200 OK|Content-Length: 2||ok");
        RawClient client = edge.connect();

        HttpMessage hints = client.exchange(GET);
        assertThat(hints.status()).isEqualTo(103);
        assertThat(hints.values("Link")).containsExactly("</a>; rel=preload");
        assertThat(client.response().values("Link")).containsExactly("</b>");
        assertThat(client.response().text()).isEqualTo("ok");
    }

    /** RFC 9110 section 7.6.1: what Connection names is for that connection, in an interim response too. */
    @Test
    void fieldsOfOneConnectionDoNotPassWithAnInterimResponse() throws IOException {
        edge.origin()
                .answer("HTTP/1.1 103 Early Hints|Connection: X-Hop, Set-Cookie|X-Hop: 1|Keep-Alive: timeout=5"
                        + "|Set-Cookie: a=b|Link: </a>||HTTP/1.1 200 OK|Content-Length: 2||ok");

        HttpMessage hints = edge.connect().exchange(GET);

        assertThat(hints.status()).isEqualTo(103);
        assertThat(hints.values("X-Hop")).isEmpty();
        assertThat(hints.values("Connection")).isEmpty();
        assertThat(hints.values("Keep-Alive")).isEmpty();
        assertThat(hints.values("Set-Cookie")).containsExactly("a=b");
        assertThat(hints.values("Link")).containsExactly("</a>");
    }

    @Test
    void earlyHintsReachTheClientBeforeTheFinalResponseExists() throws IOException {
        edge.origin().script(connection -> {
            connection.request();
            connection.send("HTTP/1.1 103 Early Hints|Link: </a>||").hang();
        });

        assertThat(edge.connect().exchange(GET).status()).isEqualTo(103);
    }

    @Test
    void http10ClientSeesNoInterimResponse() throws IOException {
        edge.origin().answer("HTTP/1.1 103 Early Hints|Link: </a>||HTTP/1.1 200 OK|Content-Length: 2||ok");

        HttpMessage answer = edge.connect().exchange("GET /x HTTP/1.0\r\nHost: a\r\n\r\n");
        assertThat(answer.status()).isEqualTo(200);
    }

    @Test
    void unexpected100IsNoFinalResponse() throws IOException {
        edge.origin().answer("HTTP/1.1 100 Continue||HTTP/1.1 200 OK|Content-Length: 2||ok");
        RawClient client = edge.connect();
        HttpMessage answer = client.exchange(GET);
        if (answer.status() == 100) {
            answer = client.response();
        }

        assertThat(answer.text()).isEqualTo("ok");
    }

    @Test
    void endlessInterimResponsesAreCutOff() throws IOException {
        edge.origin().script(connection -> {
            connection.request();
            while (true) {
                connection.send("HTTP/1.1 103 Early Hints|Link: </a>||");
            }
        });
        RawClient client = edge.connect().send(GET);
        for (int i = 0; i < 10_000; i++) {
            if (client.response().status() == 502) {
                return;
            }
        }
        throw new AssertionError("10,000 interim responses passed");
    }
}
