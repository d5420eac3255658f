package io.convergate.config.store;

import io.convergate.config.ConfigHistory.Onward;
import io.convergate.config.ConfigHistory.Step;
import io.convergate.config.Revision;
import io.convergate.config.block.Blocks;
import io.convergate.config.block.IndexView;
import io.convergate.config.block.MalformedException;
import io.convergate.config.block.Pages;
import io.convergate.config.block.Root;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/**
 * The kept changes in a row, and the configurations that they lead through: each is merged with all before it, so that every
 * configuration covers the one before. A change that the ones before it cover already, because it was concurrent with them
 * and is named late, is no step.
 */
final class Way {
    private final IndexView present;
    private final Blocks blocks;

    /** The changes, the oldest first, and the revision after each. */
    private final List<Root> changes = new ArrayList<>();

    private final List<Revision> revisions = new ArrayList<>();

    /** @param newestFirst the changes whose configurations are whole here */
    Way(List<Root> newestFirst, IndexView present, Blocks blocks) {
        this.present = present;
        this.blocks = blocks;
        List<Root> oldestFirst = new ArrayList<>(newestFirst);
        Collections.reverse(oldestFirst);
        Revision reached = Revision.EMPTY;
        for (Root root : oldestFirst) {
            if (!reached.covers(root.revision())) {
                reached = reached.merge(root.revision());
                changes.add(root);
                revisions.add(reached);
            }
        }
    }

    /** All of it. */
    Stream<Step> all() {
        return steps(IndexView.EMPTY, changes);
    }

    /** What comes after a configuration; empty if that one is not on the way. */
    Optional<Onward> from(IndexView from) {
        int at = revisions.indexOf(from.revision());
        return at < 0
                ? Optional.empty()
                : Optional.of(new Onward(from, steps(from, changes.subList(at + 1, changes.size()))));
    }

    private Stream<Step> steps(IndexView from, List<Root> ahead) {
        AtomicReference<IndexView> reached = new AtomicReference<>(from);
        return ahead.stream().flatMap(root -> step(root, reached).stream());
    }

    /** Nothing if what it takes has been collected meanwhile. */
    private Optional<Step> step(Root root, AtomicReference<IndexView> reached) {
        IndexView before = reached.get();
        IndexView near = before.index().size() == 0 ? present : before;
        try {
            IndexView known = new IndexView(root.revision(), Pages.read(root.index(), blocks, near.index()));
            IndexView merged = before.merge(known);
            reached.set(merged.revision().equals(present.revision()) ? present : merged);
            return Optional.of(new Step(reached.get(), known));
        } catch (MalformedException e) {
            return Optional.empty();
        }
    }
}
