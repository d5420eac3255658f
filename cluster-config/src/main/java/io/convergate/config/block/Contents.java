package io.convergate.config.block;

import io.convergate.config.Content;
import io.convergate.config.Hash;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Contents as blocks: one block if it fits, else pieces and a manifest that lists them. */
public final class Contents {
    private static final int PIECE_BYTES = Block.BYTES_MAX - 1;

    private Contents() {}

    /**
     * Cuts a content into blocks.
     *
     * @param out gets every block, the one that names the content last
     * @return the name of the content: equal for equal bytes
     */
    public static Hash write(Content content, Consumer<Block> out) {
        ByteBuffer in = content.asByteBuffer();
        if (in.remaining() <= PIECE_BYTES) {
            return emit(data(in), out);
        }
        List<Hash> pieces = new ArrayList<>();
        for (int at = 0; at < in.limit(); at += PIECE_BYTES) {
            pieces.add(emit(data(in.slice(at, Math.min(PIECE_BYTES, in.limit() - at))), out));
        }
        ByteWriter manifest = Block.start(Block.Kind.MANIFEST).list(pieces, ByteWriter::hash);
        return emit(Block.of(manifest.toByteArray()), out);
    }

    /**
     * Puts a content together again.
     *
     * @throws MalformedException if a block is missing or is no content
     */
    public static Content read(Hash name, Blocks blocks) {
        Block block = blocks.require(name);
        if (block.kind() == Block.Kind.DATA) {
            return block.open(Block.Kind.DATA).rest();
        }
        ByteWriter whole = new ByteWriter();
        for (Hash piece : pieces(block)) {
            whole.raw(blocks.require(piece).open(Block.Kind.DATA).rest().asByteBuffer());
        }
        return Content.read(ByteBuffer.wrap(whole.toByteArray()));
    }

    static List<Hash> pieces(Block manifest) {
        ByteReader in = manifest.open(Block.Kind.MANIFEST);
        List<Hash> pieces = in.list(ByteReader::hash);
        in.end();
        return pieces;
    }

    private static Block data(ByteBuffer bytes) {
        return Block.of(Block.start(Block.Kind.DATA).raw(bytes).toByteArray());
    }

    private static Hash emit(Block block, Consumer<Block> out) {
        out.accept(block);
        return block.hash();
    }
}
