package io.convergate.node.limits.cluster;

import io.convergate.routing.limit.Ask;
import io.convergate.routing.limit.Grant;
import io.convergate.routing.limit.LeaseOwner;
import io.convergate.routing.limit.LeaseTerms;
import io.convergate.routing.limit.LimitKey;
import io.convergate.routing.limit.LimitSpec;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.jspecify.annotations.Nullable;

/** The owner of a key: a mailbox for a {@link LeaseOwner}. It goes when there is nothing to remember of its key. */
final class OwnerEntity extends AbstractBehavior<OwnerMessage.ToOwner> {
    private static final Duration IDLE = Duration.ofSeconds(30);

    /** Nodes whose permits come back when they leave; those of others do so when they are silent. */
    private static final int ASKERS_MAX = 128;

    private final LimitKey key;
    private final UsageRecord usage;
    private final Departures departures;
    private final Owned owned;
    private final ActorRef<ClusterSharding.ShardCommand> shard;
    private @Nullable LeaseOwner owner;

    /** Where nodes asked from that have permits; and how many departures have been looked at. */
    private final Map<Long, Address> askers = new HashMap<>(0);

    private long departed;

    private OwnerEntity(
            ActorContext<OwnerMessage.ToOwner> context,
            LimitKey key,
            UsageRecord usage,
            Departures departures,
            Owned owned,
            ActorRef<ClusterSharding.ShardCommand> shard) {
        super(context);
        this.departures = departures;
        this.owned = owned;
        this.key = key;
        this.usage = usage;
        this.shard = shard;
        context.setReceiveTimeout(IDLE, OwnerMessage.Idle.INSTANCE);
    }

    static Behavior<OwnerMessage.ToOwner> create(
            LimitKey key,
            UsageRecord usage,
            Departures departures,
            Owned owned,
            ActorRef<ClusterSharding.ShardCommand> shard) {
        return Behaviors.setup(context -> new OwnerEntity(context, key, usage, departures, owned, shard));
    }

    @Override
    public Receive<OwnerMessage.ToOwner> createReceive() {
        return newReceiveBuilder()
                .onMessage(OwnerMessage.Asked.class, this::onAsked)
                .onMessage(OwnerMessage.Told.class, this::onTold)
                .onMessage(OwnerMessage.Ping.class, this::onPing)
                .onMessageEquals(OwnerMessage.Warm.INSTANCE, () -> this)
                .onMessageEquals(OwnerMessage.Idle.INSTANCE, this::onIdle)
                .onSignal(PostStop.class, this::onStop)
                .build();
    }

    private Behavior<OwnerMessage.ToOwner> onAsked(OwnerMessage.Asked asked) {
        Ask ask = asked.ask();
        if (ask.spec() instanceof LimitSpec.InFlight) {
            takeBackPermits(asked);
        }
        asked.replyTo().tell(new OwnerMessage.Answered(asked.id(), answer(ask)));
        return this;
    }

    /** Those of nodes that have left since. */
    private void takeBackPermits(OwnerMessage.Asked asked) {
        LeaseOwner known = owner;
        if (known != null && departures.count() != departed) {
            departed = departures.count();
            askers.forEach(
                    (node, address) -> departures.last(address).ifPresent(leftNanos -> known.left(node, leftNanos)));
        }
        if (askers.size() < ASKERS_MAX) {
            askers.put(asked.ask().node(), asked.replyTo().path().address());
        }
    }

    private Behavior<OwnerMessage.ToOwner> onTold(OwnerMessage.Told told) {
        answer(told.ask());
        return this;
    }

    private Behavior<OwnerMessage.ToOwner> onPing(OwnerMessage.Ping ping) {
        ping.replyTo().tell(new OwnerMessage.Here(key.toString()));
        return this;
    }

    private Grant answer(Ask ask) {
        long now = System.nanoTime();
        LeaseOwner known = owner;
        if (known == null) {
            long id = ThreadLocalRandom.current().nextLong() | 1;
            known = new LeaseOwner(id, LeaseTerms.DEFAULT, ask.spec(), window -> usage.of(key, window), now);
            owner = known;
            owned.add(1);
        }
        return known.answer(ask, now, System.currentTimeMillis());
    }

    private Behavior<OwnerMessage.ToOwner> onIdle() {
        if (owner == null || owner.isForgettable(System.nanoTime())) {
            shard.tell(new ClusterSharding.Passivate<>(getContext().getSelf()));
        }
        return this;
    }

    private Behavior<OwnerMessage.ToOwner> onStop(PostStop stopped) {
        if (owner != null) {
            owned.add(-1);
        }
        return this;
    }
}
