package io.convergate.loadgen.load;

import org.jspecify.annotations.Nullable;

/** A request under way, from its planned start to its outcome. Reused; confined to its worker's loop. */
final class Call {
    long number;
    long plannedNanos;
    /** When it was handed to a connection; 0 while it waits. */
    long startedNanos;

    @Nullable
    Prepared request;

    User user = User.NOBODY;

    @Nullable
    Users users;

    int attempts;
    boolean isDone = true;
    /** Whether a queue still refers to it, so that it may not be reused yet. */
    boolean isQueued;

    @Nullable
    Slot slot;

    /** Where it was sent, or tried to be. */
    Targets.@Nullable Address address;

    /** Where the wire finds it again: an HTTP/2 stream. */
    int stream;

    // The calls of a worker by planned start, which is the order of their deadlines.
    @Nullable
    Call earlier;

    @Nullable
    Call later;

    Prepared prepared() {
        Prepared it = request;
        if (it == null) {
            throw new IllegalStateException("a call without a request");
        }
        return it;
    }
}
