package io.convergate.loadgen.scenario;

import io.convergate.loadgen.fault.FaultEvent;
import io.convergate.loadgen.fault.FaultInjector;
import io.convergate.loadgen.fleet.Fleet;
import io.convergate.loadgen.fleet.GatewayNode;
import io.convergate.loadgen.scenario.Scenario.Phase;
import io.convergate.loadgen.scenario.Schedule.Entry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Does what a schedule says when it says so, on the calling thread. What takes longer than planned (a node that drains) pushes back
 * what comes after it; the timeline has the true times.
 */
final class Conductor {
    private final Fleet fleet;
    private final FaultInjector injector;
    private final Consumer<String> say;
    private final List<Timed> timed = new ArrayList<>();

    private record Timed(Duration at, Runnable action) {}

    Conductor(Fleet fleet, FaultInjector injector, Consumer<String> say) {
        this.fleet = fleet;
        this.injector = injector;
        this.say = say;
    }

    /**
     * Conducts all phases, and returns at the end of the last one.
     *
     * @param phaseStarts gets the beginning of each phase, and the end of the last, of {@link System#nanoTime()}
     */
    void conduct(Scenario scenario, Schedule schedule, List<Long> phaseStarts) {
        long begun = System.nanoTime();
        Duration at = Duration.ZERO;
        for (Phase phase : scenario.phases()) {
            timed.add(new Timed(at, () -> phaseStarts.add(System.nanoTime())));
            at = at.plus(phase.lasts());
        }
        timed.add(new Timed(at, () -> phaseStarts.add(System.nanoTime())));
        schedule.entries().forEach(entry -> timed.add(new Timed(entry.at(), () -> begin(entry))));
        timed.sort(Comparator.comparing(Timed::at));
        while (!timed.isEmpty()) {
            Timed next = timed.remove(0);
            parkUntil(begun + next.at().toNanos());
            next.action().run();
        }
    }

    private void begin(Entry entry) {
        if (entry.fault().isEmpty()) {
            GatewayNode node = fleet.add();
            injector.timeline().record("join", node.name(), FaultEvent.Phase.INSTANT, "");
            say.accept(node.name() + " joins");
            node.start();
            return;
        }
        FaultInjector.Active active = injector.begin(entry.fault().get());
        say.accept(active.fault().kind() + " " + active.fault().target());
        entry.until().ifPresent(end -> {
            timed.add(new Timed(end, () -> {
                active.end();
                say.accept(
                        "end of " + active.fault().kind() + " " + active.fault().target());
            }));
            timed.sort(Comparator.comparing(Timed::at));
        });
    }

    static void parkUntil(long nanos) {
        while (nanos - System.nanoTime() > 0 && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(nanos - System.nanoTime());
        }
    }
}
