package io.convergate.config.membership;

import org.apache.pekko.actor.typed.ActorSystem;

/**
 * Something else that lives in a node's cluster systems, from one to the next: it gets along without any in between. Both
 * methods are called on the thread that makes and ends the systems, and must not block.
 */
public interface ClusterGuest {
    /** A cluster system was made. It may not be in a cluster yet. */
    void arrived(ActorSystem<?> system);

    /** The last one has ended. */
    void gone();
}
