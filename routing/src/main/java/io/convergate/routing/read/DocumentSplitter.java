package io.convergate.routing.read;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Optional;

/**
 * Cuts an input into pieces at the lines that begin with {@code ---}, which YAML reserves for that wherever they stand. A
 * piece is a part of the input and copies nothing. Confined to one thread.
 */
final class DocumentSplitter {
    private static final byte[] BLANKS = {' ', ' ', ' '};

    private final byte[] input;
    private final int end;
    private int at;
    private int line = 1;

    DocumentSplitter(byte[] input, long changeBytesMax) {
        this.input = input;
        this.end = (int) Math.min(input.length, changeBytesMax);
    }

    /**
     * A piece of the input.
     *
     * @param from where it begins, behind the dashes if it begins with them
     * @param to where it ends
     * @param firstLine the line of the input at which it begins, from 1
     * @param separated whether it begins behind dashes
     */
    record Piece(byte[] input, int from, int to, int firstLine, boolean separated) {
        /** Its bytes, with blanks for dashes, so that columns count right. */
        InputStream open() {
            int start = from + (startsWith(0xEF, 0xBB, 0xBF) ? 3 : 0);
            InputStream bytes = new ByteArrayInputStream(input, start, to - start);
            return separated ? new SequenceInputStream(new ByteArrayInputStream(BLANKS), bytes) : bytes;
        }

        private boolean startsWith(int... bytes) {
            for (int i = 0; i < bytes.length; i++) {
                if (from + i >= to || (input[from + i] & 0xff) != bytes[i]) {
                    return false;
                }
            }
            return true;
        }

        /** Whether its first character is a brace: JSON then, as for kubectl. */
        boolean isJson() {
            int i = from + (startsWith(0xEF, 0xBB, 0xBF) ? 3 : 0);
            while (i < to && Character.isWhitespace(input[i])) {
                i++;
            }
            return i < to && input[i] == '{';
        }
    }

    /** Whether the input is longer than a change may be; the rest is not read. */
    boolean overflown() {
        return input.length > end;
    }

    /** The next piece, which may hold nothing but blanks and comments; empty at the end of the input. */
    Optional<Piece> next() {
        if (at >= end) {
            return Optional.empty();
        }
        int from = at;
        int firstLine = line;
        do {
            skipLine();
        } while (at < end && !isSeparator(at));
        boolean separated = isSeparator(from);
        return Optional.of(new Piece(input, separated ? from + BLANKS.length : from, at, firstLine, separated));
    }

    private void skipLine() {
        while (at < end && input[at] != '\n') {
            at++;
        }
        at = Math.min(end, at + 1);
        line++;
    }

    private boolean isSeparator(int start) {
        if (start + 3 > end || input[start] != '-' || input[start + 1] != '-' || input[start + 2] != '-') {
            return false;
        }
        int next = start + 3 == end ? '\n' : input[start + 3];
        return next == ' ' || next == '\t' || next == '\r' || next == '\n';
    }
}
