package io.convergate.config.block;

import io.convergate.config.Hash;
import io.convergate.config.Revision;
import io.convergate.config.WriterId;
import java.util.List;

/**
 * A change: who made it, out of what, and the whole configuration it led to. Because all of that hangs on this one
 * block, a change is there or it is not.
 *
 * @param dot whose change it is, and which one
 * @param time when, by the writer's hybrid clock
 * @param author who asked for it; may be empty
 * @param message why; may be empty
 * @param revision the configuration right after the change; it covers the parents' and the dot
 * @param parents the roots whose configurations were merged and changed; none for the first change of all
 * @param index the page that the configuration right after the change hangs on
 */
public record Root(
        Dot dot, HybridTime time, String author, String message, Revision revision, List<Hash> parents, Hash index) {
    public Root {
        parents = List.copyOf(parents);
        if (revision.counter(dot.writer()) != dot.counter()) {
            throw new IllegalArgumentException(revision + " (expected: to end in " + dot + ")");
        }
    }

    /** This change as a block. */
    public Block toBlock() {
        ByteWriter out = Block.start(Block.Kind.ROOT)
                .i64(dot.writer().value())
                .i64(dot.counter())
                .i64(time.value())
                .text(author)
                .text(message)
                .revision(revision)
                .list(parents, ByteWriter::hash)
                .hash(index);
        return Block.of(out.toByteArray());
    }

    /**
     * Reads what {@link #toBlock} wrote.
     *
     * @throws MalformedException if the block is no root
     */
    public static Root read(Block block) {
        ByteReader in = block.open(Block.Kind.ROOT);
        return ByteReader.checked(() -> {
            Root root = new Root(
                    new Dot(new WriterId(in.i64()), in.i64()),
                    new HybridTime(in.i64()),
                    in.text(),
                    in.text(),
                    in.revision(),
                    in.list(ByteReader::hash),
                    in.hash());
            in.end();
            return root;
        });
    }

    /** The head that this change makes. */
    public Head head(Hash name) {
        return new Head(dot.writer(), dot.counter(), name);
    }
}
