package io.convergate.loadgen.verify;

import io.convergate.loadgen.verify.ConfigWrite.Result;
import java.util.HashMap;
import java.util.Map;

/** Which write of a resource knew of which, as far as their answers tell. Confined to one thread. */
final class Causality {
    private final Map<String, Revision> revisions = new HashMap<>();

    /** Whether {@code later} is known to have replaced {@code write}: both were acknowledged, and its revision has it. */
    boolean isAfter(ConfigWrite later, ConfigWrite write) {
        return isKnown(later)
                && isKnown(write)
                && !later.revision().equals(write.revision())
                && covers(later.revision(), write.revision());
    }

    /** Whether both were acknowledged and neither knew of the other. */
    boolean isConcurrent(ConfigWrite one, ConfigWrite other) {
        return isKnown(one) && isKnown(other) && !isAfter(one, other) && !isAfter(other, one);
    }

    /** Whether {@code other}, of unknown fate, may have come after {@code write}: it was not over before that was sent. */
    boolean mayBeAfter(ConfigWrite other, ConfigWrite write) {
        return other.result() == Result.UNKNOWN && other.answeredNanos() - write.sentNanos() > 0;
    }

    /**
     * Whether {@code other}, of unknown fate, may be what a deletion did not know of. Only the node that was asked for both, one after the
     * other, is sure to have known it: elsewhere it may have been on the other side of a partition.
     */
    boolean mayBeUnknownTo(ConfigWrite other, ConfigWrite deletion) {
        return other.result() == Result.UNKNOWN
                && (mayBeAfter(other, deletion) || !other.node().equals(deletion.node()));
    }

    /** Whether the configuration of a revision has an acknowledged write. */
    boolean has(String revision, ConfigWrite write) {
        return isKnown(write) && covers(revision, write.revision());
    }

    /** Whether one revision covers another. */
    boolean covers(String revision, String other) {
        return revision(revision).covers(revision(other));
    }

    private static boolean isKnown(ConfigWrite write) {
        return write.result() == Result.ACKNOWLEDGED;
    }

    private Revision revision(String text) {
        return revisions.computeIfAbsent(text, Revision::parse);
    }
}
