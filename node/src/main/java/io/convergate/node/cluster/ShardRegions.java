package io.convergate.node.cluster;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.PoisonPill;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.sharding.ShardRegion.CurrentShardRegionState;
import org.apache.pekko.cluster.sharding.typed.GetShardRegionState;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;

/**
 * Starts regions of Cluster Sharding, and has each end in time when its cluster system leaves.
 *
 * <p>A region that is told to stop hands over its shards, and keeps what came for shards without a home until it can deliver that; Pekko
 * 1.2.1 gives it nine seconds. But homes are given by the coordinator alone, and none to a region that stops. Before there is a
 * coordinator, in a node that is the last, and where all stop at once, nobody will ever take those messages. So a region that has no
 * shard (any more) gets {@value #LOOKS} looks for messages that another node may take, and one where there is no other node.
 */
public final class ShardRegions extends AbstractBehavior<ShardRegions.Command> {
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);

    /** A region tries five times a second; a coordinator that moves is found again within a second. */
    private static final int LOOKS = 10;

    private final Nodes<?> nodes;
    private final TimerScheduler<Command> timers;
    private final EntityTypeKey<?> type;
    private final ActorRef<?> region;
    private final ActorRef<CurrentShardRegionState> states;
    private int looks;

    /** What looks after a region takes. */
    sealed interface Command permits Event, Seen {}

    private enum Event implements Command {
        LEAVING,
        LOOK,
        ENDED
    }

    /** What the region has. */
    private record Seen(CurrentShardRegionState state) implements Command {}

    private ShardRegions(
            ActorContext<Command> context, TimerScheduler<Command> timers, EntityTypeKey<?> type, ActorRef<?> region) {
        super(context);
        this.timers = timers;
        this.nodes = new Nodes<>(context.getSystem(), name(type));
        this.type = type;
        this.region = region;
        this.states = context.messageAdapter(CurrentShardRegionState.class, Seen::new);
        context.watchWith(region, Event.ENDED);
    }

    private static String name(EntityTypeKey<?> type) {
        return type.name() + "-region-end";
    }

    /** Starts the region of a type of entities in a cluster system. */
    public static <M> ActorRef<ShardingEnvelope<M>> start(
            ActorSystem<?> system, Entity<M, ShardingEnvelope<M>> entity) {
        EntityTypeKey<M> type = entity.typeKey();
        ActorRef<ShardingEnvelope<M>> region = ClusterSharding.get(system).init(entity);
        Behavior<Command> behavior = Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new ShardRegions(context, timers, type, region)));
        ActorRef<Command> ending = system.systemActorOf(behavior, name(type), Props.empty());
        // The region has a task of its own in this phase, which waits for its end.
        CoordinatedShutdown.get(system)
                .addTask(CoordinatedShutdown.PhaseClusterShardingShutdownRegion(), name(type), () -> {
                    ending.tell(Event.LEAVING);
                    return CompletableFuture.completedFuture(Done.getInstance());
                });
        return region;
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessageEquals(Event.LEAVING, this::onLeaving)
                .onMessageEquals(Event.LOOK, this::onLook)
                .onMessage(Seen.class, this::onSeen)
                .onMessageEquals(Event.ENDED, Behaviors::stopped)
                .build();
    }

    private Behavior<Command> onLeaving() {
        timers.startTimerWithFixedDelay(Event.LOOK, LOOK_EVERY);
        return this;
    }

    private Behavior<Command> onLook() {
        ClusterSharding.get(getContext().getSystem()).shardState().tell(new GetShardRegionState(type, states));
        return this;
    }

    private Behavior<Command> onSeen(Seen seen) {
        // One that did not tell in time is still there.
        boolean isEmpty =
                seen.state().getShards().isEmpty() && seen.state().getFailed().isEmpty();
        looks = isEmpty ? looks + 1 : 0;
        boolean alone = nodes.present().keySet().stream().allMatch(nodes.self()::equals);
        if (looks >= (alone ? 1 : LOOKS)) {
            Adapter.toClassic(region).tell(PoisonPill.getInstance(), org.apache.pekko.actor.ActorRef.noSender());
        }
        return this;
    }
}
