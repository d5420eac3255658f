package io.convergate.node.edge.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.edge.fixture.EdgeFixture;
import io.convergate.node.edge.fixture.EdgeUnderTest;
import io.convergate.node.edge.fixture.RawClient;
import io.convergate.node.edge.fixture.RecordingOrigin;
import io.convergate.node.edge.fixture.Wire;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Either side stops where the other does not expect it. */
class EarlyEndingsTest {
    private static final String GET = "GET /x HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final int BODY_BYTES = 20_000_000;

    /** How an origin leaves. */
    enum Leave {
        CLOSE,
        RESET;

        RecordingOrigin.Script after(String sent) {
            return connection -> {
                connection.request();
                connection.send(sent);
                if (this == CLOSE) {
                    connection.close();
                } else {
                    connection.reset();
                }
            };
        }
    }

    @RegisterExtension
    static final EdgeFixture edge = EdgeFixture.withDefaults();

    @Test
    void answerThatComesBeforeTheBodyEndsReachesTheClient() throws Exception {
        edge.origin().script(connection -> {
            connection.requestHead();
            connection
                    .send("HTTP/1.1 413 Content Too Large|Connection: close|Content-Length: 3||big")
                    .hang();
        });
        RawClient client =
                edge.connect().send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: " + BODY_BYTES + "\r\n\r\n");
        client.send("begun");

        assertThat(client.response().text()).isEqualTo("big");
        client.offer(new byte[BODY_BYTES]);
    }

    @Test
    void answerIsNotLostThoughTheClientSendsItsWholeBodyFirst() throws Exception {
        edge.origin().script(connection -> {
            connection.requestHead();
            connection
                    .send("HTTP/1.1 413 Content Too Large|Connection: close|Content-Length: 3||big")
                    .hang();
        });
        byte[] body = new byte[300_000];
        RawClient client = edge.connect()
                .offer(Wire.bytes("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: " + body.length + "\r\n\r\n"))
                .offer(body);

        assertThat(client.response().text()).isEqualTo("big");
    }

    @Test
    void upstreamConnectionOfAnUnfinishedRequestIsNotUsedAgain() throws Exception {
        edge.origin().script(connection -> {
            connection.requestHead();
            connection.ok("early");
            connection.hang();
        });
        RawClient client = edge.connect().send("POST /early HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello");
        assertThat(client.response().text()).isEqualTo("early");
        client.close();
        edge.assertServes();

        assertThat(edge.origin().awaitText("POST /early").bytes()).asString().endsWith("hello");
        assertThat(edge.origin().awaitEnding("POST /early")).isNotNull();
    }

    @ParameterizedTest
    @EnumSource
    void originThatLeavesWithoutAnAnswerIsABadGateway(Leave leave) throws IOException {
        edge.origin().script(leave.after(""));

        assertThat(edge.connect()
                        .exchange("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi")
                        .status())
                .isIn(502, 503);
    }

    @ParameterizedTest
    @EnumSource
    void originThatLeavesWithinTheHeadIsABadGateway(Leave leave) throws IOException {
        edge.origin().script(leave.after("HTTP/1.1 200 OK|Content-Le"));

        assertThat(edge.connect()
                        .exchange("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi")
                        .status())
                .isIn(502, 503);
    }

    @ParameterizedTest
    @EnumSource
    void originThatLeavesAfterAnInterimResponseIsABadGateway(Leave leave) throws IOException {
        edge.origin().script(leave.after("HTTP/1.1 103 Early Hints|Link: </a>||"));
        RawClient client = edge.connect().send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi");
        int status = client.response().status();

        assertThat(status == 103 ? client.response().status() : status).isIn(502, 503);
    }

    static Stream<Arguments> cutOff() {
        return Stream.of(
                        "HTTP/1.1 200 OK|Content-Length: 100||hello",
                        "HTTP/1.1 200 OK|Transfer-Encoding: chunked||5|hello|",
                        "HTTP/1.1 200 OK|Transfer-Encoding: chunked||64|hello",
                        "HTTP/1.1 200 OK|Transfer-Encoding: chunked||5|hello|0|",
                        "HTTP/1.1 200 OK|Transfer-Encoding: chunked||5|hello|0|X: y|")
                .flatMap(sent -> Stream.of(Leave.values()).map(leave -> Arguments.of(leave, sent)));
    }

    @ParameterizedTest(name = "{0} after {1}")
    @MethodSource("cutOff")
    void bodyThatTheOriginCutsOffIsNotWholeForTheClient(Leave leave, String sent) throws Exception {
        edge.origin().script(leave.after(sent));

        Truncation.assertTruncated(edge.connect().send(GET));
    }

    @Test
    void resetWithinABodyThatEndsWithTheConnectionIsNoEnd() throws Exception {
        edge.origin().script(Leave.RESET.after("HTTP/1.1 200 OK||hello"));

        Truncation.assertTruncated(edge.connect().send(GET));
    }

    @Test
    void clientThatLeavesWithinItsBodyEndsTheUpstreamConnection() throws Exception {
        RawClient client = edge.connect().send("POST /left HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello");
        edge.origin().awaitText("hello");
        client.reset();

        edge.origin().awaitEnding("/left");
    }

    @Test
    void clientThatLeavesWithinItsChunksLeavesNoLastChunkBehind() throws Exception {
        RawClient client = edge.connect()
                .send("POST /left HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
        edge.origin().awaitText("hello");
        client.close();

        edge.origin().awaitEnding("/left");
        assertThat(Wire.endsInsideARequest(edge.origin().awaitText("/left").bytes()))
                .isTrue();
    }

    @Test
    void clientThatLeavesBeforeTheAnswerEndsTheUpstreamConnection() throws Exception {
        edge.origin().script(connection -> {
            connection.request();
            connection.hang();
        });
        RawClient client = edge.connect().send("GET /left HTTP/1.1\r\nHost: a\r\n\r\n");
        edge.origin().awaitText("/left");
        client.reset();

        edge.origin().awaitEnding("/left");
    }

    @Test
    void clientThatLeavesWithinTheAnswerEndsTheUpstreamConnection() throws Exception {
        edge.origin().script(connection -> {
            connection.request();
            connection.send("HTTP/1.1 200 OK|Transfer-Encoding: chunked||");
            while (true) {
                connection.send("5|hello|");
            }
        });
        RawClient client = edge.connect().send("GET /left HTTP/1.1\r\nHost: a\r\n\r\n");
        client.responseHead();
        client.reset();

        edge.origin().awaitEnding("/left");
    }

    @Test
    void originThatRefusesConnectionsIsUnavailable() throws IOException {
        InetSocketAddress nobody;
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = (InetSocketAddress) probe.getLocalSocketAddress();
        }
        try (EdgeUnderTest alone = EdgeUnderTest.forwardingTo(nobody, settings -> {});
                RawClient client = RawClient.connectTo(alone.address())) {
            assertThat(client.exchange(GET).status()).isIn(502, 503);
            assertThat(client.exchange(GET).status()).isIn(502, 503);
        }
    }
}
