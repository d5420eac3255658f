package io.convergate.node.edge.wire;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The deadlines of a loop's connections, looked at a few times a second. A timer for each request would cost a heap
 * operation and, with io_uring, a system call; this costs one comparison per connection and sweep. Confined to its loop.
 */
public final class Sweeper {
    private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);

    /** How often it looks, in milliseconds: deadlines are late by at most this. */
    static final int INTERVAL_MS = 250;

    /** What has deadlines. */
    public abstract static class Swept {
        private int position = -1;

        /** Called at every sweep, with {@link System#nanoTime()}. May close and remove itself. */
        protected abstract void sweep(long nowNanos);
    }

    private final List<Swept> members = new ArrayList<>();
    private long nowNanos = System.nanoTime();

    public void add(Swept member) {
        member.position = members.size();
        members.add(member);
    }

    /** Removes it; does nothing if it is not there. */
    public void remove(Swept member) {
        int at = member.position;
        if (at >= 0) {
            Swept last = members.remove(members.size() - 1);
            if (last != member) {
                members.set(at, last);
                last.position = at;
            }
            member.position = -1;
        }
    }

    int size() {
        return members.size();
    }

    void sweep() {
        nowNanos = System.nanoTime();
        for (int i = members.size() - 1; i >= 0; i--) {
            if (i < members.size()) {
                sweep(members.get(i));
            }
        }
    }

    /** One that fails must not take the deadlines of all others with it. */
    private void sweep(Swept member) {
        try {
            member.sweep(nowNanos);
        } catch (RuntimeException e) {
            LOG.error("A deadline could not be kept", e);
            remove(member);
        }
    }

    /** All members, for what is to be done to each of them. */
    List<Swept> members() {
        return List.copyOf(members);
    }
}
