package io.convergate.routing.read;

import org.jspecify.annotations.Nullable;

/** The form of the paths in problems. */
final class Paths {
    private Paths() {}

    /** The path of a field: {@code path.key}; a key that is no plain name stands in brackets. */
    static String field(String path, String key) {
        if (!isPlain(key)) {
            return path + '[' + key + ']';
        }
        return path.isEmpty() ? key : path + '.' + key;
    }

    /** The path of a list's item. */
    static String item(String path, int index) {
        return path + '[' + index + ']';
    }

    private static boolean isPlain(String key) {
        for (int i = 0; i < key.length(); i++) {
            char c = key.charAt(i);
            if (!(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_')) {
                return false;
            }
        }
        return !key.isEmpty();
    }

    /** The part of a document that a path leads to, or the nearest part around it that is there. */
    static Tree find(Tree root, String path) {
        Tree tree = root;
        int at = 0;
        while (at < path.length()) {
            boolean bracket = path.charAt(at) == '[';
            int from = bracket || path.charAt(at) == '.' ? at + 1 : at;
            int end = from;
            while (end < path.length() && (bracket ? path.charAt(end) != ']' : ".[".indexOf(path.charAt(end)) < 0)) {
                end++;
            }
            Tree next = step(tree, path.substring(from, end));
            if (next == null) {
                return tree;
            }
            tree = next;
            at = bracket ? end + 1 : end;
        }
        return tree;
    }

    private static @Nullable Tree step(Tree tree, String key) {
        if (tree instanceof Tree.Mapping mapping) {
            return mapping.fields().get(key);
        }
        if (tree instanceof Tree.Sequence sequence && key.matches("[0-9]{1,9}")) {
            int index = Integer.parseInt(key);
            return index < sequence.items().size() ? sequence.items().get(index) : null;
        }
        return null;
    }
}
