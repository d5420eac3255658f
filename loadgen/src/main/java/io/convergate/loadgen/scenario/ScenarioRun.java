package io.convergate.loadgen.scenario;

import io.convergate.loadgen.fault.FaultInjector;
import io.convergate.loadgen.fault.Stage;
import io.convergate.loadgen.fault.Timeline;
import io.convergate.loadgen.fleet.Fleet;
import io.convergate.loadgen.fleet.GatewayNode;
import io.convergate.loadgen.load.LoadResult;
import io.convergate.loadgen.report.RunReport;
import io.convergate.loadgen.scenario.Action.Cast;
import io.convergate.loadgen.scenario.Action.Join;
import io.convergate.loadgen.scenario.RouteWatch.Route;
import io.convergate.loadgen.scenario.Scenario.WriterSpec;
import io.convergate.loadgen.verify.Healing;
import io.convergate.loadgen.verify.History;
import io.convergate.loadgen.verify.HistoryRecorder;
import io.convergate.loadgen.verify.NodeState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * One run of a scenario: configuration, load, faults (safety), healing (liveness), judgement. Confined to the thread that calls {@link
 * #run}, which returns when everything it started has ended.
 */
public final class ScenarioRun {
    /** How long the last look at every route of every node may take. */
    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(20);

    private final Scenario scenario;
    private final Rig rig;
    private final long seed;
    private final Timeline timeline = new Timeline();
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
        Deque<GatewayNode> joining = new ArrayDeque<>();
        scenario.actions().filter(Join.class::isInstance).forEach(join -> joining.add(fleet.add()));
        try (Outside outside = new Outside(scenario, fleet, seed);
                Stage stage = new Stage(fleet);
                Traffic traffic = new Traffic(scenario, fleet, outside, seed, rig.say());
                FaultInjector injector = new FaultInjector(stage, timeline)) {
            Cast cast = new Cast(scenario, stage.nodes());
            outside.enter(stage, cast);
            Schedule schedule = Schedule.of(cast, seed);
            Optional<String> reason = schedule.entries().stream()
                    .flatMap(entry -> entry.fault().flatMap(injector::impossible).stream())
                    .findFirst();
            if (reason.isPresent()) {
                return ScenarioReport.notRun(scenario, rig, seed, reason.get());
            }
            for (String documents : Configurations.of(scenario, fleet.here(), outside.ports())) {
                fleet.node(1).admin().applyEverywhere(documents);
            }
            if (rig.isFresh()) {
                traffic.warmUp();
            }
            return run(fleet, injector, outside, traffic, schedule, joining);
        } finally {
            writers.forEach(ConfigWriter::close);
        }
    }

    private RunReport run(
            Fleet fleet,
            FaultInjector injector,
            Outside outside,
            Traffic traffic,
            Schedule schedule,
            Deque<GatewayNode> joining)
            throws InterruptedException {
        schedule.entries().forEach(entry -> rig.say().accept("planned: " + entry.words()));
        HistoryRecorder recorder = new HistoryRecorder(traffic.unsafe());
        outside.forget(recorder);
        Instant begun = Instant.now();
        AtomicLong numbers = new AtomicLong(1);
        Rollbacks rollbacks = new Rollbacks(fleet, recorder, numbers, schedule.rollbacks());
        Conductor conductor = new Conductor(injector, joining, rollbacks, rig.say());
        List<Route> routes = scenario.writers().stream()
                .flatMap(writer -> ConfigWriter.routes(writer).stream())
                .distinct()
                .toList();
        List<String> deleted = scenario.writers().stream()
                .flatMap(writer -> ConfigWriter.deleted(writer).stream())
                .distinct()
                .toList();
        Healing healing;
        List<Long> phaseStarts = new ArrayList<>();
        try (NodeWatch watch = new NodeWatch(fleet, deleted, recorder);
                RouteWatch routeWatch = new RouteWatch(fleet.nodes(), routes, endless(), recorder)) {
            traffic.start(endless(), recorder);
            startWriters(fleet, recorder, numbers, conductor::phase);
            conductor.conduct(scenario, schedule, phaseStarts);
            writers.forEach(ConfigWriter::end);
            healing = heal(fleet, injector);
            healing.took().ifPresent(took -> recorder.whole());
            phaseStarts.add(System.nanoTime());
            Conductor.parkUntil(System.nanoTime() + scenario.settle().toNanos());
            writers.forEach(ConfigWriter::close);
            routeWatch.awaitAnswers(ANSWERED_WITHIN);
        }
        List<LoadResult> results = traffic.end();
        outside.tell(recorder);
        List<NodeState> states = NodeWatch.states(fleet);
        History history = recorder.history(
                results,
                traffic.connections(),
                states,
                fleet.nodes().stream().map(GatewayNode::name).toList(),
                timeline.events(),
                healing);
        return ScenarioReport.of(scenario, rig, seed, begun, history, schedule.drawn(), phaseStarts);
    }

    private Healing heal(Fleet fleet, FaultInjector injector) {
        long begun = System.nanoTime();
        injector.healAll();
        try {
            fleet.awaitWhole(scenario.healWithin());
            Duration took = Duration.ofNanos(System.nanoTime() - begun);
            rig.say().accept("whole " + took.toMillis() + " ms after healing");
            return Healing.after(took);
        } catch (AssertionError e) {
            List<String> lacking = fleet.lacking();
            rig.say().accept("not whole: " + e.getMessage() + ": " + lacking + "\n" + fleet.lastWords());
            return Healing.failed(lacking);
        }
    }

    /** Far longer than needed, for what is stopped: how long healing takes is not known beforehand. */
    private Duration endless() {
        return scenario.phasesLast()
                .plus(scenario.healWithin())
                .plus(scenario.settle())
                .plusMinutes(10);
    }

    private void startWriters(Fleet fleet, HistoryRecorder recorder, AtomicLong numbers, Supplier<String> phase) {
        for (WriterSpec spec : scenario.writers()) {
            List<GatewayNode> nodes = fleet.nodes().stream()
                    .limit(scenario.fleet().nodes())
                    .filter(node -> spec.nodes().isEmpty() || spec.nodes().contains(node.name()))
                    .toList();
            AtomicInteger turns = new AtomicInteger();
            if (spec.isInTurn()) {
                writers.add(new ConfigWriter(spec, nodes, 1, numbers, turns, seed, phase, recorder));
            } else {
                nodes.forEach(node -> writers.add(
                        new ConfigWriter(spec, List.of(node), nodes.size(), numbers, turns, seed, phase, recorder)));
            }
        }
        writers.forEach(ConfigWriter::start);
    }
}
