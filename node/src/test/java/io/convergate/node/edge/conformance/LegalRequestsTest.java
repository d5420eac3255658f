package io.convergate.node.edge.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.edge.fixture.EdgeFixture;
import io.convergate.node.edge.fixture.HttpMessage;
import io.convergate.node.edge.fixture.RawClient;
import io.convergate.node.edge.fixture.Wire;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Strictness must cost no honest client anything. */
class LegalRequestsTest {
    private static final String NEXT = "GET /next HTTP/1.1\r\nHost: a\r\n\r\n";

    @RegisterExtension
    static final EdgeFixture edge = EdgeFixture.withDefaults();

    static List<Arguments> legal() {
        return Wire.table("legal-requests.txt");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("legal")
    void passesAndTheConnectionServesTheNextRequest(String special, String requestLine, String request)
            throws IOException {
        RawClient client = edge.connect().send(request + NEXT);

        assertThat(client.response().status()).isEqualTo(200);
        assertThat(client.response().text()).isEqualTo("/next");
        assertThat(edge.requestsAtOrigin())
                .extracting(HttpMessage::startLine)
                .containsExactly(Wire.spelt(requestLine), "GET /next HTTP/1.1");
    }

    /** RFC 9112 3.2.2: the target's authority replaces Host. */
    @Test
    void authorityOfAnAbsoluteTargetWinsOverHostOrIsRefused() throws IOException {
        HttpMessage answer = edge.connect().exchange("GET http://a.example/x HTTP/1.1\r\nHost: b.example\r\n\r\n");

        List<HttpMessage> requests = edge.requestsAtOrigin();
        if (answer.status() == 400) {
            assertThat(requests).isEmpty();
        } else {
            assertThat(requests).singleElement().satisfies(request -> assertThat(request.values("Host"))
                    .containsExactly("a.example"));
        }
    }

    /** Framing costs 5 bytes for each byte of content: an edge may call it abuse, but must not lose a byte. */
    @ParameterizedTest(name = "{0} chunks of one byte")
    @CsvSource({"1000", "50000"})
    void floodOfOneByteChunksIsPassedWholeOrRefused(int chunks) throws IOException {
        edge.origin()
                .script(connection -> connection.ok("" + connection.request().body().length));
        String request = "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "1\r\nx\r\n".repeat(chunks) + "0\r\n\r\n";
        HttpMessage answer = edge.connect().offer(Wire.bytes(request)).response();

        assertThat(answer.status() == 200 ? answer.text() : "refused").isIn("" + chunks, "refused");
    }
}
