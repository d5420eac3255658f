package io.convergate.routing.limit;

/**
 * The key of a limit: a keyed 128-bit hash of the rule and of what the rule counts by. Two requests with the same key share
 * a limit, on all nodes.
 *
 * @param high the first half
 * @param low the second half
 */
public record LimitKey(long high, long low) implements Comparable<LimitKey> {
    private static final int HEX = 16;

    @Override
    public int hashCode() {
        return hash(high, low);
    }

    /** The hash code of a key with these halves: they are well mixed already. */
    public static int hash(long high, long low) {
        return (int) (high ^ low >>> 32);
    }

    @Override
    public int compareTo(LimitKey other) {
        int first = Long.compareUnsigned(high, other.high);
        return first != 0 ? first : Long.compareUnsigned(low, other.low);
    }

    /**
     * Reads what {@link #toString} wrote.
     *
     * @throws IllegalArgumentException if it is something else
     */
    public static LimitKey parse(String text) {
        if (text.length() != 2 * HEX) {
            throw new IllegalArgumentException(text + " (expected: 32 hexadecimal digits)");
        }
        return new LimitKey(Long.parseUnsignedLong(text, 0, HEX, HEX), Long.parseUnsignedLong(text, HEX, 2 * HEX, HEX));
    }

    /** 32 hexadecimal digits. */
    @Override
    public String toString() {
        char[] digits = new char[2 * HEX];
        for (int i = 0; i < HEX; i++) {
            digits[i] = Character.forDigit((int) (high >>> (60 - 4 * i)) & 0xf, HEX);
            digits[HEX + i] = Character.forDigit((int) (low >>> (60 - 4 * i)) & 0xf, HEX);
        }
        return new String(digits);
    }
}
