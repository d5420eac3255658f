package io.convergate.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.loadgen.fault.FaultInjector;
import io.convergate.loadgen.fault.PartitionFault;
import io.convergate.loadgen.fleet.Await;
import io.convergate.loadgen.fleet.Fleet;
import io.convergate.loadgen.fleet.GatewayNode;
import io.convergate.loadgen.origin.Misbehaviour;
import io.convergate.loadgen.origin.Origin;
import io.convergate.system.harness.Faults;
import io.convergate.system.harness.SharedCluster;
import io.convergate.system.harness.Timeline;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A breaker for the whole cluster, while nodes die, stand still and are cut off. */
@Tag("long")
@ExtendWith(SharedCluster.class)
class BreakerFailuresTest {
    private static final String OPEN = "UO";

    /** What serves one upstream with a breaker that opens for a time in seconds. */
    private static String documents(Origin origin, int openSeconds) {
        return """
                apiVersion: networking.istio.io/v1
                kind: Gateway
                metadata: {name: front}
                spec: {servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]}
                ---
                apiVersion: networking.istio.io/v1
                kind: ServiceEntry
                metadata: {name: weak}
                spec:
                  hosts: [weak.internal]
                  resolution: STATIC
                  ports: [{number: 80, name: http, protocol: HTTP}]
                  endpoints: [{address: 127.0.0.1, ports: {http: %d}}]
                ---
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: weak}
                spec:
                  hosts: ["*"]
                  gateways: [front]
                  http: [{route: [{destination: {host: weak.internal}}], retries: {attempts: 0}}]
                ---
                apiVersion: convergate.io/v1
                kind: CircuitBreakerPolicy
                metadata: {name: weak}
                spec:
                  targetRefs: [{group: networking.istio.io, kind: ServiceEntry, name: weak}]
                  failureRateThreshold: 50
                  window: {time: 1m}
                  minimumCalls: 6
                  open: {duration: %ds, factor: 1, jitterPercent: 0}
                  halfOpenProbes: 2
                  scope: cluster
                """.formatted(origin.port(), openSeconds);
    }

    /** The status of one request, and the flags of a reply of the gateway's. */
    static String ask(GatewayNode node) throws IOException {
        InetSocketAddress at = node.http();
        HttpURLConnection connection =
                (HttpURLConnection) URI.create("http://" + at.getAddress().getHostAddress() + ":" + at.getPort() + "/x")
                        .toURL()
                        .openConnection();
        connection.setConnectTimeout(5_000);
        connection.setReadTimeout(10_000);
        int status = connection.getResponseCode();
        String flags = connection.getHeaderField("x-convergate-response-flags");
        connection.disconnect();
        return flags == null ? String.valueOf(status) : flags;
    }

    static void ask(GatewayNode node, int times) throws IOException {
        for (int i = 0; i < times; i++) {
            ask(node);
        }
    }

    /** Has the upstream served, then fail, and two nodes see that, so that its breaker opens for a time in seconds. */
    private static void open(Fleet cluster, Origin origin, int openSeconds, List<GatewayNode> observers)
            throws IOException {
        cluster.node(1).admin().applyEverywhere(documents(origin, openSeconds));
        awaitServed(cluster.nodes());
        origin.misbehave(new Misbehaviour.Errors(500, 1));
        for (GatewayNode observer : observers) {
            ask(observer, 20);
        }
    }

    private static void awaitRefused(List<GatewayNode> nodes) {
        nodes.forEach(node -> Await.untilTrue(
                node + " refuses", Fleet.PATIENCE, () -> ask(node).equals(OPEN)));
    }

    private static void assertRefused(List<GatewayNode> nodes, int times) throws IOException {
        for (int i = 0; i < times; i++) {
            for (GatewayNode node : nodes) {
                assertThat(ask(node)).as("what %s answers", node).isEqualTo(OPEN);
            }
        }
    }

    private static void awaitServed(List<GatewayNode> nodes) {
        nodes.forEach(node -> Await.untilTrue(node + " calls the upstream again", Fleet.PATIENCE, () -> ask(node)
                .equals("200")));
    }

