package io.convergate.config.store;

import io.convergate.config.ConfigHistory.Extent;
import io.convergate.config.Hash;
import io.convergate.config.HistoryLimits;
import io.convergate.config.block.Block;
import io.convergate.config.block.Head;
import io.convergate.config.block.HybridTime;
import io.convergate.config.block.MalformedException;
import io.convergate.config.block.Root;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The changes that led to the present, as far as they are kept. Roots name their parents, so the past hangs on the present
 * like everything else; what is kept of it is decided by {@link HistoryLimits} alone, and so alike on nodes that have the
 * same heads. A root whose configuration is not whole here is no part of it yet.
 *
 * <p>{@link #lineage}, {@link #isWhole} and {@link #extent} may be called on any thread; the rest is confined to the store's.
 */
final class Past {
    private static final Logger LOG = LoggerFactory.getLogger(Past.class);

    /** Newest first; of two of one time the greater dot. A parent comes after its child whatever the clocks said. */
    private static final Comparator<Step> NEWEST_FIRST = Comparator.<Step, HybridTime>comparing(
                    step -> step.root().time())
            .thenComparing(step -> step.root().dot())
            .reversed();

    private final BlockTable table;
    private final HistoryLimits limits;
    private final InstantSource wall;
    private final Set<Hash> wholeRoots = ConcurrentHashMap.newKeySet();
    private final Set<Hash> wholeBlocks = new HashSet<>();

    /** Whether all of it is here that can be had. */
    private volatile boolean fetched;

    /** The newest changes that were given up to save bytes; they are not looked for again. */
    private volatile Set<Hash> givenUp = Set.of();

    /** What was missing when somebody asked last. */
    private Answer answer = Answer.NONE;

    Past(BlockTable table, HistoryLimits limits, InstantSource wall) {
        this.table = table;
        this.limits = limits;
        this.wall = wall;
    }

    /**
     * What was missing at one time.
     *
     * @param tips of which present
     * @param alterations of the blocks that were here
     * @param limit how many names were asked for
     * @param missing the names; all there are, if they are fewer
     */
    private record Answer(List<Head> tips, long alterations, int limit, Set<Hash> missing) {
        /** None yet. */
        static final Answer NONE = new Answer(List.of(), -1, 0, Set.of());

        /** Whether it is the answer still: neither the present nor the blocks are others. What has become too old since counts. */
        boolean holds(Collection<Head> present, long altered, int wanted) {
            return altered == alterations
                    && (wanted == limit || missing.size() < Math.min(limit, wanted))
                    && tips.equals(present);
        }
    }

    /**
     * A change on the way to the present.
     *
     * @param name its root's name
     * @param root the change
     */
    record Step(Hash name, Root root) {}

    /** The changes within the limits whose roots are here, the newest first. */
    List<Step> lineage(Collection<Head> tips) {
        return walk(tips, new HashSet<>());
    }

    /** Whether the configuration of a change is here as a whole. */
    boolean isWhole(Hash root) {
        return wholeRoots.contains(root);
    }

    /** The changes within the limits whose configurations are here as a whole, the newest first. */
    List<Step> whole(Collection<Head> tips) {
        return lineage(tips).stream().filter(step -> isWhole(step.name())).toList();
    }

    /** How much of it is here. */
    Extent extent(Collection<Head> tips) {
        Set<Hash> gaps = new HashSet<>();
        List<Step> steps = walk(tips, gaps);
        Set<Hash> names = new HashSet<>();
        steps.forEach(step -> names.add(step.name()));
        if (!fetched && (!gaps.isEmpty() || !wholeRoots.containsAll(names))) {
            return Extent.INCOMPLETE;
        }
        return steps.stream().allMatch(step -> names.containsAll(step.root().parents())) ? Extent.WHOLE : Extent.KEPT;
    }

    /** Whether what is missing will not come. */
    void fetched(boolean all) {
        fetched = all;
    }

    /** How many changes are known to be whole; it differs if others are. */
    int wholeCount() {
        return wholeRoots.size();
    }

    /** A change has become part of the present: it is whole. */
    void adopted(Hash root) {
        wholeRoots.add(root);
    }

    /**
     * What is missing of the past. The same is answered at no cost as long as no block came or went.
     *
     * @return the first names of blocks to look for, at most {@code limit} and a few
     */
    Set<Hash> missing(Collection<Head> tips, int limit) {
        if (answer.holds(tips, table.alterations(), limit)) {
            return answer.missing();
        }
        Set<Hash> missing = new LinkedHashSet<>();
        for (Step step : walk(tips, missing)) {
            if (!isWhole(step.name()) && missing.size() < limit && isReadable(step, missing, limit)) {
                wholeRoots.add(step.name());
            }
        }
        answer = new Answer(List.copyOf(tips), table.alterations(), limit, Collections.unmodifiableSet(missing));
        return missing;
    }

    private boolean isReadable(Step step, Set<Hash> missing, int limit) {
        try {
            return whole(step.root().index(), missing, limit);
        } catch (MalformedException e) {
            LOG.error("change {} is no part of the past: {}", step.root().dot(), e.getMessage());
            return false;
        }
    }

    /**
     * Which blocks to keep: those of the present, and of the past as many as fit its limits.
     *
     * @param others changes that are on their way here
     */
    Set<Hash> keep(Collection<Head> tips, Collection<Head> others) {
        Set<Hash> kept = new HashSet<>();
        tips.forEach(head -> kept.addAll(table.reachable(head.root(), kept)));
        others.forEach(head -> kept.addAll(table.reachable(head.root(), kept)));
        long spent = 0;
        for (Step step : lineage(tips)) {
            Set<Hash> added = table.reachable(step.name(), kept);
            spent += table.bytes(added);
            if (spent > limits.bytesMax()) {
                giveUpBefore(kept);
                break;
            }
            kept.addAll(added);
        }
        answer = Answer.NONE;
        wholeRoots.retainAll(kept);
        wholeBlocks.retainAll(kept);
        return kept;
    }

    private void giveUpBefore(Set<Hash> kept) {
        Set<Hash> parents = new HashSet<>();
        kept.stream()
                .flatMap(name -> table.get(name).stream())
                .filter(Block::isRoot)
                .forEach(block -> parents.addAll(Root.read(block).parents()));
        parents.removeAll(kept);
        givenUp = Set.copyOf(parents);
    }

    private List<Step> walk(Collection<Head> tips, Set<Hash> gaps) {
        HybridTime oldest = HybridTime.ofMillis(
                Math.max(0, wall.instant().minus(limits.ageMax()).toEpochMilli()));
        PriorityQueue<Step> open = new PriorityQueue<>(NEWEST_FIRST);
        Set<Hash> seen = new HashSet<>();
        tips.forEach(head -> look(head.root(), seen, open, gaps));
        List<Step> steps = new ArrayList<>();
        while (!open.isEmpty() && steps.size() < limits.changesMax()) {
            Step step = open.remove();
            HybridTime time = step.root().time();
            boolean present = tips.stream().anyMatch(head -> head.root().equals(step.name()));
            if (present || time.compareTo(oldest) >= 0) {
                steps.add(step);
                boolean last = steps.size() == limits.changesMax();
                step.root().parents().forEach(parent -> look(parent, seen, open, last ? new HashSet<>() : gaps));
            }
        }
        return steps;
    }

    private void look(Hash name, Set<Hash> seen, PriorityQueue<Step> open, Set<Hash> gaps) {
        if (givenUp.contains(name) || !seen.add(name)) {
            return;
        }
        Optional<Block> block = table.get(name);
        if (block.isEmpty()) {
            gaps.add(name);
            return;
        }
        try {
            open.add(new Step(name, Root.read(block.get())));
        } catch (MalformedException e) {
            LOG.error("the past ends at {}: {}", name, e.getMessage());
        }
    }

    /** Whether all that hangs on a block is here; what is once found whole is not looked at again. */
    private boolean whole(Hash name, Set<Hash> missing, int limit) {
        if (wholeBlocks.contains(name)) {
            return true;
        }
        Optional<Block> block = table.get(name);
        if (block.isEmpty()) {
            missing.add(name);
            return false;
        }
        boolean all = true;
        for (Hash part : block.get().references()) {
            all = missing.size() < limit && whole(part, missing, limit) && all;
        }
        if (all) {
            wholeBlocks.add(name);
        }
        return all;
    }
}
