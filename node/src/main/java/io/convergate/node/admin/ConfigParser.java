package io.convergate.node.admin;

import io.convergate.config.Change;
import io.convergate.config.ConfigView;
import io.convergate.config.Content;
import io.convergate.config.Edit;
import io.convergate.config.StoredResource;
import io.convergate.config.seal.Sealing;
import io.convergate.routing.collect.SharedMap;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.read.ResourceReader;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Reads views of the configuration into records, and of each view only what differs from the one before. What was read already to
 * judge the last change made here is not read again. Safe for use by any thread; one reads while the others wait.
 */
public final class ConfigParser {
    private final ResourceReader reader;
    private @Nullable ConfigView lastView;
    private ParsedConfig lastParsed = ParsedConfig.EMPTY;

    /** What the next view may bring. */
    private final AtomicReference<Expected> expected = new AtomicReference<>(Expected.NOTHING);

    public ConfigParser(ResourceReader reader) {
        this.reader = reader;
    }

    /**
     * What a change writes, and the records of it.
     *
     * @param contents by the resource's key
     * @param sound those of which nothing was said
     */
    private record Expected(
            Map<ResourceKey, Content> contents, SharedMap<ResourceKey, Resource> records, Set<ResourceKey> sound) {
        static final Expected NOTHING = new Expected(Map.of(), SharedMap.empty(), Set.of());

        /** The record of just this content. */
        Optional<Resource> record(StoredResource stored) {
            return stored.content().equals(contents.get(stored.key()))
                    ? Optional.ofNullable(records.get(stored.key()))
                    : Optional.empty();
        }
    }

    /**
     * Keeps what a change that is about to be made writes, until the next view is read or another change comes.
     *
     * @param verdict what was said of it
     */
    void expect(Change change, Verdict verdict) {
        Map<ResourceKey, Content> contents = new HashMap<>();
        for (Edit edit : change.edits()) {
            if (edit instanceof Edit.Put put) {
                contents.put(put.key(), put.content());
            }
        }
        expected.set(new Expected(contents, verdict.configuration(), verdict.sound()));
    }

    /** What is in this view. */
    public synchronized ParsedConfig parse(ConfigView view) {
        ConfigView before = lastView;
        if (before != null && before.revision().equals(view.revision())) {
            return lastParsed;
        }
        Expected known = expected.getAndSet(Expected.NOTHING);
        Collection<ResourceKey> changed = before == null ? view.resources().keySet() : view.differsFrom(before);
        Map<ResourceKey, @Nullable Resource> edits = new HashMap<>();
        Map<ResourceKey, String> unreadable = new HashMap<>(lastParsed.unreadable());
        Set<ResourceKey> sound = new HashSet<>();
        for (ResourceKey key : changed) {
            StoredResource stored = view.resources().get(key);
            unreadable.remove(key);
            if (stored == null) {
                edits.put(key, null);
                continue;
            }
            try {
                Optional<Resource> judged = known.record(stored);
                Resource resource = judged.orElseGet(
                        () -> reader.parseCanonical(stored.content().toByteArray()));
                String closed = resource.metadata().annotations().getOrDefault(Sealing.UNREADABLE, "");
                if (closed.isEmpty()) {
                    edits.put(key, resource);
                    if (judged.isPresent() && known.sound().contains(key)) {
                        sound.add(key);
                    }
                } else {
                    unreadable.put(key, closed);
                }
            } catch (IllegalArgumentException e) {
                unreadable.put(key, String.valueOf(e.getMessage()));
            }
        }
        lastView = view;
        lastParsed = new ParsedConfig(
                lastParsed.resources().with(edits),
                Collections.unmodifiableMap(unreadable),
                Collections.unmodifiableSet(sound));
        return lastParsed;
    }
}
