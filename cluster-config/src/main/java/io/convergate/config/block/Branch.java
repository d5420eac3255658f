package io.convergate.config.block;

import io.convergate.config.Hash;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A page of the index that lists sixteen pages, each of which may be empty. */
final class Branch implements Index {
    private final List<Index> children;
    private final int size;
    private final long pageBytes;
    private final int conflicts;

    /** Computed when first asked for; computing it twice does no harm. */
    private @Nullable Hash hash;

    Branch(List<Index> children) {
        this.children = List.copyOf(children);
        this.size = children.stream().mapToInt(Index::size).sum();
        this.pageBytes = children.stream().mapToLong(Index::pageBytes).sum();
        this.conflicts = children.stream().mapToInt(Index::conflicts).sum();
    }

    /** The smallest tree of these sixteen children; {@code before} itself if they are its own. */
    static Index join(List<Index> children, int depth, Index before) {
        if (before instanceof Branch branch && branch.hasChildren(children)) {
            return branch;
        }
        Branch joined = new Branch(children);
        if (joined.size > 1 && joined.pageBytes > LEAF_BYTES_MAX) {
            return joined;
        }
        List<Entry> entries = new ArrayList<>(joined.size);
        joined.forEach(entries::add);
        return Leaf.tree(entries, depth);
    }

    private boolean hasChildren(List<Index> others) {
        for (int i = 0; i < FANOUT; i++) {
            if (children.get(i) != others.get(i)) {
                return false;
            }
        }
        return true;
    }

    List<Index> children() {
        return children;
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
        return size;
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
        return Pages.branch(children);
    }

    @Override
    public Index child(int nibble, int depth) {
        return children.get(nibble);
    }

    @Override
    public Optional<Entry> find(Hash place) {
        Index at = this;
        for (int depth = 0; at instanceof Branch branch; depth++) {
            at = branch.children.get(place.nibble(depth));
        }
        return at.find(place);
    }

    @Override
    public void forEach(Consumer<Entry> action) {
        children.forEach(child -> child.forEach(action));
    }
}
