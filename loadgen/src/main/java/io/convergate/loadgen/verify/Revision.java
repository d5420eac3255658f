package io.convergate.loadgen.verify;

import java.util.HashMap;
import java.util.Map;

/**
 * The causal stamp of a configuration, as the admin API writes it: for each writer the last of its changes that is in,
 * {@code 038164b018d6a9de.1-5d5a3adfe920d512.1}. The empty text is the empty configuration.
 *
 * @param counters from writer to its last change
 */
public record Revision(Map<String, Long> counters) {
    public Revision {
        counters = Map.copyOf(counters);
    }

    /** @throws IllegalArgumentException with {@code value (expected: rule)} */
    public static Revision parse(String text) {
        Map<String, Long> counters = new HashMap<>();
        if (!text.isEmpty()) {
            for (String part : text.split("-")) {
                int dot = part.lastIndexOf('.');
                try {
                    counters.put(part.substring(0, dot), Long.parseLong(part.substring(dot + 1)));
                } catch (NumberFormatException | StringIndexOutOfBoundsException e) {
                    throw new IllegalArgumentException(text + " (expected: WRITER.COUNT-WRITER.COUNT...)", e);
                }
            }
        }
        return new Revision(counters);
    }

    /** Whether everything that is in the other is in this one too. */
    public boolean covers(Revision other) {
        return other.counters.entrySet().stream()
                .allMatch(entry -> counters.getOrDefault(entry.getKey(), 0L) >= entry.getValue());
    }
}
