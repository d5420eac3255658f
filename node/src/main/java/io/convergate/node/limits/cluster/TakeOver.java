package io.convergate.node.limits.cluster;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.pekko.actor.ActorPath;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * A key has a new owner, which asks all nodes what they hold and have used by the word of the one before: which nodes have told, and
 * which asks wait for the end. Not thread-safe.
 */
final class TakeOver {
    /** Asks that wait; those beyond are repeated by who asked. */
    private static final int WAITING_MAX = 1_000;

    /** By the actors that are asked. */
    private final Set<ActorPath> missing = new HashSet<>(0);

    /** By node, or by request if they are for one; in the order in which they came. */
    private final Map<Long, OwnerMessage.Asked> waiting = new LinkedHashMap<>(0);

    /** @param nodes who has to tell; nobody else counts, for it may have joined since */
    void begin(Collection<ActorRef<OwnerMessage.ToNode>> nodes) {
        nodes.forEach(node -> missing.add(node.path()));
    }

    boolean isUnderWay() {
        return !missing.isEmpty();
    }

    /** An ask waits for the end. */
    void await(OwnerMessage.Asked asked) {
        long request = asked.ask().request();
        if (waiting.size() < WAITING_MAX) {
            waiting.put(request == 0 ? asked.ask().node() : request, asked);
        }
    }

    /** What a node asked before does not wait any more: it has said something else since. */
    void forget(long node) {
        waiting.remove(node);
    }

    /** A node has told; true if it was the last. */
    boolean told(ActorRef<OwnerMessage.ToNode> node) {
        return missing.remove(node.path()) && missing.isEmpty();
    }

    /** Ends it; returns those that wait. */
    List<OwnerMessage.Asked> end() {
        List<OwnerMessage.Asked> left = new ArrayList<>(waiting.values());
        waiting.clear();
        missing.clear();
        return left;
    }
}
