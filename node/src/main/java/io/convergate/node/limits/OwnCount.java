package io.convergate.node.limits;

import io.convergate.routing.limit.LimitSpec;
import io.convergate.routing.limit.LocalLimit;
import org.jspecify.annotations.Nullable;

/**
 * What a node counts of one key by itself: all of it in {@code mode: node}, or its share while nobody can be asked. Any thread;
 * each call holds a lock for some nanoseconds.
 */
final class OwnCount {
    private @Nullable LocalLimit whole;
    private @Nullable LocalLimit share;
    private int sharedBy;

    /** Begins anew, because the limit is another. */
    synchronized void reset() {
        whole = null;
        share = null;
    }

    /** Takes so many of the whole limit, all or none. */
    synchronized boolean take(LimitRuntime limit, long cost, long nowNanos) {
        LocalLimit own = whole;
        if (own == null) {
            own = LocalLimit.of(limit.spec(), nowNanos);
            whole = own;
        }
        return own.take(cost, nowNanos, limit.limits().epochMillis()) == 0;
    }

    /** Takes so many of one node's share, all or none; what costs more than the share takes all of it. */
    synchronized boolean takeShare(LimitRuntime limit, long cost, long nowNanos) {
        int nodes = limit.limits().owners().nodes();
        LimitSpec mine = limit.spec().share(nodes);
        LocalLimit own = share;
        if (own == null || sharedBy != nodes) {
            own = LocalLimit.of(mine, nowNanos);
            share = own;
            sharedBy = nodes;
        }
        return own.take(
                        Math.min(cost, mine.capacity()),
                        nowNanos,
                        limit.limits().epochMillis())
                == 0;
    }

    /** Puts back what was taken of the whole limit. */
    synchronized void giveBack(LimitRuntime limit, long cost, long nowNanos) {
        giveBack(whole, limit, cost, nowNanos);
    }

    /** Puts back what was taken of the share. */
    synchronized void giveBackShare(LimitRuntime limit, long cost, long nowNanos) {
        giveBack(share, limit, cost, nowNanos);
    }

    private static void giveBack(@Nullable LocalLimit own, LimitRuntime limit, long cost, long nowNanos) {
        if (own != null) {
            own.giveBack(cost, nowNanos, limit.limits().epochMillis());
        }
    }

    /** Charges the whole limit beyond what was taken; below zero gives back. */
    synchronized void charge(LimitRuntime limit, long more, long nowNanos) {
        if (more < 0) {
            giveBack(whole, limit, -more, nowNanos);
        } else if (whole != null) {
            whole.charge(more, nowNanos, limit.limits().epochMillis());
        }
    }

    /** How many are left of the whole limit. */
    synchronized long remaining(LimitRuntime limit, long nowNanos) {
        return whole == null
                ? limit.spec().capacity()
                : whole.remaining(nowNanos, limit.limits().epochMillis());
    }

    /** In how many nanoseconds so many could be taken; 0 if nothing was counted yet, or they could be now. */
    synchronized long retryAfterNanos(LimitRuntime limit, long cost, long nowNanos) {
        LocalLimit own = whole;
        if (own == null) {
            return 0;
        }
        // It was refused, so asking again takes nothing; if there is something by now, at once.
        long wait = own.take(cost, nowNanos, limit.limits().epochMillis());
        if (wait == 0) {
            own.giveBack(cost, nowNanos, limit.limits().epochMillis());
        }
        return wait;
    }

    /** Whether requests that are counted here are in flight. */
    synchronized boolean isInUse(LimitSpec spec) {
        return whole != null && whole.remaining(0, 0) < spec.amount();
    }
}
