package io.convergate.config.seal;

import io.convergate.config.ConfigView;
import io.convergate.config.PastChange;
import io.convergate.config.ResourceVersion;
import io.convergate.config.Revision;
import io.convergate.config.StoredResource;
import io.convergate.routing.model.ResourceKey;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A configuration with its Secrets opened, each when somebody looks at it. */
record OpenedView(ConfigView sealed, Sealing sealing) implements ConfigView {
    @Override
    public Revision revision() {
        return sealed.revision();
    }

    @Override
    public Map<ResourceKey, StoredResource> resources() {
        return new Opened(sealed.resources(), sealing);
    }

    @Override
    public Set<ResourceKey> conflicted() {
        return sealed.conflicted();
    }

    @Override
    public List<PastChange> outlived(ResourceKey key) {
        return sealed.outlived(key);
    }

    @Override
    public List<ResourceVersion> versions(ResourceKey key) {
        List<ResourceVersion> versions = sealed.versions(key);
        return Sealing.concerns(key)
                ? versions.stream()
                        .map(version -> new ResourceVersion(
                                version.changeId(), version.time(), sealing.opened(version.resource())))
                        .toList()
                : versions;
    }

    @Override
    public Set<ResourceKey> differsFrom(ConfigView other) {
        return sealed.differsFrom(other instanceof OpenedView opened ? opened.sealed : other);
    }

    private static final class Opened extends AbstractMap<ResourceKey, StoredResource> {
        private final Map<ResourceKey, StoredResource> sealed;
        private final Sealing sealing;

        Opened(Map<ResourceKey, StoredResource> sealed, Sealing sealing) {
            this.sealed = sealed;
            this.sealing = sealing;
        }

        @Override
        public int size() {
            return sealed.size();
        }

        @Override
        public boolean containsKey(Object key) {
            return sealed.containsKey(key);
        }

        @Override
        public @Nullable StoredResource get(Object key) {
            StoredResource stored = sealed.get(key);
            return stored == null ? null : sealing.opened(stored);
        }

        @Override
        public Set<ResourceKey> keySet() {
            return sealed.keySet();
        }

        @Override
        public Set<Map.Entry<ResourceKey, StoredResource>> entrySet() {
            return new AbstractSet<>() {
                @Override
                public Iterator<Map.Entry<ResourceKey, StoredResource>> iterator() {
                    Iterator<Map.Entry<ResourceKey, StoredResource>> entries =
                            sealed.entrySet().iterator();
                    return new Iterator<>() {
                        @Override
                        public boolean hasNext() {
                            return entries.hasNext();
                        }

                        @Override
                        public Map.Entry<ResourceKey, StoredResource> next() {
                            Map.Entry<ResourceKey, StoredResource> entry = entries.next();
                            return Sealing.concerns(entry.getKey())
                                    ? Map.entry(entry.getKey(), sealing.opened(entry.getValue()))
                                    : entry;
                        }
                    };
                }

                @Override
                public int size() {
                    return sealed.size();
                }
            };
        }
    }
}
