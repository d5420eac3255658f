package io.convergate.routing.descriptor;

import java.util.ArrayList;
import java.util.List;

/**
 * A value with stars, each of which stands for any characters or none.
 *
 * @param parts what is between the stars, at least two; the first begins a value and the last ends it
 */
record Wildcard(List<String> parts) {
    private static final char STAR = '*';

    Wildcard {
        parts = List.copyOf(parts);
    }

    static boolean isOne(String value) {
        return value.indexOf(STAR) >= 0;
    }

    static Wildcard of(String value) {
        List<String> parts = new ArrayList<>();
        int from = 0;
        for (int star = value.indexOf(STAR); star >= 0; star = value.indexOf(STAR, from)) {
            parts.add(value.substring(from, star));
            from = star + 1;
        }
        parts.add(value.substring(from));
        return new Wildcard(parts);
    }

    boolean matches(String value) {
        String last = parts.get(parts.size() - 1);
        int at = parts.get(0).length();
        int end = value.length() - last.length();
        if (end < at || !value.startsWith(parts.get(0)) || !value.endsWith(last)) {
            return false;
        }
        for (int i = 1; i < parts.size() - 1; i++) {
            int found = value.indexOf(parts.get(i), at);
            at = found + parts.get(i).length();
            if (found < 0 || at > end) {
                return false;
            }
        }
        return true;
    }
}
