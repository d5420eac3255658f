package io.convergate.node.main;

import io.convergate.config.Activation;
import io.convergate.config.ActivationReport;
import io.convergate.config.ConfigHistory;
import io.convergate.config.ConfigView;
import io.convergate.config.Hash;
import io.convergate.node.admin.AdminBackend.Serving;
import io.convergate.node.admin.ConfigParser;
import io.convergate.node.admin.Explanations;
import io.convergate.node.admin.ParsedConfig;
import io.convergate.node.admin.ProblemViews;
import io.convergate.node.admin.api.ListenerView;
import io.convergate.node.admin.api.ProblemView;
import io.convergate.routing.compile.Compilation;
import io.convergate.routing.compile.HeldBack;
import io.convergate.routing.compile.RouteTableCompiler;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.problem.Problem;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a configuration serve: reads what changed, compiles it, and hands the table to the edge. Activation is confined to
 * the store's thread; {@link #serving()} may be called on any.
 */
final class SnapshotActivation implements Activation {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotActivation.class);

    /** How long the edge may take to open and close listeners. */
    private static final Duration PUBLISH_TIMEOUT = Duration.ofSeconds(10);

    private final ConfigParser parser;
    private final Retrace retrace;
    private final ServedRevisions revisions;
    private final ServingEdge edge;
    private final CertificateDates dates;

    /** The problems that were made into views last. */
    private List<Problem> shown = List.of();

    /** The conflicts that were logged. */
    private Set<ResourceKey> conflicted = Set.of();

    private volatile LongConsumer durations = nanos -> {};
    private volatile boolean activated;
    private volatile List<ProblemView> problems = List.of();
    private volatile Explanations.Served served = Explanations.Served.NOTHING;

    SnapshotActivation(
            ConfigParser parser,
            RouteTableCompiler compiler,
            ServedRevisions revisions,
            ServingEdge edge,
            CertificateDates dates) {
        this.dates = dates;
        this.parser = parser;
        this.retrace = new Retrace(parser, compiler, cpuNanos());
        this.revisions = revisions;
        this.edge = edge;
    }

    /** The processor time of the calling thread; where the JVM does not know it, the time that passes. */
    private static LongSupplier cpuNanos() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return threads.isCurrentThreadCpuTimeSupported() ? threads::getCurrentThreadCpuTime : System::nanoTime;
    }

    @Override
    public ActivationReport activate(ConfigView view, ConfigHistory past) {
        long start = System.nanoTime();
        Compilation compilation = retrace.compile(view, past);
        ParsedConfig parsed = parser.parse(view);
        revisions.optIn(parsed.resources().values());
        List<ListenerView> listeners;
        try {
            listeners = edge.publish(compilation.table())
                    .toCompletableFuture()
                    .get(PUBLISH_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.error("the edge did not take revision {}", view.revision(), e);
            return ActivationReport.refused(List.of("the edge did not take it: " + Failures.describe(e)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ActivationReport.refused(List.of("stopped"));
        }
        List<Problem> found = retrace.problems();
        if (found != shown) { // it is the same list as long as nothing is different in it
            shown = found;
            problems = ProblemViews.of(shown);
        }
        served = new Explanations.Served(compilation.table(), parsed.resources());
        dates.look(parsed.resources());
        activated = true;
        revisions.served(view.revision());
        durations.accept(System.nanoTime() - start);
        List<String> unserved = unserved(parsed, compilation, listeners);
        LOG.info(
                "serving revision {}: {} resources, {} listeners, {} problems, in {} ms",
                view.revision(),
                parsed.resources().size(),
                listeners.size(),
                unserved.size(),
                (System.nanoTime() - start) / 1_000_000);
        unserved.forEach(problem -> LOG.warn("not served as written: {}", problem));
        tellConflicts(view);
        return new ActivationReport(true, unserved, retrace.lacksPast(), digest(compilation.heldBack()));
    }

    /** A digest of which versions are served in place of what is held back, the same on all nodes that serve the same; 0 if none is. */
    private static long digest(Map<ResourceKey, HeldBack> heldBack) {
        if (heldBack.isEmpty()) {
            return 0;
        }
        StringBuilder text = new StringBuilder();
        new TreeMap<>(heldBack).forEach((key, held) -> text.append(key)
                .append(' ')
                .append(held.olderVersionServes() ? held.version() : "-")
                .append('\n'));
        return Hash.of(text.toString().getBytes(StandardCharsets.UTF_8)).a();
    }

    private void tellConflicts(ConfigView view) {
        Set<ResourceKey> conflicts = view.conflicted();
        for (ResourceKey key : conflicts) {
            if (!conflicted.contains(key)) {
                boolean deleted = !view.outlived(key).isEmpty();
                LOG.warn(
                        "{} was {} of a partition; writing it again settles it",
                        ProblemViews.shortName(key),
                        deleted ? "deleted on one side and written on another" : "written on two sides");
            }
        }
        conflicted = conflicts;
    }

    /** Whether any configuration, even an empty one, has been activated. */
    boolean activated() {
        return activated;
    }

    /** Tells from now on how many nanoseconds each activation took. */
    void measure(LongConsumer nanos) {
        durations = nanos;
    }

    /** What is served now. */
    Serving serving() {
        List<ProblemView> all = new ArrayList<>(problems);
        all.addAll(dates.problems());
        return new Serving(edge.listeners(), edge.leftOut(), edge.openBreakers(), all);
    }

    /** By which table, and what it was made of. */
    Explanations.Served served() {
        return served;
    }

    private List<String> unserved(ParsedConfig parsed, Compilation compilation, List<ListenerView> listeners) {
        List<String> unserved = new ArrayList<>(retrace.gaps());
        parsed.unreadable().forEach((key, reason) -> unserved.add(ProblemViews.shortName(key) + ": " + reason));
        compilation
                .heldBack()
                .forEach((key, held) -> unserved.add(ProblemViews.shortName(key) + ": " + held.sentence()));
        listeners.stream()
                .filter(listener -> !listener.open())
                .forEach(listener -> unserved.add(
                        "port " + listener.port() + " on " + listener.address() + ": " + listener.reason()));
        return unserved.stream().sorted().toList();
    }
}
