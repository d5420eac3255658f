package io.convergate.loadgen.verify;

import java.util.ArrayList;
import java.util.List;

/** The first so many of something, and a count of the rest, so that whoever judges it knows that some are missing. Thread-safe. */
final class Kept<T> {
    private final int max;
    private final List<T> items = new ArrayList<>();
    private long dropped;

    Kept(int max) {
        this.max = max;
    }

    synchronized void add(T item) {
        if (items.size() < max) {
            items.add(item);
        } else {
            dropped++;
        }
    }

    synchronized List<T> all() {
        return List.copyOf(items);
    }

    synchronized long dropped() {
        return dropped;
    }
}
