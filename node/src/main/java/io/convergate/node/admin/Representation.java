package io.convergate.node.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergate.config.StoredResource;
import io.convergate.node.admin.api.AdminJson;
import io.convergate.node.admin.api.ConflictView;
import io.convergate.node.admin.api.Kind;
import io.convergate.node.admin.api.ProblemDocument;
import io.convergate.routing.model.ResourceKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

/** How resources and lists of them look to those who read them: Kubernetes' form, in JSON or YAML. */
enum Representation {
    JSON,
    YAML;

    /** Sixteen hexadecimal digits of the content's hash tell versions of one resource apart on any node. */
    private static final int VERSION_DIGITS = 16;

    /** What {@code metadata.resourceVersion} says. */
    static String resourceVersion(StoredResource stored) {
        return stored.hash().toString().substring(0, VERSION_DIGITS);
    }

    /**
     * The first of the two that a client accepts.
     *
     * @param accept the value of its {@code Accept} header
     * @throws BadRequest if it accepts neither
     */
    static Representation accepted(String accept) {
        for (String range : accept.split(",", -1)) {
            String type = range.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
            if (type.endsWith("/yaml") || type.endsWith("/x-yaml")) {
                return YAML;
            }
            if (type.equals("*/*") || type.equals("application/*") || type.equals("application/json")) {
                return JSON;
            }
        }
        throw new BadRequest(ProblemDocument.of(
                406, "Not acceptable", "Accept '" + accept + "' (expected: application/json or application/yaml)"));
    }

    /**
     * One resource, in the API version that was asked for.
     *
     * @param status what became of it; shown as its status, which is derived and never stored
     * @param conflict what else was written in its place; shown as a condition
     */
    static ObjectNode resource(
            StoredResource stored, String apiVersion, Optional<JsonNode> status, Optional<ConflictView> conflict) {
        try {
            ObjectNode object = (ObjectNode) AdminJson.readTree(stored.content().toByteArray());
            object.put("apiVersion", apiVersion);
            object.withObject("/metadata").put("resourceVersion", resourceVersion(stored));
            status.ifPresent(found -> object.set("status", found));
            conflict.ifPresent(found -> addCondition(object, found));
            return object;
        } catch (IOException e) {
            throw new UncheckedIOException("a stored resource that is no JSON: " + stored.key(), e);
        }
    }

    private static void addCondition(ObjectNode object, ConflictView conflict) {
        object.withObject("/status")
                .withArray("/conditions")
                .addObject()
                .put("type", "Conflicted")
                .put("status", "True")
                .put("reason", "ConcurrentWrites")
                .put("message", conflict.sentence())
                .put("observedGeneration", object.at("/metadata/generation").asLong())
                .put(
                        "lastTransitionTime",
                        conflict.versions().stream()
                                .map(ConflictView.ConflictVersion::time)
                                .max(Comparator.naturalOrder())
                                .orElse(""));
    }

    /**
     * A list of resources.
     *
     * @param revision the configuration they were read from
     */
    static ObjectNode list(
            Kind kind,
            String apiVersion,
            String revision,
            List<StoredResource> resources,
            Function<ResourceKey, Optional<JsonNode>> statuses,
            Conflicts conflicts) {
        ObjectNode list = JsonNodeFactory.instance.objectNode();
        list.put("apiVersion", apiVersion).put("kind", kind.kind() + "List");
        list.putObject("metadata").put("resourceVersion", revision);
        var items = list.putArray("items");
        resources.forEach(stored ->
                items.add(resource(stored, apiVersion, statuses.apply(stored.key()), conflicts.of(stored.key()))));
        return list;
    }

    /** A reply with this object. */
    HttpResponse reply(int status, ObjectNode object) {
        return this == JSON ? Replies.json(status, object) : Replies.yaml(status, yaml(object));
    }

    /** An object as YAML. */
    static byte[] yaml(ObjectNode object) {
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setIndicatorIndent(2);
        options.setIndentWithIndicator(true);
        options.setSplitLines(false);
        return new Yaml(options).dump(AdminJson.plain(object)).getBytes(StandardCharsets.UTF_8);
    }
}
