package io.convergate.node.admin.kube;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergate.config.ConfigView;
import io.convergate.config.StoredResource;
import io.convergate.node.admin.api.AdminJson;
import io.convergate.node.admin.api.Kind;
import io.convergate.routing.model.ResourceKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.pekko.util.ByteString;

/**
 * One client that watches the resources of a kind. Turns the difference between two configurations into its events. Confined to
 * the thread that sweeps.
 *
 * @param kind what is watched
 * @param apiVersion the version in which it is shown
 * @param namespace whose resources; empty for all
 * @param form how an object is shown: as it is, or as a table of one row
 * @param backlog where events wait for the client
 */
record Watch(
        Kind kind,
        String apiVersion,
        String namespace,
        Selector labels,
        Selector fields,
        UnaryOperator<ObjectNode> form,
        Backlog backlog) {
    /** Whether the client is gone, or too slow to be served. */
    boolean isOver() {
        return backlog.isOver();
    }

    boolean concerns(ResourceKey key) {
        return key.kind().equals(kind.kind())
                && key.group().equals(kind.group())
                && (namespace.isEmpty() || key.namespace().equals(namespace))
                && (fields.name().isEmpty() || fields.name().equals(key.name()));
    }

    boolean selects(ObjectNode object) {
        return labels.matchesLabels(object) && fields.matchesFields(object);
    }

    /** The events by which one configuration became another, where these resources may differ. */
    List<ByteString> events(ConfigView before, ObjectViews.Look now, Collection<ResourceKey> touched) {
        List<ByteString> events = new ArrayList<>();
        for (ResourceKey key : touched) {
            if (concerns(key)) {
                Optional<ObjectNode> old = Optional.ofNullable(
                                before.resources().get(key))
                        .map(stored -> ObjectViews.stored(stored.content()))
                        .filter(this::selects);
                StoredResource stored = now.view().resources().get(key);
                Optional<ObjectNode> object = Optional.ofNullable(stored)
                        .map(there -> now.show(there, apiVersion))
                        .filter(this::selects);
                if (object.isPresent()) {
                    events.add(event(old.isPresent() ? "MODIFIED" : "ADDED", object.get()));
                } else if (old.isPresent()) {
                    ObjectNode gone = stored == null ? now.gone(before, key, apiVersion) : now.show(stored, apiVersion);
                    events.add(event("DELETED", gone));
                }
            }
        }
        return events;
    }

    ByteString event(String type, ObjectNode object) {
        return line(type, form.apply(object));
    }

    /** A line of a watch. */
    static ByteString line(String type, ObjectNode object) {
        ObjectNode event = JsonNodeFactory.instance.objectNode().put("type", type);
        event.set("object", object);
        return ByteString.fromArrayUnsafe(AdminJson.compact(event)).concat(ByteString.fromString("\n"));
    }

    /** Hands events to the client; one that is too slow for them loses its watch and has to look again. */
    void offer(List<ByteString> events) {
        events.forEach(backlog::offer);
    }
}
