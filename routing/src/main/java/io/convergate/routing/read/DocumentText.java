package io.convergate.routing.read;

import io.convergate.routing.problem.Problem;
import io.convergate.routing.problem.ProblemCode;
import io.convergate.routing.problem.SourcePosition;
import java.io.CharArrayReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * The characters of a piece of input on their way to a parser. Refuses what would cost the parser too much before it comes
 * to see it: a document, or an item of a list, that is too large; in YAML long lines and characters that are none. Confined
 * to one thread.
 */
final class DocumentText extends Reader {
    /**
     * The longest line in YAML. The parser copies what it has seen of a scalar each time it needs more, so the time for one
     * line grows with the square of its length: a quarter of a megabyte is some tens of milliseconds, four megabytes were nine
     * seconds.
     */
    static final int LINE_MAX = 1 << 18;

    /** Parsers read ahead of what they tell. */
    private static final int AHEAD_MAX = 1 << 14;

    /** What is no longer is decoded at once: most documents have some hundred bytes, and an InputStreamReader takes 8 KiB for each. */
    private static final int SMALL_MAX = 1 << 13;

    private final DocumentSplitter.Piece piece;

    /** Opened by the first read, which tells of bytes that are no characters. */
    private @Nullable Reader characters;

    private final boolean yaml;
    private final int documentMax;
    private int line;
    private int column;
    private char high;
    private long read;
    private long base;

    /** @param documentMax the largest document or item, in characters */
    DocumentText(DocumentSplitter.Piece piece, int documentMax) {
        this.piece = piece;
        this.yaml = !piece.isJson();
        this.line = piece.firstLine();
        this.documentMax = documentMax;
    }

    /** What makes a text unacceptable, and where. */
    static final class Refused extends IOException {
        private static final long serialVersionUID = 1;

        private final String code;
        private final transient SourcePosition position;

        Refused(String code, String found, String rule, SourcePosition position) {
            super(Problem.expected(found, rule));
            this.code = code;
            this.position = position;
        }

        void addTo(Problems problems) {
            problems.error("", code, String.valueOf(getMessage()), position);
        }
    }

    /** A document, or an item of a list, begins at this character; {@code at} counts as the parser does. */
    void begins(long at) {
        base = at;
    }

    /**
     * What began last ends before this character, or goes on beyond it.
     *
     * @throws Refused if it is too large
     */
    void reaches(long at, SourcePosition position) throws Refused {
        if (at - base > documentMax) {
            throw tooLarge(position);
        }
    }

    private Refused tooLarge(SourcePosition position) {
        String found = "a document of more than " + documentMax + " bytes";
        return new Refused(ProblemCode.TOO_LARGE, found, "smaller documents", position);
    }

    @Override
    public int read(char[] to, int offset, int length) throws IOException {
        int count = characters().read(to, offset, length);
        for (int i = offset; i < offset + count; i++) {
            char next = to[i];
            if (yaml) {
                check(next);
            }
            if (!yaml || !Character.isLowSurrogate(next)) {
                read++; // a YAML parser counts code points
            }
        }
        if (read - base > documentMax + AHEAD_MAX) {
            throw tooLarge(new SourcePosition(line, column + 1));
        }
        return count;
    }

    private Reader characters() throws IOException {
        Reader open = characters;
        if (open == null) {
            CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
            if (piece.to() - piece.from() > SMALL_MAX) {
                open = new InputStreamReader(piece.open(), decoder);
            } else {
                CharBuffer all = decoder.decode(ByteBuffer.wrap(piece.open().readAllBytes()));
                open = new CharArrayReader(all.array(), all.arrayOffset(), all.length());
            }
            characters = open;
        }
        return open;
    }

    private void check(char next) throws Refused {
        if (next == '\n') {
            line++;
            column = 0;
            return;
        }
        if (++column > LINE_MAX) {
            String found = "a line of more than " + LINE_MAX + " characters";
            throw new Refused(ProblemCode.TOO_LARGE, found, "shorter lines in YAML", new SourcePosition(line, column));
        }
        if (Character.isHighSurrogate(next)) {
            high = next;
            return;
        }
        int codePoint = Character.isLowSurrogate(next) ? Character.toCodePoint(high, next) : next;
        if (!StreamReader.isPrintable(codePoint)) {
            String found = String.format("character U+%04X", codePoint);
            throw new Refused(ProblemCode.SYNTAX, found, "printable characters only", new SourcePosition(line, column));
        }
    }

    @Override
    public void close() throws IOException {
        if (characters != null) {
            characters.close();
        }
    }
}
