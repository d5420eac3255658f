package io.convergate.loadgen.scenario;

import io.convergate.loadgen.fault.Stage;
import io.convergate.loadgen.fault.proxy.FaultProxy;
import io.convergate.loadgen.fault.proxy.ProxyLink;
import io.convergate.loadgen.fleet.Fleet;
import io.convergate.loadgen.load.Target;
import io.convergate.loadgen.origin.Origin;
import io.convergate.loadgen.origin.OriginPlan;
import io.convergate.loadgen.scenario.Action.Cast;
import io.convergate.loadgen.scenario.Action.Harm;
import io.convergate.loadgen.scenario.Action.Spoiled;
import io.convergate.loadgen.scenario.Action.ToClients;
import io.convergate.loadgen.scenario.Action.ToUpstream;
import io.convergate.loadgen.scenario.Scenario.LoadSpec;
import io.convergate.loadgen.verify.Execution;
import io.convergate.loadgen.verify.HistoryRecorder;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a scenario has outside of the cluster: its upstreams, and a fault proxy that all traffic goes through which some fault of the scenario
 * spoils, from the beginning to the end. Confined to one thread.
 */
final class Outside implements AutoCloseable {
    private final Scenario scenario;
    private final Fleet fleet;
    private final List<Origin> origins = new ArrayList<>();
    private final FaultProxy proxy;

    Outside(Scenario scenario, Fleet fleet, long seed) {
        this.scenario = scenario;
        this.fleet = fleet;
        this.proxy = FaultProxy.start(1, seed);
        try {
            scenario.upstreams().forEach(label -> origins.add(Origin.start(OriginPlan.of(label, fleet.here()))));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Brings upstreams and links onto a stage, where faults find them. */
    void enter(Stage stage, Cast cast) {
        stage.with(proxy);
        origins.forEach(stage::with);
        scenario.actions()
                .flatMap(action -> action instanceof Harm harm ? harm.spoiled().stream() : Stream.empty())
                .distinct()
                .forEach(spoiled -> lead(spoiled, cast));
    }

    private void lead(Spoiled spoiled, Cast cast) {
        InetSocketAddress anyPort = new InetSocketAddress(fleet.here(), 0);
        if (spoiled instanceof ToUpstream upstream) {
            proxy.add(upstream.link(), anyPort, address(upstream.label()));
        } else if (spoiled instanceof ToClients clients) {
            LoadSpec load = scenario.load(clients.load()).orElseThrow();
            for (String target : load.targetsAmong(cast.first())) {
                proxy.add(clients.link(target), anyPort, address(target));
            }
        }
    }

    /** Where an upstream or a node is. */
    private InetSocketAddress address(String target) {
        return origins.stream()
                .filter(origin -> origin.label().equals(target))
                .findFirst()
                .map(Origin::address)
                .orElseGet(() -> fleet.node(target).orElseThrow().http());
    }

    /** Where a load finds one of its targets. */
    Target target(LoadSpec load, String target) {
        InetSocketAddress found = proxy.link(new ToClients(load.name()).link(target))
                .map(ProxyLink::listen)
                .orElseGet(() -> address(target));
        return new Target(found.getHostString(), found.getPort());
    }

    /** The ports at which the nodes find the upstreams, by label. */
    Map<String, Integer> ports() {
        return origins.stream()
                .collect(Collectors.toMap(Origin::label, origin -> proxy.link(new ToUpstream(origin.label()).link())
                        .map(link -> link.listen().getPort())
                        .orElseGet(origin::port)));
    }

    /** What the upstreams took so far does not count. */
    void forget(HistoryRecorder recorder) {
        origins.forEach(origin -> origin.seen().forEach(seen -> recorder.tookBefore(seen.origin(), seen.sequence())));
    }

    /** Records what the upstreams took. */
    void tell(HistoryRecorder recorder) {
        origins.forEach(origin -> origin.seen()
                .forEach(seen -> recorder.executed(
                        seen.sequence(),
                        new Execution(seen.origin(), seen.atMillis(), seen.requestId(), seen.method(), seen.path()))));
    }

    @Override
    public void close() {
        proxy.close();
        origins.forEach(Origin::close);
    }
}
