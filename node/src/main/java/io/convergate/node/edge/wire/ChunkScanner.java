package io.convergate.node.edge.wire;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Reads the framing of a body in chunks before Netty's codec does, for what the codec is lenient about: chunk extensions
 * that are none, sizes padded with zeros, folded trailers, line ends (RFC 9112 section 7.1). Content is skipped, not read.
 * Confined to the connection's loop.
 */
final class ChunkScanner {
    /** Digits of a chunk size: up to 256 MiB, and no room for padding. */
    private static final int SIZE_DIGITS_MAX = 8;

    private enum State {
        SIZE,
        SPACE_BEFORE_EXTENSION,
        EXTENSION_NAME_START,
        EXTENSION_NAME,
        EXTENSION_VALUE_START,
        EXTENSION_VALUE,
        EXTENSION_QUOTED,
        EXTENSION_QUOTED_PAIR,
        EXTENSION_QUOTED_END,
        SIZE_LF,
        CONTENT,
        CONTENT_CR,
        CONTENT_LF,
        TRAILER_START,
        TRAILER_NAME,
        TRAILER_VALUE,
        TRAILER_LF,
        END_LF,
        DONE
    }

    private State state = State.DONE;
    private int digits;
    private long size;
    private long contentLeft;

    /** Prepares for a body. */
    void begin() {
        state = State.SIZE;
        digits = 0;
        size = 0;
    }

    /** Whether the body has been read to its end, or none has begun. */
    boolean done() {
        return state == State.DONE;
    }

    /**
     * Reads from {@code from} to the end of what is there, or of the body.
     *
     * @return the first byte not read; -1 if what was read is malformed
     */
    int scan(ByteBuf buffer, int from) {
        int at = from;
        int end = buffer.writerIndex();
        while (at < end && state != State.DONE) {
            if (state == State.CONTENT) {
                long skipped = Math.min(contentLeft, end - at);
                contentLeft -= skipped;
                at += (int) skipped;
                if (contentLeft == 0) {
                    state = State.CONTENT_CR;
                }
            } else {
                State next = next(buffer.getByte(at));
                if (next == null) {
                    return -1;
                }
                state = next;
                at++;
            }
        }
        return at;
    }

    /** The state after this byte; null if it may not stand here. */
    private @Nullable State next(byte value) {
        switch (state) {
            case SIZE:
                return size(value);
            case SPACE_BEFORE_EXTENSION:
                return value == ';' ? State.EXTENSION_NAME_START : isBlank(value) ? state : null;
            case EXTENSION_NAME_START:
                return HeadScanner.isToken(value) ? State.EXTENSION_NAME : isBlank(value) ? state : null;
            case EXTENSION_NAME:
                return HeadScanner.isToken(value)
                        ? state
                        : value == '=' ? State.EXTENSION_VALUE_START : afterExtension(value);
            case EXTENSION_VALUE_START:
                return HeadScanner.isToken(value)
                        ? State.EXTENSION_VALUE
                        : value == '"' ? State.EXTENSION_QUOTED : null;
            case EXTENSION_VALUE:
                return HeadScanner.isToken(value) ? state : afterExtension(value);
            case EXTENSION_QUOTED:
                return value == '"'
                        ? State.EXTENSION_QUOTED_END
                        : value == '\\' ? State.EXTENSION_QUOTED_PAIR : isText(value) ? state : null;
            case EXTENSION_QUOTED_PAIR:
                return isText(value) ? State.EXTENSION_QUOTED : null;
            case EXTENSION_QUOTED_END:
                return afterExtension(value);
            case SIZE_LF:
                return value == '\n' ? afterSize() : null;
            case CONTENT_CR:
                return value == '\r' ? State.CONTENT_LF : null;
            case CONTENT_LF:
                return value == '\n' ? nextChunk() : null;
            case TRAILER_START:
                return value == '\r' ? State.END_LF : HeadScanner.isToken(value) ? State.TRAILER_NAME : null;
            case TRAILER_NAME:
                return value == ':' ? State.TRAILER_VALUE : HeadScanner.isToken(value) ? state : null;
            case TRAILER_VALUE:
                return value == '\r' ? State.TRAILER_LF : isText(value) ? state : null;
            case TRAILER_LF:
                return value == '\n' ? State.TRAILER_START : null;
            case END_LF:
                return value == '\n' ? State.DONE : null;
            default:
                return null;
        }
    }

    private @Nullable State size(byte value) {
        int digit = Character.digit(value, 16);
        if (digit >= 0) {
            size = size << 4 | digit;
            return ++digits > SIZE_DIGITS_MAX ? null : State.SIZE;
        }
        if (digits == 0) {
            return null;
        }
        return isBlank(value) ? State.SPACE_BEFORE_EXTENSION : afterExtension(value);
    }

    private static @Nullable State afterExtension(byte value) {
        return value == '\r' ? State.SIZE_LF : value == ';' ? State.EXTENSION_NAME_START : null;
    }

    private State afterSize() {
        contentLeft = size;
        return size == 0 ? State.TRAILER_START : State.CONTENT;
    }

    private State nextChunk() {
        begin();
        return State.SIZE;
    }

    private static boolean isBlank(byte value) {
        return value == ' ' || value == '\t';
    }

    private static boolean isText(byte value) {
        return value >= ' ' && value != 0x7f || value < 0 || value == '\t';
    }
}
