package io.convergate.config.replicate;

import io.convergate.config.block.Block;
import io.convergate.config.block.Head;
import io.convergate.config.membership.ActorLookup;
import io.convergate.config.membership.Membership;
import io.convergate.config.membership.NodeAddress;
import io.convergate.config.store.Progress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * The fast path: tells the other members of every change and of what this node holds and serves, and takes the same from
 * them. Nothing it sends is sent again for its own sake; a status repeated every so often repairs what was lost.
 */
final class Peers extends AbstractBehavior<Peers.Command> {
    static final String NAME = "peers";

    /** The most offers that may wait for the store; more are dropped, and found again by the next status. */
    private static final int OFFERS_MAX = 32;

    private final LocalReplica local;
    private final NodeAddress self;

    /** Which incarnation of the node this is. */
    private final long incarnation;

    private final ActorLookup lookup;
    private final ActorRef<Puller.Command> puller;
    private final ActorRef<Backfill.Command> backfill;
    private Optional<Replication.Publish> latest = Optional.empty();
    private Set<NodeAddress> reachable = Set.of();

    private int offersTaken;

    /** What this actor takes. */
    sealed interface Command
            permits PeerMessage.Offer,
                    PeerMessage.Status,
                    PeerMessage.Proposal,
                    PeerMessage.Vote,
                    PeerMessage.Withdrawal,
                    Replication.Propose,
                    Replication.Withdraw,
                    Replication.Announce,
                    Replication.Publish,
                    Advanced,
                    Held,
                    Decided,
                    Present,
                    Tick {}

    private record Advanced(NodeAddress from, Optional<Progress> progress) implements Command {}

    private record Held(NodeAddress to, Optional<Replication.Publish> current) implements Command {}

    private record Decided(PeerMessage.Proposal proposal, String refusal) implements Command {}

    /**
     * Who is there now.
     *
     * @param left the addresses of those that left of their own will since this was told last
     */
    record Present(Membership membership, Set<String> left) implements Command {
        Present {
            left = Set.copyOf(left);
        }
    }

    private enum Tick implements Command {
        STATUS
    }

    private Peers(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            LocalReplica local,
            NodeAddress self,
            long incarnation,
            ActorLookup lookup,
            Duration statusInterval,
            ActorRef<Puller.Command> puller,
            ActorRef<Backfill.Command> backfill) {
        super(context);
        this.local = local;
        this.self = self;
        this.incarnation = incarnation;
        this.lookup = lookup;
        this.puller = puller;
        this.backfill = backfill;
        local.current().thenAccept(context.getSelf()::tell);
        timers.startTimerWithFixedDelay(Tick.STATUS, statusInterval);
    }

