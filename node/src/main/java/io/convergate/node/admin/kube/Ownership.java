package io.convergate.node.admin.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergate.routing.read.FieldType;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Who owns which fields of a resource: {@code metadata.managedFields}. Kubernetes: who updates a field owns it, who applies one
 * owns it together with others who applied the same value. Immutable.
 *
 * @param owners in the order in which they came
 */
record Ownership(List<Owner> owners) {
    /** Nobody owns anything. */
    static final Ownership NONE = new Ownership(List.of());

    static final String APPLY = "Apply";
    static final String UPDATE = "Update";

    /** More who update than these are put together, the longest ago first. Kubernetes: the same. */
    private static final int UPDATERS_MAX = 10;

    /** Every resource has it, so nobody owns it. */
    private static final String METADATA = "f:metadata";

    private static final String ANCIENT = "ancient-changes";

    Ownership {
        owners = List.copyOf(owners);
    }

    /**
     * One who owns fields.
     *
     * @param manager as the client calls itself
     * @param operation {@code Apply} or {@code Update}
     * @param apiVersion the version it wrote
     * @param time when it last did, RFC 3339
     */
    record Owner(String manager, String operation, String apiVersion, String time, FieldSet fields) {
        boolean is(String name, String how) {
            return manager.equals(name) && operation.equals(how);
        }

        Owner with(FieldSet other) {
            return new Owner(manager, operation, apiVersion, time, other);
        }
    }

    /** Reads {@code managedFields}; what is none is left out. */
    static Ownership read(JsonNode managedFields) {
        List<Owner> owners = new ArrayList<>();
        for (JsonNode entry : managedFields) {
            FieldSet fields = FieldSet.read(entry.path("fieldsV1"));
            if (!fields.isEmpty()) {
                owners.add(new Owner(
                        entry.path("manager").asText(),
                        entry.path("operation").asText(),
                        entry.path("apiVersion").asText(),
                        entry.path("time").asText(),
                        fields));
            }
        }
        return new Ownership(owners);
    }

    /** The form of {@code managedFields}. */
    ArrayNode write() {
        ArrayNode entries = JsonNodeFactory.instance.arrayNode();
        for (Owner owner : owners) {
            ObjectNode entry = entries.addObject();
            entry.put("apiVersion", owner.apiVersion()).put("fieldsType", "FieldsV1");
            entry.set("fieldsV1", owner.fields().write());
            entry.put("manager", owner.manager())
                    .put("operation", owner.operation())
                    .put("time", owner.time());
        }
        return entries;
    }

    /** The part of a resource that can be owned: all but its identity, what the cluster notes, and its status. */
    static ObjectNode ownable(JsonNode object) {
        ObjectNode owned = object.deepCopy();
        owned.remove(List.of("apiVersion", "kind", "status"));
        ObjectNode metadata = JsonNodeFactory.instance.objectNode();
        for (String field : List.of("labels", "annotations")) {
            if (object.path("metadata").get(field) instanceof ObjectNode value && !value.isEmpty()) {
                metadata.set(field, value);
            }
        }
        owned.remove("metadata");
        if (!metadata.isEmpty()) {
            owned.set("metadata", metadata);
        }
        return owned;
    }

    /** Everything that is there belongs to one who updated it; for a resource of which nobody noted who wrote it. */
    Ownership orAllOf(JsonNode object, String manager, FieldType type, Instant now) {
        ObjectNode owned = ownable(object);
        return !owners.isEmpty() || owned.isEmpty()
                ? this
                : new Ownership(List.of(new Owner(
                        manager, UPDATE, object.path("apiVersion").asText(), text(now), FieldSet.of(owned, type))));
    }

    /**
     * After an update.
     *
     * @param before the resource before it, or an empty object
     * @param after the resource after it
     */
    Ownership updated(JsonNode before, JsonNode after, FieldType type, String manager, Instant now) {
        ObjectNode owned = ownable(after);
        FieldSet changed = FieldSet.differences(ownable(before), owned, type).notItself(METADATA);
        if (changed.isEmpty()) {
            return this;
        }
        List<Owner> result = new ArrayList<>();
        FieldSet own = changed;
        for (Owner owner : owners) {
            if (owner.is(manager, UPDATE)) {
                own = own.union(owner.fields());
            } else {
                keep(result, owner.with(owner.fields().minus(changed).thereIn(owned, type)));
            }
        }
        own = own.thereIn(owned, type);
        keep(result, new Owner(manager, UPDATE, after.path("apiVersion").asText(), text(now), own));
        return new Ownership(bounded(result));
    }

    /** The owner that applied under a name; one without fields if there is none. */
    Owner applier(String manager) {
        return owners.stream()
                .filter(owner -> owner.is(manager, APPLY))
                .findFirst()
                .orElse(new Owner(manager, APPLY, "", "", FieldSet.EMPTY));
    }

    /** All but the one who applied under a name. */
    List<Owner> othersThan(String manager) {
        return owners.stream().filter(owner -> !owner.is(manager, APPLY)).toList();
    }

    /** These owners, those without fields left out. */
    static Ownership of(List<Owner> owners) {
        List<Owner> kept = new ArrayList<>();
        owners.forEach(owner -> keep(kept, owner));
        return new Ownership(kept);
    }

    /** A time as it is noted. */
    static String text(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static void keep(List<Owner> owners, Owner owner) {
        if (!owner.fields().isEmpty()) {
            owners.add(owner);
        }
    }

    private static List<Owner> bounded(List<Owner> owners) {
        List<Owner> updaters = owners.stream()
                .filter(owner -> owner.operation().equals(UPDATE))
                .sorted(Comparator.comparing(Owner::time))
                .toList();
        if (updaters.size() <= UPDATERS_MAX) {
            return owners;
        }
        List<Owner> oldest = updaters.subList(0, updaters.size() - UPDATERS_MAX + 1);
        FieldSet all = oldest.stream().map(Owner::fields).reduce(FieldSet.EMPTY, FieldSet::union);
        Owner last = oldest.get(oldest.size() - 1);
        List<Owner> result = new ArrayList<>(owners);
        result.removeAll(oldest);
        result.add(0, new Owner(ANCIENT, UPDATE, last.apiVersion(), last.time(), all));
        return result;
    }
}
