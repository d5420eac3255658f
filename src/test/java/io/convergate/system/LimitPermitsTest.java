package io.convergate.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.loadgen.fleet.Await;
import io.convergate.loadgen.fleet.Fleet;
import io.convergate.loadgen.fleet.GatewayNode;
import io.convergate.loadgen.origin.Origin;
import io.convergate.system.harness.HttpConnection;
import io.convergate.system.harness.SharedCluster;
import io.convergate.system.harness.Timeline;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A node dies with requests of an {@code inFlight} limit in it. Its permits come back, all of them and no more: when it has not been heard
 * for 5 s or is removed, and if it was the owner's, when there is another (docs/rate-limits.md).
 */
@Tag("long")
@ExtendWith(SharedCluster.class)
class LimitPermitsTest {
    private static final String HOST = "permits.test";
    private static final int PERMITS = 6;
    private static final int OF_THE_DEAD = 4;

    /** A node's permits are asked for again each second or so, and good for 5 s: so soon after its last word they cannot be back. */
    private static final Duration SURELY_KEPT = Duration.ofSeconds(1);

    private static String configuration(Origin origin) {
        return """
                apiVersion: networking.istio.io/v1
                kind: Gateway
                metadata: {name: permits}
                spec: {servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]}
                ---
                apiVersion: networking.istio.io/v1
                kind: ServiceEntry
                metadata: {name: permits}
                spec:
                  hosts: [permits.internal]
                  resolution: STATIC
                  ports: [{number: 80, name: http, protocol: HTTP}]
                  endpoints: [{address: 127.0.0.1, ports: {http: %d}}]
                ---
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: permits}
                spec:
                  hosts: [%s]
                  gateways: [permits]
                  http: [{route: [{destination: {host: permits.internal}}], retries: {attempts: 0}}]
                ---
                apiVersion: convergate.io/v1
                kind: RateLimitPolicy
                metadata: {name: permits}
                spec:
                  targetRefs: [{kind: VirtualService, name: permits}]
                  rules: [{name: six, inFlight: %d, onUnavailable: closed}]
                """.formatted(origin.port(), HOST, PERMITS);
    }

    /** Requests that the origin keeps, on whatever node. */
    private static final class Held implements AutoCloseable {
        private final Origin origin;
        private final Deque<HttpConnection> connections = new ArrayDeque<>();

        Held(Origin origin) {
            this.origin = origin;
        }

        /** Sends one; false if it was refused. */
        boolean add(GatewayNode node) throws IOException {
            HttpConnection connection = new HttpConnection(node.http());
            connections.push(connection);
            connection.send(HOST, "/held");
            long end = System.nanoTime() + Fleet.PATIENCE.toNanos();
            while (!origin.awaitHeld(Duration.ofMillis(5))) {
                assertThat(System.nanoTime())
                        .as("the end of the wait for %s", node)
                        .isLessThan(end);
                if (connection.hasAnswer()) {
                    HttpConnection.Answer answer = connection.receive();
                    connections.pop().close();
                    assertThat(answer.status()).as("%s", answer).isEqualTo(429);
                    return false;
                }
            }
            return true;
        }

        /** Sends until so many more are kept. */
        void await(GatewayNode node, int count) {
            for (int i = 0; i < count; i++) {
                Await.untilTrue("a request is in flight at " + node, Fleet.PATIENCE, () -> add(node));
            }
        }

        @Override
        public void close() {
            connections.forEach(HttpConnection::close);
        }
    }

    /** The node that owns the limit's one key, after a request that passed. */
    private static GatewayNode owner(Fleet cluster) {
        Map<String, Long> before = LimitFailuresTest.settled(cluster);
        Await.untilTrue("a request passes", Fleet.PATIENCE, () -> {
            try (HttpConnection connection = new HttpConnection(cluster.node(1).http())) {
                return connection.get(HOST, "/").status() == 200;
            }
        });
        return Await.until(
                "somebody owns the key", Fleet.PATIENCE, () -> LimitFailuresTest.owned(cluster).entrySet().stream()
                        .filter(owned -> owned.getValue() > before.getOrDefault(owned.getKey(), 0L))
                        .findFirst()
                        .flatMap(owned -> cluster.node(owned.getKey())));
    }

    @ParameterizedTest(name = "the owner''s node: {0}")
    @ValueSource(booleans = {false, true})
    void permitsOfANodeThatIsKilledComeBackAndNoMore(boolean ownersNode, Fleet cluster) throws IOException {
        try (Origin origin = Origin.start("permits");
                Held held = new Held(origin)) {
            cluster.node(1).admin().applyEverywhere(configuration(origin));
            GatewayNode owner = owner(cluster);
            List<GatewayNode> others = cluster.without(owner);
            GatewayNode dying = ownersNode ? owner : others.get(0);
            List<GatewayNode> living = cluster.without(dying);
            held.await(dying, OF_THE_DEAD);
            held.await(living.get(0), PERMITS - OF_THE_DEAD);
            for (GatewayNode node : cluster.nodes()) {
                assertThat(held.add(node))
                        .as("one more than there are, at %s", node)
                        .isFalse();
            }

            long killed = System.nanoTime();
            dying.kill();
            held.await(living.get(1), 1);
            Duration first = Duration.ofNanos(System.nanoTime() - killed);
            held.await(living.get(1), OF_THE_DEAD - 1);
            Duration all = Duration.ofNanos(System.nanoTime() - killed);
            Timeline.say(
                    "RESULT %d of %d permits of a node that was killed (the owner's: %s): the first back after %s, all after %s",
                    OF_THE_DEAD, PERMITS, ownersNode, Timeline.seconds(first), Timeline.seconds(all));
            assertThat(first).isGreaterThan(SURELY_KEPT);
            for (int i = 0; i < 20; i++) {
                assertThat(held.add(living.get(i % 2)))
                        .as("one more than there are")
                        .isFalse();
            }
            dying.start();
            dying.awaitReady(Fleet.PATIENCE);
        }
        cluster.awaitWhole(Fleet.PATIENCE);
    }
}
