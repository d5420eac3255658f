package io.convergate.config;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A SHA-256 hash: the name of something that never changes. Ordered as its bytes are, unsigned.
 *
 * @param a bytes 0 to 7, big-endian, and so on
 * @param b bytes 8 to 15
 * @param c bytes 16 to 23
 * @param d bytes 24 to 31
 */
public record Hash(long a, long b, long c, long d) implements Comparable<Hash> {
    /** The length of a hash in bytes. */
    public static final int BYTES = 32;

    /** Never fed: copied, which is much less than to look for one that can. */
    private static final MessageDigest SHA256 = sha256();

    /** The hash of these bytes. */
    public static Hash of(byte[] bytes) {
        return read(ByteBuffer.wrap(fresh().digest(bytes)));
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws java.nio.BufferUnderflowException if fewer than {@value #BYTES} bytes remain
     */
    public static Hash read(ByteBuffer in) {
        return new Hash(in.getLong(), in.getLong(), in.getLong(), in.getLong());
    }

    /** Appends the {@value #BYTES} bytes of this hash. */
    public void write(ByteBuffer out) {
        out.putLong(a).putLong(b).putLong(c).putLong(d);
    }

    /** The four bits at a depth: 0 is the first half of the first byte, 63 the last half of the last. */
    public int nibble(int depth) {
        long word =
                switch (depth >>> 4) {
                    case 0 -> a;
                    case 1 -> b;
                    case 2 -> c;
                    default -> d;
                };
        return (int) (word >>> (60 - 4 * (depth & 15))) & 0xf;
    }

    @Override
    public int compareTo(Hash other) {
        int order = Long.compareUnsigned(a, other.a);
        if (order == 0) {
            order = Long.compareUnsigned(b, other.b);
        }
        if (order == 0) {
            order = Long.compareUnsigned(c, other.c);
        }
        return order != 0 ? order : Long.compareUnsigned(d, other.d);
    }

    /** 64 hexadecimal digits, lower case. */
    @Override
    public String toString() {
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(a) + hex.toHexDigits(b) + hex.toHexDigits(c) + hex.toHexDigits(d);
    }

    private static MessageDigest fresh() {
        try {
            return (MessageDigest) SHA256.clone();
        } catch (CloneNotSupportedException e) {
            return sha256();
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
