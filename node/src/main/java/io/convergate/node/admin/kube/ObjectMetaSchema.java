package io.convergate.node.admin.kube;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergate.routing.read.FieldType;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Kubernetes' ObjectMeta: what of it is kept, and what clients send along. */
final class ObjectMetaSchema {
    /** What of it can be owned. */
    static final FieldType.Mapping OWNABLE = new FieldType.Mapping(Map.of(
            "labels", new FieldType.MapOf(FieldType.Scalar.STRING),
            "annotations", new FieldType.MapOf(FieldType.Scalar.STRING)));

    private static final Map<String, String> TEXTS = new TreeMap<>(Map.of(
            "name", "The name, unique among those of its kind and namespace.",
            "namespace", "The namespace it belongs to.",
            "generateName", "What a name that the node makes up begins with.",
            "uid", "Tells the resource from a later one of the same name.",
            "resourceVersion", "The version; opaque, and the same on every node.",
            "creationTimestamp", "When the cluster accepted it.",
            "deletionTimestamp", "Never set: what is deleted is gone at once."));

    private ObjectMetaSchema() {}

    /** As an OpenAPI schema. */
    static ObjectNode schema() {
        ObjectNode schema = OpenApi.described("object", "What every resource has beside its contents.");
        ObjectNode properties = schema.putObject("properties");
        TEXTS.forEach((name, description) -> properties.set(name, OpenApi.described("string", description)));
        for (String name : List.of("labels", "annotations")) {
            ObjectNode map = OpenApi.described(
                    "object", name.equals("labels") ? "What selectors choose it by." : "What tools note about it.");
            map.set("additionalProperties", OpenApi.described("string", ""));
            properties.set(name, map);
        }
        properties.set(
                "generation",
                OpenApi.described("integer", "How often its spec was changed, from 1.")
                        .put("format", "int64"));
        properties.set("managedFields", list("Who owns which of its fields.", "object"));
        properties.set("finalizers", list("Not kept.", "string"));
        properties.set("ownerReferences", list("Not kept.", "object"));
        return schema;
    }

    private static ObjectNode list(String description, String item) {
        ObjectNode list = OpenApi.described("array", description);
        ObjectNode items = OpenApi.described(item, "");
        if (item.equals("object")) {
            items.put("x-kubernetes-preserve-unknown-fields", true);
        }
        list.set("items", items);
        return list.put("x-kubernetes-list-type", "atomic");
    }
}
