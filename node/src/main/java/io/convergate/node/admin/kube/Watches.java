package io.convergate.node.admin.kube;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergate.config.ConfigView;
import io.convergate.config.Revision;
import io.convergate.config.StoredResource;
import io.convergate.node.admin.api.Kind;
import io.convergate.routing.model.ResourceKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.ws.Message;
import org.apache.pekko.http.javadsl.model.ws.TextMessage;
import org.apache.pekko.http.javadsl.model.ws.WebSocketUpgrade;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * Opens watches: a line of JSON for each event, over HTTP or a WebSocket. A watch begins where the client's list ended: what was
 * written since comes first, and if anything derived has changed since, all that is watched. Safe for use by any thread.
 */
final class Watches {
    private static final ByteString NOTHING = ByteString.fromString("\n");

    private final WatchHub hub;
    private final EventLists events;
    private final Reads reads;
    private final KubeSettings settings;
    private final Materializer materializer;
    private final Queue<Backlog> ofEvents = new ConcurrentLinkedQueue<>();

    Watches(WatchHub hub, EventLists events, Reads reads, KubeSettings settings, Materializer materializer) {
        this.hub = hub;
        this.events = events;
        this.reads = reads;
        this.settings = settings;
        this.materializer = materializer;
    }

    /** {@code GET} of a list with {@code watch}. */
    CompletionStage<HttpResponse> open(KubeRequest request) {
        Optional<WebSocketUpgrade> upgrade = request.http().getAttribute(AttributeKeys.webSocketUpgrade);
        if (upgrade.isPresent() && !isOwn(request.header("Origin"), request.header("Host"))) {
            throw KubeError.of(
                    403, "Forbidden", "a WebSocket of another origin (expected: a client that is no web page)");
        }
        if (watching() >= settings.watchesMax()) {
            throw KubeError.of(
                    429, "TooManyRequests", settings.watchesMax() + " watches already (expected: fewer; try again)");
        }
        String version = request.parameter("resourceVersion");
        boolean initial = request.flag("sendInitialEvents");
        if (request.kind().isEmpty()) {
            return eventSource(request, initial ? "" : version).thenApply(source -> respond(request, upgrade, source));
        }
        Optional<Revision> from = initial ? Optional.empty() : ObjectVersions.revision(version);
        CompletionStage<Optional<ConfigView>> since = from.isEmpty()
                ? CompletableFuture.completedFuture(Optional.empty())
                : reads.exactly(from.get()).thenApply(Optional::of);
        return since.thenApply(view -> respond(request, upgrade, source(request, view, version, initial)));
    }

    /** How many watch resources or events. */
    private int watching() {
        ofEvents.removeIf(Backlog::isOver);
        return hub.watching() + ofEvents.size();
    }

    /** Web pages of others may open WebSockets; there is none of our own, but some clients name the server as their origin. */
    private static boolean isOwn(String origin, String host) {
        return origin.isEmpty() || origin.substring(origin.indexOf("//") + 2).equalsIgnoreCase(host);
    }

    private Source<ByteString, NotUsed> source(
            KubeRequest request, Optional<ConfigView> since, String version, boolean initial) {
        Backlog backlog = new Backlog(settings, materializer);
        Watch watch = new Watch(
                request.written(),
                request.apiVersion(),
                request.namespace(),
                request.labels(),
                named(request),
                form(request),
                backlog);
        List<ByteString> begin = hub.join(watch, look -> begin(watch, look, since, version, initial));
        return Source.from(begin).concat(backlog.source());
    }

    private static Selector named(KubeRequest request) {
        String fields = request.parameter("fieldSelector");
        String name = request.name().isEmpty() ? "" : "metadata.name=" + request.name();
        return Selector.fields(fields + (fields.isEmpty() || name.isEmpty() ? "" : ",") + name, false);
    }

    private static UnaryOperator<ObjectNode> form(KubeRequest request) {
        if (KubeReplies.form(request.http()) != KubeReplies.Form.TABLE) {
            return object -> KubeReplies.visible(request, object);
        }
        return object -> KubeReplies.table(
                request,
                List.of(KubeReplies.visible(request, object)),
                JsonNodeFactory.instance
                        .objectNode()
                        .put(
                                "resourceVersion",
                                object.at("/metadata/resourceVersion").asText()));
    }

