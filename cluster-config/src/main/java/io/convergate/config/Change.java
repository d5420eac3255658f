package io.convergate.config;

import java.util.HashSet;
import java.util.List;

/**
 * A set of edits that is served as a whole or not at all.
 *
 * @param edits at least one and at most {@link Limits#CHANGE_EDITS_MAX}, each of another resource, together at most
 *     {@link Limits#CHANGE_BYTES_MAX}
 * @param author who asked for it; empty if unknown
 * @param message why; may be empty
 * @param client the address that it came from, for people; empty if unknown
 */
public record Change(List<Edit> edits, String author, String message, String client) {
    public Change {
        edits = List.copyOf(edits);
        if (edits.isEmpty() || edits.size() > Limits.CHANGE_EDITS_MAX) {
            throw new IllegalArgumentException(
                    edits.size() + " edits (expected: 1 to " + Limits.CHANGE_EDITS_MAX + ")");
        }
        long bytes = edits.stream().mapToLong(Edit::bytes).sum();
        if (bytes > Limits.CHANGE_BYTES_MAX) {
            throw new IllegalArgumentException(bytes + " bytes (expected: at most " + Limits.CHANGE_BYTES_MAX + ")");
        }
        HashSet<Object> keys = new HashSet<>();
        for (Edit edit : edits) {
            if (!keys.add(edit.key())) {
                throw new IllegalArgumentException(edit.key() + " twice (expected: one edit of each resource)");
            }
        }
        author = cut(author);
        message = cut(message);
        client = cut(client);
    }

    /** A change that came from no client. */
    public Change(List<Edit> edits, String author, String message) {
        this(edits, author, message, "");
    }

    private static String cut(String text) {
        return text.length() <= Limits.TEXT_CHARS_MAX ? text : text.substring(0, Limits.TEXT_CHARS_MAX);
    }
}
