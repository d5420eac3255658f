package io.convergate.config.block;

import io.convergate.config.Hash;
import io.convergate.config.Revision;
import io.convergate.config.StoredResource;
import io.convergate.routing.model.ResourceKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * A configuration as a tree of pages, sixteen-fold, by the hash of the key. Its shape depends on nothing but its
 * entries: what fits a page of {@link #LEAF_BYTES_MAX} is a {@link Leaf}, everything else a {@link Branch}. So equal
 * configurations have equal pages on all nodes, two that differ in one key differ in one path of pages, and every
 * operation here skips what is equal. Immutable; safe on any thread; trees share their unchanged parts.
 */
public sealed interface Index permits Leaf, Branch {
    /**
     * The bytes of entries from which a leaf is split, 16 KiB. Below {@link Block#BYTES_MAX}, so that one key with many
     * concurrent versions still fits; small, because each change sends the leaf it touches to everybody.
     */
    int LEAF_BYTES_MAX = 16 << 10;

    /** How many children a branch has. */
    int FANOUT = 16;

    /** The configuration without entries. */
    Index EMPTY = new Leaf(List.of());

    /** The name of its page, and so of all that hangs on it. */
    Hash hash();

    /** How many entries it has. */
    int size();

    /** How many of its entries are conflicts. */
    int conflicts();

    /** How many bytes its entries would take in one page. */
    long pageBytes();

    /** Its own page, encoded anew. */
    Block page();

    /** Its part under one of the sixteen branches at a depth, as a leaf has it too. */
    Index child(int nibble, int depth);

    /** The entry at a place. */
    Optional<Entry> find(Hash place);

    /** Calls back with every entry, in the order of the places. */
    void forEach(Consumer<Entry> action);

    /** The resource that is served under a key. */
    default Optional<StoredResource> served(ResourceKey key) {
        return size() == 0 ? Optional.empty() : find(Entry.place(key)).map(Entry::served);
    }

    /** Every version of a key that nobody has overwritten, the one that is served last. */
    default List<Version> versions(ResourceKey key) {
        return size() == 0
                ? List.of()
                : find(Entry.place(key)).map(Entry::versions).orElse(List.of());
    }

    /** Whether the other has the same entries. */
    default boolean same(Index other) {
        return this == other || (size() == other.size() && hash().equals(other.hash()));
    }

    /**
     * This configuration with some keys replaced.
     *
     * @param edits what each key has from now on; an empty one is deleted
     */
    default Index with(Map<ResourceKey, Optional<Version>> edits) {
        TreeMap<Hash, Optional<Entry>> placed = new TreeMap<>();
        edits.forEach((key, version) -> {
            Hash place = Entry.place(key);
            placed.put(place, version.map(v -> new Entry(key, place, List.of(v))));
        });
        return Edits.apply(this, placed, 0);
    }

    /** The merge of this configuration, which has seen {@code seen}, with another. */
    default Index merge(Revision seen, Index other, Revision otherSeen) {
        return new Merge(seen, otherSeen).merge(this, other, 0);
    }

    /** The keys whose served resource differs. */
    default Set<ResourceKey> differsFrom(Index other) {
        Set<ResourceKey> keys = new TreeSet<>();
        Differences.collect(this, other, 0, keys);
        return keys;
    }

    /**
     * Writes the pages that a tree written before does not have.
     *
     * @param out gets them, children before parents
     */
    default void writePages(Index written, Consumer<Block> out) {
        Pages.write(this, written, 0, out);
    }
}
