package io.convergate.config;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A causal stamp of the whole configuration: a version vector. It names, for each writer, the last of that writer's
 * changes which the configuration contains; it then contains all earlier ones too. Revisions are partially ordered:
 * of two that were written on two sides of a partition neither covers the other, and the configuration after healing
 * covers both.
 *
 * @param counters the last change of each writer, from 1 up; a writer without changes is absent
 */
public record Revision(SortedMap<WriterId, Long> counters) {
    /** The revision of the empty configuration, which every revision covers. */
    public static final Revision EMPTY = new Revision(new TreeMap<>());

    private static final String EMPTY_TEXT = "0";

    public Revision {
        counters = Collections.unmodifiableSortedMap(new TreeMap<>(counters));
        counters.forEach((writer, counter) -> requirePositive(counter));
    }

    private static void requirePositive(long counter) {
        if (counter < 1) {
            throw new IllegalArgumentException(counter + " (expected: a counter from 1 up)");
        }
    }

    /** The last change of a writer, or 0 if there is none. */
    public long counter(WriterId writer) {
        return counters.getOrDefault(writer, 0L);
    }

    /** Whether this contains every change that the other contains; also true if the two are equal. */
    public boolean covers(Revision other) {
        for (Map.Entry<WriterId, Long> entry : other.counters.entrySet()) {
            if (counter(entry.getKey()) < entry.getValue()) {
                return false;
            }
        }
        return true;
    }

    /** The least revision that covers both. */
    public Revision merge(Revision other) {
        if (covers(other)) {
            return this;
        }
        TreeMap<WriterId, Long> merged = new TreeMap<>(counters);
        other.counters.forEach((writer, counter) -> merged.merge(writer, counter, Math::max));
        return new Revision(merged);
    }

    /** The greatest revision that both cover. */
    public Revision meet(Revision other) {
        TreeMap<WriterId, Long> common = new TreeMap<>();
        counters.forEach((writer, counter) -> {
            long both = Math.min(counter, other.counter(writer));
            if (both > 0) {
                common.put(writer, both);
            }
        });
        return new Revision(common);
    }

    /**
     * This revision and one more change.
     *
     * @param counter from 1 up; a counter that is covered already changes nothing
     */
    public Revision with(WriterId writer, long counter) {
        TreeMap<WriterId, Long> merged = new TreeMap<>(counters);
        merged.merge(writer, counter, Math::max);
        return new Revision(merged);
    }

    /**
     * Reads the form that {@link #toString()} writes.
     *
     * @throws IllegalArgumentException if it is not that form
     */
    public static Revision parse(String text) {
        if (text.equals(EMPTY_TEXT)) {
            return EMPTY;
        }
        TreeMap<WriterId, Long> counters = new TreeMap<>();
        for (String part : text.split("-", -1)) {
            int dot = part.indexOf('.');
            if (dot < 0) {
                throw new IllegalArgumentException(text + " (expected: writer.counter-writer.counter...)");
            }
            counters.put(WriterId.parse(part.substring(0, dot)), Long.parseLong(part.substring(dot + 1)));
        }
        return new Revision(counters);
    }

    /** {@code writer.counter}, joined by {@code -}, in the order of the writers; {@code 0} if empty. */
    @Override
    public String toString() {
        return counters.isEmpty()
                ? EMPTY_TEXT
                : counters.entrySet().stream().map(Revision::text).collect(Collectors.joining("-"));
    }

    private static String text(Map.Entry<WriterId, Long> entry) {
        return entry.getKey() + "." + entry.getValue();
    }
}
