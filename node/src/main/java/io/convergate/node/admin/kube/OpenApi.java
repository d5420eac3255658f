package io.convergate.node.admin.kube;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergate.config.Hash;
import io.convergate.node.admin.api.AdminJson;
import io.convergate.node.admin.api.Kind;
import io.convergate.routing.read.FieldType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * OpenAPI v3 of what is served, one document a version of a group, made of the fields that are read. Made once, and the same on
 * every node of one release.
 */
final class OpenApi {
    private static final String SCHEMAS = "#/components/schemas/";
    private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";
    private static final String GVK = "x-kubernetes-group-version-kind";
    private static final int HASH_DIGITS = 32;

    private final Map<String, byte[]> documents = new TreeMap<>();
    private final byte[] index;

    OpenApi() {
        ObjectNode paths = node();
        for (String group : ApiResources.groups()) {
            for (String version : ApiResources.versions(group)) {
                String path = group.isEmpty() ? "api/" + version : "apis/" + group + "/" + version;
                byte[] document = AdminJson.compact(document(group, version));
                documents.put(path, document);
                String hash = Hash.of(document).toString().substring(0, HASH_DIGITS);
                paths.putObject(path).put("serverRelativeURL", "/openapi/v3/" + path + "?hash=" + hash);
            }
        }
        ObjectNode list = node();
        list.set("paths", paths);
        index = AdminJson.compact(list);
    }

    /** The list of documents, with their hashes. */
    byte[] index() {
        return index.clone();
    }

    /** A document, such as {@code apis/networking.istio.io/v1}; empty if there is none. */
    Optional<byte[]> document(String path) {
        return Optional.ofNullable(documents.get(path)).map(byte[]::clone);
    }

    private static ObjectNode document(String group, String version) {
        ObjectNode document = node().put("openapi", "3.0.0");
        document.putObject("info").put("title", "Convergate").put("version", version);
        ObjectNode paths = document.putObject("paths");
        ObjectNode schemas = document.putObject("components").putObject("schemas");
        schemas.set(META, ObjectMetaSchema.schema());
        for (Kind kind : ApiResources.kinds(group, version)) {
            String name = schemaName(kind, version);
            schemas.set(name, schema(kind, version));
            schemas.set(name + "List", listSchema(kind, version, name));
            paths(paths, kind, version, name);
        }
        return document;
    }

    /** Kubernetes turns the group around: {@code io.istio.networking.v1.Gateway}. */
    private static String schemaName(Kind kind, String version) {
        if (kind.group().isEmpty()) {
            return "io.k8s.api.core." + version + "." + kind.kind();
        }
        List<String> parts = new ArrayList<>(List.of(kind.group().split("\\.")));
        Collections.reverse(parts);
        return String.join(".", parts) + "." + version + "." + kind.kind();
    }

    private static ObjectNode schema(Kind kind, String version) {
        ObjectNode schema = described(
                "object",
                kind.kind() + " of " + (kind.group().isEmpty() ? "Kubernetes' core group" : kind.group())
                        + ", as Convergate reads it. docs/fields.md says of each field what becomes of it.");
        ObjectNode properties = schema.putObject("properties");
        properties.set(
                "apiVersion", described("string", "The API group and version, here " + kind.apiVersion(version) + "."));
        properties.set("kind", described("string", "Always " + kind.kind() + "."));
        ObjectNode metadata = properties.putObject("metadata").put("description", "Name, labels and annotations.");
        metadata.putArray("allOf").addObject().put("$ref", SCHEMAS + META);
        FieldType.of(kind.apiVersion(version), kind.kind())
                .ifPresent(fields -> fields(properties, fields, kind.group().isEmpty()));
        ObjectNode status = described("object", "What became of it. Derived by each node, never written.");
        status.put("x-kubernetes-preserve-unknown-fields", true);
        properties.set("status", status);
        kind(schema.putArray(GVK).addObject(), kind, version, "");
        return schema;
    }

    private static ObjectNode listSchema(Kind kind, String version, String item) {
        ObjectNode schema = described("object", "A list of resources of kind " + kind.kind() + ".");
        ObjectNode properties = schema.putObject("properties");
        properties.set("apiVersion", described("string", ""));
        properties.set("kind", described("string", ""));
        properties.set("metadata", described("object", ""));
        ObjectNode items = described("array", "");
        items.putObject("items").put("$ref", SCHEMAS + item);
        properties.set("items", items);
        kind(schema.putArray(GVK).addObject(), kind, version, "List");
        return schema;
    }

    private static void fields(ObjectNode properties, FieldType.Mapping mapping, boolean core) {
        new TreeMap<>(mapping.fields()).forEach((name, type) -> properties.set(name, schema(type, core)));
    }

