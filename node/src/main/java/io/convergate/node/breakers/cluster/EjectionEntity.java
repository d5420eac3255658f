package io.convergate.node.breakers.cluster;

import io.convergate.node.cluster.Nodes;
import io.convergate.routing.outlier.EjectionOwner;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;

/** The owner of an upstream's ejections: a mailbox for an {@link EjectionOwner}. Nodes repeat what they say, so it needs no timer. */
final class EjectionEntity extends AbstractBehavior<BreakerMessage.ToOwner> {
    /** What the identifiers of these owners begin with, in place of a breaker's. */
    static final String PREFIX = "ejections ";

    private static final Duration IDLE = Duration.ofSeconds(30);
    private static final long REPEAT_NANOS = 1_000_000_000L;

    private final String upstream;
    private final Nodes<BreakerMessage.ToNode> nodes;
    private final ActorRef<ClusterSharding.ShardCommand> shard;
    private final EjectionOwner owner = new EjectionOwner();
    private Set<String> told = Set.of();
    private long toldNanos;

    private EjectionEntity(
            ActorContext<BreakerMessage.ToOwner> context,
            String upstream,
            Nodes<BreakerMessage.ToNode> nodes,
            ActorRef<ClusterSharding.ShardCommand> shard) {
        super(context);
        this.upstream = upstream;
        this.nodes = nodes;
        this.shard = shard;
        context.setReceiveTimeout(IDLE, BreakerMessage.OwnerIdle.INSTANCE);
    }

    static Behavior<BreakerMessage.ToOwner> create(
            String entityId, Nodes<BreakerMessage.ToNode> nodes, ActorRef<ClusterSharding.ShardCommand> shard) {
        return Behaviors.setup(
                context -> new EjectionEntity(context, entityId.substring(PREFIX.length()), nodes, shard));
    }

    @Override
    public Receive<BreakerMessage.ToOwner> createReceive() {
        return newReceiveBuilder()
                .onMessage(BreakerMessage.Ejecting.class, this::onEjecting)
                .onMessageEquals(BreakerMessage.OwnerIdle.INSTANCE, this::onIdle)
                .build();
    }

    private Behavior<BreakerMessage.ToOwner> onEjecting(BreakerMessage.Ejecting ejecting) {
        long now = System.nanoTime();
        Map<String, ActorRef<BreakerMessage.ToNode>> present = nodes.present();
        owner.reported(ejecting.report(), now);
        Map<String, Long> decided = owner.decided(present.keySet(), now);
        BreakerMessage.Ejected message = new BreakerMessage.Ejected(upstream, decided);
        if (!told.equals(decided.keySet()) || !decided.isEmpty() && now - toldNanos >= REPEAT_NANOS) {
            told = Set.copyOf(decided.keySet());
            toldNanos = now;
            present.values().forEach(node -> node.tell(message));
        }
        return this;
    }

    private Behavior<BreakerMessage.ToOwner> onIdle() {
        if (owner.isForgettable(System.nanoTime())) {
            shard.tell(new ClusterSharding.Passivate<>(getContext().getSelf()));
        }
        return this;
    }
}
