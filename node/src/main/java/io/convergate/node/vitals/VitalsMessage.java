package io.convergate.node.vitals;

import org.apache.pekko.actor.typed.ActorRef;

/** What nodes say to each other about how they are doing. */
sealed interface VitalsMessage permits VitalsMessage.Asked, VitalsMessage.Answered {
    /**
     * How are you?
     *
     * @param id comes back with the answer
     */
    record Asked(ActorRef<VitalsMessage> replyTo, long id) implements VitalsMessage {}

    /**
     * An answer.
     *
     * @param vitals JSON of a node's vitals, at most {@link ClusterVitals#BYTES_MAX}
     */
    record Answered(long id, byte[] vitals) implements VitalsMessage {}
}
