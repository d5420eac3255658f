package io.convergate.config.store;

import io.convergate.config.Hash;
import io.convergate.config.PastChange;
import io.convergate.config.Revision;
import io.convergate.config.WriterId;
import io.convergate.config.block.Blocks;
import io.convergate.config.block.Dot;
import io.convergate.config.block.IndexView;
import io.convergate.config.block.MalformedException;
import io.convergate.config.block.Pages;
import io.convergate.config.block.Root;
import io.convergate.config.block.Version;
import io.convergate.config.store.Past.Step;
import io.convergate.routing.model.ResourceKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * Finds the deletions that a concurrent write outlived. A deletion leaves nothing behind in the configuration, so it is found
 * in the past: a change that deleted a resource of which there is a version now, neither of which knew of the other. As the
 * kept past is the same on all nodes, so is what is found. Confined to the store's thread.
 */
final class Outliving {
    private final Blocks blocks;

    /** What a change deleted that had a concurrent one, by its root. */
    private final Map<Hash, Set<ResourceKey>> deleted = new HashMap<>();

    Outliving(Blocks blocks) {
        this.blocks = blocks;
    }

    /**
     * The outlived deletions by key, the newest first.
     *
     * @param kept the changes whose configurations are here, the newest first
     */
    Map<ResourceKey, List<PastChange>> find(List<Step> kept, IndexView present) {
        Map<Dot, Root> byDot = new HashMap<>();
        Map<Hash, Root> byName = new HashMap<>();
        for (Step step : kept) {
            byDot.put(step.root().dot(), step.root());
            byName.put(step.name(), step.root());
        }
        deleted.keySet().retainAll(byName.keySet());
        Map<ResourceKey, List<PastChange>> found = new TreeMap<>();
        for (Step step : concurrent(kept)) {
            Root root = step.root();
            for (ResourceKey key : deletions(step, byName, present)) {
                List<Version> there = present.index().versions(key);
                if (there.stream().anyMatch(version -> !knows(root, version.dot()))
                        && there.stream().noneMatch(version -> mayKnow(version, byDot, root))) {
                    found.computeIfAbsent(key, none -> new ArrayList<>()).add(root.past());
                }
            }
        }
        return found;
    }

    /** Whether a change had seen another. */
    private static boolean knows(Root root, Dot other) {
        return root.revision().counter(other.writer()) >= other.counter();
    }

    /** Whether the change that wrote a version had seen a deletion; as far as its time tells, if it is not kept or not here yet. */
    private static boolean mayKnow(Version version, Map<Dot, Root> kept, Root deletion) {
        Root wrote = kept.get(version.dot());
        return wrote == null ? version.time().compareTo(deletion.time()) > 0 : knows(wrote, deletion.dot());
    }

    /** The changes of which another one did not know that they did not know. */
    private static List<Step> concurrent(List<Step> newestFirst) {
        Set<Step> concurrent = new HashSet<>();
        Revision before = Revision.EMPTY;
        for (int i = newestFirst.size() - 1; i >= 0; i--) {
            Step step = newestFirst.get(i);
            Revision seen = step.root().revision();
            long unseen = 0;
            for (Map.Entry<WriterId, Long> counter : before.counters().entrySet()) {
                unseen += Math.max(0, counter.getValue() - seen.counter(counter.getKey()));
            }
            if (unseen > 0) {
                concurrent.add(step);
            }
            for (int j = i + 1; j < newestFirst.size() && unseen > 0; j++) {
                if (!knows(step.root(), newestFirst.get(j).root().dot())) {
                    concurrent.add(newestFirst.get(j));
                    unseen--;
                }
            }
            before = before.merge(seen);
        }
        return newestFirst.stream().filter(concurrent::contains).toList();
    }

    /** What is in the configuration that a change was made to, and not in the one that it led to; nothing if that is not kept. */
    private Set<ResourceKey> deletions(Step step, Map<Hash, Root> kept, IndexView present) {
        return kept.keySet().containsAll(step.root().parents())
                ? deleted.computeIfAbsent(step.name(), name -> deletions(step.root(), kept, present))
                : Set.of();
    }

    private Set<ResourceKey> deletions(Root root, Map<Hash, Root> kept, IndexView present) {
        try {
            IndexView after = read(root, present);
            IndexView before = IndexView.EMPTY;
            for (Hash parent : root.parents()) {
                before = before.merge(read(Objects.requireNonNull(kept.get(parent)), after));
            }
            Set<ResourceKey> deletions = new HashSet<>(after.differsFrom(before));
            deletions.removeIf(key -> after.index().served(key).isPresent());
            return deletions;
        } catch (MalformedException e) {
            return Set.of();
        }
    }

    private IndexView read(Root root, IndexView near) {
        return new IndexView(root.revision(), Pages.read(root.index(), blocks, near.index()));
    }
}
