package io.convergate.loadgen.scenario;

import io.convergate.loadgen.fleet.Fleet;
import io.convergate.loadgen.fleet.GatewayNode;
import io.convergate.loadgen.load.Deadlines;
import io.convergate.loadgen.load.Exchange;
import io.convergate.loadgen.load.LoadPlan;
import io.convergate.loadgen.load.LoadResult;
import io.convergate.loadgen.load.LoadRun;
import io.convergate.loadgen.load.Profile;
import io.convergate.loadgen.load.Target;
import io.convergate.loadgen.request.RequestSpec;
import io.convergate.loadgen.scenario.Scenario.LoadSpec;
import io.convergate.loadgen.verify.ExpectedAnswer;
import io.convergate.loadgen.verify.HistoryRecorder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The loads of a scenario. Confined to one thread. */
final class Traffic implements AutoCloseable {
    private static final Duration WARM_UP = Duration.ofSeconds(3);
    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final Duration ENDS_WITHIN = Duration.ofSeconds(30);

    private final Scenario scenario;
    private final Fleet fleet;
    private final Outside outside;
    private final long seed;
    private final Consumer<String> say;
    private final Map<String, LoadRun> runs = new LinkedHashMap<>();

    Traffic(Scenario scenario, Fleet fleet, Outside outside, long seed, Consumer<String> say) {
        this.scenario = scenario;
        this.fleet = fleet;
        this.outside = outside;
        this.seed = seed;
        this.say = say;
    }

    /** Lets nodes and loadgen compile what they are going to run; nothing of it counts. */
    void warmUp() throws InterruptedException {
        List<LoadRun> warming = scenario.loads().stream()
                .map(load -> LoadRun.start(
                        plan(load, Profile.constant(Math.max(1, load.rate().first(scenario.phases())), WARM_UP)),
                        List.of()))
                .toList();
        for (LoadRun run : warming) {
            try {
                run.await(WARM_UP.plus(ENDS_WITHIN));
            } catch (TimeoutException e) {
                run.close();
                say.accept("warming up: " + e.getMessage());
            }
        }
    }

    /** @param afterwards far longer than healing takes */
    void start(Duration afterwards, HistoryRecorder recorder) {
        for (LoadSpec load : scenario.loads()) {
            Profile profile = load.rate().profile(scenario.phases(), afterwards);
            runs.put(load.name(), LoadRun.start(plan(load, profile), List.of(recorder)));
        }
    }

    private LoadPlan plan(LoadSpec load, Profile profile) {
        List<String> first = fleet.nodes().stream()
                .map(GatewayNode::name)
                .limit(scenario.fleet().nodes())
                .toList();
        List<Target> targets = load.targetsAmong(first).stream()
                .map(target -> outside.target(load, target))
                .toList();
        return LoadPlan.of(load.name(), targets, profile, load.requests(), new ExpectedAnswer())
                .withWire(load.wire().withAuthority(Configurations.AUTHORITY))
                .withConnections(load.connections(), 1)
                .withDeadlines(new Deadlines(CONNECT, load.deadline()))
                .withRetries(load.isResent() ? LoadPlan.Retries.SAFE : LoadPlan.Retries.NONE)
                .withSeed(seed)
                .traced();
    }

    /** How many connections each load has when none breaks. */
    Map<String, Integer> connections() {
        Map<String, Integer> connections = new LinkedHashMap<>();
        scenario.loads().forEach(load -> connections.put(load.name(), load.connections()));
        return connections;
    }

    /** Whose execution twice can do harm, by load and by name of the request. */
    Predicate<Exchange> unsafe() {
        Set<String> names = new HashSet<>();
        for (LoadSpec load : scenario.loads()) {
            load.requests()
                    .all()
                    .filter(RequestSpec::isUnsafe)
                    .forEach(request -> names.add(load.name() + ' ' + request.name()));
        }
        return exchange -> names.contains(exchange.load() + ' ' + exchange.request());
    }

    /** Stops all and waits until what is under way has ended. */
    List<LoadResult> end() throws InterruptedException {
        runs.values().forEach(LoadRun::stop);
        List<LoadResult> results = new ArrayList<>();
        for (LoadSpec spec : scenario.loads()) {
            results.add(ended(runs.get(spec.name())).describedAs(spec.description()));
        }
        return results;
    }

    private LoadResult ended(LoadRun run) throws InterruptedException {
        try {
            return run.await(ENDS_WITHIN);
        } catch (TimeoutException e) {
            say.accept(e.getMessage());
            return run.progress();
        }
    }

    @Override
    public void close() {
        runs.values().forEach(LoadRun::close);
    }
}
