package io.convergate.loadgen.verify;

import java.util.Set;

/**
 * A write of one resource and its answer.
 *
 * @param number counts the writes of a run; it tells the written values apart
 * @param node who was asked
 * @param resource its key
 * @param value what the resource then has, as {@link NodeState} tells it; empty if it was to be deleted
 * @param result what the writer knows
 * @param revision of the answer; empty unless it was acknowledged
 * @param heldBy how many nodes had it on disk when it was answered
 * @param servedBy the nodes that serve it, as the answer says; empty if nobody was waited for
 * @param isEverywhere whether the answer says that all nodes serve it
 * @param detail more, for people
 */
public record ConfigWrite(
        long number,
        String node,
        long sentNanos,
        long answeredNanos,
        String resource,
        String value,
        Result result,
        String revision,
        int heldBy,
        Set<String> servedBy,
        boolean isEverywhere,
        String detail) {
    public ConfigWrite {
        servedBy = Set.copyOf(servedBy);
    }

    /** Whether the resource was to be deleted. */
    boolean isDeletion() {
        return value.isEmpty();
    }

    /** What a writer knows of its write. */
    public enum Result {
        /** It was accepted: it must not be lost. */
        ACKNOWLEDGED,
        /** It was refused: it must not be there. */
        REFUSED,
        /** There was no answer, or an error: it may be there or not. */
        UNKNOWN
    }
}
