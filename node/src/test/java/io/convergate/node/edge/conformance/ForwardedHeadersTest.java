package io.convergate.node.edge.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.edge.fixture.EdgeFixture;
import io.convergate.node.edge.fixture.HttpMessage;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who the client is, told to the origin as Envoy does at an edge: nothing that a stranger claims is believed. */
class ForwardedHeadersTest {
    @RegisterExtension
    static final EdgeFixture edge = EdgeFixture.withDefaults();

    @Test
    void hostPassesUnchanged() throws IOException {
        assertThat(seenWith("").values("Host")).containsExactly("shop.example:8080");
    }

    @Test
    void addressOfThePeerIsForwarded() throws IOException {
        assertThat(seenWith("").values("X-Forwarded-For")).containsExactly("127.0.0.1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Forwarded-For: 1.2.3.4\r\n",
                "x-forwarded-for: 1.2.3.4\r\nX-Forwarded-For: 5.6.7.8\r\n",
                "X-Forwarded-For: \r\n",
                "X-Forwarded-For: ,,,\r\n"
            })
    void addressOfThePeerComesLastAfterWhatTheClientClaimed(String claimed) throws IOException {
        String addresses = String.join(",", seenWith(claimed).values("X-Forwarded-For"));

        assertThat(addresses).matches("(.*,)? ?127\\.0\\.0\\.1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "X-Forwarded-Proto: https\r\n", "X-Forwarded-Proto: http\r\nX-Forwarded-Proto: https\r\n"})
    void protocolIsTheOneTheClientSpoke(String claimed) throws IOException {
        assertThat(seenWith(claimed).values("X-Forwarded-Proto")).containsExactly("http");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "X-Request-Id: from-client\r\n", "X-Request-Id: a\r\nX-Request-Id: b\r\n"})
    void everyRequestHasOneId(String claimed) throws IOException {
        assertThat(seenWith(claimed).values("X-Request-Id"))
                .singleElement()
                .asString()
                .isNotEmpty();
    }

    @Test
    void idsDiffer() throws IOException {
        String first = seenWith("").value("X-Request-Id").orElseThrow();
        edge.origin().forget();

        assertThat(seenWith("").value("X-Request-Id").orElseThrow()).isNotEqualTo(first);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Envoy-Internal",
                "X-Envoy-External-Address",
                "X-Envoy-Original-Path",
                "X-Envoy-Original-Host",
                "X-Envoy-Decorator-Operation",
                "X-Envoy-Retry-On",
                "X-Envoy-Max-Retries",
                "X-Envoy-Upstream-Rq-Timeout-Ms",
                "X-Envoy-Upstream-Alt-Stat-Name",
                "X-Envoy-Expected-Rq-Timeout-Ms",
                "X-Envoy-Attempt-Count",
                "X-Envoy-Peer-Metadata",
                "X-Envoy-Downstream-Service-Cluster",
                "x-envoy-FORCE-trace",
                "X-Forwarded-Client-Cert"
            })
    void internalHeaderOfAStrangerEndsAtTheEdge(String name) throws IOException {
        assertThat(seenWith(name + ": evil\r\n").values(name)).doesNotContain("evil");
    }

    private static HttpMessage seenWith(String headers) throws IOException {
        HttpMessage answer =
                edge.connect().exchange("GET /x HTTP/1.1\r\nHost: shop.example:8080\r\n" + headers + "\r\n");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(edge.requestsAtOrigin()).hasSize(1);
        return edge.requestsAtOrigin().get(0);
    }
}
