package io.convergate.loadgen.fault;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** What was done to the system under test, in order. Keeps the first 100,000 events, counts the rest. Thread-safe. */
public final class Timeline {
    private static final int EVENTS_MAX = 100_000;

    private final List<FaultEvent> events = new ArrayList<>();
    private final List<Consumer<FaultEvent>> listeners = new CopyOnWriteArrayList<>();
    private long lost;

    /** Writes down that something happens now. */
    public void record(String kind, String target, FaultEvent.Phase phase, String detail) {
        record(kind, target, phase, detail, Optional.empty());
    }

    /** Writes down that a fault ends now, and whether it took effect. */
    void ended(Fault fault, Proof proof) {
        record(fault.kind(), fault.target(), FaultEvent.Phase.ENDED, fault.detail(), Optional.of(proof));
    }

    private void record(String kind, String target, FaultEvent.Phase phase, String detail, Optional<Proof> proof) {
        FaultEvent event;
        synchronized (events) {
            event = new FaultEvent(System.nanoTime(), kind, target, phase, detail, proof);
            if (events.size() < EVENTS_MAX) {
                events.add(event);
            } else {
                lost++;
            }
        }
        listeners.forEach(listener -> listener.accept(event));
    }

    /** Tells every later event, on the thread that causes it. */
    public void listen(Consumer<FaultEvent> listener) {
        listeners.add(listener);
    }

    /** What happened so far. */
    public List<FaultEvent> events() {
        synchronized (events) {
            return List.copyOf(events);
        }
    }

    /** How many events were not kept. */
    public long lost() {
        synchronized (events) {
            return lost;
        }
    }
}
