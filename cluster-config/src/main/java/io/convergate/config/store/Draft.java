package io.convergate.config.store;

import io.convergate.config.Change;
import io.convergate.config.Edit;
import io.convergate.config.Hash;
import io.convergate.config.Origin;
import io.convergate.config.StoredResource;
import io.convergate.config.block.Block;
import io.convergate.config.block.Contents;
import io.convergate.config.block.Dot;
import io.convergate.config.block.Head;
import io.convergate.config.block.HybridTime;
import io.convergate.config.block.Index;
import io.convergate.config.block.IndexView;
import io.convergate.config.block.Root;
import io.convergate.config.block.Version;
import io.convergate.routing.model.ResourceKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A change that could be made: nothing points at it yet.
 *
 * @param head the change
 * @param blocks all it would add, its root last
 * @param view the configuration that it would lead to, from the one it was drafted on
 */
public record Draft(Head head, List<Block> blocks, IndexView view) {
    public Draft {
        blocks = List.copyOf(blocks);
    }

    /**
     * Works a change out.
     *
     * @param dot its name
     * @param node the name of the node that makes it
     * @param view the configuration that it is made to
     * @param written a configuration all of whose pages are stored; those are not added again
     * @param parents the roots of the changes that make {@code view}
     */
    static Draft of(
            Change change, Dot dot, HybridTime time, String node, IndexView view, Index written, List<Hash> parents) {
        List<Block> blocks = new ArrayList<>();
        Index index = view.index().with(versions(change, dot, time, blocks));
        index.writePages(written, blocks::add);
        Root root = new Root(
                dot,
                time,
                change.author(),
                change.message(),
                new Origin(node, change.client()),
                view.revision().with(dot.writer(), dot.counter()),
                parents,
                index.hash());
        Block rootBlock = root.toBlock();
        blocks.add(rootBlock);
        return new Draft(root.head(rootBlock.hash()), blocks, new IndexView(root.revision(), index));
    }

    private static Map<ResourceKey, Optional<Version>> versions(
            Change change, Dot dot, HybridTime time, List<Block> blocks) {
        Map<ResourceKey, Optional<Version>> versions = new LinkedHashMap<>();
        for (Edit edit : change.edits()) {
            Optional<Version> version = Optional.empty();
            if (edit instanceof Edit.Put put) {
                Hash name = Contents.write(put.content(), blocks::add);
                version = Optional.of(new Version(dot, time, new StoredResource(put.key(), put.content(), name)));
            }
            versions.put(edit.key(), version);
        }
        return versions;
    }

    /** How many bytes its blocks have. */
    public long bytes() {
        return blocks.stream().mapToLong(Block::length).sum();
    }
}
