package io.convergate.config.block;

import io.convergate.config.Hash;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A page of the index that lists entries, in the order of their places. */
final class Leaf implements Index {
    private final List<Entry> entries;
    private final long pageBytes;
    private final int conflicts;

    /** Computed when first asked for; computing it twice does no harm. */
    private @Nullable Hash hash;

    /** A leaf of these entries, which are in order. */
    Leaf(List<Entry> entries) {
        this.entries = List.copyOf(entries);
        this.pageBytes = entries.stream().mapToLong(Entry::pageBytes).sum();
        this.conflicts = (int) entries.stream().filter(Entry::isConflict).count();
    }

    /** The smallest tree of these entries, which are in order, at a depth. */
    static Index tree(List<Entry> entries, int depth) {
        Leaf leaf = new Leaf(entries);
        if (leaf.fits()) {
            return leaf;
        }
        List<Index> children = new ArrayList<>(FANOUT);
        for (int nibble = 0; nibble < FANOUT; nibble++) {
            children.add(tree(leaf.under(nibble, depth), depth + 1));
        }
        return new Branch(children);
    }

    private boolean fits() {
        return entries.size() <= 1 || pageBytes <= LEAF_BYTES_MAX;
    }

    List<Entry> entries() {
        return entries;
    }

    @Override
    public Hash hash() {
        Hash known = hash;
        if (known == null) {
            known = page().hash();
            hash = known;
        }
        return known;
    }

    @Override
    public int size() {
        return entries.size();
    }

    @Override
    public int conflicts() {
        return conflicts;
    }

    @Override
    public long pageBytes() {
        return pageBytes;
    }

    @Override
    public Block page() {
        return Pages.leaf(entries);
    }

    @Override
    public Index child(int nibble, int depth) {
        List<Entry> under = under(nibble, depth);
        return under.isEmpty() ? EMPTY : new Leaf(under);
    }

    private List<Entry> under(int nibble, int depth) {
        return entries.stream().filter(e -> e.place().nibble(depth) == nibble).toList();
    }

    @Override
    public Optional<Entry> find(Hash place) {
        int low = 0;
        int high = entries.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = entries.get(middle).place().compareTo(place);
            if (order == 0) {
                return Optional.of(entries.get(middle));
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return Optional.empty();
    }

    @Override
    public void forEach(Consumer<Entry> action) {
        entries.forEach(action);
    }
}
