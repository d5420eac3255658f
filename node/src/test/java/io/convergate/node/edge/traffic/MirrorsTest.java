package io.convergate.node.edge.traffic;

import static io.convergate.node.edge.fixture.ConfiguredEdge.nobody;
import static io.convergate.node.edge.fixture.ConfiguredEdge.routeTo;
import static io.convergate.node.edge.fixture.ConfiguredEdge.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.edge.fixture.ConfiguredEdge;
import io.convergate.node.edge.fixture.HttpMessage;
import io.convergate.node.edge.fixture.OriginConnection;
import io.convergate.node.edge.fixture.RawClient;
import io.convergate.node.edge.fixture.RecordingOrigin;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MirrorsTest {
    private static final String COUNTER = "convergate_mirrored_requests_total";
    private static final String MIRROR = "mirror: {host: b.test}";

    @RegisterExtension
    static final ConfiguredEdge edge = ConfiguredEdge.withDefaults();

    private static double counted(String result) {
        return edge.metric(COUNTER, "result=\"" + result + "\"");
    }

    private static void awaitCounted(String result, double expected) {
        edge.awaitMetric(COUNTER, "result=\"" + result + "\"", expected);
    }

    @ParameterizedTest
    @CsvSource({"shop.io, shop.io-shadow", "shop.io:8080, shop.io-shadow:8080", "[::1]:80, [::1]-shadow:80"})
    void copyIsTheRequestWithAShadowsAuthority(String host, String shadow) throws Exception {
        RecordingOrigin origin = edge.origin(RecordingOrigin.ECHO_TARGET);
        RecordingOrigin mirror = edge.origin(RecordingOrigin.ECHO_TARGET);
        edge.serve(
                service("a", origin.address()),
                service("b", mirror.address()),
                routeTo("a", MIRROR + "\nrewrite: {uri: /new}\nheaders: {request: {set: {x-set: v}}}"));
        HttpMessage answer =
                edge.connect().exchange("POST /x?q=1 HTTP/1.1\r\nHost: " + host + "\r\nContent-Length: 2\r\n\r\nhi");
        mirror.awaitText("hi");

        HttpMessage copy = mirror.requests().get(0);
        HttpMessage sent = origin.requests().get(0);
        assertThat(answer.text()).isEqualTo(sent.target());
        assertThat(copy.startLine()).isEqualTo(sent.startLine());
        assertThat(copy.text()).isEqualTo("hi");
        assertThat(copy.values("x-set")).containsExactly("v");
        assertThat(copy.values("x-request-id")).isEqualTo(sent.values("x-request-id"));
        assertThat(sent.value("host")).contains(host);
        assertThat(copy.value("host")).contains(shadow);
    }

    @Test
    void everyMirrorGetsItsShare() throws Exception {
        RecordingOrigin origin = edge.origin(RecordingOrigin.ECHO_TARGET);
        RecordingOrigin all = edge.origin(RecordingOrigin.ECHO_TARGET);
        RecordingOrigin none = edge.origin(RecordingOrigin.ECHO_TARGET);
        edge.serve(
                service("a", origin.address()),
                service("b", all.address()),
                service("c", none.address()),
                routeTo(
                        "a",
                        "mirrors: [{destination: {host: b.test}},"
                                + " {destination: {host: c.test}, percentage: {value: 0}}]"));
        double before = counted("answered");
        for (int i = 0; i < 10; i++) {
            edge.get("/x");
        }
        awaitCounted("answered", before + 10);
        assertThat(all.requests()).hasSize(10);
        assertThat(none.recordings()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"mirrorPercentage: {value: 0}", "mirrorPercent: 0"})
    void explicitZeroIsNobody(String percentage) throws IOException {
        RecordingOrigin origin = edge.origin(RecordingOrigin.ECHO_TARGET);
        RecordingOrigin mirror = edge.origin(RecordingOrigin.ECHO_TARGET);
        edge.serve(
                service("a", origin.address()),
                service("b", mirror.address()),
                routeTo("a", MIRROR + "\n" + percentage));
        edge.get("/x");
        edge.get("/y");

        assertThat(mirror.recordings()).isEmpty();
    }

    @Test
    void mirrorThatHangsOrIsNotThereDelaysNothing() throws IOException {
        RecordingOrigin origin = edge.origin(RecordingOrigin.ECHO_TARGET);
        RecordingOrigin hanging = edge.origin(OriginConnection::hang);
        edge.serve(
                service("a", origin.address()),
                service("b", hanging.address()),
                service("c", nobody()),
                routeTo("a", "timeout: 1s\nmirrors: [{destination: {host: b.test}}, {destination: {host: c.test}}]"));
        double failed = counted("failed");
        assertThat(edge.get("/x").text()).isEqualTo("/x");

        awaitCounted("failed", failed + 2);
    }

    @Test
    void copiesBeyondTheBoundAreSkipped() throws IOException {
        int requests = 400;
        RecordingOrigin origin = edge.origin(RecordingOrigin.ECHO_TARGET);
        RecordingOrigin hanging = edge.origin(OriginConnection::hang);
        edge.serve(
                service("a", origin.address()),
                service("b", hanging.address()),
                routeTo("a", "timeout: 3s\n" + MIRROR));
        double skipped = counted("skipped");
        double failed = counted("failed");
        RawClient client = edge.connect();
        for (int i = 0; i < requests; i++) {
            assertThat(client.exchange("GET /x HTTP/1.1\r\nHost: a\r\n\r\n").status())
                    .isEqualTo(200);
        }
        // One connection is one loop.
        awaitCounted("skipped", skipped + requests - 128);
        // The copies of this test are over before the next one counts its own.
        hanging.close();
        awaitCounted("failed", failed + 128);
    }

    @Test
    void bodyThatIsStreamedIsNotCopied() throws IOException {
        RecordingOrigin origin = edge.origin(connection -> {
            connection.skipBody(connection.requestHead());
            connection.ok("got it");
        });
        RecordingOrigin mirror = edge.origin(RecordingOrigin.ECHO_TARGET);
        edge.serve(service("a", origin.address()), service("b", mirror.address()), routeTo("a", MIRROR));
        double skipped = counted("skipped");
        RawClient client = edge.connect();
        client.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n" + "x".repeat(1_000_000));

        assertThat(client.response().text()).isEqualTo("got it");
        awaitCounted("skipped", skipped + 1);
        assertThat(mirror.recordings()).isEmpty();
    }
}
