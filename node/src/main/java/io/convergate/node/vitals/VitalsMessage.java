package io.convergate.node.vitals;

import org.apache.pekko.actor.typed.ActorRef;

/** What nodes say to each other about how they are doing and what they noticed. */
sealed interface VitalsMessage permits VitalsMessage.Question, VitalsMessage.Answered {
    /** Something that is asked of one member. */
    sealed interface Question extends VitalsMessage permits Asked, EventsAsked {
        /** Who asks. */
        ActorRef<VitalsMessage> replyTo();

        /** Comes back with the answer. */
        long id();
    }

    /** How are you? The answer is JSON of a node's vitals, at most {@link ClusterVitals#BYTES_MAX}. */
    record Asked(ActorRef<VitalsMessage> replyTo, long id) implements Question {}

    /**
     * Which events have you noticed? The answer is for those who know events to read.
     *
     * @param digest of those that the asker has; who has the same ones answers with nothing
     */
    record EventsAsked(ActorRef<VitalsMessage> replyTo, long id, String digest) implements Question {}

    /** An answer. */
    record Answered(long id, byte[] answer) implements VitalsMessage {}
}
