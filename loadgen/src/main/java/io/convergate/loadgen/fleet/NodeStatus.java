package io.convergate.loadgen.fleet;

import java.util.List;

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

    /**
     * A node as another sees it.
     *
     * @param state {@code serving}, {@code pending}, {@code refused} or {@code unreachable}
     * @param revision the one it serves; empty if that is not known
     * @param reason why it does not serve the newest; empty if it does
     */
    public record Member(String node, String address, String state, String revision, String reason) {
        /** Whether it serves that revision. */
        public boolean serves(String wanted) {
            return state.equals("serving") && revision.equals(wanted);
        }
    }
}
