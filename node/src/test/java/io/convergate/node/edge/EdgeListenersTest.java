package io.convergate.node.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.edge.fixture.RawClient;
import io.convergate.node.telemetry.Telemetry;
import io.convergate.node.telemetry.TelemetrySettings;
import io.convergate.routing.action.DirectResponse;
import io.convergate.routing.action.HeaderOperations;
import io.convergate.routing.match.CompiledRoute;
import io.convergate.routing.match.ListenerId;
import io.convergate.routing.match.ListenerSpec;
import io.convergate.routing.match.PathPattern;
import io.convergate.routing.match.PortTable;
import io.convergate.routing.match.RouteEntry;
import io.convergate.routing.match.RouteInfo;
import io.convergate.routing.match.RouteTable;
import io.convergate.routing.match.VirtualHost;
import io.convergate.routing.model.Protocol;
import io.convergate.routing.model.ResourceKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.pekko.actor.ActorSystem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The listeners of an edge on real sockets, which need more addresses of this machine than macOS has. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "only there is all of 127.0.0.0/8 this machine")
class EdgeListenersTest {
    private static final int PORT = 80;
    private static final Duration RETRIED_WITHIN = Duration.ofSeconds(20);

    private final ActorSystem system = ActorSystem.create("listeners");
    private final Telemetry telemetry =
            Telemetry.start(new TelemetrySettings(Map.of(), TelemetrySettings.Format.OFF, Optional.empty()));
    private Optional<Edge> started = Optional.empty();

    @AfterEach
    void stop() {
        started.ifPresent(Edge::close);
        telemetry.close();
        system.terminate();
    }

    @Test
    void serversOnOnePortWithAddressesOfTheirOwnAreAllBoundAndServeTheirOwnRoutes() throws Exception {
        int real = freePort();
        Edge edge = edge(Map.of(PORT, real));
        ListenerId own = ListenerId.of(PORT);
        ListenerId second = new ListenerId(PORT, "127.34.1.2");
        ListenerId third = new ListenerId(PORT, "127.34.1.3");

        assertThat(publish(edge, own, second, third)).allMatch(ListenerState::isOpen);

        assertThat(get("127.0.0.1", real)).isEqualTo("80 on ");
        assertThat(get("127.34.1.2", real)).isEqualTo("80 on 127.34.1.2");
        assertThat(get("127.34.1.3", real)).isEqualTo("80 on 127.34.1.3");
    }

    @Test
    void oneOfThemGoesWithoutTheOthers() throws Exception {
        int real = freePort();
        Edge edge = edge(Map.of(PORT, real));
        ListenerId second = new ListenerId(PORT, "127.34.1.2");
        publish(edge, ListenerId.of(PORT), second);
        RawClient kept = RawClient.connectTo(new InetSocketAddress("127.34.1.2", real));

        assertThat(publish(edge, second)).extracting(ListenerState::id).containsExactly(second);

        assertThat(kept.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n").text()).isEqualTo("80 on 127.34.1.2");
        kept.close();
        assertThat(isFree("127.0.0.1", real)).isTrue();
    }

    @Test
    void oneThatTakesTheSocketOfAnotherIsOpenAtOnce() throws Exception {
        int real = freePort();
        Edge edge = edge(Map.of(PORT, real));
        ListenerId named = new ListenerId(PORT, "127.0.0.1");
        for (int i = 0; i < 50; i++) {
            assertThat(publish(edge, i % 2 == 0 ? ListenerId.of(PORT) : named)).allMatch(ListenerState::isOpen);
        }
        assertThat(get("127.0.0.1", real)).isEqualTo("80 on 127.0.0.1");
    }

    @Test
    void ofTwoThatWouldBeOneSocketTheSecondSaysWhoHasIt() throws Exception {
        int real = freePort();
        Edge edge = edge(Map.of(PORT, real, 81, real));
        publish(edge, ListenerId.of(PORT));

        List<ListenerState> states = publish(edge, ListenerId.of(PORT), ListenerId.of(81));

        assertThat(states).extracting(ListenerState::isOpen).containsExactly(true, false);
        assertThat(states.get(1).problem())
                .isEqualTo("127.0.0.1:" + real + " (expected: an address and port of its own; the listener for port 80"
                        + " has 127.0.0.1:" + real + ")");
    }

    @Test
    void anAddressOfAnotherMachineIsAProblemOfThatListenerAlone() throws Exception {
        Edge edge = edge(Map.of(PORT, freePort()));

        List<ListenerState> states = publish(edge, ListenerId.of(PORT), new ListenerId(PORT, "192.0.2.1"));

        assertThat(states).extracting(ListenerState::isOpen).containsExactly(true, false);
        assertThat(states.get(1).problem()).isNotEmpty();
    }

    @Test
    void aPortThatWasTakenIsTriedAgainAndComesUp() throws Exception {
        Edge edge;
        int real;
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            real = taken.getLocalPort();
            edge = edge(Map.of(PORT, real));
            assertThat(publish(edge, ListenerId.of(PORT)))
                    .extracting(ListenerState::isOpen)
                    .containsExactly(false);
        }

        long deadline = System.nanoTime() + RETRIED_WITHIN.toNanos();
        while (!edge.listeners().get(0).isOpen() && System.nanoTime() < deadline) {
            new CompletableFuture<Void>()
                    .completeOnTimeout(null, 50, TimeUnit.MILLISECONDS)
                    .join();
        }
        assertThat(edge.listeners()).allMatch(ListenerState::isOpen);
        assertThat(get("127.0.0.1", real)).isEqualTo("80 on ");
    }

    private Edge edge(Map<Integer, Integer> portMap) {
        EdgeSettings settings = EdgeSettings.of("listeners", "127.0.0.1").withPortMap(portMap);
        Edge edge = Edge.start(settings, telemetry, system);
        started = Optional.of(edge);
        return edge;
    }

    private static List<ListenerState> publish(Edge edge, ListenerId... ids) {
        RouteTable table = new RouteTable(
                Arrays.stream(ids)
                        .map(id -> new ListenerSpec(id, Protocol.HTTP))
                        .toList(),
                Arrays.stream(ids).collect(Collectors.toMap(Function.identity(), id -> saying(edge, id))),
                List.of());
        return edge.publish(table).toCompletableFuture().join();
    }

    /** Answers everything with the listener's port and address. */
    private static PortTable saying(Edge edge, ListenerId id) {
        RouteInfo info = new RouteInfo(
                "", new ResourceKey("networking.istio.io", "VirtualService", "default", "listeners"), "*", id.port());
        CompiledRoute route = new CompiledRoute(
                info,
                new DirectResponse(200, (id.port() + " on " + id.bind()).getBytes(), HeaderOperations.NONE),
                edge.routeAttachment(info));
        return new PortTable(
                Map.of("*", new VirtualHost(List.of(new RouteEntry(PathPattern.ANY, List.of(), route)), null)));
    }

    private static String get(String address, int port) throws IOException {
        try (RawClient client = RawClient.connectTo(new InetSocketAddress(address, port))) {
            return client.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n").text();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("0.0.0.0"))) {
            return socket.getLocalPort();
        }
    }

    private static boolean isFree(String address, int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(address, port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
