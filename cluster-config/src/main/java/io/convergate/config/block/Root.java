package io.convergate.config.block;

import io.convergate.config.Hash;
import io.convergate.config.Origin;
import io.convergate.config.PastChange;
import io.convergate.config.Revision;
import io.convergate.config.WriterId;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A change: who made it, out of what, and the whole configuration it led to. Because all of that hangs on this one
 * block, a change is there or it is not.
 *
 * @param dot whose change it is, and which one
 * @param time when, by the writer's hybrid clock
 * @param author who asked for it; may be empty
 * @param message why; may be empty
 * @param origin where it came in
 * @param revision the configuration right after the change; it covers the parents' and the dot
 * @param parents the roots whose configurations were merged and changed; none for the first change of all
 * @param index the page that the configuration right after the change hangs on
 */
public record Root(
        Dot dot,
        HybridTime time,
        String author,
        String message,
        Origin origin,
        Revision revision,
        List<Hash> parents,
        Hash index) {
    public Root {
        parents = List.copyOf(parents);
        if (revision.counter(dot.writer()) != dot.counter()) {
            throw new IllegalArgumentException(revision + " (expected: to end in " + dot + ")");
        }
    }

    private static final String NODE = "node";
    private static final String CLIENT = "client";

    /** This change as a block. */
    public Block toBlock() {
        ByteWriter out = Block.start(Block.Kind.CHANGE)
                .i64(dot.writer().value())
                .i64(dot.counter())
                .i64(time.value())
                .text(author)
                .text(message)
                .revision(revision)
                .list(parents, ByteWriter::hash)
                .hash(index)
                .list(List.of(Map.entry(NODE, origin.node()), Map.entry(CLIENT, origin.client())), Root::detail);
        return Block.of(out.toByteArray());
    }

    private static void detail(ByteWriter out, Map.Entry<String, String> detail) {
        out.text(detail.getKey()).text(detail.getValue());
    }

    /**
     * Reads what {@link #toBlock} wrote, and the first form of it, which has no details. Details that this version does not
     * know are passed over, so that a later one can add some.
     *
     * @throws MalformedException if the block is no root
     */
    public static Root read(Block block) {
        boolean first = block.kind() == Block.Kind.ROOT;
        ByteReader in = block.open(first ? Block.Kind.ROOT : Block.Kind.CHANGE);
        return ByteReader.checked(() -> {
            Dot dot = new Dot(new WriterId(in.i64()), in.i64());
            HybridTime time = new HybridTime(in.i64());
            String author = in.text();
            String message = in.text();
            Revision revision = in.revision();
            List<Hash> parents = in.list(ByteReader::hash);
            Hash index = in.hash();
            Origin origin = first ? Origin.UNKNOWN : origin(in);
            in.end();
            return new Root(dot, time, author, message, origin, revision, parents, index);
        });
    }

    private static Origin origin(ByteReader in) {
        Map<String, String> details = new HashMap<>();
        in.list(r -> Map.entry(r.text(), r.text())).forEach(d -> details.put(d.getKey(), d.getValue()));
        return new Origin(details.getOrDefault(NODE, ""), details.getOrDefault(CLIENT, ""));
    }

    /** This change as the past shows it. */
    public PastChange past() {
        return new PastChange(
                dot.writer(), dot.counter(), Instant.ofEpochMilli(time.millis()), author, message, origin, revision);
    }

    /** The head that this change makes. */
    public Head head(Hash name) {
        return new Head(dot.writer(), dot.counter(), name);
    }
}
