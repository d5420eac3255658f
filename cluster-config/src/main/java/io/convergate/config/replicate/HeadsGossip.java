package io.convergate.config.replicate;

import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.cluster.ddata.typed.javadsl.DistributedData;
import org.apache.pekko.cluster.ddata.typed.javadsl.Replicator;
import org.apache.pekko.cluster.ddata.typed.javadsl.ReplicatorMessageAdapter;

/**
 * The repair path of heads: keeps them in Distributed Data, whose gossip passes them on from node to node even where the
 * writer itself cannot be reached. What it learns it leaves to the {@link Puller}.
 */
final class HeadsGossip extends AbstractBehavior<HeadsGossip.Command> {
    static final String NAME = "heads";

    private final ActorRef<Puller.Command> puller;

    /** What this actor takes. */
    sealed interface Command permits Replication.Publish, Learned {}

    private record Learned(Replicator.SubscribeResponse<Heads> response) implements Command {}

    private HeadsGossip(
            ActorContext<Command> context,
            ReplicatorMessageAdapter<Command, Heads> replicator,
            LocalReplica local,
            ActorRef<Puller.Command> puller) {
        super(context);
        this.puller = puller;
        replicator.subscribe(Heads.key(), Learned::new);
        local.current().thenAccept(context.getSelf()::tell);
    }

    static Behavior<Command> create(LocalReplica local, ActorRef<Puller.Command> puller) {
        return Behaviors.setup(context ->
                DistributedData.withReplicatorMessageAdapter((ReplicatorMessageAdapter<Command, Heads> replicator) ->
                        new HeadsGossip(context, replicator, local, puller)));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Replication.Publish.class, this::onPublish)
                .onMessage(Learned.class, this::onLearned)
                .build();
    }

    /** Nobody waits for an answer: what is lost here, because the system ends for instance, is published again by the next one. */
    private Behavior<Command> onPublish(Replication.Publish publish) {
        DistributedData.get(getContext().getSystem())
                .replicator()
                .tell(new Replicator.Update<>(
                        Heads.key(),
                        Heads.EMPTY,
                        Replicator.writeLocal(),
                        getContext().getSystem().ignoreRef(),
                        heads -> heads.with(publish.heads())));
        return this;
    }

    private Behavior<Command> onLearned(Learned learned) {
        if (learned.response() instanceof Replicator.Changed<Heads> changed) {
            puller.tell(new Puller.Need(List.copyOf(changed.get(Heads.key()).values()), Optional.empty()));
        }
        return this;
    }
}
