package io.convergate.node.breakers.cluster;

import io.convergate.routing.breaker.BreakerOwner;
import io.convergate.routing.breaker.Ruling;
import io.convergate.routing.outlier.EjectionOwner;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;

/** What nodes and the owners of breakers say to each other. */
sealed interface BreakerMessage {
    /** What an owner hears. */
    sealed interface ToOwner extends BreakerMessage permits Reported, Probed, Ejecting, OwnerTick, OwnerIdle {}

    /** What a node hears. */
    sealed interface ToNode extends BreakerMessage permits Decided, Ejected, Asked, Known {}

    /**
     * A node tells what it sees.
     *
     * @param terms what the owner decides by
     */
    record Reported(BreakerOwner.Terms terms, BreakerOwner.Report report) implements ToOwner {}

    /**
     * A node has tried.
     *
     * @param epoch by which decision
     */
    record Probed(long epoch, boolean good) implements ToOwner {}

    /** A node tells which endpoints it leaves out. */
    record Ejecting(EjectionOwner.Report report) implements ToOwner {}

    /** Something may be due; stays in its actor. */
    enum OwnerTick implements ToOwner {
        INSTANCE
    }

    /** Nobody has said anything for a while; stays in its actor. */
    enum OwnerIdle implements ToOwner {
        INSTANCE
    }

    /**
     * An owner has decided.
     *
     * @param breaker which breaker
     */
    record Decided(String breaker, Ruling ruling) implements ToNode {}

    /**
     * An owner has decided which endpoints all leave out.
     *
     * @param upstream of whom
     * @param endpoints those, with the nanoseconds that are left of their time
     */
    record Ejected(String upstream, Map<String, Long> endpoints) implements ToNode {
        public Ejected {
            endpoints = Map.copyOf(endpoints);
        }
    }

    /** A node that has just come asks what is decided: it is told {@link Ejected} and {@link Decided}, and at the end {@link Known}. */
    record Asked(ActorRef<ToNode> replyTo) implements ToNode {}

    /**
     * What another knows of, besides what it told before.
     *
     * @param node which
     * @param informed whether it is sure that this is all
     * @param decided breakers that are not closed
     */
    record Known(String node, boolean informed, List<Decided> decided) implements ToNode {
        public Known {
            decided = List.copyOf(decided);
        }
    }
}
