package io.convergate.node.admin.kube;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergate.node.admin.api.Kind;
import io.convergate.routing.model.ResourceKey;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What this node noticed about resources, the newest of it: events of Kubernetes' core group. Kept in memory, and by each node for
 * itself; all nodes notice the same, because they derive it from the configuration and from what every member tells. Safe for use by any
 * thread.
 */
final class Events {
    static final String PLURAL = "events";
    static final String KIND = "Event";

    private final String node;
    private final int max;
    private final InstantSource clock;
    /** In the order in which they last happened. */
    private final Map<What, Event> kept = new LinkedHashMap<>();

    private final List<Predicate<Event>> followers = new ArrayList<>();
    private long version;

    Events(String node, int max, InstantSource clock) {
        this.node = node;
        this.max = max;
        this.clock = clock;
    }

    /** What happened, however often. */
    private record What(String uid, String reason, String message) {}

    /**
     * Something that was noticed.
     *
     * @param id tells it from others of this node
     * @param version a number that no earlier event has
     * @param count how often
     */
    record Event(
            long id,
            long version,
            ResourceKey about,
            String uid,
            String type,
            String reason,
            String message,
            Instant first,
            Instant last,
            int count) {}

    /** Keeps an event, or counts it if it is there already; the oldest goes if there are too many. */
    synchronized void add(ResourceKey about, String uid, boolean warning, String reason, String message) {
        What what = new What(uid, reason, message);
        Event before = kept.remove(what);
        Instant now = clock.instant();
        version++;
        Event event = new Event(
                before == null ? version : before.id(),
                version,
                about,
                uid,
                warning ? "Warning" : "Normal",
                reason,
                message,
                before == null ? now : before.first(),
                now,
                before == null ? 1 : before.count() + 1);
        kept.put(what, event);
        if (kept.size() > max) {
            kept.remove(kept.keySet().iterator().next());
        }
        followers.removeIf(follower -> !follower.test(event));
    }

    /** Hands every event from now on to somebody, as long as he wants them. */
    synchronized void follow(Predicate<Event> follower) {
        followers.add(follower);
    }

    /** How many of the newest events anybody will ever see. */
    synchronized int wanted() {
        return followers.isEmpty() ? max : Integer.MAX_VALUE;
    }

    /** Those that are kept, the oldest first. */
    synchronized List<ObjectNode> list(String namespace) {
        List<ObjectNode> events = new ArrayList<>();
        for (Event event : kept.values()) {
            if (namespace.isEmpty() || namespace(event).equals(namespace)) {
                events.add(show(event));
            }
        }
        return events;
    }

    /** A version of the whole of them. It is this node's own. */
    synchronized long version() {
        return version;
    }

    /** An event as clients see it. */
    ObjectNode show(Event event) {
        String apiVersion = Arrays.stream(Kind.values())
                .filter(kind -> kind.kind().equals(event.about().kind())
                        && kind.group().equals(event.about().group()))
                .findFirst()
                .map(kind -> kind.apiVersion(kind.versions().get(0)))
                .orElse("");
        String first = event.first().truncatedTo(ChronoUnit.SECONDS).toString();
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("apiVersion", "v1").put("kind", KIND);
        object.putObject("metadata")
                .put("name", event.about().name() + "." + node + "." + Long.toHexString(event.id()))
                .put("namespace", namespace(event))
                .put("resourceVersion", Long.toString(event.version()))
                .put("creationTimestamp", first);
        object.putObject("involvedObject")
                .put("apiVersion", apiVersion)
                .put("kind", event.about().kind())
                .put("namespace", event.about().namespace())
                .put("name", event.about().name())
                .put("uid", event.uid());
        object.put("type", event.type())
                .put("reason", event.reason())
                .put("message", event.message())
                .put("firstTimestamp", first)
                .put(
                        "lastTimestamp",
                        event.last().truncatedTo(ChronoUnit.SECONDS).toString())
                .put("count", event.count())
                .put("reportingComponent", "convergate")
                .put("reportingInstance", node);
        object.putObject("source").put("component", "convergate").put("host", node);
        return object;
    }

    private static String namespace(Event event) {
        return event.about().namespace().isEmpty() ? "default" : event.about().namespace();
    }
}
