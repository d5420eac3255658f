package io.convergate.node.edge.http;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A field name as it was received, with everything that is asked of it on every request worked out once: its lower-case
 * form, its bytes and its {@link HeaderRole}.
 *
 * <p>Names come from a small direct-mapped table, because the names on a connection hardly vary. A slot that is
 * overwritten costs the next reader one allocation and nothing else, so the table needs neither lock nor bound check
 * beyond its own size. Immutable; any thread.
 */
public final class HeaderName {
    private static final int SLOTS = 1024;
    /** Longer names are not kept: no client decides how much memory the table takes. */
    private static final int KEPT_CHARS_MAX = 64;

    private static final HeaderName[] TABLE = new HeaderName[SLOTS];

    private final String text;
    private final String lowerCase;
    private final byte[] bytes;
    private final HeaderRole role;

    private HeaderName(String text) {
        this.text = text;
        this.lowerCase = text.toLowerCase(Locale.ROOT);
        this.bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        this.role = HeaderRole.of(lowerCase);
    }

    /** The name in {@code length} bytes of ISO 8859-1 from {@code start}. */
    public static HeaderName of(byte[] source, int start, int length) {
        int slot = slot(length, source[start], source[start + (length >> 1)], source[start + length - 1]);
        HeaderName cached = TABLE[slot];
        if (cached != null && cached.hasBytes(source, start, length)) {
            return cached;
        }
        return kept(slot, new HeaderName(new String(source, start, length, StandardCharsets.ISO_8859_1)));
    }

    /** The name with this text. */
    public static HeaderName of(String name) {
        int length = name.length();
        int slot = slot(length, (byte) name.charAt(0), (byte) name.charAt(length >> 1), (byte) name.charAt(length - 1));
        HeaderName cached = TABLE[slot];
        if (cached != null && cached.text.equals(name)) {
            return cached;
        }
        return kept(slot, new HeaderName(name));
    }

    private static HeaderName kept(int slot, HeaderName fresh) {
        if (fresh.bytes.length <= KEPT_CHARS_MAX) {
            TABLE[slot] = fresh;
        }
        return fresh;
    }

    private static int slot(int length, byte first, byte middle, byte last) {
        return (length * 31 + first * 7 + middle * 131 + last * 17) & (SLOTS - 1);
    }

    private boolean hasBytes(byte[] source, int start, int length) {
        return bytes.length == length && java.util.Arrays.equals(bytes, 0, length, source, start, start + length);
    }

    /** The name as received. */
    public String text() {
        return text;
    }

    /** The name in lower case. */
    public String lowerCase() {
        return lowerCase;
    }

    /** The name's bytes; not to be changed. */
    public byte[] bytes() {
        return bytes;
    }

    /** What the field means to the gateway. */
    public HeaderRole role() {
        return role;
    }

    @Override
    public String toString() {
        return text;
    }
}
