package io.convergate.node.edge.traffic;

import static io.convergate.node.edge.fixture.ConfiguredEdge.routeTo;
import static io.convergate.node.edge.fixture.ConfiguredEdge.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.edge.RevisionGate;
import io.convergate.node.edge.fixture.ConfiguredEdge;
import io.convergate.node.edge.fixture.HttpMessage;
import io.convergate.node.edge.fixture.RawClient;
import io.convergate.node.edge.fixture.RecordingOrigin;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code X-Config-At-Least}: served by that configuration or a newer one, or not at all. */
class ConfigAtLeastTest {
    private static final String GET = "GET /x HTTP/1.1\r\nHost: a\r\nX-Config-At-Least: 00000000000000aa.1\r\n\r\n";

    @RegisterExtension
    static final ConfiguredEdge edge = ConfiguredEdge.withDefaults();

    private final CompletableFuture<Boolean> served = new CompletableFuture<>();
    private long patienceNanos = TimeUnit.SECONDS.toNanos(5);
    private RecordingOrigin old;
    private RecordingOrigin newer;

    @BeforeEach
    void serveTheOldOne() throws IOException {
        old = edge.origin(connection -> {
            connection.request();
            connection.send("HTTP/1.1 200 OK|Content-Length: 3||old");
        });
        newer = edge.origin(connection -> {
            connection.request();
            connection.send("HTTP/1.1 200 OK|Content-Length: 5||newer");
        });
        edge.serve(service("a", old.address()), routeTo("a", ""));
        edge.gate(new RevisionGate() {
            @Override
            public long patienceNanos(int port) {
                return patienceNanos;
            }

            @Override
            public CompletionStage<Boolean> served(String revision, long nanos) {
                if (!revision.equals("00000000000000aa.1")) {
                    throw new IllegalArgumentException(revision);
                }
                return served;
            }
        });
    }

    @Test
    void aRequestWaitsForTheConfigurationThatItAsksForAndIsServedByIt() throws IOException {
        RawClient client = edge.connect().send(GET);
        assertThat(client.hasInputWithin(Duration.ofMillis(100))).isFalse();
        edge.serve(service("a", newer.address()), routeTo("a", ""));
        served.complete(true);
        assertThat(client.response().text()).isEqualTo("newer");
        assertThat(newer.requests().get(0).values("x-config-at-least")).isEmpty();
        assertThat(old.requests()).isEmpty();
    }

    @Test
    void aConfigurationThatDoesNotComeIsA503() throws IOException {
        served.complete(false);
        HttpMessage answer = edge.connect().exchange(GET);
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.text()).contains("not served here yet");
        assertThat(old.requests()).isEmpty();
    }

    @Test
    void whatIsNoRevisionIsA400AndWhoAsksForNothingIsServed() throws IOException {
        assertThat(edge.connect().exchange(GET.replace("aa.1", "x")).status()).isEqualTo(400);
        assertThat(edge.get("/x").text()).isEqualTo("old");
    }

    @Test
    void whereNobodyOptedInTheHeaderIsTakenOffAndMeansNothing() throws IOException {
        patienceNanos = 0;
        assertThat(edge.connect().exchange(GET).text()).isEqualTo("old");
        assertThat(old.requests().get(0).values("x-config-at-least")).isEmpty();
    }
}
