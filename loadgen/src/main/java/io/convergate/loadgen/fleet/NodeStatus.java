package io.convergate.loadgen.fleet;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a node says of itself and of its cluster in {@code /status}, as far as loadgen needs it.
 *
 * @param revision the newest configuration it knows
 * @param ready whether it should get traffic
 * @param notReadyBecause why not
 * @param resources how many resources it knows
 * @param nodes every node of the cluster as this one sees it, itself included
 */
public record NodeStatus(
        String node, String revision, boolean ready, List<String> notReadyBecause, int resources, List<Member> nodes) {
    public NodeStatus {
        notReadyBecause = List.copyOf(notReadyBecause);
        nodes = List.copyOf(nodes);
    }

    /** Whether exactly these nodes are there, each joined, within reach and serving the newest configuration. */
    boolean allServe(Set<String> names) {
        Set<String> serving = nodes.stream()
                .filter(member -> member.serves(revision) && member.isCounted())
                .map(Member::node)
                .collect(Collectors.toSet());
        return serving.equals(names) && nodes.size() == names.size();
    }

    /**
     * A node as another sees it.
     *
     * @param state {@code serving}, {@code pending}, {@code refused} or {@code unreachable}
     * @param revision the one it serves; empty if that is not known
     * @param reason since when it is {@code joining}, {@code leaving} or {@code suspected}, if it is, and what it has problems with
     */
    public record Member(String node, String address, String state, String revision, String reason) {
        private static final List<String> ON_THE_WAY = List.of("joining since ", "leaving since ", "suspected since ");

        /** Whether those who wait for all nodes wait for it: it has joined, is not leaving, and can be reached. */
        public boolean isCounted() {
            return ON_THE_WAY.stream().noneMatch(reason::startsWith);
        }

        /** Whether it serves that revision. */
        public boolean serves(String wanted) {
            return state.equals("serving") && revision.equals(wanted);
        }
    }
}
