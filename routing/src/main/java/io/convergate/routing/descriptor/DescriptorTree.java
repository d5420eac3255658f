package io.convergate.routing.descriptor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A level of descriptors and those below. Of what is said about a key the exact value counts first, then the first value with stars that
 * fits, then what is said without a value; nobody comes back from a level that was entered. envoyproxy/ratelimit: {@code GetLimit}.
 */
final class DescriptorTree {
    /** Of nothing. */
    static final DescriptorTree NONE = new DescriptorTree(Map.of());

    private final Map<String, OfKey> keys;

    private DescriptorTree(Map<String, OfKey> keys) {
        this.keys = keys;
    }

    /**
     * What is said about a key.
     *
     * @param byValue by exact values
     * @param byPattern by values with stars, in the order they were written in
     * @param byDefault about all other values
     */
    private record OfKey(
            Map<String, Node> byValue,
            List<Pattern> byPattern,
            @Nullable Node byDefault) {}

    private record Pattern(Wildcard value, Node node) {}

    /**
     * A descriptor.
     *
     * @param limit how much it allows; null if it limits nothing
     * @param sharedBy the value with stars whose values count together; null if each counts for itself
     * @param next the level below
     */
    record Node(@Nullable DescriptorLimit limit, @Nullable String sharedBy, DescriptorTree next) {}

    /** A level as it is put together: what is said first about a key and a value counts. */
    static final class Builder {
        private final Map<String, Draft> drafts = new HashMap<>();

        private static final class Draft {
            private final Map<String, Node> byValue = new HashMap<>();
            private final List<Pattern> byPattern = new ArrayList<>();
            private @Nullable Node byDefault;
        }

        /**
         * Adds a descriptor, unless there is one for the same key and value.
         *
         * @param value the value; null for all
         */
        void add(String key, @Nullable String value, Node node) {
            Draft draft = drafts.computeIfAbsent(key, none -> new Draft());
            if (value == null) {
                draft.byDefault = draft.byDefault == null ? node : draft.byDefault;
            } else if (Wildcard.isOne(value)) {
                Wildcard pattern = Wildcard.of(value);
                if (draft.byPattern.stream().noneMatch(other -> other.value().equals(pattern))) {
                    draft.byPattern.add(new Pattern(pattern, node));
                }
            } else {
                draft.byValue.putIfAbsent(value, node);
            }
        }

        DescriptorTree build() {
            if (drafts.isEmpty()) {
                return NONE;
            }
            Map<String, OfKey> keys = new HashMap<>();
            drafts.forEach((key, draft) ->
                    keys.put(key, new OfKey(Map.copyOf(draft.byValue), List.copyOf(draft.byPattern), draft.byDefault)));
            return new DescriptorTree(Map.copyOf(keys));
        }
    }

    private @Nullable Node find(Entry entry) {
        OfKey known = keys.get(entry.key());
        if (known == null) {
            return null;
        }
        Node exact = known.byValue().get(entry.value());
        if (exact != null) {
            return exact;
        }
        for (Pattern pattern : known.byPattern()) {
            if (pattern.value().matches(entry.value())) {
                return pattern.node();
            }
        }
        return known.byDefault();
    }

    /** What limits a descriptor of a request; null if nothing does. There must be as many levels as entries. */
    @Nullable
    Match match(List<Entry> entries) {
        DescriptorTree level = this;
        @Nullable String[] shared = null;
        for (int i = 0; i < entries.size(); i++) {
            Node node = level.find(entries.get(i));
            if (node == null) {
                return null;
            }
            if (node.sharedBy() != null) {
                shared = shared == null ? new String[entries.size()] : shared;
                shared[i] = node.sharedBy();
            }
            if (i == entries.size() - 1) {
                return node.limit() == null ? null : new Match(node.limit(), shared);
            }
            level = node.next();
        }
        return null;
    }
}
