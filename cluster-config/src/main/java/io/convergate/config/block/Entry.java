package io.convergate.config.block;

import io.convergate.config.Hash;
import io.convergate.config.Revision;
import io.convergate.config.StoredResource;
import io.convergate.routing.model.ResourceKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A key of the configuration and all its versions that nobody has overwritten.
 *
 * @param key the key
 * @param place where it stands in the index: the hash of the key
 * @param versions at least one, in the order of their precedence, the one that is served last; more than one is a
 *     conflict
 */
public record Entry(ResourceKey key, Hash place, List<Version> versions) {
    private static final int VERSION_BYTES = 8 + 8 + 8 + Hash.BYTES;

    public Entry {
        versions = versions.stream().sorted(Version.PRECEDENCE).toList();
    }

    Entry(ResourceKey key, List<Version> versions) {
        this(key, place(key), versions);
    }

    /** Where a key stands in the index. */
    static Hash place(ResourceKey key) {
        return Hash.of(key.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** The version that is served. */
    public StoredResource served() {
        return versions.get(versions.size() - 1).resource();
    }

    /** Whether concurrent changes wrote different things. */
    boolean isConflict() {
        return versions.stream()
                        .map(version -> version.resource().hash())
                        .distinct()
                        .count()
                > 1;
    }

    /** How many bytes it takes in a page. */
    int pageBytes() {
        int keyBytes = key.toString().getBytes(StandardCharsets.UTF_8).length;
        return 4 + keyBytes + 4 + versions.size() * VERSION_BYTES;
    }

    /**
     * What is left of this entry when its configuration merges with another that has seen {@code seen} and has the
     * versions {@code others} of this key.
     */
    List<Version> surviving(Revision seen, List<Version> others) {
        List<Version> left = new ArrayList<>(versions.size());
        for (Version version : versions) {
            boolean both = others.stream().anyMatch(o -> o.dot().equals(version.dot()));
            if (both || !version.dot().in(seen)) {
                left.add(version);
            }
        }
        return left;
    }

    /** An entry with these versions, this one if they are the same, or none without any. */
    Optional<Entry> with(List<Version> left) {
        if (left.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                left.size() == versions.size() && versions.containsAll(left) ? this : new Entry(key, place, left));
    }
}
