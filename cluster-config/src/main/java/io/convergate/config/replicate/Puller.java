package io.convergate.config.replicate;

import io.convergate.config.Hash;
import io.convergate.config.Limits;
import io.convergate.config.block.Block;
import io.convergate.config.block.Head;
import io.convergate.config.membership.ActorLookup;
import io.convergate.config.membership.NodeAddress;
import io.convergate.config.store.Progress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
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
 * Fetches what this node lacks of changes that others have: asks one peer for one batch, waits for it (that is the
 * back-pressure), gives it to the store, and asks for what is missing then. A peer that is silent, or has nothing of what
 * is missing, is passed over for the next; when all were tried it pauses, longer each time.
 */
final class Puller extends AbstractBehavior<Puller.Command> {
    static final String NAME = "puller";

    private static final Duration PAUSE_MIN = Duration.ofMillis(500);

    /** The most blocks that one message asks for. */
    private static final int NAMES_MAX = 1024;

    private static final Duration PAUSE_MAX = Duration.ofSeconds(10);

    private final LocalReplica local;
    private final NodeAddress self;
    private final ActorLookup lookup;
    private final Duration fetchTimeout;
    private final TimerScheduler<Command> timers;
    private final Set<Head> wanted = new LinkedHashSet<>();
    private final Set<Hash> missing = new LinkedHashSet<>();
    private final Deque<NodeAddress> untried = new ArrayDeque<>();
    private Set<NodeAddress> peers = Set.of();
    private Optional<NodeAddress> asked = Optional.empty();

    /** Whether the peer that is asked has told of something since, so that having nothing now is no reason to pass it over. */
    private boolean toldMeanwhile;

    private Duration pause = PAUSE_MIN;

    private Activity activity = Activity.IDLE;

    /** What this actor is waiting for. */
    private enum Activity {
        IDLE,
        STORE,
        PEER,
        PAUSE
    }

    /** What this actor takes. */
    sealed interface Command permits PeerMessage.Delivery, Need, Reachable, Advanced, Failed, Timer {}

    /**
     * Somebody has these changes.
     *
     * @param source who, if it is known
     */
    record Need(List<Head> heads, Optional<NodeAddress> source) implements Command {}

    /** These peers can be asked. */
    record Reachable(Set<NodeAddress> peers) implements Command {}

    private record Advanced(List<Head> asked, Progress progress) implements Command {}

    private record Failed(Throwable cause) implements Command {}

    private enum Timer implements Command {
        SILENCE,
        PAUSE_OVER
    }

    private Puller(
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
                Behaviors.withTimers(timers -> new Puller(context, timers, local, self, lookup, fetchTimeout)));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Need.class, this::onNeed)
                .onMessage(Reachable.class, this::onReachable)
                .onMessage(PeerMessage.Delivery.class, this::onDelivery)
                .onMessage(Advanced.class, this::onAdvanced)
                .onMessage(Failed.class, this::onFailed)
                .onMessageEquals(Timer.SILENCE, this::onSilence)
                .onMessageEquals(Timer.PAUSE_OVER, this::onPauseOver)
                .build();
    }

    private Behavior<Command> onNeed(Need need) {
        boolean news = need.heads().stream()
                        .limit(Limits.WRITERS_MAX)
                        .filter(this::want)
                        .count()
                > 0;
        need.source().filter(peers::contains).ifPresent(source -> {
            untried.remove(source);
            untried.addFirst(source);
            toldMeanwhile |= news && asked.equals(need.source());
        });
        if (news && need.source().isEmpty()) {
            peers.stream().filter(peer -> !untried.contains(peer)).forEach(untried::addLast);
        }
        if (news && (activity == Activity.IDLE || activity == Activity.PAUSE)) {
            advance(List.of());
        }
        return this;
    }

    /** Wants a change instead of older ones of the same writer, which it contains; answers whether that is new. */
    private boolean want(Head head) {
        if (wanted.stream().anyMatch(h -> h.writer().equals(head.writer()) && h.counter() >= head.counter())) {
            return false;
        }
        wanted.removeIf(h -> h.writer().equals(head.writer()));
        return wanted.add(head);
    }

    private Behavior<Command> onReachable(Reachable reachable) {
        Set<NodeAddress> arrived = new LinkedHashSet<>(reachable.peers());
        arrived.removeAll(peers);
        peers = reachable.peers();
        untried.retainAll(peers);
        untried.addAll(arrived);
        return this;
    }

    private void advance(List<Block> received) {
        store(List.copyOf(wanted), received);
    }

    /** Gives blocks to the store, and asks it how far some changes are. */
    private void store(List<Head> asking, List<Block> received) {
        activity = Activity.STORE;
        timers.cancel(Timer.PAUSE_OVER);
        getContext()
                .pipeToSelf(
                        local.advance(asking, received),
                        (progress, failure) -> failure == null ? new Advanced(asking, progress) : new Failed(failure));
    }

    private Behavior<Command> onAdvanced(Advanced advanced) {
        if (advanced.asked().isEmpty()) {
            ask();
            return this;
        }
        Progress progress = advanced.progress();
        advanced.asked().stream()
                .filter(head -> !progress.open().contains(head))
                .forEach(wanted::remove);
        missing.clear();
        missing.addAll(progress.missing());
        if (wanted.isEmpty()) {
            activity = Activity.IDLE;
            pause = PAUSE_MIN;
        } else if (missing.isEmpty() || !advanced.asked().containsAll(wanted)) {
            advance(List.of());
        } else {
            ask();
        }
        return this;
    }

    private void ask() {
        Optional<NodeAddress> next = Optional.ofNullable(untried.peek());
        if (next.isEmpty()) {
            rest();
            return;
        }
        activity = Activity.PEER;
        asked = next;
        toldMeanwhile = false;
        timers.startSingleTimer(Timer.SILENCE, fetchTimeout);
        lookup.<BlockServer.Command>find(next.get(), BlockServer.NAME)
                .tell(new PeerMessage.Want(
                        self, missing.stream().limit(NAMES_MAX).toList()));
    }

    private Behavior<Command> onDelivery(PeerMessage.Delivery delivery) {
        if (!asked.equals(Optional.of(delivery.from()))) {
            return this;
        }
        timers.cancel(Timer.SILENCE);
        asked = Optional.empty();
        List<Block> received = delivery.blocks().stream()
                .filter(block -> missing.remove(block.hash()))
                .toList();
        if (received.isEmpty()) {
            if (!toldMeanwhile) {
                untried.remove(delivery.from());
            }
            advance(List.of());
        } else {
            pause = PAUSE_MIN;
            store(missing.isEmpty() ? List.copyOf(wanted) : List.of(), received);
        }
        return this;
    }

    private Behavior<Command> onSilence() {
        asked.ifPresent(untried::remove);
        asked = Optional.empty();
        advance(List.of());
        return this;
    }

    private Behavior<Command> onFailed(Failed failed) {
        getContext()
                .getLog()
                .warn(
                        "changes of other nodes cannot be taken: {}",
                        failed.cause().toString());
        rest();
        return this;
    }

    private void rest() {
        activity = Activity.PAUSE;
        timers.startSingleTimer(Timer.PAUSE_OVER, pause);
        Duration doubled = pause.multipliedBy(2);
        pause = doubled.compareTo(PAUSE_MAX) < 0 ? doubled : PAUSE_MAX;
    }

    private Behavior<Command> onPauseOver() {
        untried.clear();
        untried.addAll(peers);
        advance(List.of());
        return this;
    }
}
