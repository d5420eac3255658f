package io.convergate.config.replicate;

import io.convergate.config.Hash;
import io.convergate.config.block.Block;
import io.convergate.config.block.Blocks;
import io.convergate.config.block.Root;
import io.convergate.config.membership.ActorLookup;
import io.convergate.config.membership.NodeAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
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

/** Hands out blocks. It keeps nothing, and sends no more than it was asked for. */
final class BlockServer extends AbstractBehavior<BlockServer.Command> {
    static final String NAME = "blocks";

    /** The most changes that are sent beside those that were asked for. */
    private static final int ANCESTORS_MAX = 1_000;

    private final Blocks blocks;
    private final NodeAddress self;
    private final ActorLookup lookup;

    /** What this actor takes. */
    sealed interface Command permits PeerMessage.Want, PeerMessage.WantPast {}

    private BlockServer(ActorContext<Command> context, Blocks blocks, NodeAddress self, ActorLookup lookup) {
        super(context);
        this.blocks = blocks;
        this.self = self;
        this.lookup = lookup;
    }

    static Behavior<Command> create(Blocks blocks, NodeAddress self, ActorLookup lookup) {
        return Behaviors.setup(context -> new BlockServer(context, blocks, self, lookup));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(PeerMessage.Want.class, this::onWant)
                .onMessage(PeerMessage.WantPast.class, this::onWantPast)
                .build();
    }

    private Behavior<Command> onWant(PeerMessage.Want want) {
        lookup.<Puller.Command>find(want.from(), Puller.NAME).tell(new PeerMessage.Delivery(self, batch(want.names())));
        return this;
    }

    private Behavior<Command> onWantPast(PeerMessage.WantPast want) {
        lookup.<Backfill.Command>find(want.from(), Backfill.NAME)
                .tell(new PeerMessage.Delivery(self, batch(withAncestors(want.names()))));
        return this;
    }

    /** The changes before a change, too: one that names its parents only would take a round trip for each. */
    private List<Hash> withAncestors(List<Hash> names) {
        Set<Hash> all = new LinkedHashSet<>(names);
        Deque<Hash> open = new ArrayDeque<>(names);
        while (!open.isEmpty() && all.size() < names.size() + ANCESTORS_MAX) {
            blocks.get(open.remove()).filter(Block::isRoot).ifPresent(root -> Root.read(root).parents().stream()
                    .filter(all::add)
                    .forEach(open::add));
        }
        return List.copyOf(all);
    }

    private List<Block> batch(List<Hash> names) {
        List<Block> batch = new ArrayList<>();
        int bytes = 0;
        for (Hash name : names) {
            Optional<Block> block = blocks.get(name);
            if (block.isPresent() && bytes < PeerMessage.BATCH_BYTES_MAX) {
                batch.add(block.get());
                bytes += block.get().length();
            }
        }
        return batch;
    }
}
