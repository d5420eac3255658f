package io.convergate.node.edge.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.edge.fixture.EdgeFixture;
import io.convergate.node.edge.fixture.RawClient;
import io.convergate.node.edge.fixture.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nobody may hold a connection by being slow. */
class DeadlinesTest {
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final String GET = "GET /x HTTP/1.1\r\nHost: a\r\n\r\n";

    @RegisterExtension
    static final EdgeFixture edge = EdgeFixture.with(settings -> {
        settings.headerTimeout = Optional.of(SHORT);
        settings.idleTimeout = Optional.of(SHORT);
    });

    @ParameterizedTest
    @ValueSource(strings = {"G", "GET /x HTTP/1.1\r\n", "GET /x HTTP/1.1\r\nHost: a\r\nX: y\r\n"})
    void headThatDoesNotEndIsAnswered408(String begun) throws IOException {
        RawClient client = edge.connect().send(begun);

        assertThat(Wire.onlyResponseIn(client.readToEnd()).status()).isEqualTo(408);
        assertThat(edge.requestsAtOrigin()).isEmpty();
    }

    @Test
    void headThatComesByteByByteDoesNotMoveTheDeadline() throws IOException {
        RawClient client = edge.connect().send("GET /x HTTP/1.1\r\nHost: a\r\n");
        long start = System.nanoTime();
        while (!client.hasInputWithin(Duration.ofMillis(20))) {
            client.offer(Wire.bytes("X: y\r\n"));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
        }

        assertThat(Wire.onlyResponseIn(client.readToEnd()).status()).isEqualTo(408);
    }

    @Test
    void deadlineStartsAnewWithEveryRequest() throws IOException {
        RawClient client = edge.connect();
        client.exchange(GET);
        client.send("GET /x HTT");

        assertThat(Wire.onlyResponseIn(client.readToEnd()).status()).isEqualTo(408);
    }

    @Test
    void idleConnectionIsClosedWithoutAWord() throws IOException {
        RawClient client = edge.connect();
        client.exchange(GET);

        assertThat(client.readToEnd()).isEmpty();
    }

    @Test
    void connectionThatNeverSpeaksIsClosed() throws IOException {
        assertThat(Wire.text(edge.connect().readToEnd())).matches("(?s)|HTTP/1\\.1 408 .*");
    }

    @Test
    void slowClientsDoNotDelayOthers() throws IOException {
        List<RawClient> slow = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            slow.add(edge.connect().send("GET /slow HTTP/1.1\r\nHost: "));
        }
        RawClient honest = edge.connect();
        for (int i = 0; i < 20; i++) {
            assertThat(honest.exchange(GET).status()).isEqualTo(200);
        }
        for (RawClient client : slow) {
            assertThat(Wire.onlyResponseIn(client.readToEnd()).status()).isEqualTo(408);
        }
    }

    @Test
    void slowOriginIsNotTakenForAnIdleClient() throws IOException {
        edge.origin().script(connection -> {
            connection.request();
            connection.staySilent(SHORT.multipliedBy(3));
            connection.ok("late");
        });

        assertThat(edge.connect().exchange(GET).text()).isEqualTo("late");
    }
}