    @ParameterizedTest(name = "node {0}")
    @ValueSource(ints = {1, 2, 3})
    void whoeverDiesTheOthersGoOnRefusingAndItKnowsWhenItComesBack(int number, Fleet cluster) throws IOException {
        GatewayNode dying = cluster.node(number);
        List<GatewayNode> others = cluster.without(dying);
        try (Origin origin = Origin.start("weak")) {
            open(cluster, origin, 60, others);
            awaitRefused(cluster.nodes());
            long seen = origin.seenCount();

            dying.kill();
            assertRefused(others, 50);
            dying.start();
            Timeline.say("ready after %s", Timeline.seconds(dying.awaitReady(Fleet.PATIENCE)));
            assertThat(ask(dying))
                    .as("the first answer of a node that says it is ready")
                    .isEqualTo(OPEN);
            assertThat(origin.seenCount()).isEqualTo(seen);
        }
        cluster.awaitWhole(Fleet.PATIENCE);
    }

    @ParameterizedTest(name = "node {0}")
    @ValueSource(ints = {1, 2, 3})
    void whoeverIsPausedTheOthersGoOnRefusingAndSoDoesItWhenItWakes(int number, Fleet cluster) throws IOException {
        GatewayNode paused = cluster.node(number);
        List<GatewayNode> others = cluster.without(paused);
        try (Origin origin = Origin.start("weak")) {
            open(cluster, origin, 300, others);
            awaitRefused(cluster.nodes());
            long seen = origin.seenCount();

            paused.pause();
            try {
                assertRefused(others, 50);
                Await.untilTrue(
                        "the others have removed " + paused,
                        Fleet.PATIENCE,
                        () -> PartitionTest.isRemoved(paused, others.get(0)));
                assertRefused(others, 50);
            } finally {
                paused.resume();
            }
            assertThat(ask(paused)).as("the first answer of a node that wakes").isEqualTo(OPEN);
            Timeline.say("one cluster again after %s", Timeline.seconds(cluster.awaitWhole(Fleet.PATIENCE)));
            assertRefused(cluster.nodes(), 1);
            assertThat(origin.seenCount()).isEqualTo(seen);
        }
    }

    @ParameterizedTest(name = "node {0}")
    @ValueSource(ints = {1, 2, 3})
    void whoeverIsPausedTheOthersCallAgainWhenTheTimeIsOver(int number, Fleet cluster) throws IOException {
        GatewayNode paused = cluster.node(number);
        List<GatewayNode> others = cluster.without(paused);
        try (Origin origin = Origin.start("weak")) {
            open(cluster, origin, 2, others);
            awaitRefused(others);
            paused.pause();
            try {
                origin.heal();
                long since = System.nanoTime();
                awaitServed(others);
                Timeline.say("called again after %s", Timeline.seconds(Duration.ofNanos(System.nanoTime() - since)));
            } finally {
                paused.resume();
            }
            awaitServed(cluster.nodes());
        }
        cluster.awaitWhole(Fleet.PATIENCE);
    }

    @Test
    void rollingRestartOfAllNodesForgetsNoOpenBreaker(Fleet cluster) throws IOException {
        try (Origin origin = Origin.start("weak")) {
            open(cluster, origin, 600, cluster.nodes().subList(0, 2));
            awaitRefused(cluster.nodes());
            long seen = origin.seenCount();
            for (GatewayNode node : cluster.nodes()) {
                node.terminate();
                assertThat(node.awaitEnd()).as("exit code").isZero();
                node.start();
                node.awaitReady(Fleet.PATIENCE);
                assertThat(ask(node))
                        .as("the first answer of " + node + ", which says it is ready")
                        .isEqualTo(OPEN);
                cluster.awaitWhole(Fleet.PATIENCE);
            }
            assertRefused(cluster.nodes(), 1);
            assertThat(origin.seenCount()).isEqualTo(seen);
        }
    }

    @Test
    void eachSideOfAPartitionDecidesByItself(Fleet cluster) throws IOException {
        GatewayNode lonely = cluster.node(1);
        try (Faults faults = Faults.in(cluster);
                Origin origin = Origin.start("weak")) {
            lonely.admin().applyEverywhere(documents(origin, 1));
            awaitServed(cluster.nodes());
            FaultInjector.Active partition = faults.begin(faults.of(lonely, PartitionFault::isolate));
            GatewayNode other = cluster.without(lonely).get(0);
            Await.untilTrue(
                    "the others have removed " + lonely, Fleet.PATIENCE, () -> PartitionTest.isRemoved(lonely, other));
            origin.misbehave(new Misbehaviour.Errors(500, 1));
            for (GatewayNode node : cluster.nodes()) {
                ask(node, 20);
            }
            awaitRefused(cluster.nodes());
            origin.heal();
            awaitServed(cluster.nodes());
            Timeline.say("both sides call it again, still split");
            partition.end();
        }
        Timeline.say("one cluster again after %s", Timeline.seconds(cluster.awaitWhole(Fleet.PATIENCE)));
    }
}
