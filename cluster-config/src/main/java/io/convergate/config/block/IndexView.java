package io.convergate.config.block;

import io.convergate.config.ConfigView;
import io.convergate.config.PastChange;
import io.convergate.config.ResourceVersion;
import io.convergate.config.Revision;
import io.convergate.config.StoredResource;
import io.convergate.routing.model.ResourceKey;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * An index as the gateway sees it.
 *
 * @param revision what it contains
 * @param index its entries
 * @param outlived the deletions that a version outlived which is there, by key
 */
public record IndexView(Revision revision, Index index, Map<ResourceKey, List<PastChange>> outlived)
        implements ConfigView {
    /** The configuration without resources, before all changes. */
    public static final IndexView EMPTY = new IndexView(Revision.EMPTY, Index.EMPTY);

    public IndexView {
        outlived = Map.copyOf(outlived);
    }

    /** An index of which no outlived deletions are known. */
    public IndexView(Revision revision, Index index) {
        this(revision, index, Map.of());
    }

    /** The same with other outlived deletions. */
    public IndexView withOutlived(Map<ResourceKey, List<PastChange>> deletions) {
        return deletions.equals(outlived) ? this : new IndexView(revision, index, deletions);
    }

    @Override
    public Map<ResourceKey, StoredResource> resources() {
        return new ServedMap(index);
    }

    @Override
    public Set<ResourceKey> conflicted() {
        Set<ResourceKey> keys = new TreeSet<>();
        collectConflicts(index, keys);
        keys.addAll(outlived.keySet());
        return keys;
    }

    @Override
    public List<PastChange> outlived(ResourceKey key) {
        return outlived.getOrDefault(key, List.of());
    }

    private static void collectConflicts(Index part, Set<ResourceKey> keys) {
        if (part.conflicts() == 0) {
            return;
        }
        if (part instanceof Branch branch) {
            branch.children().forEach(child -> collectConflicts(child, keys));
        } else {
            part.forEach(entry -> {
                if (entry.isConflict()) {
                    keys.add(entry.key());
                }
            });
        }
    }

    @Override
    public List<ResourceVersion> versions(ResourceKey key) {
        List<Version> versions = new ArrayList<>(index.versions(key));
        Collections.reverse(versions);
        return versions.stream().map(Version::written).toList();
    }

    @Override
    public Set<ResourceKey> differsFrom(ConfigView other) {
        return other instanceof IndexView view ? index.differsFrom(view.index) : differencesOneByOne(other);
    }

    private Set<ResourceKey> differencesOneByOne(ConfigView other) {
        Set<ResourceKey> keys = new TreeSet<>(resources().keySet());
        keys.addAll(other.resources().keySet());
        keys.removeIf(key -> Optional.ofNullable(resources().get(key))
                .equals(Optional.ofNullable(other.resources().get(key))));
        return keys;
    }

    /** This configuration and another. */
    public IndexView merge(IndexView other) {
        if (revision.covers(other.revision)) {
            return this;
        }
        if (other.revision.covers(revision)) {
            return other;
        }
        return new IndexView(revision.merge(other.revision), index.merge(revision, other.index, other.revision));
    }

    /** The served resource of every entry. Copies nothing until it is iterated. */
    private static final class ServedMap extends AbstractMap<ResourceKey, StoredResource> {
        private final Index index;

        ServedMap(Index index) {
            this.index = index;
        }

        @Override
        public int size() {
            return index.size();
        }

        @Override
        public @Nullable StoredResource get(Object key) {
            return key instanceof ResourceKey resourceKey
                    ? index.served(resourceKey).orElse(null)
                    : null;
        }

        @Override
        public boolean containsKey(Object key) {
            return get(key) != null;
        }

        @Override
        public Set<Map.Entry<ResourceKey, StoredResource>> entrySet() {
            return new AbstractSet<>() {
                @Override
                public Iterator<Map.Entry<ResourceKey, StoredResource>> iterator() {
                    List<Map.Entry<ResourceKey, StoredResource>> entries = new ArrayList<>(index.size());
                    index.forEach(entry -> entries.add(Map.entry(entry.key(), entry.served())));
                    return List.copyOf(entries).iterator();
                }

                @Override
                public int size() {
                    return index.size();
                }
            };
        }
    }
}
