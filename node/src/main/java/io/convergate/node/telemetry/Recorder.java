package io.convergate.node.telemetry;

import kamon.tag.TagSet;

/** Counters of one thing that is served. They outlive it for a while, see {@link Recorders}. Any thread. */
abstract class Recorder {
    private volatile long seenNanos;

    /** The labels that all its series have in common. */
    abstract TagSet tags();

    /** Hands to Kamon what has been counted since the last call. */
    abstract void collect();

    /** Takes its series out of Kamon's registry; what is still recorded goes nowhere. */
    abstract void remove();

    /** When a table last named what it counts, in nanoseconds of the telemetry's clock. */
    final long seen() {
        return seenNanos;
    }

    final void seen(long nowNanos) {
        seenNanos = nowNanos;
    }
}
