package io.convergate.config.block;

import io.convergate.config.Hash;
import io.convergate.config.Revision;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Merges two configurations by the rule of the package: commutative, associative and idempotent for configurations that
 * grew by {@linkplain Index#with edits} and merges.
 *
 * @param seenLeft what the left one contains
 * @param seenRight what the right one contains
 */
record Merge(Revision seenLeft, Revision seenRight) {
    /** The merge of two parts at the same place; the left one itself if nothing changes in it. */
    Index merge(Index left, Index right, int depth) {
        if (left.same(right)) {
            return left;
        }
        if (left instanceof Leaf leftLeaf && right instanceof Leaf rightLeaf) {
            return leaf(leftLeaf, rightLeaf, depth);
        }
        List<Index> children = new ArrayList<>(Index.FANOUT);
        for (int nibble = 0; nibble < Index.FANOUT; nibble++) {
            children.add(merge(left.child(nibble, depth), right.child(nibble, depth), depth + 1));
        }
        return Branch.join(children, depth, left);
    }

    private Index leaf(Leaf left, Leaf right, int depth) {
        TreeMap<Hash, Entry> merged = new TreeMap<>();
        for (Entry mine : left.entries()) {
            List<Version> theirs = right.find(mine.place()).map(Entry::versions).orElse(List.of());
            mine.with(union(mine.surviving(seenRight, theirs), surviving(right, mine)))
                    .ifPresent(entry -> merged.put(entry.place(), entry));
        }
        for (Entry theirs : right.entries()) {
            if (left.find(theirs.place()).isEmpty()) {
                theirs.with(theirs.surviving(seenLeft, List.of())).ifPresent(entry -> merged.put(entry.place(), entry));
            }
        }
        List<Entry> entries = List.copyOf(merged.values());
        return entries.equals(left.entries()) ? left : Leaf.tree(entries, depth);
    }

    private List<Version> surviving(Leaf right, Entry mine) {
        return right.find(mine.place())
                .map(theirs -> theirs.surviving(seenLeft, mine.versions()))
                .orElse(List.of());
    }

    /** Both lists, without those of the second whose dot is in the first. */
    private static List<Version> union(List<Version> first, List<Version> second) {
        List<Version> union = new ArrayList<>(first);
        for (Version version : second) {
            if (first.stream().noneMatch(f -> f.dot().equals(version.dot()))) {
                union.add(version);
            }
        }
        return union;
    }
}
