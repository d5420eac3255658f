package io.convergate.node.limits.cluster;

import java.util.Collection;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.cluster.ddata.Key;
import org.apache.pekko.cluster.ddata.typed.javadsl.DistributedData;
import org.apache.pekko.cluster.ddata.typed.javadsl.Replicator;
import org.apache.pekko.cluster.ddata.typed.javadsl.ReplicatorMessageAdapter;

/** Keeps the record of used quotas the same on all nodes, by Distributed Data; what it learns goes into {@link UsageRecord}. */
final class UsageGossip extends AbstractBehavior<UsageGossip.Command> {
    private final ReplicatorMessageAdapter<Command, UsagePage> replicator;
    private final UsageRecord record;

    /** What this actor takes. */
    sealed interface Command permits Publish, Learned, Updated {}

    /** Something is to be told. */
    enum Publish implements Command {
        INSTANCE
    }

    private record Learned(Replicator.SubscribeResponse<UsagePage> response) implements Command {}

    private record Updated(Replicator.UpdateResponse<UsagePage> response) implements Command {}

    private UsageGossip(
            ActorContext<Command> context,
            ReplicatorMessageAdapter<Command, UsagePage> replicator,
            UsageRecord record) {
        super(context);
        this.replicator = replicator;
        this.record = record;
        for (int page = 0; page < UsagePage.PAGES; page++) {
            replicator.subscribe(UsagePage.key(page), Learned::new);
        }
        record.publishAll();
        context.getSelf().tell(Publish.INSTANCE);
    }

    static Behavior<Command> create(UsageRecord record) {
        return Behaviors.setup(context -> DistributedData.withReplicatorMessageAdapter(
                (ReplicatorMessageAdapter<Command, UsagePage> replicator) ->
                        new UsageGossip(context, replicator, record)));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessageEquals(Publish.INSTANCE, this::onPublish)
                .onMessage(Learned.class, this::onLearned)
                .onMessage(Updated.class, updated -> this)
                .build();
    }

    private Behavior<Command> onPublish() {
        for (int page = 0; page < UsagePage.PAGES; page++) {
            Key<UsagePage> key = UsagePage.key(page);
            Collection<UsagePage.Usage> news = record.takeUnpublished(page);
            if (!news.isEmpty()) {
                long oldest = record.oldest();
                replicator.askUpdate(
                        replyTo -> new Replicator.Update<>(
                                key,
                                UsagePage.EMPTY,
                                Replicator.writeLocal(),
                                replyTo,
                                known -> known.with(news, oldest)),
                        Updated::new);
            }
        }
        return this;
    }

    private Behavior<Command> onLearned(Learned learned) {
        if (learned.response() instanceof Replicator.Changed<UsagePage> changed) {
            changed.get(changed.key()).counters().forEach(usage -> record.note(usage, false));
        }
        return this;
    }
}
