package io.convergate.config;

import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * The name of one who writes: drawn at random for each store directory, so that a node that lost its directory is a
 * new writer and never uses one of its old counters twice. Ordered as an unsigned number.
 *
 * @param value 64 random bits
 */
public record WriterId(long value) implements Comparable<WriterId> {
    private static final SecureRandom RANDOM = new SecureRandom();

    /** A name that nobody else has. */
    public static WriterId random() {
        return new WriterId(RANDOM.nextLong());
    }

    /**
     * Reads the form that {@link #toString()} writes.
     *
     * @throws IllegalArgumentException if it is not 16 hexadecimal digits
     */
    public static WriterId parse(String text) {
        if (text.length() != 16) {
            throw new IllegalArgumentException(text + " (expected: 16 hexadecimal digits)");
        }
        return new WriterId(HexFormat.fromHexDigitsToLong(text));
    }

    @Override
    public int compareTo(WriterId other) {
        return Long.compareUnsigned(value, other.value);
    }

    /** 16 hexadecimal digits, lower case. */
    @Override
    public String toString() {
        return HexFormat.of().toHexDigits(value);
    }
}
