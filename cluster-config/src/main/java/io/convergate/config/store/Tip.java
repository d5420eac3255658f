package io.convergate.config.store;

import io.convergate.config.block.Head;
import io.convergate.config.block.IndexView;

/**
 * A change that is whole here and that no other change here contains.
 *
 * @param head the change
 * @param view the configuration right after it; all its pages and contents are in the block table
 */
record Tip(Head head, IndexView view) {
    /** Whether the other's configuration contains this change. */
    boolean isIn(Tip other) {
        return other.view.revision().counter(head.writer()) >= head.counter();
    }
}
