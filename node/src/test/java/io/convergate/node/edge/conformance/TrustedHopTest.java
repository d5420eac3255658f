package io.convergate.node.edge.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.edge.fixture.EdgeFixture;
import io.convergate.node.edge.fixture.HttpMessage;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The same headers from a hop that is configured as trusted. */
class TrustedHopTest {
    @RegisterExtension
    static final EdgeFixture edge = EdgeFixture.with(settings -> settings.trustLoopback = true);

    @Test
    void itsWordOnTheProtocolIsTaken() throws IOException {
        assertThat(seenWith("X-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Proto: https\r\n")
                        .values("X-Forwarded-Proto"))
                .containsExactly("https");
    }

    @Test
    void itsOwnAddressIsStillAppended() throws IOException {
        assertThat(seenWith("X-Forwarded-For: 1.2.3.4\r\n").values("X-Forwarded-For"))
                .singleElement()
                .asString()
                .matches("1\\.2\\.3\\.4, ?127\\.0\\.0\\.1");
    }

    @Test
    void itsRequestIdIsKept() throws IOException {
        assertThat(seenWith("X-Request-Id: from-hop\r\n").values("X-Request-Id"))
                .containsExactly("from-hop");
    }

    private static HttpMessage seenWith(String headers) throws IOException {
        edge.connect().exchange("GET /x HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n");
        assertThat(edge.requestsAtOrigin()).hasSize(1);
        return edge.requestsAtOrigin().get(0);
    }
}
