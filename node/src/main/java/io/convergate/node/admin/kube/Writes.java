package io.convergate.node.admin.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergate.config.ConfigView;
import io.convergate.config.StoredResource;
import io.convergate.node.admin.api.AdminJson;
import io.convergate.node.admin.api.Kind;
import io.convergate.node.admin.kube.KubeBackend.Manner;
import io.convergate.node.admin.kube.KubeBackend.Proposal;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.read.FieldType;
import io.convergate.routing.read.ReadDocument;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/**
 * Creates, replaces, patches and deletes. What a write makes of a resource is found against the very configuration that it is
 * made to, so two writes at one node never lose each other's changes. Safe for use by any thread.
 */
final class Writes {
    private static final String SUFFIX_LETTERS = "bcdfghjklmnpqrstvwxz2456789";
    private static final int SUFFIX_LENGTH = 5;
    private static final String KUBECTL_BEFORE = "before-first-apply";

    private final KubeBackend backend;
    private final ObjectViews objects;
    private final WriteReplies replies;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    Writes(KubeBackend backend, ObjectViews objects, WriteReplies replies, InstantSource clock) {
        this.backend = backend;
        this.objects = objects;
        this.replies = replies;
        this.clock = clock;
    }

    /**
     * What a client wants a resource to be.
     *
     * @param object the resource
     * @param owners who owns what of it then; empty if it follows from what changes
     */
    private record Wish(ObjectNode object, Optional<Ownership> owners) {
        static Wish of(ObjectNode object) {
            return new Wish(object, Optional.empty());
        }
    }

    /** {@code POST} to a list. */
    CompletionStage<HttpResponse> create(KubeRequest request, byte[] body) {
        List<String> warnings = new ArrayList<>();
        ObjectNode object = Bodies.resource(request, body, warnings);
        ObjectNode metadata = identify(request, object, "");
        if (metadata.path("name").asText().isEmpty()) {
            String prefix = metadata.path("generateName").asText();
            if (prefix.isEmpty()) {
                throw KubeError.badRequest("metadata.name is empty (expected: a name, or metadata.generateName)");
            }
            metadata.put("name", prefix + suffix());
        }
        ResourceKey key = request.key(metadata.path("name").asText());
        if (!metadata.path("resourceVersion").asText().isEmpty()) {
            throw KubeError.badRequest("resourceVersion should not be set on objects to be created");
        }
        return put(request, key, warnings, live -> {
            if (live.isPresent()) {
                throw KubeError.alreadyExists(request.written(), key.name());
            }
            return Wish.of(object);
        });
    }

    private String suffix() {
        StringBuilder suffix = new StringBuilder();
        for (int i = 0; i < SUFFIX_LENGTH; i++) {
            suffix.append(SUFFIX_LETTERS.charAt(random.nextInt(SUFFIX_LETTERS.length())));
        }
        return suffix.toString();
    }

    /** {@code PUT} of a resource. Creates it if it is not there, unless the client has seen it. */
    CompletionStage<HttpResponse> replace(KubeRequest request, byte[] body) {
        List<String> warnings = new ArrayList<>();
        ObjectNode object = Bodies.resource(request, body, warnings);
        identify(request, object, request.name());
        return put(request, request.key(), warnings, live -> {
            if (live.isEmpty()
                    && !object.at("/metadata/resourceVersion").asText().isEmpty()) {
                throw KubeError.notFound(request.written(), request.name());
            }
            return Wish.of(object);
        });
    }

    /** {@code PATCH} of a resource, in any of its forms. */
    CompletionStage<HttpResponse> patch(KubeRequest request, byte[] body) {
        Kind kind = request.written();
        String type = request.contentType();
        if (!MediaTypes.patches(kind).contains(type)) {
            throw Bodies.unsupported(type, String.join(", ", MediaTypes.patches(kind)));
        }
        List<String> warnings = new ArrayList<>();
        if (type.equals(MediaTypes.APPLY)) {
            return apply(request, Bodies.object(Bodies.yaml(body)), warnings);
        }
        JsonNode patch = Bodies.json(request, body, warnings);
        FieldType fields = fields(request);
        return put(request, request.key(), warnings, found -> {
            ObjectNode live = found.orElseThrow(() -> KubeError.notFound(kind, request.name()));
            JsonNode patched =
                    switch (type) {
                        case MediaTypes.MERGE -> Patches.merge(live, Bodies.object(patch));
                        case MediaTypes.STRATEGIC -> Patches.strategic(live, Bodies.object(patch), fields);
                        default -> Patches.operations(live, patch);
                    };
            ObjectNode object = Bodies.object(patched);
            identify(request, object, request.name());
            return Wish.of(object);
        });
    }

