package io.convergate.node.admin.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergate.config.ConfigView;
import io.convergate.config.Revision;
import io.convergate.config.StoredResource;
import io.convergate.node.admin.api.AdminJson;
import io.convergate.node.admin.api.Kind;
import io.convergate.routing.model.ResourceKey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Shows one resource or a list of them, page by page if asked to. Safe for use by any thread. */
final class Reads {
    private final KubeBackend backend;
    private final ObjectViews objects;
    private final WatchHub hub;
    private final EventLists events;
    private final KubeSettings settings;

    Reads(KubeBackend backend, ObjectViews objects, WatchHub hub, EventLists events, KubeSettings settings) {
        this.backend = backend;
        this.objects = objects;
        this.hub = hub;
        this.events = events;
        this.settings = settings;
    }

    /** {@code GET} of a resource. */
    CompletionStage<HttpResponse> one(KubeRequest request) {
        if (request.kind().isEmpty()) {
            return events.list(request).thenApply(listed -> oneEvent(request, listed));
        }
        return current(request).thenApply(view -> {
            Kind kind = request.written();
            ObjectNode object = objects.at(view)
                    .one(kind, request.key(), request.apiVersion())
                    .orElseThrow(() -> KubeError.notFound(kind, request.name()));
            return KubeReplies.object(request, 200, object);
        });
    }

    /** {@code GET} of a list. */
    CompletionStage<HttpResponse> list(KubeRequest request) {
        if (request.kind().isEmpty()) {
            return events.list(request).thenApply(listed -> eventList(request, listed));
        }
        Optional<Page> page = Page.read(request.parameter("continue"));
        CompletionStage<ConfigView> view = page.isPresent()
                ? exactly(page.get().revision())
                : request.parameter("resourceVersionMatch").equals("Exact")
                        ? exactly(ObjectVersions.revision(request.parameter("resourceVersion"))
                                .orElseThrow(() -> KubeError.badRequest(
                                        "resourceVersionMatch Exact (expected: a resourceVersion with it)")))
                        : current(request);
        return view.thenApply(found -> list(request, objects.at(found), page));
    }

    private static HttpResponse list(KubeRequest request, ObjectViews.Look look, Optional<Page> page) {
        Kind kind = request.written();
        Selector labels = request.labels();
        Selector fields = request.fields();
        int limit = request.number("limit");
        List<ObjectNode> items = new ArrayList<>();
        List<ResourceKey> keys = look.keys(kind, request.namespace());
        boolean more = false;
        ResourceKey last = null;
        int rest = 0;
        for (ResourceKey key : keys) {
            if (page.isPresent() && key.compareTo(page.get().after()) <= 0
                    || !fields.name().isEmpty() && !fields.name().equals(key.name())) {
                continue;
            }
            if (limit > 0 && items.size() >= limit) {
                more = true;
                rest++;
                continue;
            }
            StoredResource stored = look.view().resources().get(key);
            ObjectNode raw = stored == null
                    ? look.one(kind, key, request.apiVersion()).orElseThrow()
                    : ObjectViews.stored(stored.content());
            if (labels.matchesLabels(raw) && fields.matchesFields(raw)) {
                items.add(KubeReplies.visible(request, stored == null ? raw : look.show(stored, request.apiVersion())));
                last = key;
            }
        }
        ObjectNode metadata = JsonNodeFactory.instance.objectNode();
        boolean whole = !more && page.isEmpty();
        metadata.put(
                "resourceVersion",
                whole ? look.version(items) : look.view().revision().toString());
        if (more && last != null) {
            metadata.put("continue", new Page(look.view().revision(), last).write());
            if (!request.has("labelSelector") && !request.has("fieldSelector")) {
                metadata.put("remainingItemCount", rest);
            }
        }
        return reply(request, kind.kind(), items, metadata);
    }

    private static HttpResponse eventList(KubeRequest request, EventLists.Listed listed) {
        ObjectNode metadata = JsonNodeFactory.instance.objectNode().put("resourceVersion", listed.version());
        return KubeReplies.warned(reply(request, Events.KIND, listed.shown(), metadata), listed.warnings());
    }

    private static HttpResponse oneEvent(KubeRequest request, EventLists.Listed listed) {
        ObjectNode event = listed.shown().stream()
                .filter(one -> one.at("/metadata/name").asText().equals(request.name()))
                .findFirst()
                .orElseThrow(() -> KubeError.of(404, "NotFound", "events \"" + request.name() + "\" not found"));
        return KubeReplies.warned(KubeReplies.object(request, 200, event), listed.warnings());
    }

    private static HttpResponse reply(KubeRequest request, String kind, List<ObjectNode> items, ObjectNode metadata) {
        KubeReplies.Form form = KubeReplies.form(request.http());
        if (form == KubeReplies.Form.TABLE) {
            return KubeReplies.json(request.http(), 200, KubeReplies.table(request, items, metadata));
        }
        ObjectNode list = JsonNodeFactory.instance.objectNode();
        list.put("apiVersion", request.apiVersion()).put("kind", kind + "List");
        list.set("metadata", metadata);
        ArrayNode array = list.putArray("items");
        items.forEach(array::add);
        return form == KubeReplies.Form.YAML
                ? KubeReplies.yaml(200, list)
                : KubeReplies.json(request.http(), 200, list);
    }

    /** The newest configuration, and no older than the one that the client has seen. */
    CompletionStage<ConfigView> current(KubeRequest request) {
        Optional<Revision> seen = ObjectVersions.revision(request.parameter("resourceVersion"));
        if (seen.isEmpty()) {
            return CompletableFuture.completedFuture(backend.config().current());
        }
        return hub.reached(seen.get(), settings.reachTimeout()).thenApply(reached -> {
            if (!reached) {
                throw notReached(seen.get());
            }
            return backend.config().current();
        });
    }

    /** The configuration of a revision, waited for if this node has not reached it. */
    CompletionStage<ConfigView> exactly(Revision revision) {
        return hub.reached(revision, settings.reachTimeout()).thenApply(reached -> {
            if (!reached) {
                throw notReached(revision);
            }
            ConfigView now = backend.config().current();
            return now.revision().equals(revision)
                    ? now
                    : backend.config()
                            .history()
                            .at(revision)
                            .orElseThrow(() -> KubeError.expired("too old resource version: " + revision
                                    + " is not kept any more (expected: list again)"));
        });
    }

    private static KubeError notReached(Revision revision) {
        return KubeError.expired("this node has not reached resource version " + revision + " in time");
    }

    /**
     * Where a list goes on.
     *
     * @param revision the configuration that all its pages come from
     * @param after the last resource of the page before
     */
    private record Page(Revision revision, ResourceKey after) {
        static Optional<Page> read(String token) {
            if (token.isEmpty()) {
                return Optional.empty();
            }
            try {
                JsonNode page = AdminJson.readTree(Base64.getUrlDecoder().decode(token));
                return Optional.of(new Page(
                        Revision.parse(page.path("revision").asText()),
                        ResourceKey.parse(page.path("after").asText())));
            } catch (IOException | IllegalArgumentException e) {
                throw KubeError.badRequest("continue (expected: what the page before gave)");
            }
        }

        String write() {
            ObjectNode page = JsonNodeFactory.instance.objectNode();
            page.put("revision", revision.toString()).put("after", after.toString());
            return Base64.getUrlEncoder().withoutPadding().encodeToString(AdminJson.compact(page));
        }
    }
}
