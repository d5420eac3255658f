package io.convergate.node.admin.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergate.config.ConfigView;
import io.convergate.config.Content;
import io.convergate.config.Hash;
import io.convergate.config.StoredResource;
import io.convergate.node.admin.access.SecretValues;
import io.convergate.node.admin.api.AdminJson;
import io.convergate.node.admin.api.Kind;
import io.convergate.routing.model.ResourceKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Resources as clients see them: what is stored, with its version and its derived status. Secrets are in it as they are;
 * {@link SecretValues#hideFrom} comes last, where a reply or an event is written.
 */
final class ObjectViews {
    private static final int DIGEST_DIGITS = 12;
    private static final String DEFAULT_NAMESPACE = "default";

    private final KubeBackend backend;
    private final Conditions conditions;

    ObjectViews(KubeBackend backend, Conditions conditions) {
        this.backend = backend;
        this.conditions = conditions;
    }

    /** Looks at a configuration. May take a while where statuses have to be derived. */
    Look at(ConfigView view) {
        return new Look(view, conditions.at(view));
    }

    /** A resource as it is stored, secrets and all. */
    static ObjectNode stored(Content content) {
        try {
            return (ObjectNode) AdminJson.readTree(content.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException("a stored resource that is no JSON", e);
        }
    }

    /** What is derived, without the times, in a few characters. */
    static String digest(JsonNode status) {
        String text = status.toString().replaceAll("\"lastTransitionTime\":\"[^\"]*\"", "");
        return shortened(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String shortened(byte[] bytes) {
        return Hash.of(bytes).toString().substring(0, DIGEST_DIGITS);
    }

    /** One configuration at one moment. Confined to one thread. */
    final class Look {
        private final ConfigView view;
        private final Conditions.Look conditions;

        private Look(ConfigView view, Conditions.Look conditions) {
            this.view = view;
            this.conditions = conditions;
        }

        ConfigView view() {
            return view;
        }

        Conditions.Look conditions() {
            return conditions;
        }

        /** A resource, if it is there. */
        Optional<ObjectNode> one(Kind kind, ResourceKey key, String apiVersion) {
            StoredResource stored = view.resources().get(key);
            if (stored != null) {
                return Optional.of(show(stored, apiVersion));
            }
            return kind == Kind.NAMESPACE
                    ? Optional.ofNullable(implicitNamespaces().get(key.name()))
                    : Optional.empty();
        }

        /** A resource that is there. */
        ObjectNode show(StoredResource stored, String apiVersion) {
            return show(stored.key(), stored.content(), apiVersion, ObjectVersions.of(view, stored.key()));
        }

        /**
         * A resource as it would be shown with this content.
         *
         * @param version its version, without what is derived
         */
        ObjectNode show(ResourceKey key, Content content, String apiVersion, String version) {
            ObjectNode object = stored(content);
            object.put("apiVersion", apiVersion);
            if (!version.isEmpty()) {
                ObjectNode status = conditions.status(key, object);
                object.set("status", status);
                object.withObject("/metadata").put("resourceVersion", ObjectVersions.with(version, digest(status)));
            }
            return object;
        }

        /** A resource as it would be shown with this content; what is derived of it stays as it is. */
        ObjectNode showTried(ResourceKey key, Content content, String apiVersion) {
            ObjectNode tried = show(key, content, apiVersion, "");
            Optional.ofNullable(view.resources().get(key)).ifPresent(stored -> {
                ObjectNode there = show(stored, apiVersion);
                tried.set("status", there.get("status"));
                tried.withObject("/metadata").set("resourceVersion", there.at("/metadata/resourceVersion"));
            });
            return tried;
        }

        /** A resource that is not there any more, as it was. */
        ObjectNode gone(ConfigView before, ResourceKey key, String apiVersion) {
            StoredResource stored = before.resources().get(key);
            ObjectNode object = stored(stored.content());
            object.put("apiVersion", apiVersion)
                    .withObject("/metadata")
                    .put("resourceVersion", view.revision().toString());
            return object;
        }

        /** What was derived of a resource. */
        ObjectNode status(StoredResource stored) {
            return conditions.status(stored.key(), stored(stored.content()));
        }

        /**
         * The keys of a kind's resources, in order.
         *
         * @param namespace whose; empty for all
         */
        List<ResourceKey> keys(Kind kind, String namespace) {
            List<ResourceKey> keys = view.resources().keySet().stream()
                    .filter(key -> key.kind().equals(kind.kind()) && key.group().equals(kind.group()))
                    .filter(key -> namespace.isEmpty() || key.namespace().equals(namespace))
                    .collect(Collectors.toCollection(ArrayList::new));
            if (kind == Kind.NAMESPACE) {
                implicitNamespaces().keySet().forEach(name -> keys.add(namespace(name)));
            }
            keys.sort(Comparator.naturalOrder());
            return keys;
        }

        /** The namespaces that nobody wrote and that are there because something is in them. */
        private Map<String, ObjectNode> implicitNamespaces() {
            Map<String, ObjectNode> implicit = new TreeMap<>();
            if (!view.resources().containsKey(namespace(DEFAULT_NAMESPACE))) {
                implicit.put(DEFAULT_NAMESPACE, implicitNamespace(DEFAULT_NAMESPACE));
            }
            for (ResourceKey key : view.resources().keySet()) {
                String name = key.namespace();
                if (!name.isEmpty()
                        && !implicit.containsKey(name)
                        && !view.resources().containsKey(namespace(name))) {
                    implicit.put(name, implicitNamespace(name));
                }
            }
            return implicit;
        }

        /** The version of a list of these resources: the revision, and what was derived of all of them. */
        String version(List<ObjectNode> objects) {
            StringBuilder all = new StringBuilder();
            for (ObjectNode object : objects) {
                all.append(ObjectVersions.derived(
                        object.at("/metadata/resourceVersion").asText()));
            }
            String revision = view.revision().toString();
            return all.isEmpty()
                    ? revision
                    : ObjectVersions.with(revision, shortened(all.toString().getBytes(StandardCharsets.UTF_8)));
        }
    }

    static ResourceKey namespace(String name) {
        return new ResourceKey("", Kind.NAMESPACE.kind(), "", name);
    }

    private static ObjectNode implicitNamespace(String name) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("apiVersion", "v1").put("kind", Kind.NAMESPACE.kind());
        ObjectNode metadata = object.putObject("metadata");
        metadata.put("name", name)
                .put(
                        "uid",
                        UUID.nameUUIDFromBytes(("namespace/" + name).getBytes(StandardCharsets.UTF_8))
                                .toString())
                .put("resourceVersion", "0")
                .put("generation", 1);
        metadata.putObject("labels").put("kubernetes.io/metadata.name", name);
        ObjectNode status = object.putObject("status").put("phase", "Active");
        ArrayNode conditions = status.putArray("conditions");
        conditions
                .addObject()
                .put("type", Conditions.CONVERGED)
                .put("status", "True")
                .put("reason", "Implicit")
                .put("message", "it is there because something is in it");
        return object;
    }
}
