package io.convergate.config.store;

import io.convergate.config.ConfigView;
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

    /** The steps, the oldest first, and the revision after each. */
    private final List<Root> steps = new ArrayList<>();

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
                steps.add(root);
                revisions.add(reached);
            }
        }
    }

    /** All of it, but for the present. */
    Stream<ConfigView> all() {
        return configurations(IndexView.EMPTY, steps);
    }

    /** What comes after a configuration, but for the present; empty if that one is not on the way. */
    Optional<Stream<ConfigView>> from(IndexView from) {
        int at = revisions.indexOf(from.revision());
        return at < 0 ? Optional.empty() : Optional.of(configurations(from, steps.subList(at + 1, steps.size())));
    }

    private Stream<ConfigView> configurations(IndexView from, List<Root> ahead) {
        AtomicReference<IndexView> reached = new AtomicReference<>(from);
        return ahead.stream()
                .flatMap(root -> step(root, reached).stream())
                .filter(view -> !view.revision().equals(present.revision()))
                .map(view -> view);
    }

    /** Nothing if what it takes has been collected meanwhile. */
    private Optional<IndexView> step(Root root, AtomicReference<IndexView> reached) {
        IndexView before = reached.get();
        IndexView near = before.index().size() == 0 ? present : before;
        try {
            IndexView view = new IndexView(root.revision(), Pages.read(root.index(), blocks, near.index()));
            reached.set(before.merge(view));
            return Optional.of(reached.get());
        } catch (MalformedException e) {
            return Optional.empty();
        }
    }
}
