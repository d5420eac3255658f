package io.convergate.loadgen.verify;

/** A piece of a run, both ends included, of {@link System#nanoTime()}. */
public record Window(long fromNanos, long toNanos) {
    /** Whether that moment is in it. */
    public boolean contains(long atNanos) {
        return atNanos - fromNanos >= 0 && toNanos - atNanos >= 0;
    }

    /** Whether any moment of a span is in it. */
    public boolean touches(long fromNanosOfSpan, long toNanosOfSpan) {
        return toNanosOfSpan - fromNanos >= 0 && toNanos - fromNanosOfSpan >= 0;
    }
}
