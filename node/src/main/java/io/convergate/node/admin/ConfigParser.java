package io.convergate.node.admin;

import io.convergate.config.ConfigView;
import io.convergate.config.StoredResource;
import io.convergate.config.seal.Sealing;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.read.ResourceReader;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads views of the configuration into records, and of each view only what differs from the one before. Safe for use by
 * any thread; one reads while the others wait.
 */
public final class ConfigParser {
    private final ResourceReader reader;
    private @Nullable ConfigView lastView;
    private ParsedConfig lastParsed = ParsedConfig.EMPTY;

    public ConfigParser(ResourceReader reader) {
        this.reader = reader;
    }

    /** What is in this view. */
    public synchronized ParsedConfig parse(ConfigView view) {
        ConfigView before = lastView;
        if (before != null && before.revision().equals(view.revision())) {
            return lastParsed;
        }
        Collection<ResourceKey> changed = before == null ? view.resources().keySet() : view.differsFrom(before);
        Map<ResourceKey, @Nullable Resource> edits = new HashMap<>();
        Map<ResourceKey, String> unreadable = new HashMap<>(lastParsed.unreadable());
        for (ResourceKey key : changed) {
            StoredResource stored = view.resources().get(key);
            unreadable.remove(key);
            if (stored == null) {
                edits.put(key, null);
                continue;
            }
            try {
                Resource resource = reader.parseCanonical(stored.content().toByteArray());
                String closed = resource.metadata().annotations().getOrDefault(Sealing.UNREADABLE, "");
                if (closed.isEmpty()) {
                    edits.put(key, resource);
                } else {
                    unreadable.put(key, closed);
                }
            } catch (IllegalArgumentException e) {
                unreadable.put(key, String.valueOf(e.getMessage()));
            }
        }
        lastView = view;
        lastParsed = new ParsedConfig(lastParsed.resources().with(edits), Collections.unmodifiableMap(unreadable));
        return lastParsed;
    }
}
