package io.convergate.node.telemetry.trace;

import org.jspecify.annotations.Nullable;

/**
 * Whose part a request is: the trace, the span of who sent it, and whether that is recorded. Immutable; any thread.
 *
 * @param traceHigh the first eight bytes of the trace's id; not zero together with {@code traceLow}
 * @param traceLow the last eight
 * @param parentId the sender's span, not zero
 * @param flags {@link #SAMPLED} and {@link #RANDOM}; the others are not passed on
 * @see <a href="https://www.w3.org/TR/trace-context-2/">W3C Trace Context, level 2</a>
 */
public record TraceContext(long traceHigh, long traceLow, long parentId, int flags) {
    /** The sender may have recorded it. */
    public static final int SAMPLED = 1;

    /** At least the last seven bytes of the trace's id are random. */
    public static final int RANDOM = 2;

    private static final int LENGTH = 55;
    private static final int TRACE_AT = 3;
    private static final int PARENT_AT = 36;
    private static final int FLAGS_AT = 53;
    private static final byte[] HEX = "0123456789abcdef".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    /**
     * Reads a {@code traceparent}. Of a version to come the fields that are known are read (W3C, 2.2.3 and 4.3).
     *
     * @return null if it is none: a sign in upper case, an id of zeros, version {@code ff}, something behind version 00
     */
    public static @Nullable TraceContext parse(String text) {
        int length = text.length();
        if (length < LENGTH || text.charAt(2) != '-' || text.charAt(35) != '-' || text.charAt(52) != '-') {
            return null;
        }
        long version = hex(text, 0, 2);
        boolean lengthFits = version == 0 ? length == LENGTH : length == LENGTH || text.charAt(LENGTH) == '-';
        long flags = hex(text, FLAGS_AT, FLAGS_AT + 2);
        if (version < 0
                || version == 0xff
                || !lengthFits
                || flags < 0
                || !isHex(text, TRACE_AT, PARENT_AT - 1)
                || !isHex(text, PARENT_AT, FLAGS_AT - 1)) {
            return null;
        }
        long high = hex(text, TRACE_AT, TRACE_AT + 16);
        long low = hex(text, TRACE_AT + 16, PARENT_AT - 1);
        long parent = hex(text, PARENT_AT, FLAGS_AT - 1);
        return high == 0 && low == 0 || parent == 0
                ? null
                : new TraceContext(high, low, parent, (int) flags & (SAMPLED | RANDOM));
    }

    /** Whether a text is an id: so many hexadecimal digits in lower case, not all of them zero. */
    static boolean isId(String text, int digits) {
        if (text.length() != digits || !isHex(text, 0, digits)) {
            return false;
        }
        for (int i = 0; i < digits; i++) {
            if (text.charAt(i) != '0') {
                return true;
            }
        }
        return false;
    }

    /**
     * The context of a trace that is told in other words, not sampled.
     *
     * @param traceId 16 or 32 digits, valid
     * @param spanId of the sender, 16 digits, valid
     */
    static TraceContext of(String traceId, String spanId) {
        int high = traceId.length() - 16;
        return new TraceContext(
                hex(traceId, 0, high), hex(traceId, high, traceId.length()), hex(spanId, 0, spanId.length()), 0);
    }

    /** Whether it may be passed on as it came: version 00 with no flag that is not known. */
    static boolean isCanonical(String valid) {
        return valid.length() == LENGTH
                && valid.charAt(0) == '0'
                && valid.charAt(1) == '0'
                && valid.charAt(FLAGS_AT) == '0'
                && valid.charAt(FLAGS_AT + 1) <= '3';
    }

    /** Whether the sender says that it records. */
    public boolean isSampled() {
        return (flags & SAMPLED) != 0;
    }

    /** The same trace as another span of it hands it on. */
    public TraceContext with(long spanId, int newFlags) {
        return new TraceContext(traceHigh, traceLow, spanId, newFlags);
    }

    /** The {@code traceparent} of it, version 00. */
    @SuppressWarnings("deprecation") // the one constructor that takes ASCII bytes without a decoder
    public String traceparent() {
        byte[] text = new byte[LENGTH];
        text[0] = '0';
        text[1] = '0';
        text[2] = '-';
        write(text, TRACE_AT, traceHigh);
        write(text, TRACE_AT + 16, traceLow);
        text[PARENT_AT - 1] = '-';
        write(text, PARENT_AT, parentId);
        text[FLAGS_AT - 1] = '-';
        text[FLAGS_AT] = '0';
        text[FLAGS_AT + 1] = HEX[flags];
        return new String(text, 0);
    }

    /** The trace's id: 32 digits. */
    @SuppressWarnings("deprecation")
    public String traceId() {
        byte[] text = new byte[32];
        write(text, 0, traceHigh);
        write(text, 16, traceLow);
        return new String(text, 0);
    }

    /** A span's id: 16 digits. */
    @SuppressWarnings("deprecation")
    static String spanId(long id) {
        byte[] text = new byte[16];
        write(text, 0, id);
        return new String(text, 0);
    }

    private static void write(byte[] text, int at, long value) {
        for (int i = 0; i < 16; i++) {
            text[at + i] = HEX[(int) (value >>> (60 - 4 * i)) & 0xf];
        }
    }

    private static boolean isHex(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (digit(text.charAt(i)) < 0) {
                return false;
            }
        }
        return true;
    }

    /** The value of hexadecimal digits in lower case; of two of them -1 if they are none. */
    private static long hex(String text, int from, int to) {
        long value = 0;
        for (int i = from; i < to; i++) {
            int digit = digit(text.charAt(i));
            if (digit < 0) {
                return -1;
            }
            value = value << 4 | digit;
        }
        return value;
    }

    private static int digit(char c) {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    }
}
