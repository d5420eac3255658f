package io.convergate.config.block;

import io.convergate.config.Hash;
import io.convergate.config.StoredResource;
import io.convergate.config.WriterId;
import io.convergate.routing.model.ResourceKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The index as blocks, and back. */
public final class Pages {
    private Pages() {}

    /**
     * Reads the tree under a page. Every block it needs must be there.
     *
     * @param near a tree that is like it; what is equal in both is taken from there, resources too
     * @throws MalformedException if a block is missing, or the tree is not the one that its entries have
     */
    public static Index read(Hash page, Blocks blocks, Index near) {
        return read(page, blocks, near, 0);
    }

    private static Index read(Hash page, Blocks blocks, Index near, int depth) {
        if (near.hash().equals(page)) {
            return near;
        }
        Block block = blocks.require(page);
        Index read;
        if (block.kind() == Block.Kind.LEAF) {
            List<Entry> entries =
                    rows(block).stream().map(row -> row.resolve(blocks, near)).toList();
            read = Leaf.tree(ascending(entries), depth);
        } else {
            List<Index> children = new ArrayList<>(Index.FANOUT);
            for (Optional<Hash> child : slots(block)) {
                Index nearChild = near.child(children.size(), depth);
                children.add(child.map(hash -> read(hash, blocks, nearChild, depth + 1))
                        .orElse(Index.EMPTY));
            }
            read = Branch.join(children, depth, near);
        }
        if (!read.hash().equals(page)) {
            throw new MalformedException("page " + page + " (expected: in order, of the right size)");
        }
        return read;
    }

    /** Writes the pages of a tree that {@code written} does not have at the same place. */
    static void write(Index index, Index written, int depth, Consumer<Block> out) {
        if (index.same(written)) {
            return;
        }
        if (index instanceof Branch branch) {
            for (int nibble = 0; nibble < Index.FANOUT; nibble++) {
                Index child = branch.children().get(nibble);
                if (child.size() > 0) {
                    write(child, written.child(nibble, depth), depth + 1, out);
                }
            }
        }
        out.accept(index.page());
    }

    /**
     * The entry of one key in the tree under a page, if it has one. Reads one page a level and the versions.
     *
     * @throws MalformedException if a block is missing
     */
    public static Optional<Entry> find(Hash page, Blocks blocks, ResourceKey key) {
        Hash place = Entry.place(key);
        Block block = blocks.require(page);
        for (int depth = 0; block.kind() == Block.Kind.BRANCH; depth++) {
            Optional<Hash> child = slots(block).get(place.nibble(depth));
            if (child.isEmpty()) {
                return Optional.empty();
            }
            block = blocks.require(child.get());
        }
        return rows(block).stream()
                .filter(row -> row.key().equals(key.toString()))
                .findFirst()
                .map(row -> row.resolve(blocks, Index.EMPTY));
    }

    static Block leaf(List<Entry> entries) {
        ByteWriter out = Block.start(Block.Kind.LEAF).list(entries, Pages::entry);
        return Block.of(out.toByteArray());
    }

    private static void entry(ByteWriter out, Entry entry) {
        out.text(entry.key().toString()).list(entry.versions(), Pages::version);
    }

    private static void version(ByteWriter out, Version version) {
        out.i64(version.dot().writer().value())
                .i64(version.dot().counter())
                .i64(version.time().value())
                .hash(version.resource().hash());
    }

    static Block branch(List<Index> children) {
        ByteWriter out = Block.start(Block.Kind.BRANCH);
        for (Index child : children) {
            if (child.size() == 0) {
                out.u8(0);
            } else {
                out.u8(1).hash(child.hash());
            }
        }
        return Block.of(out.toByteArray());
    }

    /** What each of the sixteen slots of a branch names. */
    static List<Optional<Hash>> slots(Block branch) {
        ByteReader in = branch.open(Block.Kind.BRANCH);
        List<Optional<Hash>> slots = new ArrayList<>(Index.FANOUT);
        for (int i = 0; i < Index.FANOUT; i++) {
            slots.add(in.u8() == 0 ? Optional.empty() : Optional.of(in.hash()));
        }
        in.end();
        return slots;
    }

    static List<Hash> children(Block branch) {
        return slots(branch).stream().flatMap(Optional::stream).toList();
    }

    static List<Hash> contents(Block leaf) {
        return rows(leaf).stream()
                .flatMap(row -> row.versions().stream().map(RowVersion::content))
                .toList();
    }

    private static List<Entry> ascending(List<Entry> entries) {
        for (int i = 1; i < entries.size(); i++) {
            if (entries.get(i - 1).place().compareTo(entries.get(i).place()) >= 0) {
                throw new MalformedException(
                        "a leaf out of order at " + entries.get(i).key());
            }
        }
        return entries;
    }

    private static List<Row> rows(Block leaf) {
        ByteReader in = leaf.open(Block.Kind.LEAF);
        List<Row> rows = in.list(r -> new Row(r.text(), r.list(Pages::rowVersion)));
        in.end();
        return rows;
    }

    private static RowVersion rowVersion(ByteReader in) {
        return new RowVersion(new Dot(new WriterId(in.i64()), in.i64()), new HybridTime(in.i64()), in.hash());
    }

    private record RowVersion(Dot dot, HybridTime time, Hash content) {}

    /** An entry as its page has it: with the names of the contents only. */
    private record Row(String key, List<RowVersion> versions) {
        Entry resolve(Blocks blocks, Index near) {
            ResourceKey parsed = ByteReader.checked(() -> ResourceKey.parse(key));
            Hash place = Entry.place(parsed);
            List<Version> known = near.find(place).map(Entry::versions).orElse(List.of());
            List<Version> resolved = new ArrayList<>(versions.size());
            for (RowVersion version : versions) {
                StoredResource resource = known.stream()
                        .map(Version::resource)
                        .filter(r -> r.hash().equals(version.content()))
                        .findFirst()
                        .orElseGet(() -> new StoredResource(
                                parsed, Contents.read(version.content(), blocks), version.content()));
                resolved.add(new Version(version.dot(), version.time(), resource));
            }
            if (resolved.isEmpty()) {
                throw new MalformedException(key + " without a version");
            }
            return new Entry(parsed, place, resolved);
        }
    }
}
