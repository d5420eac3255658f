package io.convergate.node.main;

import io.convergate.config.Activation;
import io.convergate.config.ReplicatedConfig;
import io.convergate.config.seal.SealedConfig;
import io.convergate.config.tls.FileWatch;
import io.convergate.config.tls.PeerTls;
import io.convergate.node.admin.AdminBackend;
import io.convergate.node.admin.AdminServer;
import io.convergate.node.admin.ConfigParser;
import io.convergate.node.admin.Explanations;
import io.convergate.node.admin.MemberViews;
import io.convergate.node.admin.SecretsKept;
import io.convergate.node.admin.access.AdminAccess;
import io.convergate.node.admin.api.ListenerView;
import io.convergate.node.admin.kube.KubeSettings;
import io.convergate.node.telemetry.Telemetry;
import io.convergate.node.vitals.ClusterVitals;
import io.convergate.routing.compile.RouteTableCompiler;
import io.convergate.routing.read.ReadSettings;
import io.convergate.routing.read.ResourceReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running node: the node system, which never restarts, and what hangs on it: edge, replicated configuration, admin API.
 * Safe for use by any thread once started.
 */
final class GatewayNode {
    /** Here so that logging is ready before the first actor logs. */
    private static final Logger LOG = LoggerFactory.getLogger(GatewayNode.class);

    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);
    /** Where {@code --admin-loopback} listens, too. */
    static final String LOOPBACK = "127.0.0.1";

    private static final Duration TERMINATE_TIMEOUT = Duration.ofSeconds(5);

    private final NodeSettings settings;
    private final AdminAccess access;
    private final ServingEdge edge;
    private final SnapshotActivation activation;
    private final CertificateDates dates;
    private final MeasuredConfig config;
    private final StopSequence stop;
    /**
     * From then on a port that cannot be opened is a problem in the status and no reason to take the node out: one Gateway with a
     * bad port would take out all nodes at once.
     */
    private volatile boolean hasBeenReady;

    private final CompletableFuture<InetSocketAddress> adminAddress = new CompletableFuture<>();

    private GatewayNode(
            NodeSettings settings,
            ActorSystem<Void> system,
            ServingEdge edge,
            SnapshotActivation activation,
            CertificateDates dates,
            MeasuredConfig config,
            AdminAccess access,
            FileWatch files) {
        this.access = access;
        this.settings = settings;
        this.edge = edge;
        this.activation = activation;
        this.dates = dates;
        this.config = config;
        NodeSettings.Stopping times = settings.stopping();
        this.stop = new StopSequence(List.of(
                StopSequence.Step.pause(
                        "/readyz is off, waiting for load balancers to notice", edge::leave, times.unreadyFor()),
                new StopSequence.Step(
                        "finishing requests in flight",
                        times.drainTimeout().plusSeconds(2),
                        () -> edge.drain(times.drainTimeout())),
                new StopSequence.Step(
                        "leaving the cluster",
                        times.leaveTimeout().plusSeconds(2),
                        () -> config.stop(times.leaveTimeout())),
                new StopSequence.Step("closing", TERMINATE_TIMEOUT, () -> {
                    edge.close();
                    files.close();
                    system.terminate();
                    return system.getWhenTerminated();
                })));
    }

    /**
     * The parts that differ between the product and its tests.
     *
     * @param edge starts the edge
     * @param config opens the replicated configuration, with TLS between nodes if there is any; Secrets are sealed around it
     * @param metrics the text of {@code /metrics}
     * @param vitals asks the members how they are doing
     */
    record Parts(
            Function<ActorSystem<?>, ServingEdge> edge,
            BiFunction<Activation, Optional<PeerTls>, ReplicatedConfig> config,
            Supplier<String> metrics,
            ClusterVitals vitals) {}

    /**
     * Starts a node. When this returns, its admin API answers; it is ready once it has caught up.
     *
     * @throws CommandFailed if a setting does not work on this machine, or something cannot be bound or opened; whatever had been started is stopped again
     */
    static GatewayNode start(NodeSettings settings, Parts parts) throws InterruptedException {
        Deque<Runnable> undo = new ArrayDeque<>();
        try {
            ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "convergate-node", NodeProperties.load());
            undo.push(system::terminate);
            FileWatch files = FileWatch.start();
            undo.push(files::close);
            KubeSettings kubernetes = KubeSettings.of(system.settings().config());
            NodeFiles opened = NodeFiles.open(settings, files);
            AdminAccess access = opened.access();
            access.warning().ifPresent(LOG::warn);
            if (settings.clusterTls().isEmpty()
                    && !InetAddress.getByName(settings.host()).isLoopbackAddress()) {
                LOG.warn("whoever reaches port {} is a node: there is no --cluster-cert", settings.clusterPort());
            }
            if (settings.secrets().kept() == SecretsKept.IN_CLEAR) {
                LOG.warn("--secrets-unencrypted: Secrets are on the disks of all nodes as they are");
            }
            ServingEdge edge = parts.edge().apply(system);
            undo.push(edge::close);
            ResourceReader reader = new ResourceReader(ReadSettings.DEFAULTS);
            ConfigParser parser = new ConfigParser(reader);
            RouteTableCompiler compiler = new RouteTableCompiler(edge.compileSettings(settings.labels()));
            ServedRevisions revisions = new ServedRevisions();
            edge.gate(revisions);
            CertificateDates dates = new CertificateDates(files, InstantSource.system());
            SnapshotActivation activation = new SnapshotActivation(parser, compiler, revisions, edge, dates);
            MeasuredConfig config = new MeasuredConfig(SealedConfig.open(
                    opened.sealing(), activation, shown -> parts.config().apply(shown, opened.peers())));
            undo.push(config::close);
            GatewayNode node = new GatewayNode(settings, system, edge, activation, dates, config, access, files);
            AdminBackend backend = new AdminBackend(
                    settings.name(),
                    Version.current(),
                    config,
                    parser,
                    node::notReadyBecause,
                    activation::serving,
                    new Explanations(
                            reader,
                            activation::served,
                            edge.compileSettings(settings.labels()),
                            edge.pathNormalization(),
                            settings.portMap()::gatewayPortFor,
                            edge::endpoints),
                    edge::sampled,
                    settings.secrets().kept(),
                    parts.metrics(),
                    parts.vitals()
                            .start(
                                    Version.current(),
                                    () -> node.notReadyBecause().isEmpty(),
                                    config::status,
                                    MemberViews::of),
                    parts.vitals().events(config::status));
            AdminServer admin = new AdminServer(system, access, kubernetes, backend);
            InetSocketAddress address = admin.bind(settings.host(), settings.adminPort())
                    .toCompletableFuture()
                    .get(START_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            if (settings.access().alsoOnLoopback() && !address.getAddress().isLoopbackAddress()) {
                admin.bind(LOOPBACK, settings.adminPort())
                        .toCompletableFuture()
                        .get(START_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            }
            node.adminAddress.complete(address);
            LOG.info("node {} started, admin API on {}", settings.name(), address);
            return node;
        } catch (IllegalArgumentException e) {
            undo.forEach(Runnable::run);
            throw new CommandFailed(ExitCode.USAGE, String.valueOf(e.getMessage()));
        } catch (RuntimeException | IOException | ExecutionException | TimeoutException e) {
            undo.forEach(Runnable::run);
            throw new CommandFailed(ExitCode.FAILED, "cannot start: " + Failures.describe(e));
        }
    }

    /** Tells of itself in metrics. */
    void measuredBy(Telemetry telemetry) {
        config.measuredBy(telemetry);
        NodeMetrics.register(telemetry, config, activation, this::notReadyBecause);
        dates.register(telemetry);
    }

    /** Where the admin API listens. */
    InetSocketAddress adminAddress() {
        return adminAddress.join();
    }

    /** Why the node should not get traffic; empty if it should. */
    List<String> notReadyBecause() {
        List<String> reasons = new ArrayList<>();
        if (stop.hasBegun()) {
            reasons.add("stopping");
        }
        if (!config.caughtUp()) {
            String awaited = config.status().cluster().detail();
            reasons.add("not caught up with the cluster" + (awaited.isEmpty() ? "" : ": " + awaited));
        } else if (!activation.activated()) {
            reasons.add("its configuration does not serve yet");
        }
        if (!hasBeenReady) {
            String awaited = config.caughtUp() ? edge.warmingUp() : "";
            if (!awaited.isEmpty()) {
                reasons.add(awaited);
            }
            for (ListenerView listener : edge.listeners()) {
                if (!listener.open()) {
                    reasons.add("port " + listener.port() + " is not open: " + listener.reason());
                }
            }
            hasBeenReady = reasons.isEmpty();
        }
        return reasons;
    }

    /**
     * Stops in order: unready, drain, leave, close. Joins a stop that has begun.
     *
     * @return completes with the names of the steps that did not finish; never fails
     */
    CompletionStage<List<String>> stop() {
        return stop.begin();
    }

    /** The first lines that a person sees. */
    String banner() {
        InetSocketAddress admin = adminAddress();
        String seeds = settings.seeds().isEmpty() ? "alone" : "seeds " + String.join(", ", settings.seeds());
        StringBuilder ports = new StringBuilder();
        settings.portMap().bound().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry ->
                        ports.append(", ").append(entry.getKey()).append(" -> ").append(entry.getValue()));
        return String.join(
                System.lineSeparator(),
                "convergate " + Version.current() + ", node " + settings.name(),
                "  admin API  " + (access.tls().isPresent() ? "https" : "http") + "://"
                        + Addresses.text(admin.getAddress().getHostAddress(), admin.getPort()) + ", "
                        + access.description(),
                "  cluster    " + Addresses.text(settings.host(), settings.clusterPort()) + ", "
                        + (settings.clusterTls().isPresent() ? "TLS, " : "not encrypted, ") + seeds,
                "  edge       " + edge.description() + ports
                        + edge.limitService()
                                .map(service -> System.lineSeparator() + "  limits     " + service)
                                .orElse(""),
                "  labels     " + settings.labels(),
                "  data       " + settings.data().toAbsolutePath().normalize());
    }
}
