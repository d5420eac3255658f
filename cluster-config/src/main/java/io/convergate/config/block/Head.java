package io.convergate.config.block;

import io.convergate.config.Hash;
import io.convergate.config.WriterId;

/**
 * The newest change of a writer, as far as somebody knows: the only thing in the store that is ever replaced, always by
 * one with a greater counter.
 *
 * @param writer whose change it is
 * @param counter which one, from 1 up
 * @param root the block that describes it
 */
public record Head(WriterId writer, long counter, Hash root) implements Comparable<Head> {
    public Head {
        if (counter < 1) {
            throw new IllegalArgumentException(counter + " (expected: a counter from 1 up)");
        }
    }

    /** Orders by writer, then counter, then root. */
    @Override
    public int compareTo(Head other) {
        int order = writer.compareTo(other.writer);
        if (order == 0) {
            order = Long.compare(counter, other.counter);
        }
        return order != 0 ? order : root.compareTo(other.root);
    }

    @Override
    public String toString() {
        return writer + "." + counter;
    }
}
