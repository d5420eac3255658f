package io.convergate.node.main;

import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/** Checks settings against what they may be. Every error names the option, what was found and what is expected. */
final class Ranges {
    private Ranges() {}

    static int between(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(option + " " + value + " (expected: " + least + " to " + most + ")");
        }
        return value;
    }

    static long atLeastZero(String option, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(option + " " + value + " (expected: 0 or more)");
        }
        return value;
    }

    static Duration positive(String option, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(option + " of no time (expected: more than 0)");
        }
        return value;
    }

    static String oneOf(String option, String value, Set<String> allowed) {
        if (!allowed.contains(value)) {
            throw new IllegalArgumentException(
                    option + " " + value + " (expected: " + anyOf(value, new TreeSet<>(allowed)) + ")");
        }
        return value;
    }

    /** The rule that a value is one of these; with the one that is near, if any is. */
    static String anyOf(String value, Collection<String> allowed) {
        return String.join(", ", allowed)
                + Nearest.to(value, allowed)
                        .map(near -> "; did you mean " + near + "?")
                        .orElse("");
    }
}
