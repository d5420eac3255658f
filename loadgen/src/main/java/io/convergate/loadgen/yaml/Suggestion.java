package io.convergate.loadgen.yaml;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** What was probably meant. */
final class Suggestion {
    private Suggestion() {}

    /** The nearest of some words if it is near, and all of them if not. */
    static String among(String found, List<String> words) {
        return words.stream()
                .min(Comparator.comparingInt(word -> distance(found, word)))
                .filter(word -> distance(found, word) <= Math.max(1, (Math.min(found.length(), word.length()) + 1) / 3))
                .map(word -> "did you mean " + word + "?")
                .orElseGet(() -> words.size() == 1 ? words.get(0) : "one of " + String.join(", ", words));
    }

    /** Levenshtein's distance, without regard to case. */
    private static int distance(String one, String two) {
        String a = one.toLowerCase(Locale.ROOT);
        String b = two.toLowerCase(Locale.ROOT);
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int above = row[j];
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(change, Math.min(above, row[j - 1]) + 1);
                diagonal = above;
            }
        }
        return row[b.length()];
    }
}