    private List<ByteString> begin(
            Watch watch, ObjectViews.Look look, Optional<ConfigView> since, String version, boolean initial) {
        List<ByteString> lines = new ArrayList<>();
        List<ResourceKey> keys = look.keys(watch.kind(), watch.namespace()).stream()
                .filter(watch::concerns)
                .toList();
        if (since.isEmpty()) {
            for (ResourceKey key : keys) {
                look.one(watch.kind(), key, watch.apiVersion())
                        .filter(watch::selects)
                        .ifPresent(object -> lines.add(watch.event("ADDED", object)));
            }
        } else {
            lines.addAll(
                    watch.events(since.get(), look, new TreeSet<>(look.view().differsFrom(since.get()))));
            if (!ObjectVersions.derived(version).isEmpty()) {
                lines.addAll(derivedSince(watch, look, keys, version));
            }
        }
        if (initial) {
            ObjectNode bookmark =
                    bookmark(watch.kind(), watch.apiVersion(), look.view().revision());
            bookmark.withObject("/metadata/annotations").put("k8s.io/initial-events-end", "true");
            lines.add(Watch.line("BOOKMARK", bookmark));
        }
        return lines;
    }

    /** All that is watched, if anything of it has changed without a write since the client listed it. */
    private static List<ByteString> derivedSince(
            Watch watch, ObjectViews.Look look, List<ResourceKey> keys, String version) {
        List<ObjectNode> now = new ArrayList<>();
        for (ResourceKey key : keys) {
            StoredResource stored = look.view().resources().get(key);
            if (stored != null) {
                ObjectNode object = look.show(stored, watch.apiVersion());
                if (watch.selects(object)) {
                    now.add(object);
                }
            }
        }
        boolean same = ObjectVersions.derived(look.version(now)).equals(ObjectVersions.derived(version));
        return same
                ? List.of()
                : now.stream().map(object -> watch.event("MODIFIED", object)).toList();
    }

    private static ObjectNode bookmark(Kind kind, String apiVersion, Revision revision) {
        ObjectNode bookmark = JsonNodeFactory.instance.objectNode();
        bookmark.put("kind", kind.kind()).put("apiVersion", apiVersion);
        bookmark.putObject("metadata")
                .put("resourceVersion", revision.toString())
                .putNull("creationTimestamp");
        return bookmark;
    }

    /**
     * Events.
     *
     * @param version of the list that the client has; those that are there come first if it is another one, or none
     */
    private CompletionStage<Source<ByteString, NotUsed>> eventSource(KubeRequest request, String version) {
        Backlog backlog = new Backlog(settings, materializer);
        ofEvents.add(backlog);
        UnaryOperator<ObjectNode> form = form(request);
        return events.follow(
                        request,
                        (again, event) -> backlog.offer(Watch.line(again ? "MODIFIED" : "ADDED", form.apply(event))),
                        backlog::isOver)
                .thenApply(listed -> {
                    List<ByteString> begin = listed.version().equals(version)
                            ? List.of()
                            : listed.shown().stream()
                                    .map(event -> Watch.line("ADDED", form.apply(event)))
                                    .toList();
                    return Source.from(begin).concat(backlog.source());
                });
    }

    private HttpResponse respond(
            KubeRequest request, Optional<WebSocketUpgrade> upgrade, Source<ByteString, NotUsed> lines) {
        int asked = request.number("timeoutSeconds");
        Duration duration = asked == 0 || asked > settings.watchDuration().toSeconds()
                ? settings.watchDuration()
                : Duration.ofSeconds(asked);
        Source<ByteString, NotUsed> source = lines.takeWithin(duration);
        if (request.flag("allowWatchBookmarks") && request.kind().isPresent()) {
            Kind kind = request.written();
            source = source.keepAlive(
                    settings.heartbeat(),
                    () -> Watch.line("BOOKMARK", bookmark(kind, request.apiVersion(), hub.seen())));
        } else if (upgrade.isEmpty()) {
            source = source.keepAlive(settings.heartbeat(), () -> NOTHING);
        }
        if (upgrade.isPresent()) {
            Source<Message, NotUsed> messages = source.map(line -> TextMessage.create(line.utf8String()));
            Flow<Message, Message, NotUsed> flow = Flow.fromSinkAndSourceCoupled(Sink.ignore(), messages);
            return upgrade.get().handleMessagesWith(flow);
        }
        return HttpResponse.create().withEntity(HttpEntities.createChunked(ContentTypes.APPLICATION_JSON, source));
    }
}