    static Behavior<Command> create(
            LocalReplica local,
            NodeAddress self,
            long incarnation,
            ActorLookup lookup,
            Duration statusInterval,
            ActorRef<Puller.Command> puller,
            ActorRef<Backfill.Command> backfill) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers ->
                new Peers(context, timers, local, self, incarnation, lookup, statusInterval, puller, backfill)));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(PeerMessage.Offer.class, this::onOffer)
                .onMessage(Advanced.class, this::onAdvanced)
                .onMessage(Held.class, this::onHeld)
                .onMessage(PeerMessage.Status.class, this::onStatus)
                .onMessage(PeerMessage.Proposal.class, this::onProposal)
                .onMessage(Decided.class, this::onDecided)
                .onMessage(PeerMessage.Vote.class, this::onVote)
                .onMessage(PeerMessage.Withdrawal.class, this::onWithdrawal)
                .onMessage(Replication.Propose.class, this::onPropose)
                .onMessage(Replication.Withdraw.class, this::onWithdraw)
                .onMessage(Replication.Announce.class, this::onAnnounce)
                .onMessage(Replication.Publish.class, this::onPublish)
                .onMessage(Present.class, this::onPresent)
                .onMessageEquals(Tick.STATUS, this::onTick)
                .build();
    }

    private Behavior<Command> onOffer(PeerMessage.Offer offer) {
        if (offersTaken < OFFERS_MAX) {
            offersTaken++;
            getContext()
                    .pipeToSelf(
                            local.offered(offer.head(), offer.blocks()),
                            (progress, failure) -> new Advanced(offer.from(), Optional.ofNullable(progress)));
        }
        return this;
    }

    private Behavior<Command> onAdvanced(Advanced advanced) {
        offersTaken--;
        advanced.progress().ifPresent(progress -> {
            if (progress.open().isEmpty()) {
                getContext()
                        .pipeToSelf(
                                local.current(),
                                (current, failure) -> new Held(advanced.from(), Optional.ofNullable(current)));
            } else {
                puller.tell(new Puller.Need(progress.open(), Optional.of(advanced.from())));
            }
        });
        return this;
    }

    /** Tells what was published last, if that holds the change already: what was asked for may be older by now. */
    private Behavior<Command> onHeld(Held held) {
        held.current()
                .map(current -> latest.filter(
                                l -> l.report().held().covers(current.report().held()))
                        .orElse(current))
                .ifPresent(newest -> sendStatus(newest, Set.of(held.to())));
        return this;
    }

    private Behavior<Command> onStatus(PeerMessage.Status status) {
        local.heard(
                status.report(),
                status.counted().map(counted -> counted == incarnation).orElse(true));
        List<Head> unknown =
                status.heads().stream().filter(head -> !known(head)).toList();
        if (!unknown.isEmpty()) {
            puller.tell(new Puller.Need(unknown, Optional.of(status.from())));
        }
        return this;
    }

    private boolean known(Head head) {
        return latest.map(l -> l.report().held().counter(head.writer()) >= head.counter())
                .orElse(false);
    }

    private Behavior<Command> onPropose(Replication.Propose propose) {
        for (PeerMessage.Proposal part : Proposals.parts(self, propose.head(), propose.blocks())) {
            reachable.forEach(peer -> peer(peer).tell(part));
        }
        return this;
    }

    private Behavior<Command> onWithdraw(Replication.Withdraw withdraw) {
        reachable.forEach(peer -> peer(peer).tell(new PeerMessage.Withdrawal(self, withdraw.head())));
        return this;
    }

    private Behavior<Command> onProposal(PeerMessage.Proposal proposal) {
        if (offersTaken < OFFERS_MAX) {
            offersTaken++;
            CompletionStage<Optional<String>> decision = proposal.last()
                    ? local.promise(proposal.head(), proposal.blocks())
                    : local.advance(List.of(), proposal.blocks()).thenApply(progress -> Optional.empty());
            getContext()
                    .pipeToSelf(
                            decision,
                            (refusal, failure) ->
                                    new Decided(proposal, failure == null ? refusal.orElse("") : "cannot store it"));
        }
        return this;
    }

    private Behavior<Command> onDecided(Decided decided) {
        offersTaken--;
        PeerMessage.Proposal proposal = decided.proposal();
        if (proposal.last()) {
            peer(proposal.from())
                    .tell(new PeerMessage.Vote(self, proposal.head().root(), decided.refusal()));
        }
        return this;
    }

    private Behavior<Command> onVote(PeerMessage.Vote vote) {
        local.voted(vote.from().toString(), vote.root(), vote.refusal());
        return this;
    }

    private Behavior<Command> onWithdrawal(PeerMessage.Withdrawal withdrawal) {
        local.release(withdrawal.head());
        return this;
    }

    private Behavior<Command> onAnnounce(Replication.Announce announce) {
        List<Block> blocks = announce.blocks();
        long bytes = blocks.stream().mapToLong(Block::length).sum();
        List<Block> sent =
                bytes <= PeerMessage.BATCH_BYTES_MAX ? blocks : blocks.subList(blocks.size() - 1, blocks.size());
        PeerMessage.Offer offer = new PeerMessage.Offer(self, announce.head(), sent);
        reachable.forEach(peer -> peer(peer).tell(offer));
        return this;
    }

    private Behavior<Command> onPublish(Replication.Publish publish) {
        Set<NodeAddress> hearers = new HashSet<>(reachable);
        if (publish.hearers() == Replication.Publish.Hearers.NOBODY) {
            Map<NodeAddress, Long> before =
                    latest.map(Replication.Publish::counted).orElse(Map.of());
            hearers.removeIf(peer -> Objects.equals(publish.counted().get(peer), before.get(peer)));
        }
        latest = Optional.of(publish);
        sendStatus(publish, hearers);
        return this;
    }

    private Behavior<Command> onTick() {
        puller.tell(new Puller.Reachable(reachable));
        backfill.tell(new Backfill.Reachable(reachable));
        latest.ifPresent(known -> sendStatus(known, reachable));
        return this;
    }

    private void sendStatus(Replication.Publish known, Set<NodeAddress> to) {
        for (NodeAddress peer : to) {
            Optional<Long> counted = Optional.of(known.counted().getOrDefault(peer, 0L));
            peer(peer).tell(new PeerMessage.Status(self, known.report(), known.heads(), counted));
        }
    }

    private Behavior<Command> onPresent(Present now) {
        Set<NodeAddress> others = new HashSet<>(now.membership().reachable());
        others.remove(self);
        reachable = Set.copyOf(others);
        puller.tell(new Puller.Reachable(reachable));
        local.membership(now.membership(), now.left());
        return this;
    }

    private ActorRef<Command> peer(NodeAddress address) {
        return lookup.find(address, NAME);
    }
}
