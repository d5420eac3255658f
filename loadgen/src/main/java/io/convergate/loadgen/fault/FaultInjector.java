package io.convergate.loadgen.fault;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Does faults to a {@link Stage}, writes them into a {@link Timeline}, and takes back what is still broken when it is closed. For one
 * thread at a time.
 */
public final class FaultInjector implements AutoCloseable {
    private final Stage stage;
    private final Timeline timeline;
    private final List<Active> active = new CopyOnWriteArrayList<>();

    public FaultInjector(Stage stage, Timeline timeline) {
        this.stage = stage;
        this.timeline = timeline;
    }

    /** Why a fault cannot be done here; empty if it can. */
    public Optional<String> impossible(Fault fault) {
        return fault.impossible(stage);
    }

    /**
     * Begins a fault.
     *
     * @throws IllegalStateException if it cannot be done here
     */
    public Active begin(Fault fault) {
        impossible(fault).ifPresent(reason -> {
            throw new IllegalStateException(fault.kind() + " on " + fault.target() + ": " + reason);
        });
        timeline.record(fault.kind(), fault.target(), FaultEvent.Phase.BEGUN, fault.detail());
        Active begun = new Active(fault, fault.begin(stage));
        active.add(begun);
        return begun;
    }

    /** What is broken now, in the order it was begun. */
    public List<Fault> active() {
        return active.stream().map(Active::fault).toList();
    }

    /** Ends everything that is not ended yet, the newest first. Tries all, and throws what failed. */
    public void healAll() {
        List<Active> newestFirst = new ArrayList<>(active);
        Collections.reverse(newestFirst);
        RuntimeException failed = null;
        for (Active one : newestFirst) {
            try {
                one.end();
            } catch (RuntimeException e) {
                if (failed == null) {
                    failed = e;
                } else {
                    failed.addSuppressed(e);
                }
            }
        }
        if (failed != null) {
            throw failed;
        }
    }

    public Timeline timeline() {
        return timeline;
    }

    public Stage stage() {
        return stage;
    }

    @Override
    public void close() {
        healAll();
    }

    /** A fault that has begun. */
    public final class Active {
        private final Fault fault;
        private final Inflicted inflicted;

        private Active(Fault fault, Inflicted inflicted) {
            this.fault = fault;
            this.inflicted = inflicted;
        }

        public Fault fault() {
            return fault;
        }

        /** Ends it and heals what it broke; does nothing the second time. */
        public void end() {
            if (active.remove(this)) {
                timeline.ended(fault, inflicted.end());
            }
        }
    }
}
