package io.convergate.node.main;

import io.convergate.config.ReplicatedConfig;
import io.convergate.config.ReplicatedConfigSettings;
import io.convergate.node.breakers.NodeBreakers;
import io.convergate.node.breakers.cluster.ShardedBreakers;
import io.convergate.node.edge.EdgeSettings;
import io.convergate.node.limits.LimitSettings;
import io.convergate.node.limits.NodeLimits;
import io.convergate.node.limits.cluster.ShardedOwners;
import io.convergate.node.limits.service.LimitServiceSettings;
import io.convergate.node.telemetry.Telemetry;
import io.convergate.node.telemetry.TelemetrySettings;
import io.convergate.node.vitals.ClusterVitals;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A process that is a node: starts it, waits for a signal, stops it. */
final class GatewayProcess {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayProcess.class);

    /** What the steps of a stop may take beyond their own times, and the telemetry to send what it still has. */
    private static final Duration STOP_MARGIN = Duration.ofSeconds(15);

    private GatewayProcess() {}

    /** Everything that a node is told. */
    record Settings(
            NodeSettings node,
            EdgeSettings edge,
            LimitSettings limits,
            Optional<LimitServiceSettings> limitService,
            TelemetrySettings telemetry) {}

    /**
     * Runs a node until the process is told to stop. From then on it has as long as all steps of a stop together, and some seconds
     * more; then it is halted.
     *
     * @param stopWithStdin whether the end of standard input tells it to stop, too
     * @param out where the first lines go
     * @return the exit code
     */
    static int run(Settings settings, boolean stopWithStdin, PrintWriter out) throws InterruptedException {
        List<String> obstacles = StartObstacles.of(settings, StartObstacles.Ports.REQUIRED);
        if (!obstacles.isEmpty()) {
            throw new CommandFailed(ExitCode.FAILED, "cannot start: " + String.join("; ", obstacles));
        }
        NodeSettings.Stopping times = settings.node().stopping();
        boolean inOrder;
        try (Telemetry telemetry = telemetry(settings.telemetry())) {
            CountDownLatch told = new CountDownLatch(1);
            StopDeadline.watch(
                    told,
                    times.unreadyFor()
                            .plus(times.drainTimeout())
                            .plus(times.leaveTimeout())
                            .plus(STOP_MARGIN));
            StopSignals.install(told::countDown, () -> {});
            if (stopWithStdin) {
                watchStandardInput(told);
            }
            GatewayNode node = GatewayNode.start(settings.node(), parts(settings, telemetry));
            node.measuredBy(telemetry);
            out.println(node.banner());
            out.flush();
            told.await();
            inOrder = stop(node);
        }
        out.println(inOrder ? "stopped" : "stopped, but not in order: the log says why");
        out.flush();
        return inOrder ? ExitCode.OK : ExitCode.FAILED;
    }

    /** Whether everything went as it should. Even where the program was replaced under the process, so that parts of it are missing. */
    private static boolean stop(GatewayNode node) {
        boolean quiet = true;
        try {
            StopLogging.quieten();
        } catch (LinkageError e) {
            LOG.error("stopping: the program has changed under the running process: {}", e.toString());
            quiet = false;
        }
        return node.stop().toCompletableFuture().join().isEmpty() && quiet;
    }

    private static Telemetry telemetry(TelemetrySettings settings) {
        try {
            return Telemetry.start(settings);
        } catch (UncheckedIOException e) {
            throw new CommandFailed(
                    ExitCode.USAGE, "--access-log-path " + e.getMessage() + " (expected: a file that can be written)");
        }
    }

    private static void watchStandardInput(CountDownLatch told) {
        Thread watcher = new Thread(
                () -> {
                    try {
                        System.in.transferTo(OutputStream.nullOutputStream());
                    } catch (IOException e) {
                        // A pipe that broke has ended, too.
                    }
                    told.countDown();
                },
                "stdin-watcher");
        watcher.setDaemon(true);
        watcher.start();
    }

    private static GatewayNode.Parts parts(Settings settings, Telemetry telemetry) {
        NodeSettings node = settings.node();
        ReplicatedConfigSettings store = ReplicatedConfigSettings.of(
                        node.name(), node.host(), node.clusterPort(), node.seeds(), node.data())
                .withSeedsMin(node.seedsMin())
                .withHistory(node.history());
        NodeLimits limits = new NodeLimits(telemetry, settings.limits());
        ShardedOwners owners =
                ShardedOwners.open(limits, node.data(), node.seeds().size(), telemetry);
        NodeBreakers breakers = new NodeBreakers(telemetry);
        ShardedBreakers sharedBreakers = new ShardedBreakers(breakers);
        ClusterVitals vitals = new ClusterVitals(telemetry::read, () -> BreakerViews.of(breakers));
        return new GatewayNode.Parts(
                system -> NodeEdge.start(
                        settings.edge(),
                        settings.limitService(),
                        telemetry,
                        limits,
                        owners,
                        breakers,
                        sharedBreakers,
                        system),
                (activation, tls) ->
                        ReplicatedConfig.open(store.withTls(tls), activation, List.of(owners, vitals, sharedBreakers)),
                telemetry::prometheus,
                vitals);
    }
}
