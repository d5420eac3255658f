package io.convergate.loadgen.verify;

import io.convergate.loadgen.fault.FaultEvent;
import io.convergate.loadgen.fault.FaultEvent.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The time around faults of one kind, as a promise names it. What it comes to is known when the run is over.
 *
 * @param fault the kind of the fault; each one that was done counts
 * @param edge which part of the fault
 * @param grace how long afterwards counts too
 */
public record Around(String fault, Edge edge, Duration grace) {
    /** Parts of a fault's course. */
    public enum Edge {
        /** Its beginning. */
        BEGIN,
        /** Its end, when it is healed. */
        END,
        /** All of it. */
        WHOLE
    }

    /** In words. */
    public String words() {
        return switch (edge) {
            case BEGIN -> "within " + Lengths.of(grace) + " after " + fault + " begins";
            case END -> "within " + Lengths.of(grace) + " after " + fault + " ends";
            case WHOLE -> "during " + fault + (grace.isZero() ? "" : " and " + Lengths.of(grace) + " after it");
        };
    }

    /** The windows of a run. A fault that never ended lasts to the end of the run. */
    public List<Window> windows(History history) {
        List<Window> windows = new ArrayList<>();
        List<FaultEvent> events = history.faults();
        for (int i = 0; i < events.size(); i++) {
            FaultEvent event = events.get(i);
            if (!event.kind().equals(fault)) {
                continue;
            }
            if (event.phase() == Phase.ENDED) {
                if (edge == Edge.END) {
                    windows.add(after(event.atNanos()));
                }
            } else if (edge == Edge.BEGIN) {
                windows.add(after(event.atNanos()));
            } else if (edge == Edge.WHOLE) {
                windows.add(new Window(event.atNanos(), endOf(event, events.subList(i + 1, events.size()), history)));
            }
        }
        return windows;
    }

    private Window after(long atNanos) {
        return new Window(atNanos, atNanos + grace.toNanos());
    }

    private long endOf(FaultEvent begun, List<FaultEvent> later, History history) {
        if (begun.phase() == Phase.INSTANT) {
            return begun.atNanos() + grace.toNanos();
        }
        return later.stream()
                .filter(event -> event.phase() == Phase.ENDED
                        && event.kind().equals(begun.kind())
                        && event.target().equals(begun.target()))
                .findFirst()
                .map(event -> event.atNanos() + grace.toNanos())
                .orElse(history.endedNanos());
    }
}
