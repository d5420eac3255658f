package io.convergate.routing.problem;

/**
 * A place in the text that was read.
 *
 * @param line the line, from 1, counted over the whole input, not over one document of it
 * @param column the column in characters, from 1
 */
public record SourcePosition(int line, int column) implements Comparable<SourcePosition> {
    public SourcePosition {
        if (line < 1 || column < 1) {
            throw new IllegalArgumentException(line + ":" + column + " (expected: both from 1)");
        }
    }

    @Override
    public int compareTo(SourcePosition other) {
        return line != other.line ? Integer.compare(line, other.line) : Integer.compare(column, other.column);
    }

    /** {@code line:column}. */
    @Override
    public String toString() {
        return line + ":" + column;
    }
}
