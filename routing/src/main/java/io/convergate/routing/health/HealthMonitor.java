package io.convergate.routing.health;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who of an upstream's endpoints is healthy by the checks it passed and failed. So many in a row change what an endpoint is; a first
 * check that is passed counts at once (Envoy, health checking). Unlike in Envoy a status that was not expected counts like any other
 * failure, not for all of the threshold.
 *
 * <p>Any thread.
 *
 * @param <K> what endpoints are known by
 */
public final class HealthMonitor<K> {
    private final HealthCheck check;
    private final LongSupplier nanoTime;
    private final Map<K, Host> hosts = new HashMap<>();
    private volatile int version;
    private volatile int unhealthy;

    /** @param nanoTime the clock, in nanoseconds from any origin */
    public HealthMonitor(HealthCheck check, LongSupplier nanoTime) {
        this.check = check;
        this.nanoTime = nanoTime;
    }

    /** How the endpoints are asked. */
    public HealthCheck check() {
        return check;
    }

    /** What is known of one endpoint. */
    public final class Host {
        private volatile boolean healthy = check.healthyAtFirst();
        private volatile String failure = healthy ? "" : "not checked yet";
        private volatile boolean recovered;
        private volatile long healthySinceNanos;
        private volatile boolean checked;
        private int inARow;

        private Host() {}

        /** It passed a check; returns whether that made it healthy. */
        public boolean passed() {
            synchronized (HealthMonitor.this) {
                boolean first = !checked;
                checked = true;
                failure = "";
                if (healthy) {
                    inARow = 0;
                    return false;
                }
                inARow++;
                if (!first && inARow < check.healthyThreshold()) {
                    return false;
                }
                healthySinceNanos = nanoTime.getAsLong();
                recovered = true;
                become(this, true);
                return true;
            }
        }

        /** It failed a check, for this reason; returns whether that made it unhealthy. */
        public boolean failed(String why) {
            synchronized (HealthMonitor.this) {
                checked = true;
                failure = why;
                if (!healthy) {
                    inARow = 0;
                    return false;
                }
                inARow++;
                if (inARow < check.unhealthyThreshold()) {
                    return false;
                }
                become(this, false);
                return true;
            }
        }

        /** It is not checked, for this reason, and counts as healthy. */
        public void exempt(String why) {
            synchronized (HealthMonitor.this) {
                failure = why;
                if (!healthy) {
                    become(this, true);
                }
            }
        }

        /** Whether it may get requests. */
        public boolean isHealthy() {
            return healthy;
        }

        /** Whether a check has been made. */
        public boolean isChecked() {
            return checked;
        }

        /** Why the last check failed; empty if it passed, or there was none. */
        public String failure() {
            return failure;
        }

        /** Whether it was unhealthy before. */
        public boolean isRecovered() {
            return recovered;
        }

        /** Since when it is healthy again; means nothing unless it {@link #isRecovered}. */
        public long healthySinceNanos() {
            return healthySinceNanos;
        }
    }

    private void become(Host host, boolean healthy) {
        host.healthy = healthy;
        host.inARow = 0;
        changed();
    }

    private void changed() {
        unhealthy =
                (int) hosts.values().stream().filter(host -> !host.isHealthy()).count();
        version++;
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

    /** The endpoint of that key; null if it is not known, or no longer. */
    public synchronized @Nullable Host known(K key) {
        return hosts.get(key);
    }

    /** Forgets all other endpoints. */
    public synchronized void retain(Set<K> keys) {
        if (hosts.keySet().retainAll(keys)) {
            changed();
        }
    }

    /** The endpoints there are. */
    public synchronized Map<K, Host> hosts() {
        return Map.copyOf(hosts);
    }

    /** How many are unhealthy. */
    public int unhealthy() {
        return unhealthy;
    }

    /** A number that changes whenever an endpoint comes, goes, or becomes healthy or not. */
    public int version() {
        return version;
    }
}
