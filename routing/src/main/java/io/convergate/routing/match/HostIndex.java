package io.convergate.routing.match;

import io.convergate.routing.request.Authority;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * From an authority to its virtual host: the exact name, else the longest suffix, else {@code *}. One is chosen and no other
 * is asked, whatever its routes say. Case, port and one trailing dot do not matter.
 *
 * <p>A name is hashed once, from its last character to its first, so the hash of every suffix falls out on the way;
 * nothing is copied. Immutable.
 */
final class HostIndex {
    private final Table exact;
    private final Table suffixes;
    private final @Nullable VirtualHost any;

    /** @param hosts by pattern in lower case: a name, {@code *.} and a name, or {@code *} */
    HostIndex(Map<String, VirtualHost> hosts) {
        int wildcards =
                (int) hosts.keySet().stream().filter(HostIndex::isWildcard).count();
        exact = new Table(hosts.size() - wildcards);
        suffixes = new Table(wildcards);
        any = hosts.get("*");
        hosts.forEach((pattern, host) -> {
            if (isWildcard(pattern)) {
                suffixes.put(pattern.substring(1), host);
            } else if (!pattern.equals("*")) {
                exact.put(pattern, host);
            }
        });
    }

    private static boolean isWildcard(String pattern) {
        return pattern.startsWith("*.");
    }

    /** The virtual host for an authority; null if there is none. Allocates nothing. */
    @Nullable
    VirtualHost find(String authority) {
        int end = Authority.hostEnd(authority);
        if (end > 1 && authority.charAt(end - 1) == '.') {
            end--;
        }
        VirtualHost longest = any;
        int hash = 0;
        for (int i = end - 1; i >= 0; i--) {
            char c = lower(authority.charAt(i));
            hash = next(hash, c);
            if (c == '.' && i > 0) { // a wildcard stands for at least one character
                VirtualHost host = suffixes.get(authority, i, end, hash);
                longest = host == null ? longest : host;
            }
        }
        VirtualHost host = exact.get(authority, 0, end, hash);
        return host == null ? longest : host;
    }

    private static int next(int hash, char c) {
        return 31 * hash + c;
    }

    private static char lower(char c) {
        return c >= 'A' && c <= 'Z' ? (char) (c + 32) : c;
    }

    /** An open-addressing hash table that is asked for regions of a text. */
    private static final class Table {
        private final @Nullable String[] keys;
        private final @Nullable VirtualHost[] values;

        Table(int size) {
            int capacity = Integer.highestOneBit(Math.max(1, size)) * 4;
            keys = new String[capacity];
            values = new VirtualHost[capacity];
        }

        void put(String key, VirtualHost value) {
            int hash = 0;
            for (int i = key.length() - 1; i >= 0; i--) {
                hash = next(hash, key.charAt(i));
            }
            int slot = slot(hash);
            while (keys[slot] != null) {
                slot = slot + 1 & keys.length - 1;
            }
            keys[slot] = key;
            values[slot] = value;
        }

        @Nullable
        VirtualHost get(String text, int from, int to, int hash) {
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
