package io.convergate.routing.read;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Cuts an input into documents at the lines that begin with {@code ---}, which YAML reserves for that wherever they stand. Holds
 * one document at a time; of one that is too large it keeps nothing.
 */
final class DocumentSplitter {
    private static final int END = -1;

    private final InputStream input;
    private final int documentBytesMax;
    private final long changeBytesMax;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private long bytesRead;
    private int lineNumber;
    private boolean atEnd;
    private boolean overflown;
    private byte @Nullable [] nextFirstLine;

    DocumentSplitter(InputStream input, int documentBytesMax, long changeBytesMax) {
        this.input = new BufferedInputStream(input, 1 << 16);
        this.documentBytesMax = documentBytesMax;
        this.changeBytesMax = changeBytesMax;
    }

    /**
     * A piece of the input.
     *
     * @param bytes its bytes; empty if it is too large
     * @param firstLine the line of the input at which it begins, from 1
     * @param tooLarge whether it is larger than a document may be
     */
    record Piece(byte[] bytes, int firstLine, boolean tooLarge) {}

    /** Whether the input was longer than a change may be; the rest was not read. */
    boolean overflown() {
        return overflown;
    }

    /** The next piece, which may hold nothing but blanks and comments; empty at the end of the input. */
    Optional<Piece> next() throws IOException {
        if (atEnd && nextFirstLine == null) {
            return Optional.empty();
        }
        ByteArrayOutputStream document = new ByteArrayOutputStream();
        int firstLine = Math.max(1, lineNumber);
        boolean tooLarge = false;
        if (nextFirstLine != null) {
            document.write(nextFirstLine);
            nextFirstLine = null;
        } else {
            firstLine = lineNumber + 1;
        }
        while (readLine()) {
            byte[] bytes = line.toByteArray();
            if (isSeparator(bytes)) {
                bytes[0] = ' ';
                bytes[1] = ' ';
                bytes[2] = ' ';
                nextFirstLine = bytes;
                break;
            }
            tooLarge |= document.size() + bytes.length > documentBytesMax;
            if (tooLarge) {
                document.reset();
            } else {
                document.write(bytes);
            }
        }
        return Optional.of(new Piece(document.toByteArray(), firstLine, tooLarge));
    }

    /** Reads a line with its end; of a line longer than a document may be, only as much as shows that. */
    private boolean readLine() throws IOException {
        line.reset();
        while (!atEnd) {
            int next = input.read();
            if (next == END) {
                atEnd = true;
            } else if (++bytesRead > changeBytesMax) {
                overflown = true;
                atEnd = true;
            } else {
                if (line.size() <= documentBytesMax) {
                    line.write(next);
                }
                if (next == '\n') {
                    break;
                }
            }
        }
        if (line.size() > 0) {
            lineNumber++;
        }
        return line.size() > 0;
    }

    private static boolean isSeparator(byte[] bytes) {
        return bytes.length >= 3
                && bytes[0] == '-'
                && bytes[1] == '-'
                && bytes[2] == '-'
                && (bytes.length == 3 || bytes[3] == ' ' || bytes[3] == '\t' || bytes[3] == '\r' || bytes[3] == '\n');
    }
}
