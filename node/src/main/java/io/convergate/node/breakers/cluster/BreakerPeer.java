package io.convergate.node.breakers.cluster;

import io.convergate.node.breakers.NodeBreaker;
import io.convergate.node.breakers.NodeBreakers;
import io.convergate.node.breakers.NodeEjections;
import io.convergate.node.cluster.Nodes;
import io.convergate.routing.breaker.Breaker;
import io.convergate.routing.breaker.BreakerOwner;
import io.convergate.routing.breaker.BreakerState;
import io.convergate.routing.outlier.EjectionOwner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;

/**
 * A node's side of what is shared: tells owners what its breakers see, when that changes and every second as long as they see anything,
 * and has its breakers do as owners decide. Until it has been told what
 * is decided, by another who knows or by all others, it asks.
 */
final class BreakerPeer extends AbstractBehavior<BreakerPeer.Command> {
    private static final Duration TICK = Duration.ofMillis(100);

    /** Ticks between two reports of the same. */
    private static final int REPEAT_TICKS = 10;

    /** Ticks between two signs of life of a breaker that sees nothing: so that its owner has a place before it is needed. */
    private static final int HELLO_TICKS = 150;

    /** What is told in one message, so that it stays below the cluster transport's frame; the rest is told before, as much in each. */
    private static final int KNOWN_MAX = 500;

    private final NodeBreakers breakers;
    private final Nodes<BreakerMessage.ToNode> nodes;
    private final ActorRef<ShardingEnvelope<BreakerMessage.ToOwner>> region;
    private final Rulings rulings;
    private final ActorRef<BreakerMessage.ToNode> self;
    private final Map<NodeBreaker, Said> said = new HashMap<>();
    private Set<NodeEjections> ejecting = Set.of();
    private final Set<String> answered = new HashSet<>();
    private long tick;

    /** What this actor takes. */
    sealed interface Command permits Changed, Over, Heard, Tick, EjectionsChanged {}

    /** A breaker sees something else. */
    record Changed(NodeBreaker breaker) implements Command {}

    /** A breaker has tried for its owner. */
    record Over(NodeBreaker breaker, long epoch, boolean good) implements Command {}

    /** Others say something. */
    record Heard(BreakerMessage.ToNode message) implements Command {}

    /** An endpoint has been left out. */
    enum EjectionsChanged implements Command {
        INSTANCE
    }

    private enum Tick implements Command {
        INSTANCE
    }

    /** What was said of a breaker last. */
    private static final class Said {
        private long tick = Long.MIN_VALUE / 2;
        private boolean suspects;
        private int calls;
        private long refused;
    }

    private BreakerPeer(
            ActorContext<Command> context,
            NodeBreakers breakers,
            Nodes<BreakerMessage.ToNode> nodes,
            ActorRef<ShardingEnvelope<BreakerMessage.ToOwner>> region,
            Rulings rulings) {
        super(context);
        this.breakers = breakers;
        this.nodes = nodes;
        this.region = region;
        this.rulings = rulings;
        this.self = context.messageAdapter(BreakerMessage.ToNode.class, Heard::new);
    }

