package io.convergate.node.edge.traffic;

import static io.convergate.node.edge.fixture.ConfiguredEdge.nobody;
import static io.convergate.node.edge.fixture.ConfiguredEdge.policy;
import static io.convergate.node.edge.fixture.ConfiguredEdge.routeTo;
import static io.convergate.node.edge.fixture.ConfiguredEdge.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.edge.EdgeSettings;
import io.convergate.node.edge.UnsafeRetries;
import io.convergate.node.edge.fixture.ConfiguredEdge;
import io.convergate.node.edge.fixture.RecordingOrigin;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A node that repeats no unsafe method, whatever its routes say. */
class UnsafeRetriesTest {
    @RegisterExtension
    static final ConfiguredEdge edge = ConfiguredEdge.with(UnsafeRetriesTest::notTaken, Map.of());

    private static EdgeSettings notTaken(EdgeSettings settings) {
        return settings.withUnsafeRetries(UnsafeRetries.NOT_TAKEN);
    }

    @ParameterizedTest
    @CsvSource({"GET, 3", "PUT, 3", "DELETE, 3", "POST, 1", "PATCH, 1", "MADEUP, 1"})
    void routeThatRepeatsEverythingRepeatsOnlyIdempotentMethods(String method, int attempts) throws IOException {
        AtomicInteger seen = new AtomicInteger();
        RecordingOrigin origin = edge.origin(connection -> {
            seen.incrementAndGet();
            connection.request();
            connection.send("HTTP/1.1 503 E|Content-Length: 0||");
        });
        edge.serve(
                service("a", origin.address()),
                routeTo("a", "retries: {attempts: 2, backoff: 1ms, retryOn: '5xx,reset,503'}"));
        edge.connect().exchange(method + " /x HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");

        assertThat(seen).hasValue(attempts);
    }

    @Test
    void connectionThatCannotBeMadeIsTriedAgainForAnyMethod() throws IOException {
        RecordingOrigin origin = edge.origin(RecordingOrigin.ECHO_TARGET);
        edge.serve(
                service("a", nobody(), origin.address()),
                policy("a", "loadBalancer: {simple: ROUND_ROBIN}"),
                routeTo("a", "retries: {attempts: 2, retryOn: 5xx}"));
        for (int i = 0; i < 10; i++) {
            assertThat(edge.connect()
                            .exchange("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
                            .text())
                    .isEqualTo("/x");
        }
    }
}
