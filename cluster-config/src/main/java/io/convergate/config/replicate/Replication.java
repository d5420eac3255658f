package io.convergate.config.replicate;

import io.convergate.config.block.Block;
import io.convergate.config.block.Head;
import io.convergate.config.converge.ServingReport;
import io.convergate.config.membership.ActorLookup;
import io.convergate.config.membership.Formation;
import io.convergate.config.membership.Membership;
import io.convergate.config.membership.NodeAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/** The guardian of a cluster system: starts its actors, and hands them what the store has to tell. */
final class Replication extends AbstractBehavior<Replication.Command> {
    private final ActorRef<Peers.Command> peers;
    private final ActorRef<HeadsGossip.Command> gossip;

    /** What the store tells. */
    sealed interface Command permits Announce, Publish, Propose, Withdraw {}

    /**
     * A change of our own is on disk.
     *
     * @param head the change
     * @param blocks all that it added, its root last
     */
    record Announce(Head head, List<Block> blocks) implements Command, Peers.Command {}

    /**
     * A change of our own would be made if a majority took it.
     *
     * @param head the change
     * @param blocks what it consists of, its root last
     */
    record Propose(Head head, List<Block> blocks) implements Command, Peers.Command {}

    /** It will not be made. */
    record Withdraw(Head head) implements Command, Peers.Command {}

    /**
     * What this node holds or serves has changed.
     *
     * @param report what it holds and serves
     * @param heads the changes that make what it holds
     * @param counted the members that this node counts, and which incarnation of each: it holds at least what it tells here for
     *     as long as it has not waited for them, and those who are new here are told at once in any case
     * @param hearers who else is to be told at once
     */
    record Publish(ServingReport report, List<Head> heads, Map<NodeAddress, Long> counted, Hearers hearers)
            implements Command, Peers.Command, HeadsGossip.Command {
        public Publish {
            heads = List.copyOf(heads);
            counted = Map.copyOf(counted);
        }

        /** Who is told at once; all hear of it by and by. */
        enum Hearers {
            /** All members. */
            ALL,
            /** Nobody: whom it concerns is told by an offer or by the answer to one. */
            NOBODY
        }
    }

    private Replication(
            ActorContext<Command> context,
            LocalReplica local,
            NodeAddress self,
            Duration statusInterval,
            Duration fetchTimeout,
            Behavior<Formation.Command> formation) {
        super(context);
        ActorLookup lookup = ActorLookup.remote(context.getSystem());
        long incarnation = Membership.incarnation(context.getSystem());
        context.spawn(formation, Formation.NAME);
        spawn(BlockServer.create(local.blocks(), self, lookup), BlockServer.NAME);
        ActorRef<Puller.Command> puller = spawn(Puller.create(local, self, lookup, fetchTimeout), Puller.NAME);
        ActorRef<Backfill.Command> backfill = spawn(Backfill.create(local, self, lookup, fetchTimeout), Backfill.NAME);
        this.peers =
                spawn(Peers.create(local, self, incarnation, lookup, statusInterval, puller, backfill), Peers.NAME);
        spawn(ClusterMembers.create(peers, statusInterval), ClusterMembers.NAME);
        this.gossip = spawn(HeadsGossip.create(local, puller), HeadsGossip.NAME);
    }

    private <T> ActorRef<T> spawn(Behavior<T> behavior, String name) {
        return getContext().spawn(Behaviors.supervise(behavior).onFailure(SupervisorStrategy.restart()), name);
    }

    static Behavior<Command> create(
            LocalReplica local,
            NodeAddress self,
            Duration statusInterval,
            Duration fetchTimeout,
            Behavior<Formation.Command> formation) {
        return Behaviors.setup(
                context -> new Replication(context, local, self, statusInterval, fetchTimeout, formation));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Announce.class, this::onAnnounce)
                .onMessage(Publish.class, this::onPublish)
                .onMessage(Propose.class, this::onPropose)
                .onMessage(Withdraw.class, this::onWithdraw)
                .build();
    }

    private Behavior<Command> onAnnounce(Announce announce) {
        peers.tell(announce);
        return this;
    }

    private Behavior<Command> onPropose(Propose propose) {
        peers.tell(propose);
        return this;
    }

    private Behavior<Command> onWithdraw(Withdraw withdraw) {
        peers.tell(withdraw);
        return this;
    }

    private Behavior<Command> onPublish(Publish publish) {
        peers.tell(publish);
        gossip.tell(publish);
        return this;
    }
}
