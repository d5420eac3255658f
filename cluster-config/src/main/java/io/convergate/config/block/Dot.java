package io.convergate.config.block;

import io.convergate.config.Revision;
import io.convergate.config.WriterId;

/**
 * The change that wrote a version: which writer's, and which one.
 *
 * @param writer who wrote it
 * @param counter the writer's change, from 1 up
 */
public record Dot(WriterId writer, long counter) implements Comparable<Dot> {
    /** Whether a configuration at this revision has seen the change. */
    boolean in(Revision revision) {
        return revision.counter(writer) >= counter;
    }

    /** {@code writer.counter}, the short name of the change. */
    @Override
    public String toString() {
        return writer + "." + counter;
    }

    @Override
    public int compareTo(Dot other) {
        int order = writer.compareTo(other.writer);
        return order != 0 ? order : Long.compare(counter, other.counter);
    }
}