    private static ObjectNode schema(FieldType type, boolean core) {
        if (type instanceof FieldType.Choice choice) {
            return choice(choice.rule());
        }
        if (type instanceof FieldType.Mapping mapping) {
            ObjectNode schema = described("object", "");
            if (mapping.fields().isEmpty()) {
                return schema.put("x-kubernetes-preserve-unknown-fields", true);
            }
            fields(schema.putObject("properties"), mapping, core);
            return schema;
        }
        if (type instanceof FieldType.MapOf map) {
            ObjectNode schema = described("object", "");
            schema.set("additionalProperties", schema(map.value(), core));
            return schema;
        }
        if (type instanceof FieldType.ListOf list) {
            return list(list, core);
        }
        return switch ((FieldType.Scalar) type) {
            case STRING -> described("string", "");
            case DURATION -> described("string", "A duration such as 1h, 1m30s or 250ms.");
            case INTEGER -> described("integer", "").put("format", "int64");
            case NUMBER -> described("number", "");
            case BOOLEAN -> described("boolean", "");
            case INTEGER_OR_STRING ->
                described("string", "A whole number or a string.")
                        .put("format", "int-or-string")
                        .put("x-kubernetes-int-or-string", true);
            case ANYTHING ->
                node().put("description", "Anything; it does not act here.")
                        .put("x-kubernetes-preserve-unknown-fields", true);
        };
    }

    private static ObjectNode choice(String rule) {
        ObjectNode schema = described("string", "One of " + rule + ".");
        if (rule.matches("[A-Za-z0-9_-]+(, [A-Za-z0-9_-]+)*")) {
            ArrayNode values = schema.putArray("enum");
            List.of(rule.split(", ")).forEach(values::add);
        }
        return schema;
    }

    private static ObjectNode list(FieldType.ListOf list, boolean core) {
        ObjectNode schema = described("array", "");
        schema.set("items", schema(list.item(), core));
        if (list.keys().isEmpty()) {
            return schema.put("x-kubernetes-list-type", "atomic");
        }
        schema.put("x-kubernetes-list-type", "map");
        list.keys().forEach(schema.putArray("x-kubernetes-list-map-keys")::add);
        if (core) {
            schema.put("x-kubernetes-patch-strategy", "merge")
                    .put("x-kubernetes-patch-merge-key", list.keys().get(0));
        }
        return schema;
    }

    private static void paths(ObjectNode paths, Kind kind, String version, String schema) {
        boolean namespaced = kind.scope() == Kind.Scope.NAMESPACE;
        String all = kind.path(version) + (namespaced ? "/namespaces/{namespace}/" : "/") + kind.plural();
        ObjectNode collection = paths.putObject(all);
        operation(collection, "get", "list", kind, version, schema + "List");
        operation(collection, "post", "post", kind, version, schema);
        operation(collection, "delete", "deletecollection", kind, version, schema);
        parameters(collection, namespaced, false);
        ObjectNode one = paths.putObject(all + "/{name}");
        operation(one, "get", "get", kind, version, schema);
        operation(one, "put", "put", kind, version, schema);
        operation(one, "delete", "delete", kind, version, schema);
        ObjectNode patch = operation(one, "patch", "patch", kind, version, schema);
        ObjectNode bodies = patch.putObject("requestBody").putObject("content");
        for (String mediaType : MediaTypes.patches(kind)) {
            bodies.putObject(mediaType);
        }
        parameters(one, namespaced, true);
    }

    private static ObjectNode operation(
            ObjectNode path, String method, String action, Kind kind, String version, String schema) {
        ObjectNode operation = path.putObject(method);
        operation.put("operationId", action + kind.kind() + version);
        if (!method.equals("get")) {
            ArrayNode parameters = operation.putArray("parameters");
            for (String name : List.of("dryRun", "fieldManager", "fieldValidation")) {
                query(parameters, name, "string");
            }
            if (method.equals("patch")) {
                query(parameters, "force", "boolean");
            }
        }
        ObjectNode ok = operation.putObject("responses").putObject("200").put("description", "OK");
        ok.putObject("content")
                .putObject("application/json")
                .putObject("schema")
                .put("$ref", SCHEMAS + schema);
        operation.put("x-kubernetes-action", action);
        kind(operation.putObject(GVK), kind, version, "");
        return operation;
    }

    private static void query(ArrayNode parameters, String name, String type) {
        parameters
                .addObject()
                .put("name", name)
                .put("in", "query")
                .putObject("schema")
                .put("type", type);
    }

    private static void parameters(ObjectNode path, boolean namespaced, boolean named) {
        ArrayNode parameters = path.putArray("parameters");
        for (String name : List.of("namespace", "name")) {
            if (name.equals("name") ? named : namespaced) {
                parameters
                        .addObject()
                        .put("name", name)
                        .put("in", "path")
                        .put("required", true)
                        .putObject("schema")
                        .put("type", "string");
            }
        }
    }

    private static void kind(ObjectNode into, Kind kind, String version, String suffix) {
        into.put("group", kind.group()).put("version", version).put("kind", kind.kind() + suffix);
    }

    static ObjectNode described(String type, String description) {
        ObjectNode schema = node().put("type", type);
        if (!description.isEmpty()) {
            schema.put("description", description);
        }
        return schema;
    }

    private static ObjectNode node() {
        return JsonNodeFactory.instance.objectNode();
    }
}
