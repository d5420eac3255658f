package io.convergate.node.breakers.cluster;

import io.convergate.node.breakers.NodeBreaker;
import io.convergate.node.breakers.NodeBreakers;
import io.convergate.node.breakers.NodeEjections;
import io.convergate.routing.breaker.BreakerState;
import io.convergate.routing.breaker.Ruling;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * What owners have decided that is not over: for breakers and endpoints that this node has, and for those that it will have when it
 * has the configuration. At most so many; those beyond are told again by their owners. Any thread.
 */
final class Rulings {
    private static final int MAX = 10_000;

    /** What is left out of an upstream that this node does not have is kept for so long: by then it has the configuration. */
    private static final long EARLY_NANOS = 120_000_000_000L;

    private final LongSupplier nanoTime;
    private final Map<String, Heard> open = new HashMap<>();
    private final Map<String, Early> early = new HashMap<>();
    private boolean informed;

    private record Heard(Ruling ruling, long atNanos) {}

    /** Endpoints that are left out of an upstream which this node does not have yet. */
    private record Early(Map<String, Long> endpoints, long atNanos) {
        Map<String, Long> rest(long now) {
            Map<String, Long> rest = new HashMap<>();
            endpoints.forEach((endpoint, nanos) -> {
                if (nanos > now - atNanos) {
                    rest.put(endpoint, nanos - (now - atNanos));
                }
            });
            return rest;
        }
    }

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

    /** Takes what all leave out of an upstream: now, or when this node has it. */
    void ejected(String id, Map<String, Long> endpoints, NodeBreakers breakers) {
        boolean known = false;
        for (NodeEjections ejections : breakers.ejections()) {
            if (ejections.id().equals(id)) {
                ejections.obey(endpoints);
                known = true;
            }
        }
        if (!known && !endpoints.isEmpty()) {
            noteEarly(id, endpoints);
        }
    }

    private synchronized void noteEarly(String id, Map<String, Long> endpoints) {
        long now = nanoTime.getAsLong();
        forgetEarly(now);
        if (early.containsKey(id) || early.size() < MAX) {
            early.put(id, new Early(endpoints, now));
        }
    }

    private void forgetEarly(long now) {
        early.values().removeIf(one -> now - one.atNanos > EARLY_NANOS);
    }

    private synchronized Map<String, Map<String, Long>> early() {
        long now = nanoTime.getAsLong();
        forgetEarly(now);
        Map<String, Map<String, Long>> rest = new HashMap<>();
        early.forEach((id, one) -> rest.put(id, one.rest(now)));
        return rest;
    }

    /** What all leave out, by upstream, each endpoint with the nanoseconds that are left of its time. */
    Map<String, Map<String, Long>> ejected(NodeBreakers breakers) {
        Map<String, Map<String, Long>> ejected = early();
        breakers.ejections().forEach(ejections -> ejected.put(ejections.id(), ejections.agreed()));
        ejected.values().removeIf(Map::isEmpty);
        return ejected;
    }

    /** Tells breakers and endpoints that have come later what was decided before. */
    void remind(NodeBreakers breakers, String self) {
        Map<String, Ruling> rest = open();
        for (NodeBreaker breaker : breakers.all()) {
            Ruling ruling = breaker.isShared() ? rest.get(breaker.id()) : null;
            if (ruling != null && ruling.epoch() > breaker.ruling().epoch()) {
                breaker.obey(ruling, self);
            }
        }
        for (NodeEjections ejections : breakers.ejections()) {
            Map<String, Long> before = takeEarly(ejections.id());
            if (before.isEmpty()) {
                ejections.remind();
            } else {
                ejections.obey(before);
            }
        }
    }

    private synchronized Map<String, Long> takeEarly(String id) {
        Early taken = early.remove(id);
        return taken == null ? Map.of() : taken.rest(nanoTime.getAsLong());
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
