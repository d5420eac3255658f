package io.convergate.routing.breaker;

/** How the last calls ended. Of a fixed size; nothing is allocated after it is made. Not thread-safe. */
public sealed interface CallWindow permits LastCalls, LastTime {
    /** Adds a call that ended now. */
    void add(boolean failed, boolean slow, long nowNanos);

    /** Forgets what is too old by now. */
    void advance(long nowNanos);

    /** Forgets everything. */
    void clear();

    /** How many calls there are. */
    int calls();

    /** How many of them failed. */
    int failed();

    /** How many of them were slow. */
    int slow();
}
