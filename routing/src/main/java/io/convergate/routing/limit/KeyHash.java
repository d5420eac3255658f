package io.convergate.routing.limit;

import org.jspecify.annotations.Nullable;

/**
 * Makes a {@link LimitKey} of its parts, without allocating: SipHash-2-4 with 128 bits of output (Aumasson and Bernstein, 2012,
 * and their reference code). Each rule has a secret of its own, so that nobody who sends requests can make two keys fall
 * together. Parts are delimited by their lengths: {@code ab, c} and {@code a, bc} are two keys. Reused from request to request
 * and confined to a thread.
 */
public final class KeyHash {
    private long v0;
    private long v1;
    private long v2;
    private long v3;
    private long word;
    private int filled;
    private long length;
    private long high;
    private long low;

    /** Begins a key under a secret of two halves. */
    public KeyHash begin(long k0, long k1) {
        v0 = 0x736f6d6570736575L ^ k0;
        v1 = 0x646f72616e646f6dL ^ k1 ^ 0xee;
        v2 = 0x6c7967656e657261L ^ k0;
        v3 = 0x7465646279746573L ^ k1;
        word = 0;
        filled = 0;
        length = 0;
        return this;
    }

    /** One byte. */
    public KeyHash add(byte value) {
        word |= (value & 0xffL) << (8 * filled);
        length++;
        if (++filled == 8) {
            compress();
            word = 0;
            filled = 0;
        }
        return this;
    }

    private void compress() {
        v3 ^= word;
        round();
        round();
        v0 ^= word;
    }

    /** A part that is a text, or that is not there if it is null; these are different from the empty text. */
    public KeyHash addPart(@Nullable String text) {
        if (text == null) {
            return add((byte) 0);
        }
        return addPart(text, 0, text.length());
    }

    /** A part that is a piece of a text. */
    public KeyHash addPart(String text, int from, int to) {
        add((byte) 1).addInt(to - from);
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            add((byte) c);
            if (c > 0xff) { // never in what a request brings, which is ISO 8859-1
                add((byte) (c >> 8));
            }
        }
        return this;
    }

    /** The first bits of an address. */
    public KeyHash addAddress(byte[] address, int prefixBits) {
        add((byte) 2).add((byte) address.length);
        for (int i = 0, bits = prefixBits; i < address.length; i++, bits -= 8) {
            add(bits >= 8 ? address[i] : bits <= 0 ? 0 : (byte) (address[i] & 0xff << (8 - bits)));
        }
        return this;
    }

    private void addInt(int value) {
        for (int i = 0; i < 4; i++) {
            add((byte) (value >> (8 * i)));
        }
    }

    /** Ends the key; {@link #high}, {@link #low} and {@link #key} are it until the next begins. */
    public KeyHash end() {
        word |= length << 56;
        compress();
        v2 ^= 0xee;
        finish();
        high = v0 ^ v1 ^ v2 ^ v3;
        v1 ^= 0xdd;
        finish();
        low = v0 ^ v1 ^ v2 ^ v3;
        return this;
    }

    private void finish() {
        for (int i = 0; i < 4; i++) {
            round();
        }
    }

    private void round() {
        v0 += v1;
        v1 = Long.rotateLeft(v1, 13) ^ v0;
        v0 = Long.rotateLeft(v0, 32);
        v2 += v3;
        v3 = Long.rotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = Long.rotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = Long.rotateLeft(v1, 17) ^ v2;
        v2 = Long.rotateLeft(v2, 32);
    }

    public long high() {
        return high;
    }

    public long low() {
        return low;
    }

    /** The key as an object of its own. */
    public LimitKey key() {
        return new LimitKey(high, low);
    }

    /** Equal to the {@link LimitKey} that it ended as, for looking one up. */
    @Override
    @SuppressWarnings("EqualsHashCode")
    public boolean equals(Object other) {
        return other instanceof LimitKey key && key.high() == high && key.low() == low;
    }

    @Override
    public int hashCode() {
        return LimitKey.hash(high, low);
    }
}
