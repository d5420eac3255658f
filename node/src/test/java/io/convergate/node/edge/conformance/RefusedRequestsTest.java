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
        RawClient client = edge.connect().offer(Wire.bytes(request + SMUGGLED)).finish();
        String answers = Wire.text(client.readToEnd());
        List<String> targets =
                edge.requestsAtOrigin().stream().map(HttpMessage::target).toList();
        if (answers.matches("(?s)HTTP/1\\.1 [45].*")) {
            assertThat(targets).as("targets at the origin after %s", answers).isEmpty();
        } else {
            assertThat(targets)
                    .as("targets at the origin after %s", answers)
                    .hasSize(2)
                    .endsWith("/smug");
        }
    }

    private static void assertRefused(String request, String... statuses) throws IOException {
        RawClient client = edge.connect().offer(Wire.bytes(request + SMUGGLED));
        HttpMessage refusal = Wire.onlyResponseIn(client.readToEnd());
        assertThat(Arrays.asList(statuses)).contains(Integer.toString(refusal.status()));
        assertThat(edge.requestsAtOrigin()).isEmpty();
    }
}
