package io.convergate.config.store;

import io.convergate.config.block.Block;
import io.convergate.config.block.Head;
import io.convergate.config.block.IndexView;
import java.util.List;

/**
 * A change of our own that is on disk.
 *
 * @param head the change
 * @param blocks all it added, which is all that somebody needs who has what it was derived from
 * @param view the configuration right after it
 */
public record Commit(Head head, List<Block> blocks, IndexView view) {}
