package io.convergate.config.replicate;

import io.convergate.config.Hash;
import io.convergate.config.block.Block;
import io.convergate.config.block.MalformedException;
import io.convergate.config.block.Root;
import io.convergate.config.membership.ActorLookup;
import io.convergate.config.membership.NodeAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Fetches what this node lacks of the past: the changes that it skipped on its way to the present. It begins to look when
 * {@link Peers} tells it who is there, and asks for one batch at a time. What none of the peers has is given up until another
 * peer comes. When there is nothing more to ask for, it says so: what is served may depend on the past.
 */
final class Backfill extends AbstractBehavior<Backfill.Command> {
    static final String NAME = "backfill";

    /** The most blocks that one message asks for. */
    private static final int NAMES_MAX = 256;

    /** The most names that are kept in mind because nobody has them. */
    private static final int LOST_MAX = 16_384;

    private final LocalReplica local;
    private final NodeAddress self;
    private final ActorLookup lookup;
    private final Duration fetchTimeout;
    private final TimerScheduler<Command> timers;
    private final Deque<NodeAddress> untried = new ArrayDeque<>();
    private final Set<Hash> lost = new HashSet<>();
    private Set<NodeAddress> peers = Set.of();
    private List<Hash> wanted = List.of();
    private Optional<NodeAddress> asked = Optional.empty();
    private boolean looking;

    /** What this actor takes. */
    sealed interface Command permits PeerMessage.Delivery, Reachable, Looked, Silence {}

    /** These peers can be asked. */
    record Reachable(Set<NodeAddress> peers) implements Command {}

    /** @param known whether it is known what is missing */
    private record Looked(Set<Hash> missing, boolean known) implements Command {}

    private enum Silence implements Command {
        OVER
    }

    private Backfill(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            LocalReplica local,
            NodeAddress self,
            ActorLookup lookup,
            Duration fetchTimeout) {
        super(context);
        this.timers = timers;
        this.local = local;
        this.self = self;
        this.lookup = lookup;
        this.fetchTimeout = fetchTimeout;
    }

    static Behavior<Command> create(LocalReplica local, NodeAddress self, ActorLookup lookup, Duration fetchTimeout) {
        return Behaviors.setup(context ->
                Behaviors.withTimers(timers -> new Backfill(context, timers, local, self, lookup, fetchTimeout)));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Reachable.class, this::onReachable)
                .onMessage(Looked.class, this::onLooked)
                .onMessage(PeerMessage.Delivery.class, this::onDelivery)
                .onMessageEquals(Silence.OVER, this::onSilence)
                .build();
    }

    private Behavior<Command> onReachable(Reachable reachable) {
        if (!peers.containsAll(reachable.peers())) {
            lost.clear();
        }
        peers = reachable.peers();
        if (!peers.isEmpty() && !looking && asked.isEmpty()) {
            look(List.of());
        }
        return this;
    }

    /** Gives blocks to the store, and looks what is missing then. */
    private void look(List<Block> received) {
        looking = true;
        getContext()
                .pipeToSelf(
                        local.advance(List.of(), received)
                                .thenCompose(progress -> local.historyMissing(NAMES_MAX + lost.size())),
                        (missing, failure) -> new Looked(failure == null ? missing : Set.of(), failure == null));
    }

    private Behavior<Command> onLooked(Looked looked) {
        looking = false;
        Set<Hash> missing = new LinkedHashSet<>(looked.missing());
        missing.removeAll(lost);
        wanted = missing.stream().limit(NAMES_MAX).toList();
        if (wanted.isEmpty() && looked.known()) {
            local.pastFetched(Set.copyOf(lost));
        }
        untried.clear();
        untried.addAll(peers);
        ask();
        return this;
    }

    private void ask() {
        asked = wanted.isEmpty() ? Optional.empty() : Optional.ofNullable(untried.poll());
        if (asked.isPresent()) {
            timers.startSingleTimer(Silence.OVER, fetchTimeout);
            lookup.<BlockServer.Command>find(asked.get(), BlockServer.NAME)
                    .tell(new PeerMessage.WantPast(self, wanted));
        } else if (!wanted.isEmpty() && lost.size() < LOST_MAX) {
            lost.addAll(wanted);
        }
    }

    private Behavior<Command> onDelivery(PeerMessage.Delivery delivery) {
        if (!asked.equals(Optional.of(delivery.from()))) {
            return this;
        }
        timers.cancel(Silence.OVER);
        asked = Optional.empty();
        List<Block> received = expected(delivery.blocks());
        if (received.isEmpty()) {
            ask();
        } else {
            look(received);
        }
        return this;
    }

    /** What was asked for, and the changes before those changes, which come with them. */
    private List<Block> expected(List<Block> blocks) {
        Set<Hash> expected = new HashSet<>(wanted);
        List<Block> received = new ArrayList<>();
        for (Block block : blocks) {
            if (expected.contains(block.hash())) {
                received.add(block);
                expected.addAll(parents(block));
            }
        }
        return received;
    }

    private static List<Hash> parents(Block block) {
        try {
            return block.isRoot() ? Root.read(block).parents() : List.of();
        } catch (MalformedException e) {
            return List.of(); // the store says so when it reads it
        }
    }

    private Behavior<Command> onSilence() {
        asked = Optional.empty();
        ask();
        return this;
    }
}
