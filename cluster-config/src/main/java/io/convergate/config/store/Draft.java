package io.convergate.config.store;

import io.convergate.config.block.Block;
import io.convergate.config.block.Head;
import io.convergate.config.block.IndexView;
import java.util.List;

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

    /** How many bytes its blocks have. */
    public long bytes() {
        return blocks.stream().mapToLong(Block::length).sum();
    }
}