    private CompletionStage<HttpResponse> apply(KubeRequest request, ObjectNode wanted, List<String> warnings) {
        if (request.parameter("fieldManager").isEmpty()) {
            throw KubeError.badRequest("fieldManager is required for apply patch");
        }
        ObjectNode metadata = identify(request, wanted, request.name());
        if (!metadata.path("managedFields").isEmpty()) {
            throw KubeError.badRequest("metadata.managedFields must be nil");
        }
        Kind kind = request.written();
        FieldType fields = fields(request);
        return put(request, request.key(), warnings, found -> {
            Instant now = clock.instant();
            ObjectNode live = found.orElseGet(() -> identity(request));
            Ownership before = Ownership.read(live.at("/metadata/managedFields"));
            if (found.isPresent()) {
                before = before.orAllOf(live, KUBECTL_BEFORE, fields, now);
            }
            Application.Result result = Application.apply(
                    kind, live, before, wanted, fields, request.manager(), request.flag("force"), now);
            ObjectNode object = result.object();
            if (metadata.has("resourceVersion")) {
                object.withObject("/metadata").set("resourceVersion", metadata.get("resourceVersion"));
            }
            return new Wish(object, Optional.of(result.owners()));
        });
    }

    private static ObjectNode identity(KubeRequest request) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("apiVersion", request.apiVersion())
                .put("kind", request.written().kind());
        ObjectNode metadata = object.putObject("metadata").put("name", request.name());
        if (!request.namespace().isEmpty()) {
            metadata.put("namespace", request.namespace());
        }
        return object;
    }

    private CompletionStage<HttpResponse> put(
            KubeRequest request, ResourceKey key, List<String> warnings, Function<Optional<ObjectNode>, Wish> step) {
        Kind kind = request.written();
        String validation = request.validation();
        List<String> found = new ArrayList<>();
        Function<ConfigView, Proposal> plan = view -> {
            found.clear();
            StoredResource stored = view.resources().get(key);
            Optional<ObjectNode> live = Optional.ofNullable(stored).map(there -> live(view, there, request));
            Wish wish = step.apply(live);
            requireCurrent(kind, key, wish.object(), view, live);
            ObjectNode object = wish.object().deepCopy();
            if (live.isPresent()) { // the version it is asked for in is none of its contents
                object.put(
                        "apiVersion",
                        ObjectViews.stored(stored.content()).path("apiVersion").asText());
            }
            ReadDocument document = Documents.read(kind, object, validation, found);
            Ownership owners = wish.owners().orElseGet(() -> owners(request, live, wish.object(), document));
            return new Proposal.Put(document, AdminJson.compact(owners.write()));
        };
        Manner manner = new Manner(replies.dryRun(request), request.manager());
        return backend.write(plan, request.http(), manner).thenApply(written -> {
            warnings.addAll(found);
            return replies.written(request, key, written, warnings);
        });
    }

    /** A resource as it is, with its version, in the version that the client speaks. */
    private static ObjectNode live(ConfigView view, StoredResource stored, KubeRequest request) {
        ObjectNode live = ObjectViews.stored(stored.content());
        live.put("apiVersion", request.apiVersion());
        live.withObject("/metadata").put("resourceVersion", ObjectVersions.of(view, stored.key()));
        return live;
    }

    private Ownership owners(KubeRequest request, Optional<ObjectNode> live, ObjectNode wanted, ReadDocument document) {
        JsonNode sent = wanted.at("/metadata/managedFields");
        Ownership before = Ownership.read(
                sent.isArray()
                        ? sent
                        : live.map(there -> there.at("/metadata/managedFields")).orElse(sent));
        try {
            ObjectNode after = (ObjectNode) AdminJson.readTree(document.canonical());
            after.put("apiVersion", request.apiVersion());
            ObjectNode nothing = JsonNodeFactory.instance.objectNode();
            return before.updated(live.orElse(nothing), after, fields(request), request.manager(), clock.instant());
        } catch (IOException e) {
            throw new UncheckedIOException("a canonical form that is no JSON", e);
        }
    }

    private static void requireCurrent(
            Kind kind, ResourceKey key, ObjectNode object, ConfigView view, Optional<ObjectNode> live) {
        String seen = object.at("/metadata/resourceVersion").asText();
        if (!seen.isEmpty() && !ObjectVersions.isCurrent(seen, view, key)) {
            throw KubeError.conflict(
                    kind,
                    key.name(),
                    "the object has been modified; please apply your changes to the latest version and try again");
        }
        String uid = object.at("/metadata/uid").asText();
        if (live.isPresent()
                && !uid.isEmpty()
                && !uid.equals(live.get().at("/metadata/uid").asText())) {
            throw KubeError.conflict(
                    kind,
                    key.name(),
                    "Precondition failed: UID in precondition: " + uid + ", UID in object meta: "
                            + live.get().at("/metadata/uid").asText());
        }
    }

    /**
     * Requires that a resource is what its path says, and fills in what it does not say.
     *
     * @param name the name in the path; empty if it has none
     * @return its metadata
     */
    private static ObjectNode identify(KubeRequest request, ObjectNode object, String name) {
        Kind kind = request.written();
        requireSame("apiVersion", object, request.apiVersion());
        requireSame("kind", object, kind.kind());
        if (object.has("metadata") && !object.get("metadata").isObject()) {
            throw KubeError.badRequest("metadata (expected: a mapping)");
        }
        ObjectNode metadata = object.withObject("/metadata");
        if (!name.isEmpty()) {
            String written = metadata.path("name").asText();
            if (!written.isEmpty() && !written.equals(name)) {
                throw KubeError.badRequest(
                        "the name of the object (" + written + ") does not match the name on the URL (" + name + ")");
            }
            metadata.put("name", name);
        }
        String namespace = metadata.path("namespace").asText();
        if (!namespace.isEmpty() && !namespace.equals(request.namespace())) {
            throw KubeError.badRequest("the namespace of the provided object does not match the namespace sent on the"
                    + " request (" + namespace + ", expected: " + request.namespace() + ")");
        }
        if (request.namespace().isEmpty()) {
            metadata.remove("namespace");
        } else {
            metadata.put("namespace", request.namespace());
        }
        return metadata;
    }

    private static void requireSame(String field, ObjectNode object, String expected) {
        String written = object.path(field).asText();
        if (!written.isEmpty() && !written.equals(expected)) {
            throw KubeError.badRequest(field + " '" + written + "' (expected: " + expected + ", as in the path)");
        }
        object.put(field, expected);
    }

    private static FieldType.Mapping fields(KubeRequest request) {
        return ManagedFields.type(request.apiVersion(), request.written().kind());
    }

    /** {@code DELETE} of a resource. */
    CompletionStage<HttpResponse> delete(KubeRequest request, JsonNode options) {
        Kind kind = request.written();
        ResourceKey key = request.key();
        List<String> uid = new ArrayList<>();
        return remove(
                request,
                options,
                view -> {
                    StoredResource stored = view.resources().get(key);
                    if (kind == Kind.NAMESPACE) {
                        requireEmpty(view, key.name(), stored != null);
                    }
                    if (stored == null) {
                        throw KubeError.notFound(kind, key.name());
                    }
                    ObjectNode object = live(view, stored, request);
                    uid.add(object.at("/metadata/uid").asText());
                    ObjectNode wanted = JsonNodeFactory.instance.objectNode();
                    JsonNode preconditions = options.path("preconditions");
                    for (String field : List.of("resourceVersion", "uid")) {
                        if (preconditions.hasNonNull(field)) {
                            wanted.withObject("/metadata").set(field, preconditions.get(field));
                        }
                    }
                    requireCurrent(kind, key, wanted, view, Optional.of(object));
                    return List.of(key);
                },
                () -> WriteReplies.deleted(kind, key.name(), uid));
    }

    private static void requireEmpty(ConfigView view, String namespace, boolean stored) {
        long within = view.resources().keySet().stream()
                .filter(key -> key.namespace().equals(namespace))
                .count();
        if (within > 0 || !stored && namespace.equals("default")) {
            throw KubeError.conflict(
                    Kind.NAMESPACE,
                    namespace,
                    within
                            + " resources are in it (expected: none; a namespace is there as long as anything is in it)");
        }
    }

    /** {@code DELETE} of a list: all that is selected, in one change. */
    CompletionStage<HttpResponse> deleteAll(KubeRequest request, JsonNode options) {
        Kind kind = request.written();
        Selector labels = request.labels();
        Selector fields = request.fields();
        return remove(
                request,
                options,
                view -> {
                    List<ResourceKey> keys = new ArrayList<>();
                    for (ResourceKey key : objects.at(view).keys(kind, request.namespace())) {
                        StoredResource stored = view.resources().get(key);
                        if (stored != null) {
                            ObjectNode object = ObjectViews.stored(stored.content());
                            if (labels.matchesLabels(object) && fields.matchesFields(object)) {
                                keys.add(key);
                            }
                        }
                    }
                    if (kind == Kind.NAMESPACE) {
                        keys.forEach(key -> requireEmpty(view, key.name(), true));
                    }
                    return keys;
                },
                () -> WriteReplies.deleted(kind, "", List.of()));
    }

    private CompletionStage<HttpResponse> remove(
            KubeRequest request,
            JsonNode options,
            Function<ConfigView, List<ResourceKey>> which,
            Supplier<ObjectNode> success) {
        boolean dryRun = replies.dryRun(request) || !options.path("dryRun").isEmpty();
        Manner manner = new Manner(dryRun, request.manager());
        return backend.write(
                        view -> new Proposal.Delete(request.apiVersion(), which.apply(view)), request.http(), manner)
                .thenApply(written -> replies.removed(request, written, success));
    }
}
