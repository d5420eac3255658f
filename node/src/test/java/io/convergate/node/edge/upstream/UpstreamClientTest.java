package io.convergate.node.edge.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.edge.Deadlines;
import io.convergate.node.edge.Limits;
import io.convergate.node.edge.fixture.FakeExchange;
import io.convergate.node.edge.fixture.OriginConnection;
import io.convergate.node.edge.fixture.RecordingOrigin;
import io.convergate.node.edge.http.Field;
import io.convergate.node.edge.http.Fields;
import io.convergate.node.edge.wire.EdgeLoops;
import io.convergate.node.edge.wire.WireLoop;
import io.convergate.routing.upstream.PoolSettings;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.scaladsl.model.RequestEntity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client against an origin that ends its connections while the client's loop is busy with something else. */
class UpstreamClientTest {
    private static final long IDLE_MS = 30;

    private final ActorSystem system = ActorSystem.create("upstream-client");
    private final CountDownLatch wanted = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private RecordingOrigin origin;
    private EdgeLoops loops;

    private interface Ending {
        void of(OriginConnection connection) throws IOException;
    }

    @BeforeEach
    void start() throws IOException {
        origin = RecordingOrigin.start();
    }

    @AfterEach
    void stop() throws IOException {
        loops.close();
        origin.close();
        system.terminate();
    }

    /** RFC 9112 section 9.3.1: a POST could not be sent again, had it been sent on the connection that had ended. */
    @ParameterizedTest
    @ValueSource(strings = {"epoll", "nio"})
    void aConnectionThatEndedUnnoticedIsNotUsed(String transport) throws Exception {
        assertAnotherIsUsedAfter(transport, OriginConnection::close);
    }

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "nio"})
    void aConnectionThatWasResetUnnoticedIsNotUsed(String transport) throws Exception {
        assertAnotherIsUsedAfter(transport, OriginConnection::reset);
    }

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "nio"})
    void aConnectionOnWhichSomethingCameUnaskedIsNotUsed(String transport) throws Exception {
        assertAnotherIsUsedAfter(transport, connection -> connection.ok("poison"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "nio"})
    void aConnectionThatWasOnlyIdleIsUsedAgain(String transport) throws Exception {
        assertThat(secondPostAfter(transport, connection -> {})).isEqualTo(200);
        assertThat(origin.recordings()).hasSize(1);
    }

    private void assertAnotherIsUsedAfter(String transport, Ending ending) throws Exception {
        assertThat(secondPostAfter(transport, ending)).isEqualTo(200);
        assertThat(origin.recordings()).hasSize(2);
    }

    /** The status of a POST that meets a pooled connection with which the origin has done this. */
    private int secondPostAfter(String transport, Ending ending) throws Exception {
        loops = new EdgeLoops(transport, 1, system);
        WireLoop loop = loops.loops().get(0);
        Endpoint endpoint = new Endpoint(origin.address(), 1, PoolSettings.DEFAULTS, null);
        UpstreamClient client = new UpstreamClient(loop, Limits.DEFAULT, Deadlines.DEFAULT);
        origin.script(connection -> {
            connection.ok(connection.request().target());
            OriginConnection.await(wanted);
            if (ended.getCount() > 0) {
                ending.of(connection);
                ended.countDown();
            }
        });
        assertThat(post(loop, client, endpoint, () -> {})).isEqualTo(200);
        return post(loop, client, endpoint, () -> {
            wanted.countDown();
            assertThat(ended.await(5, TimeUnit.SECONDS)).isTrue();
            assertThat(new CountDownLatch(1).await(IDLE_MS, TimeUnit.MILLISECONDS))
                    .isFalse();
        });
    }

    private interface Occupation {
        void run() throws InterruptedException;
    }

    /** Sends a request once the loop has been busy with something, in one turn of the loop. */
    private static int post(WireLoop loop, UpstreamClient client, Endpoint endpoint, Occupation before)
            throws Exception {
        CompletableFuture<Integer> status = new CompletableFuture<>();
        loop.execute(() -> {
            try {
                before.run();
            } catch (InterruptedException | AssertionError e) {
                status.completeExceptionally(e);
                return;
            }
            Fields fields = new Fields(1);
            fields.add(Field.of("Host", "a"));
            UpstreamRequest request = new UpstreamRequest(
                    "POST",
                    "/",
                    fields,
                    (RequestEntity) HttpEntities.create("once"),
                    new FakeExchange("192.0.2.7", "a", "/"));
            client.send(request, endpoint, false).response().whenComplete((response, failure) -> {
                if (failure != null) {
                    status.completeExceptionally(failure);
                } else {
                    status.complete(response.status());
                }
            });
        });
        return status.get(10, TimeUnit.SECONDS);
    }
}
