package io.convergate.config.membership;

import io.convergate.config.Limits;
import java.net.UnknownHostException;
import java.security.Security;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a node looks for others: fixed addresses, and names ({@code dns:NAME} or {@code dns:NAME:PORT}) each of whose
 * addresses is a node. Names are looked up again and again on a thread of their own. A lookup that fails changes nothing: an
 * empty answer is never better than the last good one. Safe on any thread.
 */
final class Seeds {
    private static final Logger LOG = LoggerFactory.getLogger(Seeds.class);
    private static final String DNS = "dns:";
    private static final Duration LOOKUP_INTERVAL = Duration.ofSeconds(1);

    /** How long the answers must have been the same before a cluster is formed of them. */
    static final Duration SETTLED = Duration.ofSeconds(3);

    private final Set<NodeAddress> fixed = new TreeSet<>();
    private final Map<String, Integer> names = new HashMap<>();
    private final Names lookup;
    private final LongSupplier nanos;
    private final Map<String, Set<NodeAddress>> answers = new HashMap<>();

    /** Names that the log has said could not be looked up; used by the thread that looks them up alone. */
    private final Set<String> failing = new HashSet<>();

    private long changedAt;

    /**
     * Reads seeds; nothing is looked up yet.
     *
     * @throws IllegalArgumentException if one is no address
     */
    Seeds(Collection<String> seeds, int defaultPort, Names lookup, LongSupplier nanos) {
        this.lookup = lookup;
        this.nanos = nanos;
        this.changedAt = nanos.getAsLong();
        for (String seed : seeds) {
            if (seed.startsWith(DNS)) {
                NodeAddress name = NodeAddress.parse(seed.substring(DNS.length()), defaultPort);
                names.put(name.host(), name.port());
            } else {
                fixed.add(NodeAddress.parse(seed, defaultPort));
            }
        }
    }

    /** Looks the names up from time to time, if there are any, for as long as the process lives. */
    void start() {
        if (names.isEmpty()) {
            return;
        }
        // Java keeps an answer for 30 s by default, and a failure for 10 s.
        Security.setProperty("networkaddress.cache.ttl", "2");
        Security.setProperty("networkaddress.cache.negative.ttl", "1");
        ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread made = new Thread(task, "config-names");
            made.setDaemon(true);
            return made;
        });
        thread.scheduleWithFixedDelay(this::refresh, 0, LOOKUP_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Looks all names up once. */
    void refresh() {
        names.forEach((name, port) -> {
            try {
                Set<NodeAddress> found = new TreeSet<>();
                lookup.addresses(name).stream()
                        .limit(Limits.MEMBERS_MAX)
                        .forEach(address -> found.add(new NodeAddress(address, port)));
                answered(name, found);
                if (failing.remove(name)) {
                    LOG.info("the seed dns:{} can be looked up again", name);
                }
            } catch (UnknownHostException | RuntimeException e) {
                if (failing.add(name)) {
                    LOG.warn(
                            "the seed dns:{} cannot be looked up, and is tried again every second: {}",
                            name,
                            e.toString());
                }
            }
        });
    }

    private synchronized void answered(String name, Set<NodeAddress> found) {
        if (!found.isEmpty() && !found.equals(answers.get(name))) {
            LOG.info("{} is {}", name, found);
            answers.put(name, found);
            changedAt = nanos.getAsLong();
        }
    }

    /** Whether there is any name among them. */
    boolean hasNames() {
        return !names.isEmpty();
    }

    /** The addresses that are known now. */
    synchronized Set<NodeAddress> addresses() {
        Set<NodeAddress> known = new TreeSet<>(fixed);
        answers.values().forEach(known::addAll);
        return known;
    }

    /** Why a cluster should not be formed of them yet; empty if nothing speaks against it. */
    synchronized String unsettled() {
        List<String> unknown = new ArrayList<>(names.keySet());
        unknown.removeAll(answers.keySet());
        if (!unknown.isEmpty()) {
            return "no address is known yet of " + String.join(", ", unknown);
        }
        boolean young = hasNames() && nanos.getAsLong() - changedAt < SETTLED.toNanos();
        return young ? "the addresses of " + String.join(", ", names.keySet()) + " have just changed" : "";
    }

    /**
     * Who counts when a cluster is formed: the seeds and this node; and the members of its last cluster, unless names say who
     * is there now and name as many. (Behind a name, addresses change with every start; those of yesterday would never
     * be a majority again.)
     */
    Set<NodeAddress> electors(NodeAddress self, Set<NodeAddress> lastCluster) {
        Set<NodeAddress> electors = addresses();
        electors.add(self);
        if (!hasNames() || electors.size() < lastCluster.size()) {
            electors.addAll(lastCluster);
        }
        return electors;
    }
}
