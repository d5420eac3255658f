package io.convergate.loadgen.scenario;

import io.convergate.loadgen.fault.FaultInjector;
import io.convergate.loadgen.fault.Stage;
import io.convergate.loadgen.fault.Timeline;
import io.convergate.loadgen.fleet.Fleet;
import io.convergate.loadgen.fleet.GatewayNode;
import io.convergate.loadgen.load.Deadlines;
import io.convergate.loadgen.load.Exchange;
import io.convergate.loadgen.load.LoadPlan;
import io.convergate.loadgen.load.LoadResult;
import io.convergate.loadgen.load.LoadRun;
import io.convergate.loadgen.load.Profile;
import io.convergate.loadgen.load.Target;
import io.convergate.loadgen.load.Wire;
import io.convergate.loadgen.origin.Origin;
import io.convergate.loadgen.origin.OriginPlan;
import io.convergate.loadgen.origin.SeenRequest;
import io.convergate.loadgen.report.RunReport;
import io.convergate.loadgen.request.RequestSpec;
import io.convergate.loadgen.scenario.RouteWatch.Route;
import io.convergate.loadgen.scenario.Scenario.LoadSpec;
import io.convergate.loadgen.scenario.Scenario.WriterSpec;
import io.convergate.loadgen.verify.Execution;
import io.convergate.loadgen.verify.ExpectedAnswer;
import io.convergate.loadgen.verify.History;
import io.convergate.loadgen.verify.HistoryRecorder;
import io.convergate.loadgen.verify.NodeState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * One run of a scenario: configuration, load, faults (safety), healing (liveness), judgement. Confined to the thread that calls {@link
 * #run}, which returns when everything it started has ended.
 */
public final class ScenarioRun {
    private static final Duration WARM_UP = Duration.ofSeconds(3);
    private static final Duration LOAD_ENDS_WITHIN = Duration.ofSeconds(30);

    private final Scenario scenario;
    private final Rig rig;
    private final long seed;
    private final Timeline timeline = new Timeline();
    private final List<Origin> origins = new ArrayList<>();
    private final Map<String, LoadRun> loads = new LinkedHashMap<>();
    private final List<ConfigWriter> writers = new ArrayList<>();

    private ScenarioRun(Scenario scenario, Rig rig, long seed) {
        this.scenario = scenario;
        this.rig = rig;
        this.seed = seed;
    }

    /**
     * Runs it.
     *
     * @param seed what is left to chance in it is drawn from
     * @return what was seen; a scenario that cannot be run here is not judged, and says why; one whose run does not come to its end, because nodes
     *     do not start or a fault cannot be ended, is broken
     */
    public static RunReport run(Scenario scenario, Rig rig, long seed) throws InterruptedException {
        Optional<String> reason = rig.impossible(scenario);
        if (reason.isPresent()) {
            return ScenarioReport.notRun(scenario, rig, seed, reason.get());
        }
        try {
            return new ScenarioRun(scenario, rig, seed).run();
        } catch (RuntimeException | AssertionError e) {
            rig.close();
            return ScenarioReport.failed(scenario, rig, seed, e);
        }
    }

    private RunReport run() throws InterruptedException {
        Fleet fleet = rig.fleet(scenario);
        try (Stage stage = new Stage(fleet)) {
            for (String label : scenario.upstreams()) {
                Origin origin = Origin.start(OriginPlan.of(label, fleet.here()));
                origins.add(origin);
                stage.with(origin);
            }
            Schedule schedule = Schedule.of(scenario, stage.nodes(), seed);
            try (FaultInjector injector = new FaultInjector(stage, timeline)) {
                Optional<String> reason = schedule.entries().stream()
                        .flatMap(entry -> entry.fault().flatMap(injector::impossible).stream())
                        .findFirst();
                if (reason.isPresent()) {
                    return ScenarioReport.notRun(scenario, rig, seed, reason.get());
                }
                return run(fleet, injector, schedule);
            }
        } finally {
            loads.values().forEach(LoadRun::close);
            writers.forEach(ConfigWriter::close);
            origins.forEach(Origin::close);
        }
    }

    private RunReport run(Fleet fleet, FaultInjector injector, Schedule schedule) throws InterruptedException {
        for (String documents : Configurations.of(scenario, fleet.here(), origins)) {
            fleet.node(1).admin().applyEverywhere(documents);
        }
        warmUp(fleet);
        schedule.entries().forEach(entry -> rig.say().accept("planned: " + entry.words()));
        HistoryRecorder recorder = new HistoryRecorder(unsafe());
        origins.forEach(origin -> origin.seen().forEach(seen -> recorder.tookBefore(seen.origin(), seen.sequence())));
        Instant begun = Instant.now();
        Map<String, Integer> connections = new LinkedHashMap<>();
        Optional<Duration> converged;
        List<Long> phaseStarts = new ArrayList<>();
        List<Route> routes = scenario.writers().stream()
                .flatMap(writer -> ConfigWriter.routes(writer).stream())
                .distinct()
                .toList();
        try (NodeWatch watch = new NodeWatch(fleet, recorder);
                RouteWatch routeWatch = new RouteWatch(fleet.nodes(), routes, endless(), recorder)) {
            for (LoadSpec load : scenario.loads()) {
                connections.put(load.name(), load.connections());
                loads.put(load.name(), LoadRun.start(plan(load, fleet, endless()), List.of(recorder)));
            }
            startWriters(fleet, recorder);
            new Conductor(fleet, injector, rig.say()).conduct(scenario, schedule, phaseStarts);
            writers.forEach(ConfigWriter::end);
            converged = heal(fleet, injector);
            converged.ifPresent(took -> recorder.whole());
            phaseStarts.add(System.nanoTime());
            Conductor.parkUntil(System.nanoTime() + scenario.settle().toNanos());
            writers.forEach(ConfigWriter::close);
        }
        List<LoadResult> results = endLoads();
        origins.forEach(origin -> origin.seen().forEach(seen -> recorder.executed(seen.sequence(), execution(seen))));
        List<NodeState> states = NodeWatch.states(fleet);
        History history = recorder.history(
                results,
                connections,
                states,
                fleet.nodes().stream().map(GatewayNode::name).toList(),
                timeline.events(),
                converged);
        return ScenarioReport.of(scenario, rig, seed, begun, history, phaseStarts);
    }

    /** Whose execution twice can do harm, by load and by name of the request. */
    private Predicate<Exchange> unsafe() {
        Set<String> names = new HashSet<>();
        for (LoadSpec load : scenario.loads()) {
            load.requests()
                    .all()
                    .filter(RequestSpec::isUnsafe)
                    .forEach(request -> names.add(load.name() + ' ' + request.name()));
        }
        return exchange -> names.contains(exchange.load() + ' ' + exchange.request());
    }

    private static Execution execution(SeenRequest seen) {
        return new Execution(seen.origin(), seen.atMillis(), seen.requestId(), seen.method(), seen.path());
    }

    /** How long it took until all nodes were one cluster again; empty if that did not come in time. */
    private Optional<Duration> heal(Fleet fleet, FaultInjector injector) {
        long begun = System.nanoTime();
        injector.healAll();
        try {
            fleet.awaitWhole(scenario.healWithin());
            Duration took = Duration.ofNanos(System.nanoTime() - begun);
            rig.say().accept("whole " + took.toMillis() + " ms after healing");
            return Optional.of(took);
        } catch (AssertionError e) {
            String cause = e.getCause() == null ? "" : ": " + e.getCause().getMessage();
            rig.say().accept("not whole: " + e.getMessage() + cause + "\n" + fleet.lastWords());
            return Optional.empty();
        }
    }

    /** Lets nodes and loadgen compile what they are going to run; nothing of it counts. */
    private void warmUp(Fleet fleet) throws InterruptedException {
        if (!rig.isFresh()) {
            return;
        }
        List<LoadRun> runs = scenario.loads().stream()
                .map(load -> LoadRun.start(plan(load, fleet, WARM_UP), List.of()))
                .toList();
        for (LoadRun run : runs) {
            try {
                run.await(WARM_UP.plus(LOAD_ENDS_WITHIN));
            } catch (TimeoutException e) {
                run.close();
                rig.say().accept("warming up: " + e.getMessage());
            }
        }
    }

    /** Far longer than needed, for a load that is stopped: how long healing takes is not known beforehand. */
    private Duration endless() {
        return scenario.phasesLast()
                .plus(scenario.healWithin())
                .plus(scenario.settle())
                .plusMinutes(10);
    }

    private LoadPlan plan(LoadSpec load, Fleet fleet, Duration length) {
        List<Target> targets = fleet.nodes().stream()
                .filter(node -> load.targets().isEmpty() || load.targets().contains(node.name()))
                .map(node -> new Target(node.host(), GatewayNode.HTTP_PORT))
                .toList();
        return LoadPlan.of(
                        load.name(),
                        targets,
                        Profile.constant(load.perSecond(), length),
                        load.requests(),
                        new ExpectedAnswer())
                .withWire(Wire.http1().withAuthority(Configurations.AUTHORITY))
                .withConnections(load.connections(), 1)
                .withDeadlines(new Deadlines(Duration.ofSeconds(2), load.deadline()))
                .withRetries(load.isResent() ? LoadPlan.Retries.SAFE : LoadPlan.Retries.NONE)
                .withSeed(seed)
                .traced();
    }

    private void startWriters(Fleet fleet, HistoryRecorder recorder) {
        AtomicLong numbers = new AtomicLong(1);
        for (WriterSpec spec : scenario.writers()) {
            List<GatewayNode> nodes = fleet.nodes().stream()
                    .filter(node -> spec.nodes().isEmpty() || spec.nodes().contains(node.name()))
                    .toList();
            AtomicInteger turns = new AtomicInteger();
            nodes.forEach(node -> writers.add(new ConfigWriter(spec, node, nodes.size(), numbers, turns, recorder)));
        }
        writers.forEach(ConfigWriter::start);
    }

    private List<LoadResult> endLoads() throws InterruptedException {
        loads.values().forEach(LoadRun::stop);
        List<LoadResult> results = new ArrayList<>();
        for (LoadSpec spec : scenario.loads()) {
            results.add(ended(loads.get(spec.name())).describedAs(spec.description()));
        }
        return results;
    }

    private LoadResult ended(LoadRun load) throws InterruptedException {
        try {
            return load.await(LOAD_ENDS_WITHIN);
        } catch (TimeoutException e) {
            rig.say().accept(e.getMessage());
            return load.progress();
        }
    }
}
