package io.convergate.routing.outlier;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Who of an upstream's endpoints is left out. Endpoints count their own errors in a row; the one that reaches a threshold is
 * ejected, and comes back at the first sweep after its time. The rules are Envoy's (outlier detection, consecutive
 * errors): the time grows with every ejection and shrinks again with every sweep that finds the endpoint in.
 *
 * <p>Any thread. An answer of a healthy endpoint costs three reads; only an ejection, and a sweep, takes a lock.
 *
 * @param <K> what endpoints are known by
 */
public final class OutlierDetector<K> {
    private final OutlierSettings settings;
    private final LongSupplier nanoTime;
    private final Runnable onEjection;
    private final Map<K, Host> hosts = new HashMap<>();
    private long nextSweepNanos;
    private volatile int ejected;
    private volatile int version;

    /**
     * @param nanoTime the clock, in nanoseconds from any origin
     * @param onEjection told of every ejection; must neither block nor fail
     */
    public OutlierDetector(OutlierSettings settings, LongSupplier nanoTime, Runnable onEjection) {
        this.settings = settings;
        this.nanoTime = nanoTime;
        this.onEjection = onEjection;
        this.nextSweepNanos = nanoTime.getAsLong() + settings.interval().toNanos();
    }

    /** How one endpoint does. */
    public final class Host {
        private final AtomicInteger errors = new AtomicInteger();
        private final AtomicInteger gatewayErrors = new AtomicInteger();
        private final AtomicInteger localFailures = new AtomicInteger();
        private volatile boolean out;
        private boolean imposed;
        private long outUntilNanos;
        private int times;

        private Host() {}

        /** It answered with this status. */
        public void answered(int status) {
            clear(localFailures);
            if (!settings.isError(status)) {
                clear(errors);
                clear(gatewayErrors);
            } else {
                failed(status >= 502 && status <= 504);
            }
        }

        /** It did not answer: no connection, a dead one, no response in time. */
        public void unanswered() {
            if (!settings.splitLocalOrigin()) {
                failed(true);
            } else if (reached(localFailures, settings.consecutiveLocalOriginFailures())) {
                eject(this);
            }
        }

        private void failed(boolean gateway) {
            boolean many = reached(errors, settings.consecutive5xx());
            if (!gateway) {
                clear(gatewayErrors);
            } else {
                many |= reached(gatewayErrors, settings.consecutiveGatewayErrors());
            }
            if (many) {
                eject(this);
            }
        }

        /** Whether it is left out. */
        public boolean isEjected() {
            return out;
        }

        private void comeBack() {
            out = false;
            imposed = false;
            errors.set(0);
            gatewayErrors.set(0);
            localFailures.set(0);
        }
    }

    private static void clear(AtomicInteger count) {
        if (count.get() != 0) {
            count.set(0);
        }
    }

    private static boolean reached(AtomicInteger count, int threshold) {
        return threshold > 0 && count.incrementAndGet() >= threshold;
    }

    /** The endpoint of that key, new or known. */
    public synchronized Host host(K key) {
        Host known = hosts.get(key);
        if (known == null) {
            known = new Host();
            hosts.put(key, known);
            changed();
        }
        return known;
    }

    /** Forgets all other endpoints. */
    public synchronized void retain(Set<K> keys) {
        if (hosts.entrySet().removeIf(host -> !keys.contains(host.getKey()))) {
            changed();
        }
    }

    private synchronized void eject(Host host) {
        if (host.out || !hosts.containsValue(host) || ejected > 0 && isFull() || settings.maxEjectionPercent() == 0) {
            return;
        }
        host.times++;
        host.outUntilNanos = nanoTime.getAsLong() + settings.ejectionNanos(host.times);
        host.out = true;
        changed();
        onEjection.run();
    }

    /** Those that are left out because of their own errors, each with the nanoseconds that are left of its time. */
    public synchronized Map<K, Long> ejectedFor() {
        Map<K, Long> found = new HashMap<>();
        if (ejected > 0) {
            long now = nanoTime.getAsLong();
            hosts.forEach((key, host) -> {
                if (host.out && !host.imposed) {
                    found.put(key, Math.max(0, host.outUntilNanos - now));
                }
            });
        }
        return found;
    }

    /** Leaves an endpoint out because others do, as long as that does not make too many. */
    public synchronized void impose(K key, long forNanos) {
        Host host = hosts.get(key);
        if (host == null || host.out && !host.imposed) {
            return;
        }
        if (!host.out) {
            if (ejected > 0 && isFull() || settings.maxEjectionPercent() == 0) {
                return;
            }
            host.out = true;
            host.imposed = true;
            changed();
            onEjection.run();
        }
        host.outUntilNanos = nanoTime.getAsLong() + forNanos;
    }

    /** The endpoints there are. */
    public synchronized Set<K> keys() {
        return Set.copyOf(hosts.keySet());
    }

    /** How many endpoints there are. */
    public synchronized int hosts() {
        return hosts.size();
    }

    /** By what endpoints are left out. */
    public OutlierSettings settings() {
        return settings;
    }

    private boolean isFull() {
        return (ejected + 1) * 100L > (long) settings.maxEjectionPercent() * hosts.size();
    }

    private void changed() {
        int out = 0;
        for (Host host : hosts.values()) {
            out += host.out ? 1 : 0;
        }
        ejected = out;
        version++;
    }

    /** Lets those come back whose time is over, if it is time to look. */
    public synchronized void sweep() {
        long now = nanoTime.getAsLong();
        if (now - nextSweepNanos < 0) {
            return;
        }
        nextSweepNanos = now + settings.interval().toNanos();
        boolean any = false;
        for (Host host : hosts.values()) {
            if (host.out && now - host.outUntilNanos >= 0) {
                host.comeBack();
                any = true;
            } else if (!host.out && host.times > 0) {
                host.times--;
            }
        }
        if (any) {
            changed();
        }
    }

    /** How many are left out. */
    public int ejected() {
        return ejected;
    }

    /** A number that changes whenever somebody is left out or comes back. */
    public int version() {
        return version;
    }
}
