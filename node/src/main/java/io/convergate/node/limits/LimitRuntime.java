package io.convergate.node.limits;

import io.convergate.node.telemetry.PolicyRecorder;
import io.convergate.routing.action.RateLimit;
import io.convergate.routing.limit.KeyHash;
import io.convergate.routing.limit.LimitKey;
import io.convergate.routing.limit.LimitSpec;

/** A limit as a node keeps it: attached to the compiled limit. Any thread. */
public final class LimitRuntime {
    private final NodeLimits limits;
    private final RateLimit.Info info;
    private final PolicyRecorder recorder;

    LimitRuntime(NodeLimits limits, RateLimit.Info info, PolicyRecorder recorder) {
        this.limits = limits;
        this.info = info;
        this.recorder = recorder;
    }

    /** The entry of a key. Allocates nothing if the key has been seen lately. */
    public KeyedLimit key(KeyHash hash, long nowNanos) {
        KeyedLimit entry = limits.table().get(hash, nowNanos, this);
        LimitRuntime last = entry.limit();
        if (last != this && last.info().version() <= info.version()) {
            entry.become(this, nowNanos);
        }
        return entry;
    }

    KeyedLimit create(LimitKey key, long nowNanos) {
        return new KeyedLimit(key, this, nowNanos);
    }

    /** The time by which limits go, in nanoseconds. */
    public long nanoTime() {
        return limits.nanoTime();
    }

    /** How long a request waits for the owner of a key, in nanoseconds; in strict mode longer. */
    public long waitMaxNanos() {
        return limits.waitMaxNanos(info.mode());
    }

    /** What this node is known to have used of a key's quota in a window; nothing of window 0, which is none. */
    long usedBefore(LimitKey key, long window) {
        Owners owners = limits.owners();
        return window == 0 ? 0 : owners.used(key, window).getOrDefault(owners.self(), 0L);
    }

    /** What came of a request. */
    public void count(boolean passed) {
        if (passed) {
            recorder.allowed();
        } else {
            recorder.refused(info.shadow());
        }
    }

    NodeLimits limits() {
        return limits;
    }

    RateLimit.Info info() {
        return info;
    }

    LimitSpec spec() {
        return info.spec();
    }

    PolicyRecorder recorder() {
        return recorder;
    }
}
