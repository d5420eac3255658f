package io.convergate.node.limits.cluster;

import io.convergate.routing.limit.Ask;
import io.convergate.routing.limit.Grant;
import io.convergate.routing.limit.LeaseOwner;
import io.convergate.routing.limit.LeaseTerms;
import io.convergate.routing.limit.LimitKey;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.jspecify.annotations.Nullable;

/** The owner of a key: a mailbox for a {@link LeaseOwner}. It goes when there is nothing to remember of its key. */
final class OwnerEntity extends AbstractBehavior<OwnerMessage.ToOwner> {
    private static final Duration IDLE = Duration.ofSeconds(30);

    private final LimitKey key;
    private final UsageRecord usage;
    private final ActorRef<ClusterSharding.ShardCommand> shard;
    private @Nullable LeaseOwner owner;

    private OwnerEntity(
            ActorContext<OwnerMessage.ToOwner> context,
            LimitKey key,
            UsageRecord usage,
            ActorRef<ClusterSharding.ShardCommand> shard) {
        super(context);
        this.key = key;
        this.usage = usage;
        this.shard = shard;
        context.setReceiveTimeout(IDLE, OwnerMessage.Idle.INSTANCE);
    }

    static Behavior<OwnerMessage.ToOwner> create(
            LimitKey key, UsageRecord usage, ActorRef<ClusterSharding.ShardCommand> shard) {
        return Behaviors.setup(context -> new OwnerEntity(context, key, usage, shard));
    }

    @Override
    public Receive<OwnerMessage.ToOwner> createReceive() {
        return newReceiveBuilder()
                .onMessage(OwnerMessage.Asked.class, this::onAsked)
                .onMessage(OwnerMessage.Told.class, this::onTold)
                .onMessageEquals(OwnerMessage.Warm.INSTANCE, () -> this)
                .onMessageEquals(OwnerMessage.Idle.INSTANCE, this::onIdle)
                .build();
    }

    private Behavior<OwnerMessage.ToOwner> onAsked(OwnerMessage.Asked asked) {
        asked.replyTo().tell(new OwnerMessage.Answered(asked.id(), answer(asked.ask())));
        return this;
    }

    private Behavior<OwnerMessage.ToOwner> onTold(OwnerMessage.Told told) {
        answer(told.ask());
        return this;
    }

    private Grant answer(Ask ask) {
        long now = System.nanoTime();
        LeaseOwner known = owner;
        if (known == null) {
            long id = ThreadLocalRandom.current().nextLong() | 1;
            known = new LeaseOwner(id, LeaseTerms.DEFAULT, ask.spec(), window -> usage.of(key, window), now);
            owner = known;
        }
        return known.answer(ask, now, System.currentTimeMillis());
    }

    private Behavior<OwnerMessage.ToOwner> onIdle() {
        if (owner == null || owner.isForgettable(System.nanoTime())) {
            shard.tell(new ClusterSharding.Passivate<>(getContext().getSelf()));
        }
        return this;
    }
}
