package io.convergate.node.limits.cluster;

import io.convergate.routing.limit.Ask;
import io.convergate.routing.limit.Grant;
import io.convergate.routing.limit.LimitKey;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;

/** What nodes and the owners of keys say to each other. */
sealed interface OwnerMessage {
    /** What an owner hears. */
    sealed interface ToOwner extends OwnerMessage
            permits Asked, Told, Unheld, Ping, Warm, Idle, RecallOver, TakeOverLate {}

    /** What a node hears. */
    sealed interface ToNode extends OwnerMessage permits Answered, Here, Recall {}

    /**
     * A node asks.
     *
     * @param replyTo who hears the answer
     * @param id which of its questions this is
     * @param ask the question
     */
    record Asked(ActorRef<ToNode> replyTo, long id, Ask ask) implements ToOwner {}

    /**
     * A node tells something that needs no answer.
     *
     * @param from the actor that owners recall from; empty from a node of an earlier version
     */
    record Told(Optional<ActorRef<ToNode>> from, Ask ask) implements ToOwner {}

    /**
     * The answer to {@link Recall} of a node that has nothing to tell.
     *
     * @param from the actor that was recalled from; empty from a node of an earlier version
     * @param node the node's number
     */
    record Unheld(Optional<ActorRef<ToNode>> from, long node) implements ToOwner {}

    /** Is answered, so that the node knows that it reaches the shard. */
    record Ping(ActorRef<ToNode> replyTo) implements ToOwner {}

    /** Means nothing, but that its shard has to have a place, and the sender to know it. */
    enum Warm implements ToOwner {
        INSTANCE
    }

    /** Nobody has asked for a while; stays in its actor. */
    enum Idle implements ToOwner {
        INSTANCE
    }

    /** Who has not given anything back by now is waited for no more; stays in its actor. */
    enum RecallOver implements ToOwner {
        INSTANCE
    }

    /** Who has not told what it holds is waited for no more; stays in its actor. */
    enum TakeOverLate implements ToOwner {
        INSTANCE
    }

    /**
     * An owner answers.
     *
     * @param id which question
     * @param grant the answer
     */
    record Answered(long id, Grant grant) implements ToNode {}

    /**
     * The answer to {@link Ping}.
     *
     * @param key the key that was pinged
     */
    record Here(String key) implements ToNode {}

    /**
     * An owner wants what a node holds and does not use, because it would have to refuse another one, or is new and does not know what the
     * node has used. It is given back as a {@link Told}.
     *
     * @param key the key
     */
    record Recall(LimitKey key) implements ToNode {}
}
