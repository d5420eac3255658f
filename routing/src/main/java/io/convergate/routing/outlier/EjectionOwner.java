package io.convergate.routing.outlier;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who decides for all nodes which endpoints of an upstream are left out: those that a majority of the nodes leaves out because of
 * errors of their own, the most agreed on first, as long as they are no more than the greatest share of all endpoints; one may always be. Not
 * thread-safe.
 */
public final class EjectionOwner {
    /** What a node has said counts for so long, unless it says so again. */
    private static final long SAID_NANOS = 3_000_000_000L;

    private static final int NODES_MAX = 256;

    private final Map<String, Said> nodes = new HashMap<>();
    private int maxPercent = 100;

    private record Said(Map<String, Long> ejected, int endpoints, long atNanos) {}

    /**
     * What a node says.
     *
     * @param node which
     * @param endpoints how many endpoints it knows
     * @param maxPercent the greatest share of them that may be left out
     * @param ejected those it leaves out, with the nanoseconds that are left
     */
    public record Report(String node, int endpoints, int maxPercent, Map<String, Long> ejected) {
        public Report {
            ejected = Map.copyOf(ejected);
        }
    }

    /** Takes what a node says. */
    public void reported(Report report, long nowNanos) {
        maxPercent = report.maxPercent();
        if (nodes.size() < NODES_MAX || nodes.containsKey(report.node())) {
            nodes.put(report.node(), new Said(report.ejected(), report.endpoints(), nowNanos));
        }
    }

    /**
     * Whom all leave out, each with the nanoseconds that are left of its time.
     *
     * @param present the nodes that are there
     */
    public Map<String, Long> decided(Set<String> present, long nowNanos) {
        nodes.keySet().retainAll(present);
        nodes.values().removeIf(said -> nowNanos - said.atNanos() > SAID_NANOS);
        Map<String, Integer> votes = new HashMap<>();
        Map<String, Long> times = new HashMap<>();
        int endpoints = 0;
        for (Said said : nodes.values()) {
            endpoints = Math.max(endpoints, said.endpoints());
            long passed = nowNanos - said.atNanos();
            said.ejected().forEach((endpoint, nanos) -> {
                if (nanos > passed) {
                    votes.merge(endpoint, 1, Integer::sum);
                    times.merge(endpoint, nanos - passed, Math::max);
                }
            });
        }
        int quorum = present.size() / 2 + 1;
        int most = maxPercent == 0 ? 0 : Math.max(1, endpoints * maxPercent / 100);
        List<String> agreed = new ArrayList<>(votes.keySet());
        agreed.removeIf(endpoint -> votes.get(endpoint) < quorum);
        agreed.sort(
                Comparator.comparing((String endpoint) -> -votes.get(endpoint)).thenComparing(endpoint -> endpoint));
        Map<String, Long> decided = new HashMap<>();
        agreed.stream().limit(most).forEach(endpoint -> decided.put(endpoint, times.get(endpoint)));
        return decided;
    }

    /** Whether there is nothing to remember. */
    public boolean isForgettable(long nowNanos) {
        return nodes.values().stream()
                .allMatch(said -> said.ejected().isEmpty() || nowNanos - said.atNanos() > SAID_NANOS);
    }
}