    /** @param rulings what is decided, which outlives this actor */
    static Behavior<Command> create(
            NodeBreakers breakers,
            Nodes<BreakerMessage.ToNode> nodes,
            ActorRef<ShardingEnvelope<BreakerMessage.ToOwner>> region,
            Rulings rulings) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            timers.startTimerWithFixedDelay(Tick.INSTANCE, TICK);
            return new BreakerPeer(context, breakers, nodes, region, rulings);
        }));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Changed.class, this::onChanged)
                .onMessage(Over.class, this::onOver)
                .onMessage(Heard.class, this::onHeard)
                .onMessageEquals(Tick.INSTANCE, this::onTick)
                .onMessageEquals(EjectionsChanged.INSTANCE, this::onEjectionsChanged)
                .build();
    }

    private Behavior<Command> onChanged(Changed changed) {
        report(changed.breaker(), changed.breaker().look());
        return this;
    }

    private Behavior<Command> onOver(Over over) {
        tell(over.breaker(), new BreakerMessage.Probed(over.epoch(), over.good()));
        return this;
    }

    private void tell(NodeBreaker breaker, BreakerMessage.ToOwner message) {
        region.tell(new ShardingEnvelope<>(breaker.id(), message));
    }

    private void report(NodeBreaker breaker, Breaker.View view) {
        Said last = said.computeIfAbsent(breaker, none -> new Said());
        long refused = breaker.refused();
        tell(
                breaker,
                new BreakerMessage.Reported(
                        BreakerOwner.Terms.of(breaker.settings()),
                        new BreakerOwner.Report(
                                nodes.self(),
                                view.suspects(),
                                view.calls(),
                                refused > last.refused,
                                breaker.ruling())));
        last.tick = tick;
        last.suspects = view.suspects();
        last.calls = view.calls();
        last.refused = refused;
    }

    private Behavior<Command> onHeard(Heard heard) {
        if (heard.message() instanceof BreakerMessage.Decided decided) {
            rulings.decided(decided.breaker(), decided.ruling(), breakers, nodes.self());
        } else if (heard.message() instanceof BreakerMessage.Ejected ejected) {
            rulings.ejected(ejected.upstream(), ejected.endpoints(), breakers);
        } else if (heard.message() instanceof BreakerMessage.Asked asked) {
            answer(asked.replyTo());
        } else if (heard.message() instanceof BreakerMessage.Known known) {
            known.decided()
                    .forEach(decided -> rulings.decided(decided.breaker(), decided.ruling(), breakers, nodes.self()));
            answered.add(known.node());
            if (known.informed() || answered.containsAll(others(nodes.present()).keySet())) {
                rulings.informed();
            }
        }
        return this;
    }

    /** {@link BreakerMessage.Known} comes last: who has heard it knows all. */
    private void answer(ActorRef<BreakerMessage.ToNode> asking) {
        rulings.ejected(breakers)
                .forEach((upstream, endpoints) -> asking.tell(new BreakerMessage.Ejected(upstream, endpoints)));
        List<BreakerMessage.Decided> known = new ArrayList<>();
        rulings.open().forEach((breaker, ruling) -> known.add(new BreakerMessage.Decided(breaker, ruling)));
        int from = 0;
        for (; known.size() - from > KNOWN_MAX; from += KNOWN_MAX) {
            // Of nobody and not informed: it counts as an answer only with the last part.
            asking.tell(new BreakerMessage.Known("", false, known.subList(from, from + KNOWN_MAX)));
        }
        asking.tell(new BreakerMessage.Known(nodes.self(), rulings.isInformed(), known.subList(from, known.size())));
    }

    private Behavior<Command> onTick() {
        if (!nodes.isUp()) {
            return this;
        }
        tick++;
        Map<String, ActorRef<BreakerMessage.ToNode>> present = nodes.present();
        if (!rulings.isInformed()) {
            ask(present);
        }
        rulings.remind(breakers, nodes.self());
        Set<NodeBreaker> shared = new HashSet<>();
        for (NodeBreaker breaker : breakers.all()) {
            if (breaker.isShared()) {
                shared.add(breaker);
                breaker.shareWith(Math.max(1, present.size()));
                look(breaker);
            }
        }
        said.keySet().retainAll(shared);
        if (tick % REPEAT_TICKS == 0) {
            tellEjections();
        }
        return this;
    }

    private Behavior<Command> onEjectionsChanged() {
        tellEjections();
        return this;
    }

    /** Of each upstream whose endpoints are left out here, or were a moment ago. */
    private void tellEjections() {
        Set<NodeEjections> now = new HashSet<>();
        for (NodeEjections ejections : breakers.ejections()) {
            EjectionOwner.Report report = ejections.report(nodes.self());
            boolean some = !report.ejected().isEmpty();
            if (some || ejecting.contains(ejections) || tick % HELLO_TICKS == 0) {
                region.tell(new ShardingEnvelope<>(
                        EjectionEntity.PREFIX + ejections.id(), new BreakerMessage.Ejecting(report)));
            }
            if (some) {
                now.add(ejections);
            }
        }
        ejecting = now;
    }

    private void look(NodeBreaker breaker) {
        Breaker.View view = breaker.look();
        Said last = said.computeIfAbsent(breaker, none -> new Said());
        boolean news = view.suspects() != last.suspects
                || view.suspects() && view.calls() != last.calls
                || view.state() != BreakerState.CLOSED && breaker.refused() > last.refused;
        boolean something = view.suspects()
                || view.state() != BreakerState.CLOSED
                || breaker.ruling().state() != BreakerState.CLOSED;
        if (news || tick - last.tick >= (something ? REPEAT_TICKS : HELLO_TICKS)) {
            report(breaker, view);
        }
    }

    /** Whoever is there is asked; if nobody is, there is nothing to know. */
    private void ask(Map<String, ActorRef<BreakerMessage.ToNode>> present) {
        Map<String, ActorRef<BreakerMessage.ToNode>> others = others(present);
        if (others.isEmpty()) {
            rulings.informed();
        }
        others.values().forEach(node -> node.tell(new BreakerMessage.Asked(self)));
    }

    private Map<String, ActorRef<BreakerMessage.ToNode>> others(Map<String, ActorRef<BreakerMessage.ToNode>> present) {
        Map<String, ActorRef<BreakerMessage.ToNode>> others = new HashMap<>(present);
        others.remove(nodes.self());
        return others;
    }
}
