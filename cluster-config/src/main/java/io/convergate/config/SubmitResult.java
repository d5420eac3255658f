package io.convergate.config;

import java.util.List;

/**
 * What became of a submission.
 *
 * @param <R> what the plan handed back
 */
public sealed interface SubmitResult<R> {
    /**
     * The change is on this node's disk, and will be served by every node that lives.
     *
     * @param value what the plan handed back
     * @param revision the configuration right after the change
     * @param heldBy the members known to have it on disk when this was answered, this node first
     * @param notYet the other members of the cluster; the change is on its way to them
     * @param spreading whether a majority was asked for and promised, but was not yet heard to have it
     */
    record Accepted<R>(R value, Revision revision, List<MemberId> heldBy, List<MemberId> notYet, boolean spreading)
            implements SubmitResult<R> {
        public Accepted {
            heldBy = List.copyOf(heldBy);
            notYet = List.copyOf(notYet);
        }
    }

    /**
     * The plan wrote nothing.
     *
     * @param value what the plan handed back
     * @param revision the configuration that the plan saw
     */
    record Rejected<R>(R value, Revision revision) implements SubmitResult<R> {}

    /**
     * A majority was asked for and did not promise. Nothing happened, here or anywhere.
     *
     * @param reason for people: who is missing, or why somebody refused
     */
    record NoMajority<R>(String reason) implements SubmitResult<R> {}

    /**
     * The store could not take it, and nothing was written: too many wait, the disk failed, the node
     * has started and not caught up with the others in time, or the store is closing.
     *
     * @param reason for people
     */
    record Unavailable<R>(String reason) implements SubmitResult<R> {}
}
