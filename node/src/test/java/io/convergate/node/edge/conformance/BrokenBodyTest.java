package io.convergate.node.edge.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.edge.fixture.EdgeFixture;
import io.convergate.node.edge.fixture.Ending;
import io.convergate.node.edge.fixture.RawClient;
import io.convergate.node.edge.fixture.Recording;
import io.convergate.node.edge.fixture.RecordingOrigin;
import io.convergate.node.edge.fixture.Wire;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A request body that turns bad once its head is upstream: the origin must not take it for whole, and the connection
 * must not serve another request.
 */
class BrokenBodyTest {
    private static final String HEAD = "POST /broken HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final String SOUND_CHUNK = "5\r\nsound\r\n";
    private static final String SMUGGLED = "GET /smug HTTP/1.1\r\nHost: a\r\n\r\n";

    @RegisterExtension
    static final EdgeFixture edge = EdgeFixture.withDefaults();

    static List<Arguments> brokenChunks() {
        return Wire.table("broken-chunks.txt");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenChunks")
    void resetsTheOriginAndAnswers400IfNothingWasSentYet(String fault, String rest) throws Exception {
        RawClient client = edge.connect().send(HEAD + SOUND_CHUNK);
        edge.origin().awaitText("sound");
        client.offer(Wire.bytes(rest + SMUGGLED));

        assertThat(Wire.onlyResponseIn(client.readToEnd()).status()).isIn(400, 413, 431);
        assertBrokenAtOrigin(Ending.RESET);
    }

    @Test
    void closesWithoutASecondStatusIfTheAnswerHadBegun() throws Exception {
        edge.origin().script(connection -> {
            connection.requestHead();
            connection.send("HTTP/1.1 200 OK|Content-Length: 100||begun").hang();
        });
        RawClient client = edge.connect().send(HEAD + SOUND_CHUNK);
        assertThat(client.responseHead().status()).isEqualTo(200);
        assertThat(Wire.text(client.read(5))).isEqualTo("begun");
        client.offer(Wire.bytes("zz\r\n" + SMUGGLED));

        assertThat(client.readToEnd()).isEmpty();
        assertBrokenAtOrigin(Ending.RESET);
    }

    @Test
    void bodyShorterThanItsContentLengthIsNotPaddedWithTheNextRequest() throws Exception {
        RawClient client = edge.connect().send("POST /broken HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nsound");
        edge.origin().awaitText("sound");
        client.finish().readToEnd();

        assertThat(edge.origin().awaitEnding("/broken")).isNotNull();
        assertThat(edge.origin().awaitText("/broken").bytes()).asString().endsWith("sound");
    }

    private static void assertBrokenAtOrigin(Ending expected) throws Exception {
        assertThat(edge.origin().awaitEnding("/broken")).isEqualTo(expected);
        Recording broken = edge.origin().awaitText("/broken");
        assertThat(Wire.endsInsideARequest(broken.bytes()))
                .as("origin saw a whole request: %s", Wire.text(broken.bytes()))
                .isTrue();
        edge.origin().script(RecordingOrigin.ECHO_TARGET);
        edge.assertServes();
        assertThat(edge.origin().bytes()).asString().doesNotContain("/smug");
    }
}
