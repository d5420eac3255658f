package io.convergate.node.edge;

import io.convergate.node.telemetry.Telemetry;
import io.convergate.node.telemetry.TelemetrySettings;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.apache.pekko.actor.ActorSystem;

/** Runs an edge with one fixed route until it is killed: {@code PORT ORIGIN_PORT [WIRE] [TRANSPORT] [LOOPS] [LOG]}. */
public final class FixedRouteTrial {
    private FixedRouteTrial() {}

    public static void main(String[] args) throws Exception {
        int port = Integer.parseInt(args[0]);
        EdgeSettings defaults = EdgeSettings.of("trial", "127.0.0.1");
        EdgeSettings settings = new EdgeSettings(
                "trial",
                "127.0.0.1",
                defaults.portMap(),
                args.length > 2 ? args[2] : "netty",
                args.length > 3 ? args[3] : "auto",
                args.length > 4 ? Integer.parseInt(args[4]) : 0,
                defaults.pathNormalization(),
                defaults.trustedProxies(),
                defaults.limits(),
                defaults.deadlines());
        TelemetrySettings log = args.length > 5
                ? new TelemetrySettings("trial", TelemetrySettings.Format.TEXT, Optional.of(args[5]))
                : new TelemetrySettings("trial", TelemetrySettings.Format.OFF, Optional.empty());
        Edge edge = Edge.start(settings, Telemetry.start(log), ActorSystem.create("trial"));
        System.out.println(edge.transport());
        InetSocketAddress origin = new InetSocketAddress("127.0.0.1", Integer.parseInt(args[1]));
        System.out.println(edge.publish(FixedRoute.to(edge, port, 0, origin))
                .toCompletableFuture()
                .join());
        new CountDownLatch(1).await();
    }
}
