package io.convergate.node.edge.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.edge.wire.EdgeLoops;
import io.convergate.node.telemetry.Telemetry;
import io.convergate.node.telemetry.TelemetrySettings;
import io.convergate.routing.health.HealthCheck;
import io.convergate.routing.health.HealthMonitor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ActorSystem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a node does with more endpoints than it checks. */
class HealthCheckerTest {
    private static final int ENDPOINTS_MAX = 2;

    private final ActorSystem system = ActorSystem.create("health-checker");
    private final Telemetry telemetry =
            Telemetry.start(new TelemetrySettings(Map.of(), TelemetrySettings.Format.OFF, Optional.empty()));
    private final EdgeLoops loops = new EdgeLoops("nio", 1, system);
    private final HealthChecker checker = new HealthChecker(loops.loops(), telemetry, ENDPOINTS_MAX);
    private ServerSocket server;

    @BeforeEach
    void listen() throws Exception {
        server = new ServerSocket(0, 50, InetAddress.getByName("0.0.0.0"));
    }

    @AfterEach
    void stop() throws Exception {
        checker.retain(Set.of());
        loops.close();
        server.close();
        telemetry.close();
        system.terminate();
    }

    private static HealthMonitor<InetSocketAddress> monitor() {
        HealthCheck check = new HealthCheck(
                new HealthCheck.Tcp(),
                OptionalInt.empty(),
                Duration.ofHours(1),
                Duration.ofHours(1),
                Duration.ZERO,
                Duration.ofSeconds(30),
                1,
                1,
                false,
                0);
        return new HealthMonitor<>(check, System::nanoTime);
    }

    /** Addresses at all of which the same server answers. */
    private Set<InetSocketAddress> addresses(int first, int last) {
        Set<InetSocketAddress> addresses = new LinkedHashSet<>();
        for (int i = first; i <= last; i++) {
            addresses.add(new InetSocketAddress("127.0.0." + i, server.getLocalPort()));
        }
        return addresses;
    }

    private CompletableFuture<Void> follow(HealthMonitor<InetSocketAddress> monitor, Set<InetSocketAddress> addresses) {
        monitor.retain(addresses);
        addresses.forEach(monitor::host);
        return checker.follow(monitor, "outbound|80||a", "a", addresses);
    }

    @Test
    void endpointsBeyondTheBoundCountAsHealthyAndSayThatNobodyChecksThem() throws Exception {
        HealthMonitor<InetSocketAddress> monitor = monitor();
        follow(monitor, addresses(1, 3)).get(30, TimeUnit.SECONDS);

        assertThat(monitor.hosts().values()).allMatch(HealthMonitor.Host::isHealthy);
        assertThat(monitor.hosts().values().stream().filter(HealthMonitor.Host::isChecked))
                .hasSize(ENDPOINTS_MAX);
        assertThat(monitor.host(new InetSocketAddress("127.0.0.3", server.getLocalPort()))
                        .failure())
                .isEqualTo("not checked: this node checks 2 endpoints at most");
        assertThat(HealthChecker.ENDPOINTS_MAX)
                .as("what the documentation says")
                .isEqualTo(4_096);
    }

    @Test
    void anEndpointForWhichThereWasNoRoomIsCheckedOnceThereIs() throws Exception {
        HealthMonitor<InetSocketAddress> first = monitor();
        HealthMonitor<InetSocketAddress> second = monitor();
        follow(first, addresses(1, 2)).get(30, TimeUnit.SECONDS);
        follow(second, addresses(3, 4));
        assertThat(second.hosts().values()).noneMatch(HealthMonitor.Host::isChecked);

        checker.retain(Set.of(second));
        follow(second, addresses(3, 4)).get(30, TimeUnit.SECONDS);

        assertThat(second.hosts().values())
                .allMatch(host -> host.isChecked() && host.failure().isEmpty());
    }

    @Test
    void roomIsUsedByThoseThatWaitedForIt() throws Exception {
        HealthMonitor<InetSocketAddress> monitor = monitor();
        follow(monitor, addresses(1, 3)).get(30, TimeUnit.SECONDS);
        follow(monitor, addresses(2, 3)).get(30, TimeUnit.SECONDS);

        assertThat(monitor.hosts().values()).allMatch(HealthMonitor.Host::isChecked);
    }
}
