package io.convergate.routing.match;

import io.convergate.routing.request.Authority;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * From an authority to what is known under it: the exact name, else the longest suffix, else {@code *}. One is chosen and no
 * other is asked, whatever that one says. Case, port and one trailing dot do not matter. A suffix stands for any number of labels
 * before it, or for exactly one; of two that are equal the latter is chosen.
 *
 * <p>A name is hashed once, from its last character to its first, so the hash of every suffix falls out on the way;
 * nothing is copied. Immutable.
 */
final class HostIndex<T> {

    private final Table<T> exact;
    private final Table<T> suffixes;

    /** Suffixes that exactly one label stands before. */
    private final Table<T> oneLabelSuffixes;

    private final @Nullable T any;

    private HostIndex(Table<T> exact, Table<T> suffixes, Table<T> oneLabelSuffixes, @Nullable T any) {
        this.exact = exact;
        this.suffixes = suffixes;
        this.oneLabelSuffixes = oneLabelSuffixes;
        this.any = any;
    }

    /** The index without anything. */
    static <T> HostIndex<T> empty() {
        return new HostIndex<>(new Table<>(4), new Table<>(4), new Table<>(4), null);
    }

    /**
     * This index with other entries, or without those that are null.
     *
     * @param changes by pattern in lower case, as in {@link PortTable#PortTable(Map)}
     */
    HostIndex<T> with(Map<String, ? extends @Nullable T> changes) {
        Map<String, @Nullable T> names = new HashMap<>();
        Map<String, @Nullable T> endings = new HashMap<>();
        Map<String, @Nullable T> oneLabelEndings = new HashMap<>();
        changes.forEach((pattern, host) -> {
            if (isWildcard(pattern)) {
                endings.put(pattern.substring(1), host);
            } else if (pattern.startsWith(PortTable.ONE_LABEL)) {
                oneLabelEndings.put(pattern.substring(1), host);
            } else if (!pattern.equals("*")) {
                names.put(pattern, host);
            }
        });
        return new HostIndex<>(
                exact.with(names),
                suffixes.with(endings),
                oneLabelSuffixes.with(oneLabelEndings),
                changes.containsKey("*") ? changes.get("*") : any);
    }

    private static boolean isWildcard(String pattern) {
        return pattern.startsWith("*.");
    }

    /** What is known under an authority; null if there is nothing. Allocates nothing. */
    @Nullable
    T find(String authority) {
        int end = Authority.hostEnd(authority);
        if (end > 1 && authority.charAt(end - 1) == '.') {
            end--;
        }
        T longest = any;
        int hash = 0;
        int firstDot = -1;
        int firstDotHash = 0;
        for (int i = end - 1; i >= 0; i--) {
            char c = lower(authority.charAt(i));
            hash = next(hash, c);
            if (c == '.' && i > 0) { // a wildcard stands for at least one character
                T host = suffixes.get(authority, i, end, hash);
                longest = host == null ? longest : host;
                firstDot = i;
                firstDotHash = hash;
            }
        }
        if (firstDot > 0 && !oneLabelSuffixes.isEmpty()) {
            T host = oneLabelSuffixes.get(authority, firstDot, end, firstDotHash);
            longest = host == null ? longest : host;
        }
        T host = exact.get(authority, 0, end, hash);
        return host == null ? longest : host;
    }

    private static int next(int hash, char c) {
        return 31 * hash + c;
    }

    private static char lower(char c) {
        return c >= 'A' && c <= 'Z' ? (char) (c + 32) : c;
    }

    /**
     * An open-addressing hash table that is asked for regions of a text. Another version with the same names shares them; one
     * with others is a copy.
     */
    private static final class Table<T> {
        private final @Nullable String[] keys;
        private final @Nullable T[] values;
        private int size;

        @SuppressWarnings("unchecked") // the array is never seen as anything else
        private Table(int capacity) {
            this(new String[capacity], (T[]) new Object[capacity], 0);
        }

        private Table(@Nullable String[] keys, @Nullable T[] values, int size) {
            this.keys = keys;
            this.values = values;
            this.size = size;
        }

        boolean isEmpty() {
            return size == 0;
        }

        Table<T> with(Map<String, @Nullable T> changes) {
            if (changes.isEmpty()) {
                return this;
            }
            boolean sameNames = changes.entrySet().stream()
                    .allMatch(change -> change.getValue() != null && keys[slotOf(change.getKey())] != null);
            int upTo = size + changes.size();
            Table<T> table = upTo * 2 <= keys.length
                    ? new Table<>(sameNames ? keys : keys.clone(), values.clone(), size)
                    : grown(upTo);
            changes.forEach((key, value) -> {
                if (value == null) {
                    table.remove(key);
                } else {
                    table.put(key, value);
                }
            });
            return table;
        }

        private Table<T> grown(int upTo) {
            Table<T> table = new Table<>(Integer.highestOneBit(upTo) * 4);
            for (int i = 0; i < keys.length; i++) {
                if (keys[i] != null) {
                    table.put(Objects.requireNonNull(keys[i]), Objects.requireNonNull(values[i]));
                }
            }
            return table;
        }

        private void put(String key, T value) {
            int slot = slotOf(key);
            if (keys[slot] == null) {
                keys[slot] = key;
                size++;
            }
            values[slot] = value;
        }

        /** Empties a slot and closes the gap: what follows in one run moves up if it may lie there. */
        private void remove(String key) {
            int gap = slotOf(key);
            if (keys[gap] == null) {
                return;
            }
            size--;
            int mask = keys.length - 1;
            for (int next = gap + 1 & mask; keys[next] != null; next = next + 1 & mask) {
                int home = slot(hash(Objects.requireNonNull(keys[next])));
                if ((next - home & mask) >= (next - gap & mask)) {
                    keys[gap] = keys[next];
                    values[gap] = values[next];
                    gap = next;
                }
            }
            keys[gap] = null;
            values[gap] = null;
        }

        /** Where a name is, or would be. */
        private int slotOf(String key) {
            int slot = slot(hash(key));
            while (keys[slot] != null && !key.equals(keys[slot])) {
                slot = slot + 1 & keys.length - 1;
            }
            return slot;
        }

        private static int hash(String key) {
            int hash = 0;
            for (int i = key.length() - 1; i >= 0; i--) {
                hash = next(hash, key.charAt(i));
            }
            return hash;
        }

        @Nullable
        T get(String text, int from, int to, int hash) {
            int slot = slot(hash);
            while (keys[slot] != null) {
                if (equal(Objects.requireNonNull(keys[slot]), text, from, to)) {
                    return values[slot];
                }
                slot = slot + 1 & keys.length - 1;
            }
            return null;
        }

        private int slot(int hash) {
            return (hash * 0x9E3779B9 >>> 7) & keys.length - 1;
        }

        private static boolean equal(String key, String text, int from, int to) {
            if (key.length() != to - from) {
                return false;
            }
            for (int i = 0; i < key.length(); i++) {
                if (key.charAt(i) != lower(text.charAt(from + i))) {
                    return false;
                }
            }
            return true;
        }
    }
}
