package io.convergate.node.limits;

import io.convergate.routing.limit.Ask;
import io.convergate.routing.limit.Grant;
import io.convergate.routing.limit.LimitKey;
import java.util.Map;
import java.util.function.Consumer;

/** Who counts for the whole cluster. Any thread; nothing waits. */
public interface Owners {
    /** Nobody to ask: every node for itself. */
    Owners NONE = new Owners() {
        @Override
        public boolean available() {
            return false;
        }

        @Override
        public void ask(LimitKey key, Ask ask, Consumer<Grant> answer) {
            // Nobody hears it.
        }

        @Override
        public void tell(LimitKey key, Ask ask) {
            // Nobody hears it.
        }

        @Override
        public int nodes() {
            return 1;
        }

        @Override
        public long self() {
            return 0;
        }

        @Override
        public Map<Long, Long> used(LimitKey key, long window) {
            return Map.of();
        }

        @Override
        public void used(LimitKey key, long window, long windowEndMillis, long count) {
            // Nobody keeps it.
        }
    };

    /** Whether there is anybody to ask at the moment. */
    boolean available();

    /**
     * Asks the owner of a key. The answer comes on any thread, or never: whoever asks has a deadline of its own.
     *
     * @param answer takes it; must not block
     */
    void ask(LimitKey key, Ask ask, Consumer<Grant> answer);

    /** Tells the owner of a key something that needs no answer. */
    void tell(LimitKey key, Ask ask);

    /** The nodes that share the limits, at least 1. */
    int nodes();

    /** This node's number, the same after a restart. */
    long self();

    /** What each node is known to have used of a key's quota in a window, by number. */
    Map<Long, Long> used(LimitKey key, long window);

    /**
     * Records what this node has used in all of a key's quota in a window.
     *
     * @param windowEndMillis when the record may be forgotten
     */
    void used(LimitKey key, long window, long windowEndMillis, long count);
}
