package io.convergate.config.block;

import io.convergate.config.Hash;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** Replaces entries of an index. */
final class Edits {
    private Edits() {}

    /** The index with these entries at their places; an empty one is removed. All places lie under the index. */
    static Index apply(Index index, NavigableMap<Hash, Optional<Entry>> edits, int depth) {
        if (edits.isEmpty()) {
            return index;
        }
        if (index instanceof Leaf leaf) {
            TreeMap<Hash, Entry> entries = new TreeMap<>();
            leaf.forEach(entry -> entries.put(entry.place(), entry));
            edits.forEach((place, edit) ->
                    edit.ifPresentOrElse(entry -> entries.put(place, entry), () -> entries.remove(place)));
            return Leaf.tree(List.copyOf(entries.values()), depth);
        }
        List<NavigableMap<Hash, Optional<Entry>>> parts = new ArrayList<>(Index.FANOUT);
        for (int nibble = 0; nibble < Index.FANOUT; nibble++) {
            parts.add(new TreeMap<>());
        }
        edits.forEach((place, edit) -> parts.get(place.nibble(depth)).put(place, edit));
        List<Index> children = new ArrayList<>(Index.FANOUT);
        for (int nibble = 0; nibble < Index.FANOUT; nibble++) {
            children.add(apply(index.child(nibble, depth), parts.get(nibble), depth + 1));
        }
        return Branch.join(children, depth, index);
    }
}
