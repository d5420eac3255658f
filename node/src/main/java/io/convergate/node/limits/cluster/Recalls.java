package io.convergate.node.limits.cluster;

import io.convergate.routing.limit.LeaseTerms;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A key's owner has nothing left and asks the nodes for permits that they hold and do not use: which of them have not answered, and
 * which nodes wait for what comes back. One recall at a time, and a pause after it: while all permits are in use, each would be in
 * vain. Not thread-safe.
 */
final class Recalls {
    private static final long PAUSE_NANOS = LeaseTerms.DEFAULT.pauseNanos();

    private final Set<Long> unanswered = new HashSet<>(0);

    /** One a node, in the order in which they came. */
    private final Map<Long, OwnerMessage.Asked> waiting = new LinkedHashMap<>(0);

    private boolean ended;
    private long endedNanos;

    boolean isUnderWay() {
        return !unanswered.isEmpty();
    }

    boolean mayBegin(long nowNanos) {
        return !ended || nowNanos - endedNanos >= PAUSE_NANOS;
    }

    void begin(Set<Long> holders) {
        unanswered.addAll(holders);
    }

    /** What a node asked before does not wait any more: it has said something else since. */
    void forget(long node) {
        waiting.remove(node);
    }

    /** An ask waits for the end. */
    void await(OwnerMessage.Asked asked) {
        waiting.put(asked.ask().node(), asked);
    }

    Collection<OwnerMessage.Asked> waiting() {
        return waiting.values();
    }

    /** A node has given back, or had nothing; true if it was the last. */
    boolean gaveBack(long node) {
        return unanswered.remove(node) && unanswered.isEmpty();
    }

    /** Ends it; returns those that still wait. */
    List<OwnerMessage.Asked> end(long nowNanos) {
        List<OwnerMessage.Asked> left = new ArrayList<>(waiting.values());
        waiting.clear();
        unanswered.clear();
        ended = true;
        endedNanos = nowNanos;
        return left;
    }
}
