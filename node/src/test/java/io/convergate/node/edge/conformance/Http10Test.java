package io.convergate.node.edge.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.edge.fixture.EdgeFixture;
import io.convergate.node.edge.fixture.Ending;
import io.convergate.node.edge.fixture.HttpMessage;
import io.convergate.node.edge.fixture.HttpMessage.Framing;
import io.convergate.node.edge.fixture.RawClient;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Clients of HTTP/1.0 are served (Istio refuses them with 426 unless told otherwise). */
class Http10Test {
    @RegisterExtension
    static final EdgeFixture edge = EdgeFixture.withDefaults();

    @Test
    void isServedAndClosed() throws IOException {
        RawClient client = edge.connect();

        assertThat(client.exchange("GET /x HTTP/1.0\r\nHost: a\r\n\r\n").text()).isEqualTo("/x");
        assertThat(client.ending()).isEqualTo(Ending.CLOSED);
    }

    @Test
    void needsNoHost() throws IOException {
        assertThat(edge.connect().exchange("GET /x HTTP/1.0\r\n\r\n").text()).isEqualTo("/x");
        assertThat(edge.requestsAtOrigin()).extracting(HttpMessage::startLine).containsExactly("GET /x HTTP/1.1");
    }

    @Test
    void isKeptAliveIfItAsks() throws IOException {
        RawClient client = edge.connect();
        for (int i = 0; i < 3; i++) {
            HttpMessage answer = client.exchange("GET /x HTTP/1.0\r\nHost: a\r\nConnection: Keep-Alive\r\n\r\n");
            assertThat(answer.value("Connection"))
                    .hasValueSatisfying(value -> assertThat(value).isEqualToIgnoringCase("keep-alive"));
        }
    }

    @Test
    void bodyWithContentLengthPasses() throws IOException {
        edge.connect().exchange("POST /x HTTP/1.0\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");

        assertThat(edge.requestsAtOrigin())
                .singleElement()
                .extracting(HttpMessage::text)
                .isEqualTo("hello");
    }

    @Test
    void chunkedAnswerIsUnchunkedForIt() throws IOException {
        edge.origin().answer("HTTP/1.1 200 OK|Transfer-Encoding: chunked||3|hel|2|lo|0|X: y||");
        RawClient client = edge.connect();

        HttpMessage answer = client.exchange("GET /x HTTP/1.0\r\nHost: a\r\n\r\n");
        assertThat(answer.framing()).isNotEqualTo(Framing.CHUNKED);
        assertThat(answer.text()).isEqualTo("hello");
        assertThat(client.ending()).isEqualTo(Ending.CLOSED);
    }

    @Test
    void chunkedAnswerEndsTheConnectionThatWasToBeKeptAlive() throws IOException {
        edge.origin().answer("HTTP/1.1 200 OK|Transfer-Encoding: chunked||5|hello|0||");

        HttpMessage answer = edge.connect().exchange("GET /x HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n");
        assertThat(answer.framing()).isNotEqualTo(Framing.CHUNKED);
        assertThat(answer.text()).isEqualTo("hello");
        if (answer.framing() == Framing.UNTIL_CLOSE) {
            assertThat(answer.value("Connection")).isNotEqualTo(Optional.of("keep-alive"));
        }
    }

    @Test
    void headOfAChunkedResourceIsAnswered() throws IOException {
        edge.origin().answer("HTTP/1.1 200 OK|Transfer-Encoding: chunked||");
        RawClient client = edge.connect().send("HEAD /x HTTP/1.0\r\nHost: a\r\n\r\n");

        assertThat(client.response("HEAD").status()).isEqualTo(200);
        assertThat(client.ending()).isEqualTo(Ending.CLOSED);
    }
}
