package io.convergate.system;

import static io.convergate.system.BreakerFailuresTest.ask;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.loadgen.fleet.Await;
import io.convergate.loadgen.fleet.Fleet;
import io.convergate.loadgen.fleet.GatewayNode;
import io.convergate.loadgen.origin.Misbehaviour;
import io.convergate.loadgen.origin.Origin;
import io.convergate.system.harness.SharedCluster;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Outlier detection that all nodes share, on three of them. */
@Tag("long")
@ExtendWith(SharedCluster.class)
class SharedEjectionsTest {
    private static final AtomicInteger NAMES = new AtomicInteger();

    /** A service of its own for each test: what is known of endpoints outlives configurations. */
    private static String documents(int maxPercent, List<Origin> origins) {
        String host = "weak" + NAMES.incrementAndGet() + ".internal";
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
                  hosts: [%1$s]
                  resolution: STATIC
                  ports: [{number: 80, name: http, protocol: HTTP}]
                  endpoints: [%3$s]
                ---
                apiVersion: networking.istio.io/v1
                kind: DestinationRule
                metadata:
                  name: weak
                  annotations: {convergate.io/outlier-detection-scope: cluster}
                spec:
                  host: %1$s
                  trafficPolicy:
                    loadBalancer: {simple: ROUND_ROBIN}
                    outlierDetection: {consecutive5xxErrors: 3, baseEjectionTime: 10m, interval: 1s, maxEjectionPercent: %2$d}
                ---
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: weak}
                spec:
                  hosts: ["*"]
                  gateways: [front]
                  http: [{route: [{destination: {host: %1$s}}], retries: {attempts: 0}}]
                """.formatted(
                        host,
                        maxPercent,
                        origins.stream()
                                .map(origin -> "{address: 127.0.0.1, ports: {http: " + origin.port() + "}}")
                                .collect(Collectors.joining(", ")));
    }

    /** How many endpoints a node leaves out. */
    private static int ejected(GatewayNode node) {
        return new String(node.admin().get("/metrics").body(), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.startsWith("convergate_ejected_endpoints "))
                .mapToInt(line -> (int) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElse(0);
    }

    private static void awaitEjected(GatewayNode node, int expected) {
        Await.untilTrue(node + " leaves out " + expected, Fleet.PATIENCE, () -> ejected(node) == expected);
    }

    @Test
    void whatMostNodesHaveEjectedAllLeaveOutAlsoThroughARollingRestart(Fleet cluster) throws IOException {
        GatewayNode other = cluster.node(3);
        try (Origin bad = Origin.start("bad");
                Origin good = Origin.start("good")) {
            cluster.node(1).admin().applyEverywhere(documents(50, List.of(bad, good)));
            bad.misbehave(new Misbehaviour.Errors(500, 1));
            ask(cluster.node(1), 20);
            ask(cluster.node(2), 20);
            awaitEjected(other, 1);
            long seen = bad.seenCount();
            ask(other, 20);
            assertThat(bad.seenCount()).as("what " + other + " sent there").isEqualTo(seen);

            // First the one that has seen nothing itself: it has it from the others, and so have, after it, those who
            // saw it.
            for (GatewayNode node : List.of(other, cluster.node(1), cluster.node(2))) {
                node.terminate();
                assertThat(node.awaitEnd()).as("exit code").isZero();
                node.start();
                node.awaitReady(Fleet.PATIENCE);
                ask(node, 20);
                assertThat(bad.seenCount())
                        .as("what " + node + " sent there since it says it is ready")
                        .isEqualTo(seen);
                cluster.awaitWhole(Fleet.PATIENCE);
            }
            cluster.nodes().forEach(node -> assertThat(ejected(node)).isEqualTo(1));
        }
    }

    @Test
    void oneNodeEjectsForNobodyElse(Fleet cluster) throws IOException {
        GatewayNode alone = cluster.node(2);
        try (Origin bad = Origin.start("bad");
                Origin good = Origin.start("good")) {
            cluster.node(1).admin().applyEverywhere(documents(50, List.of(bad, good)));
            bad.misbehave(new Misbehaviour.Errors(500, 1));
            ask(alone, 20);
            awaitEjected(alone, 1);
            bad.heal();
            // Nodes tell of what they have ejected every second: this one's word is out by the time of its second look.
            for (GatewayNode node : cluster.without(alone)) {
                long seen = bad.seenCount();
                ask(node, 20);
                assertThat(bad.seenCount() - seen)
                        .as("what " + node + " sent there")
                        .isBetween(5L, 15L);
                assertThat(ejected(node)).isZero();
            }
        }
    }

    @Test
    void noMoreEndpointsAreLeftOutThanMayBe(Fleet cluster) throws IOException {
        try (Origin one = Origin.start("one");
                Origin two = Origin.start("two");
                Origin three = Origin.start("three");
                Origin four = Origin.start("four")) {
            List<Origin> all = List.of(one, two, three, four);
            cluster.node(1).admin().applyEverywhere(documents(50, all));
            all.forEach(origin -> origin.misbehave(new Misbehaviour.Errors(500, 1)));
            for (int round = 0; round < 5; round++) {
                for (GatewayNode node : cluster.nodes()) {
                    ask(node, 20);
                    assertThat(ejected(node)).as("left out by " + node).isLessThanOrEqualTo(2);
                }
            }
            cluster.nodes().forEach(node -> awaitEjected(node, 2));
        }
    }
}
