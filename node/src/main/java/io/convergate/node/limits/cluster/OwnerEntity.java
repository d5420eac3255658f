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
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.pekko.actor.ActorPath;
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

/**
 * The owner of a key: a mailbox for a {@link LeaseOwner}. It goes when there is nothing to remember of its key.
 *
 * <p>One whose shard came from elsewhere a moment ago asks all nodes, before it grants anything, what they hold and have used, and what its
 * predecessor had left: that is gone, and the record of quotas is some seconds late. Of a bucket a moment ago is as long as it takes to fill; one
 * that is full again within seconds is not worth the messages.
 */
final class OwnerEntity extends AbstractBehavior<OwnerMessage.ToOwner> {
    private static final Duration IDLE = Duration.ofSeconds(30);

    /** Nodes whose permits come back when they leave; those of others do so when they are silent. */
    private static final int ASKERS_MAX = 128;

    /** How long those that are asked to give back have for it: a part of what a request waits. */
    private static final Duration RECALL_WAIT = Duration.ofMillis(20);

    private final TimerScheduler<OwnerMessage.ToOwner> timers;
    private final LimitKey key;
    private final Home home;
    private final ActorRef<ClusterSharding.ShardCommand> shard;
    private @Nullable LeaseOwner owner;

    /** Where nodes asked from that have permits; and how many departures have been looked at. */
    private final Map<Long, ActorRef<OwnerMessage.ToNode>> askers = new HashMap<>(0);

    private long departed;
    private final Recalls recalls = new Recalls();
    private final TakeOver takeOver = new TakeOver();

    private OwnerEntity(
            ActorContext<OwnerMessage.ToOwner> context,
            TimerScheduler<OwnerMessage.ToOwner> timers,
            LimitKey key,
            Home home,
            ActorRef<ClusterSharding.ShardCommand> shard) {
        super(context);
        this.home = home;
        this.key = key;
        this.shard = shard;
        this.timers = timers;
        context.setReceiveTimeout(IDLE, OwnerMessage.Idle.INSTANCE);
        home.arrivals().seen(shardNumber());
    }

