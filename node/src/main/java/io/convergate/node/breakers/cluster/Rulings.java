package io.convergate.node.breakers.cluster;

import io.convergate.node.breakers.NodeBreaker;
import io.convergate.node.breakers.NodeBreakers;
import io.convergate.routing.breaker.BreakerState;
import io.convergate.routing.breaker.Ruling;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What owners have decided that is not over: for breakers that this node has, and for those that it will have when it has the
 * configuration. At most so many; those beyond are told again by their owners. Any thread.
 */
final class Rulings {
    private static final int MAX = 10_000;

    private final LongSupplier nanoTime;
    private final Map<String, Heard> open = new HashMap<>();
    private boolean informed;

    private record Heard(Ruling ruling, long atNanos) {}

    Rulings(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Takes a decision, and has the breaker do so if there is one. */
    void decided(String id, Ruling ruling, NodeBreakers breakers, String self) {
        note(id, ruling);
        for (NodeBreaker breaker : breakers.all()) {
            if (breaker.isShared() && breaker.id().equals(id)) {
                breaker.obey(ruling, self);
            }
        }
    }

    private synchronized void note(String id, Ruling ruling) {
        Heard last = open.get(id);
        if (last != null && last.ruling.epoch() > ruling.epoch()) {
            return;
        }
        if (ruling.state() == BreakerState.CLOSED) {
            open.remove(id);
        } else if (last != null || open.size() < MAX) {
            open.put(id, new Heard(ruling, nanoTime.getAsLong()));
        }
    }

    /** Tells a breaker that has come later what was decided before. */
    void remind(NodeBreaker breaker, String self) {
        Ruling ruling = rest(breaker.id());
        if (ruling != null && ruling.epoch() > breaker.ruling().epoch()) {
            breaker.obey(ruling, self);
        }
    }

    private synchronized @Nullable Ruling rest(String id) {
        return open.isEmpty() ? null : open().get(id);
    }

    /** What is open or half open, with the rest of its time. What was heard long ago is forgotten. */
    synchronized Map<String, Ruling> open() {
        long now = nanoTime.getAsLong();
        open.values().removeIf(heard -> now - heard.atNanos > heard.ruling.forNanos() + Ruling.GRACE_NANOS);
        Map<String, Ruling> rest = new HashMap<>();
        open.forEach((id, heard) ->
                rest.put(id, heard.ruling.with(Math.max(0, heard.ruling.forNanos() - (now - heard.atNanos)))));
        return rest;
    }

    /** There is nothing more to be told from before. */
    synchronized void informed() {
        informed = true;
    }

    /** Whether this node knows what was decided before it came. */
    synchronized boolean isInformed() {
        return informed;
    }
}
