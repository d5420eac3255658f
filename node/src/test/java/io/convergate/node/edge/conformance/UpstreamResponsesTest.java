package io.convergate.node.edge.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.edge.fixture.EdgeFixture;
import io.convergate.node.edge.fixture.HttpMessage;
import io.convergate.node.edge.fixture.OriginConnection;
import io.convergate.node.edge.fixture.RawClient;
import io.convergate.node.edge.fixture.Recording;
import io.convergate.node.edge.fixture.Wire;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Origins are not trusted to keep the rules either. */
class UpstreamResponsesTest {
    @RegisterExtension
    static final EdgeFixture edge = EdgeFixture.withDefaults();

    static List<Arguments> bad() {
        return Wire.table("bad-responses.txt");
    }

    static List<Arguments> brokenBodies() {
        return Wire.table("broken-response-bodies.txt");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bad")
    void isABadGatewayAndTheConnectionIsNotReused(String fault, String response) throws Exception {
        edge.origin().answer(response);
        RawClient client = edge.connect();
        HttpMessage answer = client.exchange("GET /bad HTTP/1.1\r\nHost: a\r\n\r\n");
        if (answer.status() == 103) {
            answer = client.response();
        }

        assertThat(answer.status()).as("status of %s", answer).isEqualTo(502);
        assertEnded();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenBodies")
    void brokenBodyIsNotWholeForTheClientAndTheConnectionIsNotReused(String fault, String body) throws Exception {
        edge.origin().answer("HTTP/1.1 200 OK|Transfer-Encoding: chunked||" + body);

        Truncation.assertTruncated(edge.connect().send("GET /bad HTTP/1.1\r\nHost: a\r\n\r\n"));
        assertEnded();
    }

    @Test
    void bodyThatBreaksLaterIsCutOffForTheClient() throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        edge.origin().script(connection -> {
            connection.request();
            connection.send("HTTP/1.1 200 OK|Transfer-Encoding: chunked||5|hello|");
            OriginConnection.await(seen);
            connection.send("zz|").hang();
        });
        RawClient client = edge.connect().send("GET /bad HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(client.responseHead().status()).isEqualTo(200);
        assertThat(Wire.text(client.read(8))).isEqualTo("5\r\nhello");
        seen.countDown();

        assertThat(Wire.text(client.readToEnd())).doesNotContain("0\r\n\r\n");
        assertEnded();
    }

    private static void assertEnded() throws Exception {
        edge.origin().awaitEnding("/bad");
        Recording bad = edge.origin().awaitText("/bad");
        assertThat(Wire.text(bad.bytes()).split("HTTP/1\\.1\r\n", -1)).hasSize(2);
    }
}