    static Behavior<OwnerMessage.ToOwner> create(
            LimitKey key, Home home, ActorRef<ClusterSharding.ShardCommand> shard) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new OwnerEntity(context, timers, key, home, shard)));
    }

    /** Entities are children of their shard, which is another actor each time that it comes to a node. */
    private int shardNumber() {
        return getContext().getSelf().path().parent().uid();
    }

    @Override
    public Receive<OwnerMessage.ToOwner> createReceive() {
        return newReceiveBuilder()
                .onMessage(OwnerMessage.Asked.class, this::onAsked)
                .onMessage(OwnerMessage.Told.class, this::onTold)
                .onMessage(OwnerMessage.Unheld.class, this::onUnheld)
                .onMessage(OwnerMessage.Ping.class, this::onPing)
                .onMessageEquals(OwnerMessage.RecallOver.INSTANCE, this::onRecallOver)
                .onMessageEquals(OwnerMessage.TakeOverLate.INSTANCE, this::onTakeOverLate)
                .onMessageEquals(OwnerMessage.Warm.INSTANCE, () -> this)
                .onMessageEquals(OwnerMessage.Idle.INSTANCE, this::onIdle)
                .onSignal(PostStop.class, this::onStop)
                .build();
    }

    private Behavior<OwnerMessage.ToOwner> onAsked(OwnerMessage.Asked asked) {
        Ask ask = asked.ask();
        recalls.forget(ask.node());
        if (ask.spec() instanceof LimitSpec.InFlight) {
            takeBackPermits(asked);
        }
        Optional<ActorRef<OwnerMessage.ToNode>> from = Optional.of(asked.replyTo());
        boolean takesOver = takesOver(ask, from);
        if (takesOver && ask.purpose() == Ask.Purpose.COMMIT) {
            decide(asked); // it has passed, and counts before anybody who waits is answered
            return told(from);
        }
        if (takesOver) {
            answer(ask.report());
            takeOver.await(new OwnerMessage.Asked(asked.replyTo(), asked.id(), ask.afterReport()));
            return told(from);
        }
        return decide(asked);
    }

    private Behavior<OwnerMessage.ToOwner> decide(OwnerMessage.Asked asked) {
        Ask ask = asked.ask();
        Grant grant = answer(ask);
        boolean permits = ask.spec() instanceof LimitSpec.InFlight;
        if (permits && ask.needed() > 0 && grant.tokens() == 0 && waits(asked)) {
            return this;
        }
        asked.replyTo().tell(new OwnerMessage.Answered(asked.id(), grant));
        return this;
    }

    /**
     * Whether nothing is granted for now, because nodes have not told yet what they hold. Begins with the first word of any node.
     *
     * @param from who has told with it
     */
    private boolean takesOver(Ask ask, Optional<ActorRef<OwnerMessage.ToNode>> from) {
        boolean isFirst = owner == null;
        if (isFirst && isWorthAsking(ask.spec())) {
            Map<String, ActorRef<OwnerMessage.ToNode>> nodes = home.nodes().get();
            takeOver.begin(nodes.values());
            Optional<ActorPath> first = from.map(ActorRef::path);
            if (from.isEmpty() || !takeOver.told(from.get())) { // one alone says all with its own word
                nodes.values().stream()
                        .filter(node -> !first.equals(Optional.of(node.path())))
                        .forEach(node -> node.tell(new OwnerMessage.Recall(key)));
                timers.startSingleTimer(
                        OwnerMessage.TakeOverLate.INSTANCE, home.takeOverWait().apply(ask));
            }
        }
        return takeOver.isUnderWay();
    }

    /** Whether another owner may have let nodes have what only they know of. */
    private boolean isWorthAsking(LimitSpec spec) {
        boolean isRecent = home.arrivals().isWithin(shardNumber(), Arrivals.RECENT_NANOS);
        if (!(spec instanceof LimitSpec.Rate rate)) {
            return isRecent;
        }
        long fills = rate.fillNanos();
        if (isRecent || fills <= Arrivals.RECENT_NANOS) {
            return fills > Arrivals.RECENT_NANOS;
        }
        return home.arrivals().isWithin(shardNumber(), fills)
                && home.arrivals().mayAskLate(() -> home.nodes().get().size());
    }

    private Behavior<OwnerMessage.ToOwner> told(Optional<ActorRef<OwnerMessage.ToNode>> from) {
        return from.isPresent() && takeOver.told(from.get()) ? onTakeOverLate() : this;
    }

    private Behavior<OwnerMessage.ToOwner> onTakeOverLate() {
        timers.cancel(OwnerMessage.TakeOverLate.INSTANCE);
        takeOver.end().forEach(this::decide);
        return this;
    }

    /** Those of nodes that have left since. */
    private void takeBackPermits(OwnerMessage.Asked asked) {
        LeaseOwner known = owner;
        if (known != null && home.departures().count() != departed) {
            departed = home.departures().count();
            askers.forEach((node, asker) ->
                    home.departures().last(asker.path().address()).ifPresent(leftNanos -> known.left(node, leftNanos)));
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
        long node = told.ask().node();
        recalls.forget(node);
        if (told.ask().purpose() != Ask.Purpose.REFUND) { // which is of an earlier question than one that waits
            takeOver.forget(node);
        }
        boolean takesOver = takesOver(told.ask(), told.from());
        answer(told.ask());
        if (takesOver) {
            return told(told.from());
        }
        if (recalls.isUnderWay() && told.ask().purpose() == Ask.Purpose.GIVE_BACK) {
            if (recalls.gaveBack(node)) {
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

    private Behavior<OwnerMessage.ToOwner> onUnheld(OwnerMessage.Unheld unheld) {
        if (takeOver.isUnderWay()) {
            return told(unheld.from());
        }
        return recalls.gaveBack(unheld.node()) ? onRecallOver() : this;
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
            known = new LeaseOwner(
                    id, LeaseTerms.DEFAULT, ask.spec(), window -> home.usage().of(key, window), now);
            owner = known;
            home.owned().add(1);
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
            home.owned().add(-1);
        }
        return this;
    }
}
