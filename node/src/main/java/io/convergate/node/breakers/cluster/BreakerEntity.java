package io.convergate.node.breakers.cluster;

import io.convergate.node.cluster.Nodes;
import io.convergate.routing.breaker.BreakerOwner;
import io.convergate.routing.breaker.BreakerState;
import io.convergate.routing.breaker.Ruling;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.jspecify.annotations.Nullable;

/**
 * The owner of a breaker: a mailbox for a {@link BreakerOwner}. What that decides goes to every node at once, and again every second
 * as long as the breaker is not closed. It goes when there is nothing to remember.
 */
final class BreakerEntity extends AbstractBehavior<BreakerMessage.ToOwner> {
    private static final Duration IDLE = Duration.ofSeconds(60);
    private static final Duration TICK = Duration.ofMillis(100);
    private static final int REPEAT_TICKS = 10;

    private final String breaker;
    private final Nodes<BreakerMessage.ToNode> nodes;
    private final TimerScheduler<BreakerMessage.ToOwner> timers;
    private final ActorRef<ClusterSharding.ShardCommand> shard;
    private @Nullable BreakerOwner owner;
    private int ticks;

    private BreakerEntity(
            ActorContext<BreakerMessage.ToOwner> context,
            TimerScheduler<BreakerMessage.ToOwner> timers,
            String breaker,
            Nodes<BreakerMessage.ToNode> nodes,
            ActorRef<ClusterSharding.ShardCommand> shard) {
        super(context);
        this.timers = timers;
        this.breaker = breaker;
        this.nodes = nodes;
        this.shard = shard;
        context.setReceiveTimeout(IDLE, BreakerMessage.OwnerIdle.INSTANCE);
    }

    static Behavior<BreakerMessage.ToOwner> create(
            String breaker, Nodes<BreakerMessage.ToNode> nodes, ActorRef<ClusterSharding.ShardCommand> shard) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new BreakerEntity(context, timers, breaker, nodes, shard)));
    }

    @Override
    public Receive<BreakerMessage.ToOwner> createReceive() {
        return newReceiveBuilder()
                .onMessage(BreakerMessage.Reported.class, this::onReported)
                .onMessage(BreakerMessage.Probed.class, this::onProbed)
                .onMessageEquals(BreakerMessage.OwnerTick.INSTANCE, this::onTick)
                .onMessageEquals(BreakerMessage.OwnerIdle.INSTANCE, this::onIdle)
                .build();
    }

    private Behavior<BreakerMessage.ToOwner> onReported(BreakerMessage.Reported reported) {
        Map<String, ActorRef<BreakerMessage.ToNode>> present = nodes.present();
        long now = System.nanoTime();
        BreakerOwner known = owner;
        if (known == null) {
            known = new BreakerOwner(reported.terms(), ThreadLocalRandom.current()::nextDouble, now);
            owner = known;
        }
        BreakerOwner.Report report = reported.report();
        if (known.reported(report, present.keySet(), now, System.currentTimeMillis())) {
            tell(known, present, now);
        } else if (report.known().epoch() < known.ruling(now).epoch() && present.containsKey(report.node())) {
            // It has missed something.
            present.get(report.node()).tell(new BreakerMessage.Decided(breaker, known.ruling(now)));
        }
        return this;
    }

    private Behavior<BreakerMessage.ToOwner> onProbed(BreakerMessage.Probed probed) {
        long now = System.nanoTime();
        BreakerOwner known = owner;
        if (known != null && known.probed(probed.epoch(), probed.good(), now, System.currentTimeMillis())) {
            tell(known, nodes.present(), now);
        }
        return this;
    }

    private Behavior<BreakerMessage.ToOwner> onTick() {
        BreakerOwner known = owner;
        if (known == null) {
            return this;
        }
        Map<String, ActorRef<BreakerMessage.ToNode>> present = nodes.present();
        long now = System.nanoTime();
        ticks++;
        if (known.tick(present.keySet(), now, System.currentTimeMillis()) || ticks % REPEAT_TICKS == 0) {
            tell(known, present, now);
        }
        return this;
    }

    private void tell(BreakerOwner known, Map<String, ActorRef<BreakerMessage.ToNode>> present, long now) {
        Ruling ruling = known.ruling(now);
        BreakerMessage.Decided decided = new BreakerMessage.Decided(breaker, ruling);
        present.values().forEach(node -> node.tell(decided));
        if (ruling.state() == BreakerState.CLOSED) {
            timers.cancel(BreakerMessage.OwnerTick.INSTANCE);
        } else if (!timers.isTimerActive(BreakerMessage.OwnerTick.INSTANCE)) {
            timers.startTimerWithFixedDelay(BreakerMessage.OwnerTick.INSTANCE, TICK);
        }
    }

    private Behavior<BreakerMessage.ToOwner> onIdle() {
        if (owner == null || owner.isForgettable(System.nanoTime())) {
            shard.tell(new ClusterSharding.Passivate<>(getContext().getSelf()));
        }
        return this;
    }
}
