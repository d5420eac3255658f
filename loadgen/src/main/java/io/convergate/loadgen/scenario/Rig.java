package io.convergate.loadgen.scenario;

import io.convergate.loadgen.fleet.Driver;
import io.convergate.loadgen.fleet.Fleet;
import io.convergate.loadgen.fleet.FleetPlan;
import io.convergate.loadgen.scenario.Scenario.FleetSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The fleets of a game day. A scenario that leaves its fleet whole leaves it to the next one that needs the same, emptied; starting
 * nodes takes longer than most scenarios. Confined to one thread.
 */
public final class Rig implements AutoCloseable {
    private final Driver driver;
    private final Path directory;
    private final Consumer<String> say;
    private Optional<Fleet> fleet = Optional.empty();
    private Optional<FleetSpec> spec = Optional.empty();
    private boolean isFresh;
    private int started;

    /**
     * @param directory for the nodes' data and logs
     * @param say is told what goes on
     */
    public Rig(Driver driver, Path directory, Consumer<String> say) {
        this.driver = driver;
        this.directory = directory;
        this.say = say;
    }

    Driver driver() {
        return driver;
    }

    Consumer<String> say() {
        return say;
    }

    /** Why the nodes of a scenario cannot be run here; empty if they can. */
    Optional<String> impossible(Scenario scenario) {
        return Fleet.impossible(plan(scenario));
    }

    /** A whole fleet without any configuration. */
    Fleet fleet(Scenario scenario) {
        if (spec.equals(Optional.of(scenario.fleet())) && isReusable(fleet.orElseThrow())) {
            isFresh = false;
            return fleet.orElseThrow();
        }
        close();
        started++;
        Fleet fresh = Fleet.start(plan(scenario));
        fleet = Optional.of(fresh);
        spec = Optional.of(scenario.fleet());
        isFresh = true;
        return fresh;
    }

    /** Whether the last fleet that was asked for has only just been started. */
    boolean isFresh() {
        return isFresh;
    }

    private boolean isReusable(Fleet used) {
        try {
            if (used.nodes().size() != used.plan().size() || !used.isWhole()) {
                return false;
            }
            used.node(1).admin().deleteAll();
            return used.isWhole();
        } catch (RuntimeException | AssertionError e) {
            say.accept("the fleet is not used again: " + e.getMessage());
            return false;
        }
    }

    private FleetPlan plan(Scenario scenario) {
        FleetSpec wanted = scenario.fleet();
        FleetPlan plan = FleetPlan.of(driver, wanted.nodes(), directory.resolve("fleet" + started));
        List<String> all = new ArrayList<>(plan.nodeOptions());
        all.addAll(wanted.options());
        plan = plan.withNodeOptions(all).withDisks(wanted.diskBytes()).saying(say);
        if (wanted.heapMib() > 0) {
            plan = plan.withJavaOptions(plan.javaOptions() + " -Xmx" + wanted.heapMib() + "m");
        }
        return wanted.hasClocks() ? plan.withClocks() : plan;
    }

    @Override
    public void close() {
        fleet.ifPresent(Fleet::close);
        fleet = Optional.empty();
        spec = Optional.empty();
    }
}
