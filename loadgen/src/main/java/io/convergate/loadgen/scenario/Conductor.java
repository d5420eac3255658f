package io.convergate.loadgen.scenario;

import io.convergate.loadgen.fault.FaultEvent;
import io.convergate.loadgen.fault.FaultInjector;
import io.convergate.loadgen.fleet.GatewayNode;
import io.convergate.loadgen.scenario.Scenario.Phase;
import io.convergate.loadgen.scenario.Schedule.Deed;
import io.convergate.loadgen.scenario.Schedule.Entry;
import io.convergate.loadgen.scenario.Schedule.Harmed;
import io.convergate.loadgen.scenario.Schedule.RolledBack;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Does what a schedule says when it says so, on the calling thread. What takes longer than planned (a node that drains) pushes back
 * what comes after it; the timeline has the true times.
 */
final class Conductor {
    private final FaultInjector injector;
    private final Deque<GatewayNode> joining;
    private final Rollbacks rollbacks;
    private final Consumer<String> say;
    private final List<Timed> timed = new ArrayList<>();
    private volatile String phaseNow = "";

    /** What ends comes before what begins at the same moment, since it may be done to the same upstream. */
    private static final Comparator<Timed> IN_ORDER =
            Comparator.comparing(Timed::at).thenComparing(timed -> !timed.isEnd());

    private record Timed(Duration at, boolean isEnd, Runnable action) {}

    /** @param joining the nodes that are not started yet, in the order in which they join */
    Conductor(FaultInjector injector, Deque<GatewayNode> joining, Rollbacks rollbacks, Consumer<String> say) {
        this.injector = injector;
        this.joining = joining;
        this.rollbacks = rollbacks;
        this.say = say;
    }

    /** The name of the phase that goes on; empty before the first and after the last. Any thread. */
    String phase() {
        return phaseNow;
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
            timed.add(new Timed(at, false, () -> enter(phase.name(), phaseStarts)));
            at = at.plus(phase.lasts());
        }
        timed.add(new Timed(at, false, () -> enter("", phaseStarts)));
        schedule.entries().forEach(entry -> timed.add(new Timed(entry.at(), false, () -> begin(entry))));
        timed.sort(IN_ORDER);
        while (!timed.isEmpty()) {
            Timed next = timed.remove(0);
            parkUntil(begun + next.at().toNanos());
            next.action().run();
        }
    }

    private void enter(String phase, List<Long> phaseStarts) {
        rollbacks.ended(phaseNow);
        phaseNow = phase;
        phaseStarts.add(System.nanoTime());
    }

    private void begin(Entry entry) {
        Deed deed = entry.deed();
        if (deed instanceof Harmed) {
            harm(entry);
        } else if (deed instanceof RolledBack rollback) {
            say.accept(deed.words());
            injector.timeline().record("rollback", rollback.node(), FaultEvent.Phase.INSTANT, deed.words());
            say.accept(rollbacks.rollBack(rollback));
        } else {
            GatewayNode node = joining.remove();
            injector.timeline().record("join", node.name(), FaultEvent.Phase.INSTANT, "");
            say.accept(node.name() + " joins");
            node.start();
        }
    }

    private void harm(Entry entry) {
        FaultInjector.Active active = injector.begin(entry.fault().orElseThrow());
        say.accept(entry.deed().words());
        entry.until().ifPresent(end -> {
            timed.add(new Timed(end, true, () -> {
                active.end();
                say.accept("end of " + entry.deed().words());
            }));
            timed.sort(IN_ORDER);
        });
    }

    static void parkUntil(long nanos) {
        while (nanos - System.nanoTime() > 0 && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(nanos - System.nanoTime());
        }
    }
}
