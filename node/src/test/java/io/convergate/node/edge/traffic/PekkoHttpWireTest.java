package io.convergate.node.edge.traffic;

import static io.convergate.node.edge.fixture.ConfiguredEdge.nobody;
import static io.convergate.node.edge.fixture.ConfiguredEdge.routeTo;
import static io.convergate.node.edge.fixture.ConfiguredEdge.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.edge.EdgeSettings;
import io.convergate.node.edge.fixture.ConfiguredEdge;
import io.convergate.node.edge.fixture.HttpMessage;
import io.convergate.node.edge.fixture.RawClient;
import io.convergate.node.edge.fixture.RecordingOrigin;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The proxy behind Pekko HTTP's own server: the same requests, the same replies. */
class PekkoHttpWireTest {
    @RegisterExtension
    static final ConfiguredEdge edge = ConfiguredEdge.with(PekkoHttpWireTest::onPekkoHttp, Map.of());

    private static EdgeSettings onPekkoHttp(EdgeSettings settings) {
        return new EdgeSettings(
                settings.nodeName(),
                settings.host(),
                settings.portMap(),
                "pekko-http",
                settings.transport(),
                settings.loops(),
                settings.pathNormalization(),
                settings.trustedProxies(),
                settings.unsafeRetries(),
                settings.limits(),
                settings.deadlines(),
                settings.sampledRequests());
    }

    @Test
    void requestIsRoutedAndAnswered() throws IOException {
        RecordingOrigin origin =
                edge.origin(connection -> connection.ok(connection.request().target()));
        edge.serve(service("a", origin.address()), routeTo("a", ""));
        RawClient client = edge.connect();
        for (int i = 0; i < 3; i++) {
            assertThat(client.exchange("GET /" + i + "?q=%2f HTTP/1.1\r\nHost: a\r\n\r\n")
                            .text())
                    .isEqualTo("/" + i + "?q=%2f");
        }
    }

    @Test
    void bodyThatIsHereWholeIsSentAgain() throws IOException {
        List<String> bodies = new ArrayList<>();
        RecordingOrigin origin = edge.origin(connection -> {
            bodies.add(connection.request().text());
            connection.send(bodies.size() < 2 ? "HTTP/1.1 503 E|Content-Length: 0||" : "HTTP/1.1 204 N||");
        });
        edge.serve(service("a", origin.address()), routeTo("a", "retries: {attempts: 2, backoff: 1ms, retryOn: 5xx}"));

        assertThat(edge.connect()
                        .exchange("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi")
                        .status())
                .isEqualTo(204);
        assertThat(bodies).containsExactly("hi", "hi");
    }

    @Test
    void largeBodyIsStreamed() throws IOException {
        RecordingOrigin origin = edge.origin(connection -> {
            HttpMessage head = connection.requestHead();
            connection.skipBody(head);
            connection.ok("got it");
        });
        edge.serve(service("a", origin.address()), routeTo("a", ""));
        RawClient client = edge.connect();
        client.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n" + "x".repeat(1_000_000));

        assertThat(client.response().text()).isEqualTo("got it");
    }

    @Test
    void replyOfOurOwnSaysWhy() throws IOException {
        edge.serve(service("a", nobody()), routeTo("a", "retries: {attempts: 0}"));
        HttpMessage answer = edge.get("/x");

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.value("x-convergate-response-flags")).contains("UF");
    }
}
