package io.convergate.node.edge.traffic;

import static io.convergate.node.edge.fixture.ConfiguredEdge.routeTo;
import static io.convergate.node.edge.fixture.ConfiguredEdge.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.edge.fixture.ConfiguredEdge;
import io.convergate.node.edge.fixture.HttpMessage;
import io.convergate.node.edge.fixture.RawClient;
import io.convergate.node.edge.fixture.RecordingOrigin;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FaultsTest {
    private static final String GET = "GET /x HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String FLAGS = "x-convergate-response-flags";

    @RegisterExtension
    static final ConfiguredEdge edge = ConfiguredEdge.withDefaults();

    private RecordingOrigin serve(String rule) throws IOException {
        RecordingOrigin origin = edge.origin(RecordingOrigin.ECHO_TARGET);
        edge.serve(service("a", origin.address()), routeTo("a", rule));
        return origin;
    }

    @Test
    void abortIsAnsweredWithoutTheUpstream() throws IOException {
        RecordingOrigin origin = serve("fault: {abort: {percentage: {value: 100}, httpStatus: 418}}");
        HttpMessage answer = edge.get("/x");

        assertThat(answer.status()).isEqualTo(418);
        assertThat(answer.value(FLAGS)).contains("FI");
        assertThat(answer.text()).isEqualTo("fault filter abort\n");
        assertThat(origin.requests()).isEmpty();
    }

    @Test
    void grpcAbortIsAGrpcStatusToAGrpcClientAndItsHttpStatusToOthers() throws IOException {
        serve("fault: {abort: {percentage: {value: 100}, grpcStatus: UNAVAILABLE}}");
        HttpMessage grpc = edge.connect()
                .exchange(
                        "POST /s/m HTTP/1.1\r\nHost: a\r\nContent-Type: application/grpc+proto\r\nContent-Length: 0\r\n\r\n");
        HttpMessage other = edge.get("/x");

        assertThat(grpc.status()).isEqualTo(200);
        assertThat(grpc.value("grpc-status")).contains("14");
        assertThat(grpc.value("grpc-message")).contains("fault filter abort");
        assertThat(grpc.value("content-type")).contains("application/grpc+proto");
        assertThat(grpc.value(FLAGS)).contains("FI");
        assertThat(other.status()).isEqualTo(503);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fault: {abort: {percentage: {value: 0}, httpStatus: 418}}",
                "fault: {abort: {httpStatus: 418}}",
                "fault: {abort: {percentage: {value: 100}}}",
                "fault: {delay: {fixedDelay: 1h}}",
            })
    void faultOfNobodyOrNothingIsNone(String rule) throws IOException {
        serve(rule);
        assertThat(edge.get("/x").text()).isEqualTo("/x");
    }

    @Test
    void delayComesBeforeTheUpstreamAndItsTimeout() throws IOException {
        RecordingOrigin origin = serve("timeout: 5s\nfault: {delay: {percentage: {value: 100}, fixedDelay: 300ms}}\n"
                + "headers: {response: {set: {x-flags: '%RESPONSE_FLAGS%'}}}");
        RawClient client = edge.connect().send(GET);
        assertThat(client.hasInputWithin(Duration.ofMillis(150))).isFalse();
        assertThat(origin.requests()).isEmpty();

        HttpMessage answer = client.response();

        assertThat(answer.text()).isEqualTo("/x");
        assertThat(answer.value("x-flags")).contains("DI");
    }

    @Test
    void delayThenAbortAreBothTold() throws IOException {
        serve("fault: {delay: {percentage: {value: 100}, fixedDelay: 50ms},"
                + " abort: {percentage: {value: 100}, httpStatus: 500}}");

        assertThat(edge.get("/x").value(FLAGS)).contains("FI,DI");
    }

    @Test
    void clientThatLeavesDuringADelayReachesNobody() throws IOException {
        RecordingOrigin origin = serve("fault: {delay: {percentage: {value: 100}, fixedDelay: 200ms}}");
        double before = edge.metric("convergate_response_flags_total", "flag=\"DC\"");
        edge.connect().send(GET).close();
        edge.awaitMetric("convergate_response_flags_total", "flag=\"DC\"", before + 1);

        assertThat(edge.get("/second").text()).isEqualTo("/second");
        assertThat(origin.requests()).extracting(HttpMessage::target).containsExactly("/second");
    }

    @Test
    void aboutTheShareThatIsAskedForFails() throws IOException {
        serve("fault: {abort: {percentage: {value: 30}, httpStatus: 500}}");
        RawClient client = edge.connect();
        int failed = 0;
        for (int i = 0; i < 1_000; i++) {
            failed += client.exchange(GET).status() == 500 ? 1 : 0;
        }
        assertThat(failed).isBetween(220, 380);
    }
}
