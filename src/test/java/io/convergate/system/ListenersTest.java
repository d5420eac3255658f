package io.convergate.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.loadgen.fleet.Await;
import io.convergate.loadgen.fleet.Fleet;
import io.convergate.loadgen.fleet.GatewayNode;
import io.convergate.loadgen.fleet.ResourceKind;
import io.convergate.system.harness.HttpConnection;
import io.convergate.system.harness.SharedCluster;
import io.convergate.system.harness.Template;
import io.convergate.system.harness.Timeline;
import java.io.IOException;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Ports open and close as Gateways come and go. */
@ExtendWith(SharedCluster.class)
class ListenersTest {
    private static final int PORT = 9090;
    private static final String EXTRA = Template.of("one-port.yaml", Map.of("name", "extra", "port", PORT));

    @Test
    void aListenerOpensAndClosesOnEveryNodeWithoutTouchingTheConnectionsOfAnother(Fleet cluster) throws IOException {
        List<HttpConnection> kept = new ArrayList<>();
        try (Bookinfo bookinfo = new Bookinfo()) {
            cluster.node(1).admin().applyEverywhere(bookinfo.everything());
            for (GatewayNode node : cluster.nodes()) {
                assertThat(isOpen(node)).isFalse();
                kept.add(new HttpConnection(node.http()));
            }
            requireUse(kept);

            for (int round = 1; round <= 3; round++) {
                cluster.node(2).admin().applyEverywhere(EXTRA);
                for (GatewayNode node : cluster.nodes()) {
                    try (HttpConnection connection = new HttpConnection(node.listener(PORT))) {
                        assertThat(connection.get("extra.test", "/").origin()).isEqualTo("details");
                    }
                }
                requireUse(kept);
                cluster.node(3).admin().delete(ResourceKind.GATEWAY, "extra");
                for (GatewayNode node : cluster.nodes()) {
                    assertThat(isOpen(node)).as("%s listens on %d", node, PORT).isFalse();
                }
                requireUse(kept);
            }
            Timeline.say("port %d came and went three times; the %d connections to port 80 live", PORT, kept.size());
        } finally {
            kept.forEach(HttpConnection::close);
        }
    }

    @Test
    void aRequestInFlightIsAnsweredAlthoughItsGatewayIsDeleted(Fleet cluster) throws IOException {
        GatewayNode node = cluster.node(1);
        try (Bookinfo bookinfo = new Bookinfo()) {
            node.admin().applyEverywhere(bookinfo.endpoints() + "---\n" + EXTRA);
            try (HttpConnection connection = new HttpConnection(node.listener(PORT))) {
                connection.send("extra.test", "/held");
                assertThat(bookinfo.details().awaitHeld(Fleet.PATIENCE)).isTrue();
                node.admin().delete(ResourceKind.GATEWAY, "extra");
                Await.untilTrue("the port is closed", Fleet.PATIENCE, () -> !isOpen(node));
                bookinfo.details().release();
                assertThat(connection.receive().body()).isEqualTo("details /held\n");
                Timeline.say("answered after its listener had gone");
            }
        }
    }

    /** The connections are usable still: none of them was closed, and each asks for something. */
    private static void requireUse(List<HttpConnection> connections) throws IOException {
        for (HttpConnection connection : connections) {
            assertThat(connection.get(Bookinfo.HOST, "/reviews/1").origin()).isEqualTo("reviews-v1");
        }
    }

    private static boolean isOpen(GatewayNode node) throws IOException {
        try {
            new HttpConnection(node.listener(PORT)).close();
            return true;
        } catch (ConnectException refused) {
            return false;
        }
    }
}
