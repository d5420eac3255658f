package io.convergate.config.replicate;

import io.convergate.config.membership.Membership;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.ClusterEvent;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.GetCurrentState;
import org.apache.pekko.cluster.typed.Subscribe;

/** Tells {@link Peers} who is in the cluster, whenever that changes, and again from time to time in case it was restarted. */
final class ClusterMembers extends AbstractBehavior<ClusterMembers.Command> {
    static final String NAME = "members";

    private final Cluster cluster;
    private final ActorRef<Peers.Command> peers;
    private final ActorRef<ClusterEvent.CurrentClusterState> present;

    /** Members that left of their own will since the membership was last told. */
    private final Set<String> left = new HashSet<>();

    /** What this actor takes. */
    sealed interface Command permits Changed, State, Tick {}

    private record Changed(ClusterEvent.ClusterDomainEvent event) implements Command {}

    private record State(ClusterEvent.CurrentClusterState state) implements Command {}

    private enum Tick implements Command {
        TELL
    }

    private ClusterMembers(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            ActorRef<Peers.Command> peers,
            Duration interval) {
        super(context);
        this.peers = peers;
        this.cluster = Cluster.get(context.getSystem());
        ActorRef<ClusterEvent.MemberEvent> members =
                context.messageAdapter(ClusterEvent.MemberEvent.class, Changed::new);
        ActorRef<ClusterEvent.ReachabilityEvent> reachability =
                context.messageAdapter(ClusterEvent.ReachabilityEvent.class, Changed::new);
        this.present = context.messageAdapter(ClusterEvent.CurrentClusterState.class, State::new);
        cluster.subscriptions().tell(Subscribe.create(members, ClusterEvent.MemberEvent.class));
        cluster.subscriptions().tell(Subscribe.create(reachability, ClusterEvent.ReachabilityEvent.class));
        timers.startTimerWithFixedDelay(Tick.TELL, interval);
    }

    static Behavior<Command> create(ActorRef<Peers.Command> peers, Duration interval) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new ClusterMembers(context, timers, peers, interval)));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Changed.class, this::onChanged)
                .onMessage(State.class, this::onState)
                .onMessageEquals(Tick.TELL, this::onTick)
                .build();
    }

    /** An event is newer than the state that the cluster extension shows, so its publisher is asked for the state. */
    private Behavior<Command> onChanged(Changed changed) {
        left.addAll(Membership.left(changed.event()));
        cluster.subscriptions().tell(new GetCurrentState(present));
        return this;
    }

    private Behavior<Command> onTick() {
        cluster.subscriptions().tell(new GetCurrentState(present));
        return this;
    }

    private Behavior<Command> onState(State now) {
        peers.tell(new Peers.Present(Membership.of(now.state()), left));
        left.clear();
        return this;
    }
}
