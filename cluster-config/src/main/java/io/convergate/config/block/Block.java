package io.convergate.config.block;

import io.convergate.config.Hash;
import java.util.Arrays;
import java.util.List;

/**
 * Bytes under their hash: the unit of disk and network. The first byte says which {@link Kind} it is. Immutable.
 */
public final class Block {
    /** The largest block, 64 KiB: well below a frame of the cluster transport. Larger contents are cut into several. */
    public static final int BYTES_MAX = 64 << 10;

    private final Hash hash;
    private final byte[] bytes;

    private Block(byte[] bytes) {
        this.bytes = bytes;
        this.hash = Hash.of(bytes);
    }

    /** What a block is; the ordinal is its first byte. */
    enum Kind {
        /** Content of a resource, or a piece of it. */
        DATA,
        /** The pieces of a content that is too long for one block. */
        MANIFEST,
        /** A page of the index that lists versions. */
        LEAF,
        /** A page of the index that lists pages. */
        BRANCH,
        /** A change, in its first form. */
        ROOT,
        /** A change, and where it came in. */
        CHANGE
    }

    /** Starts a block of a kind. */
    static ByteWriter start(Kind kind) {
        return new ByteWriter().u8(kind.ordinal());
    }

    /**
     * The block that these bytes are; they must not change afterwards.
     *
     * @throws MalformedException if they are too many or none, or of no known kind
     */
    public static Block of(byte[] bytes) {
        if (bytes.length == 0 || bytes.length > BYTES_MAX || (bytes[0] & 0xff) >= Kind.values().length) {
            throw new MalformedException(
                    "a block of " + bytes.length + " bytes (expected: a known kind, at most " + BYTES_MAX + " bytes)");
        }
        return new Block(bytes);
    }

    /** Its name. */
    public Hash hash() {
        return hash;
    }

    /** How many bytes it has. */
    public int length() {
        return bytes.length;
    }

    /** Appends its bytes with their length. */
    public void write(ByteWriter out) {
        out.bytes(bytes);
    }

    /** Reads what {@link #write} wrote. */
    public static Block read(ByteReader in) {
        return of(in.bytes());
    }

    Kind kind() {
        return Kind.values()[bytes[0]];
    }

    /** Whether it is a change. */
    public boolean isRoot() {
        return kind() == Kind.ROOT || kind() == Kind.CHANGE;
    }

    /** A reader behind the first byte, after checking that. */
    ByteReader open(Kind expected) {
        ByteReader in = new ByteReader(bytes);
        if (in.u8() != expected.ordinal()) {
            throw new MalformedException(kind() + " " + hash + " (expected: " + expected + ")");
        }
        return in;
    }

    /**
     * The blocks that this one needs to be whole. A root's parents are not among them.
     *
     * @throws MalformedException if the block is not what its kind says
     */
    public List<Hash> references() {
        return switch (kind()) {
            case DATA -> List.of();
            case MANIFEST -> Contents.pieces(this);
            case LEAF -> Pages.contents(this);
            case BRANCH -> Pages.children(this);
            case ROOT, CHANGE -> List.of(Root.read(this).index());
        };
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Block that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return hash.hashCode();
    }

    @Override
    public String toString() {
        return kind() + " " + hash + ", " + bytes.length + " bytes";
    }
}
