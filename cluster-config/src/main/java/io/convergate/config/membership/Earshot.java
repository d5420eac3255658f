package io.convergate.config.membership;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Whether the words of this node reach the members that the failure detector takes for reachable, and theirs this node. Heartbeats
 * have a connection of their own, so a member may pass for reachable while all else that one of the two says is lost; it was seen after
 * a node had stood still for seconds. Nothing in the cluster would notice, or mend it; a new cluster system has new
 * connections. Members ask each other in every round, and this decides whose system is to be made anew. Pure. Confined to one thread.
 */
final class Earshot {
    /** After so many rounds without a word from anybody, this node is deaf. */
    static final int DEAF_ROUNDS = 3;

    /** After so many rounds without an answer from somebody who asks, this node is not heard. Twice as many, so that a deaf one mends itself first. */
    static final int UNHEARD_ROUNDS = 6;

    private final Map<NodeAddress, Peer> peers = new HashMap<>();

    /** Rounds since a member last said something, and since it last answered, and whether it has ever said something. */
    private static final class Peer {
        private int silent;
        private int unanswered;
        private boolean hasSpoken;
    }

    /** A node has asked. */
    void asked(NodeAddress from) {
        Peer peer = peers.get(from);
        if (peer != null) {
            peer.silent = 0;
            peer.hasSpoken = true;
        }
    }

    /** A node has answered. */
    void answered(NodeAddress from) {
        Peer peer = peers.get(from);
        if (peer != null) {
            peer.silent = 0;
            peer.unanswered = 0;
            peer.hasSpoken = true;
        }
    }

    /**
     * Called once a round, when the members are about to be asked.
     *
     * @param reachable the other members that the failure detector takes for reachable
     * @return why this node should make its system anew; empty if nothing is wrong with it
     */
    Optional<String> round(Set<NodeAddress> reachable) {
        peers.keySet().retainAll(reachable);
        List<Peer> known =
                peers.values().stream().filter(peer -> peer.hasSpoken).toList();
        if (!known.isEmpty() && known.stream().allMatch(peer -> peer.silent >= DEAF_ROUNDS)) {
            return Optional.of("hears nothing of " + new TreeMap<>(peers).keySet() + " any more, which can be reached");
        }
        for (Map.Entry<NodeAddress, Peer> entry : peers.entrySet()) {
            Peer peer = entry.getValue();
            if (peer.unanswered >= UNHEARD_ROUNDS && peer.silent <= 1) {
                return Optional.of("is not heard by " + entry.getKey() + ", which it hears");
            }
        }
        reachable.forEach(address -> peers.computeIfAbsent(address, added -> new Peer()));
        peers.values().forEach(peer -> {
            peer.silent++;
            peer.unanswered++;
        });
        return Optional.empty();
    }
}
