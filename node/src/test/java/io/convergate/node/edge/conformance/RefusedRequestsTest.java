package io.convergate.node.edge.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.edge.fixture.EdgeFixture;
import io.convergate.node.edge.fixture.HttpMessage;
import io.convergate.node.edge.fixture.RawClient;
import io.convergate.node.edge.fixture.Wire;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What two servers could read in two ways, or what no client means well, stops at the edge. */
class RefusedRequestsTest {
    private static final String SMUGGLED = "GET /smug HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String CHUNKED = "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

    @RegisterExtension
    static final EdgeFixture edge = EdgeFixture.withDefaults();

    static List<Arguments> refused() {
        return Wire.table("refused-requests.txt");
    }

    static List<Arguments> brokenChunks() {
        return Wire.table("broken-chunks.txt");
    }

    static List<Arguments> refusedOrClear() {
        return Wire.table("refused-or-clear-requests.txt");
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("refused")
    void isRefusedAndNotOneByteReachesTheOrigin(String statuses, String fault, String request) throws IOException {
        assertRefused(request, statuses.split(","));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenChunks")
    void bodyThatCameBrokenWithItsHeadNeverReachesTheOrigin(String fault, String body) throws IOException {
        assertRefused(CHUNKED + body, "400", "413", "431");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusedOrClear")
    void isRefusedOrPassedUnambiguously(String special, String request) throws IOException {
        RawClient client = edge.connect().offer(Wire.bytes(request + SMUGGLED));
        HttpMessage answer = client.response(request.substring(0, request.indexOf(' ')));
        if (answer.status() == 100) {
            answer = client.response();
        }

        if (answer.status() >= 400) {
            assertThat(Wire.text(client.readToEnd())).isEmpty();
            assertThat(edge.requestsAtOrigin()).isEmpty();
        } else {
            assertThat(client.response().text()).isEqualTo("/smug");
            assertThat(edge.requestsAtOrigin())
                    .hasSize(2)
                    .last()
                    .extracting(HttpMessage::target)
                    .isEqualTo("/smug");
        }
    }

    private static void assertRefused(String request, String... statuses) throws IOException {
        RawClient client = edge.connect().offer(Wire.bytes(request + SMUGGLED));
        HttpMessage refusal = client.response();
        assertThat(Arrays.asList(statuses)).contains(Integer.toString(refusal.status()));
        assertThat(Wire.text(client.readToEnd())).isEmpty();
        assertThat(edge.requestsAtOrigin()).isEmpty();
    }
}
