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
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.jspecify.annotations.Nullable;

/** The owner of a key: a mailbox for a {@link LeaseOwner}. It goes when there is nothing to remember of its key. */
final class OwnerEntity extends AbstractBehavior<OwnerMessage.ToOwner> {
    private static final Duration IDLE = Duration.ofSeconds(30);

    /** Nodes whose permits come back when they leave; those of others do so when they are silent. */
    private static final int ASKERS_MAX = 128;

    /** How long those that are asked to give back have for it: a part of what a request waits. */
    private static final Duration RECALL_WAIT = Duration.ofMillis(20);

    private final TimerScheduler<OwnerMessage.ToOwner> timers;
    private final LimitKey key;
    private final UsageRecord usage;
    private final Departures departures;
    private final Owned owned;
    private final ActorRef<ClusterSharding.ShardCommand> shard;
    private @Nullable LeaseOwner owner;

    /** Where nodes asked from that have permits; and how many departures have been looked at. */
    private final Map<Long, ActorRef<OwnerMessage.ToNode>> askers = new HashMap<>(0);

    private long departed;
    private final Recalls recalls = new Recalls();

    private OwnerEntity(
            ActorContext<OwnerMessage.ToOwner> context,
            TimerScheduler<OwnerMessage.ToOwner> timers,
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
        this.timers = timers;
        context.setReceiveTimeout(IDLE, OwnerMessage.Idle.INSTANCE);
    }

    static Behavior<OwnerMessage.ToOwner> create(
            LimitKey key,
            UsageRecord usage,
            Departures departures,
            Owned owned,
            ActorRef<ClusterSharding.ShardCommand> shard) {
        return Behaviors.setup(context ->
                Behaviors.withTimers(timers -> new OwnerEntity(context, timers, key, usage, departures, owned, shard)));
    }

    @Override
    public Receive<OwnerMessage.ToOwner> createReceive() {
        return newReceiveBuilder()
                .onMessage(OwnerMessage.Asked.class, this::onAsked)
                .onMessage(OwnerMessage.Told.class, this::onTold)
                .onMessage(OwnerMessage.Ping.class, this::onPing)
                .onMessageEquals(OwnerMessage.RecallOver.INSTANCE, this::onRecallOver)
                .onMessageEquals(OwnerMessage.Warm.INSTANCE, () -> this)
                .onMessageEquals(OwnerMessage.Idle.INSTANCE, this::onIdle)
                .onSignal(PostStop.class, this::onStop)
                .build();
    }

    private Behavior<OwnerMessage.ToOwner> onAsked(OwnerMessage.Asked asked) {
        Ask ask = asked.ask();
        boolean permits = ask.spec() instanceof LimitSpec.InFlight;
        recalls.forget(ask.node());
        if (permits) {
            takeBackPermits(asked);
        }
        Grant grant = answer(ask);
        if (permits && ask.needed() > 0 && grant.tokens() == 0 && waits(asked)) {
            return this;
        }
        asked.replyTo().tell(new OwnerMessage.Answered(asked.id(), grant));
        return this;
    }

    /** Those of nodes that have left since. */
    private void takeBackPermits(OwnerMessage.Asked asked) {
        LeaseOwner known = owner;
        if (known != null && departures.count() != departed) {
            departed = departures.count();
            askers.forEach((node, asker) ->
                    departures.last(asker.path().address()).ifPresent(leftNanos -> known.left(node, leftNanos)));
        }
        if (askers.size() < ASKERS_MAX) {
            askers.put(asked.ask().node(), asked.replyTo());
        }
    }

    /** Whether what would be refused waits for what others hold and do not use. */
    private boolean waits(OwnerMessage.Asked asked) {
        LeaseOwner known = owner;
        long now = System.nanoTime();
        if (known == null || !recalls.isUnderWay() && !recalls.mayBegin(now)) {
            return false;
        }
        if (!recalls.isUnderWay()) {
            Set<Long> holders = known.holders(asked.ask().node(), now);
            holders.retainAll(askers.keySet());
            if (holders.isEmpty()) {
                return false;
            }
            OwnerMessage.Recall recall = new OwnerMessage.Recall(key);
            holders.forEach(node -> askers.get(node).tell(recall));
            recalls.begin(holders);
            timers.startSingleTimer(OwnerMessage.RecallOver.INSTANCE, RECALL_WAIT);
        }
        recalls.await(asked);
        if (asked.ask().held() == 0 && recalls.gaveBack(asked.ask().node())) {
            onRecallOver();
        }
        return true;
    }

    private Behavior<OwnerMessage.ToOwner> onTold(OwnerMessage.Told told) {
        recalls.forget(told.ask().node());
        answer(told.ask());
        if (recalls.isUnderWay() && told.ask().purpose() == Ask.Purpose.GIVE_BACK) {
            if (recalls.gaveBack(told.ask().node())) {
                return onRecallOver();
            }
            recalls.waiting().removeIf(asked -> {
                Grant grant = answer(asked.ask());
                if (grant.tokens() > 0) {
                    asked.replyTo().tell(new OwnerMessage.Answered(asked.id(), grant));
                }
                return grant.tokens() > 0;
            });
        }
        return this;
    }

    private Behavior<OwnerMessage.ToOwner> onRecallOver() {
        timers.cancel(OwnerMessage.RecallOver.INSTANCE);
        recalls.end(System.nanoTime())
                .forEach(asked -> asked.replyTo().tell(new OwnerMessage.Answered(asked.id(), answer(asked.ask()))));
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
