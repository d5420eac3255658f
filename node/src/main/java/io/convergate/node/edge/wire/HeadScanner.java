package io.convergate.node.edge.wire;

import io.netty.util.ByteProcessor;
import org.jspecify.annotations.Nullable;

/**
 * Reads every byte of a message head once, before Netty's codec sees it, and says what is wrong with it. It exists for
 * what the codec repairs or hides: folded lines, bare CR and LF, a request line with odd blanks, blanks around a field
 * name, control characters. The grammar is RFC 9112 sections 2 to 5 without any of its leniencies, but for one CRLF
 * before a request line (section 2.2).
 *
 * <p>It is a state machine over single bytes, so that a head may arrive in any pieces. Confined to the connection's loop.
 */
abstract class HeadScanner implements ByteProcessor {
    private static final boolean[] TOKEN = new boolean[256];

    static {
        for (char c = '0'; c <= 'z'; c++) {
            TOKEN[c] = Character.isLetterOrDigit(c);
        }
        for (char c : "!#$%&'*+-.^_`|~".toCharArray()) {
            TOKEN[c] = true;
        }
    }

    private static final int FIRST_LINE = 0;
    private static final int LINE_START = 1;
    private static final int NAME = 2;
    private static final int VALUE = 3;
    private static final int VALUE_LF = 4;
    private static final int END_LF = 5;
    private static final int DONE = 6;

    private int state = FIRST_LINE;
    private @Nullable WireFault fault;

    /** Whether the byte may stand in a token (RFC 9110 section 5.6.2). */
    static boolean isToken(byte value) {
        return TOKEN[value & 0xff];
    }

    /** One byte of the first line; says when the line, its CRLF included, is over or what is wrong with it. */
    abstract FirstLine firstLine(byte value);

    /** Prepares for the first line of the next message. */
    abstract void resetFirstLine();

    /** What a byte of the first line led to. */
    enum FirstLine {
        MORE,
        OVER,
        FAULTY
    }

    /** The fault that {@link #firstLine} found. */
    abstract WireFault firstLineFault();

    final void reset() {
        state = FIRST_LINE;
        fault = null;
        resetFirstLine();
    }

    /** Whether the blank line that ends the head has been read. */
    final boolean done() {
        return state == DONE;
    }

    /** Whether a byte of the head has been read. */
    final boolean begun() {
        return state != FIRST_LINE || firstLineBegun();
    }

    abstract boolean firstLineBegun();

    /** What is wrong with the head, if anything so far. */
    final @Nullable WireFault fault() {
        return fault;
    }

    @Override
    public final boolean process(byte value) {
        switch (state) {
            case VALUE:
                if (value >= ' ' && value != 0x7f || value < 0 || value == '\t') {
                    return true;
                }
                if (value == '\r') {
                    state = VALUE_LF;
                    return true;
                }
                return refuse(
                        value == '\n' ? "a header line ends with a bare LF" : "a control character in a header value");
            case NAME:
                if (isToken(value)) {
                    return true;
                }
                if (value == ':') {
                    state = VALUE;
                    return true;
                }
                return refuse("a character in a header name that is no token character");
            case LINE_START:
                if (isToken(value)) {
                    state = NAME;
                    return true;
                }
                if (value == '\r') {
                    state = END_LF;
                    return true;
                }
                return refuse(
                        value == ' ' || value == '\t'
                                ? "a folded header line"
                                : "a header line that starts with no token");
            case VALUE_LF:
                state = LINE_START;
                return value == '\n' || refuse("a bare CR in a header line");
            case END_LF:
                state = DONE;
                if (value != '\n') {
                    refuse("a bare CR at the end of the head");
                }
                return false;
            case FIRST_LINE:
                switch (firstLine(value)) {
                    case MORE:
                        return true;
                    case OVER:
                        state = LINE_START;
                        return true;
                    default:
                        fault = firstLineFault();
                        return false;
                }
            default:
                return false;
        }
    }

    private boolean refuse(String what) {
        fault = WireFault.badRequest(what);
        return false;
    }
}
