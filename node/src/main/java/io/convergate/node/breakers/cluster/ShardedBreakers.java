package io.convergate.node.breakers.cluster;

import io.convergate.config.membership.ClusterGuest;
import io.convergate.node.breakers.BreakerOwners;
import io.convergate.node.breakers.NodeBreaker;
import io.convergate.node.breakers.NodeBreakers;
import io.convergate.node.cluster.Nodes;
import io.convergate.node.cluster.ShardRegions;
import java.time.Duration;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.jspecify.annotations.Nullable;

/**
 * The owners of breakers as entities of Cluster Sharding, in whatever cluster system the node has at the moment. Without one the
 * node keeps to what was decided last, as long as that holds, and then to its own breakers. Any thread.
 */
public final class ShardedBreakers implements BreakerOwners, ClusterGuest {
    private static final EntityTypeKey<BreakerMessage.ToOwner> OWNER =
            EntityTypeKey.create(BreakerMessage.ToOwner.class, "breaker");

    /** The name of the actor that each node has. */
    private static final String ACTOR = "breakers";

    /** A node is not kept from being ready for longer because nobody tells it what is open. */
    private static final Duration INFORMED_WITHIN = Duration.ofSeconds(3);

    private final NodeBreakers breakers;
    private final Rulings rulings = new Rulings(System::nanoTime);
    private volatile @Nullable ActorRef<BreakerPeer.Command> peer;
    private volatile String self = "";
    private long waitingSinceNanos;
    private boolean waiting;

    /** Shares a node's breakers from the moment that there is a cluster. */
    public ShardedBreakers(NodeBreakers breakers) {
        this.breakers = breakers;
        breakers.share(this);
    }

    @Override
    public void arrived(ActorSystem<?> system) {
        Nodes<BreakerMessage.ToNode> nodes = new Nodes<>(system, ACTOR);
        self = nodes.self();
        ActorRef<ShardingEnvelope<BreakerMessage.ToOwner>> region = ShardRegions.start(
                system,
                Entity.of(
                        OWNER,
                        context -> context.getEntityId().startsWith(EjectionEntity.PREFIX)
                                ? EjectionEntity.create(context.getEntityId(), nodes, context.getShard())
                                : BreakerEntity.create(context.getEntityId(), nodes, context.getShard())));
        ActorRef<BreakerPeer.Command> now = system.systemActorOf(
                BreakerPeer.create(breakers, nodes, region, rulings), "breaker-peer", Props.empty());
        system.systemActorOf(
                Behaviors.receiveMessage((BreakerMessage.ToNode message) -> {
                    now.tell(new BreakerPeer.Heard(message));
                    return Behaviors.same();
                }),
                ACTOR,
                Props.empty());
        peer = now;
    }

    @Override
    public void gone() {
        peer = null;
    }

    @Override
    public void changed(NodeBreaker breaker) {
        tell(new BreakerPeer.Changed(breaker));
    }

    @Override
    public void probed(NodeBreaker breaker, long epoch, boolean good) {
        tell(new BreakerPeer.Over(breaker, epoch, good));
    }

    @Override
    public void ejected() {
        tell(BreakerPeer.EjectionsChanged.INSTANCE);
    }

    private void tell(BreakerPeer.Command command) {
        ActorRef<BreakerPeer.Command> now = peer;
        if (now != null) {
            now.tell(command);
        }
    }

    /**
     * Whether the node does not know yet what is open and left out, and should wait for that; for some seconds at most, from the first
     * call. When it says no, breakers and endpoints that there are by now do as was decided.
     */
    public boolean isWaiting() {
        if (!rulings.isInformed() && !isLate()) {
            return true;
        }
        rulings.remind(breakers, self);
        return false;
    }

    private synchronized boolean isLate() {
        if (!waiting) {
            waiting = true;
            waitingSinceNanos = System.nanoTime();
        }
        return System.nanoTime() - waitingSinceNanos >= INFORMED_WITHIN.toNanos();
    }
}
