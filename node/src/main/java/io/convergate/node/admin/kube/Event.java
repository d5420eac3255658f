package io.convergate.node.admin.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergate.config.Hash;
import io.convergate.node.admin.api.AdminJson;
import io.convergate.node.admin.api.Kind;
import io.convergate.routing.model.ResourceKey;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Something that was noticed: an event of Kubernetes' core group. It is the same on every node that notices it, and what two of
 * them know of it is put together in whatever order ({@link #merge}).
 *
 * @param name {@code metadata.name}: the same on every node, and another event's never
 * @param about what it is about
 * @param uid whose name may have been another's before
 * @param warning whether something is not as it should be
 * @param cause what tells it from others of its reason; empty if nothing has to
 * @param message for people
 * @param nodes the names of the nodes whose doing it is, in order; empty if it is everybody's
 * @param firstSeconds when it happened first, in seconds since 1970
 * @param lastSeconds when it happened last
 * @param count how often it was noticed, by the node that noticed it most often
 */
record Event(
        String name,
        ResourceKey about,
        String uid,
        boolean warning,
        String reason,
        String cause,
        String message,
        List<String> nodes,
        long firstSeconds,
        long lastSeconds,
        int count) {
    private static final String COMPONENT = "convergate";
    private static final int NAME_DIGITS = 16;
    private static final int VERSION_DIGITS = 12;

    /** The order in which events are listed, and the first are forgotten: as they last happened. The same on every node. */
    static final Comparator<Event> ORDER =
            Comparator.comparingLong(Event::lastSeconds).thenComparing(Event::name);

    Event {
        nodes = List.copyOf(nodes);
    }

    /** One that happened once. */
    static Event once(
            ResourceKey about,
            String uid,
            boolean warning,
            String reason,
            String cause,
            String message,
            List<String> nodes,
            Instant time) {
        long second = time.getEpochSecond();
        return new Event(
                name(about, uid, reason, cause), about, uid, warning, reason, cause, message, nodes, second, second, 1);
    }

    private static String name(ResourceKey about, String uid, String reason, String cause) {
        return about.name() + "." + digits(NAME_DIGITS, about, uid, reason, cause);
    }

    /** {@code metadata.resourceVersion}: changes with what is shown. */
    String version() {
        return digits(VERSION_DIGITS, name, message, nodes, firstSeconds, lastSeconds, count);
    }

    private static String digits(int digits, Object... parts) {
        String all = String.join("\n", Arrays.stream(parts).map(String::valueOf).toList());
        return Hash.of(all.getBytes(StandardCharsets.UTF_8)).toString().substring(0, digits);
    }

    /**
     * This event, as far as two nodes together know of it: commutative, associative, and without effect on what was merged already.
     *
     * @param other the same event, by its name
     */
    Event merge(Event other) {
        TreeSet<String> all = new TreeSet<>(nodes);
        all.addAll(other.nodes);
        boolean older = lastSeconds < other.lastSeconds
                || lastSeconds == other.lastSeconds && message.compareTo(other.message) < 0;
        return new Event(
                name,
                about,
                uid,
                warning,
                reason,
                cause,
                older ? other.message : message,
                new ArrayList<>(all),
                Math.min(firstSeconds, other.firstSeconds),
                Math.max(lastSeconds, other.lastSeconds),
                Math.max(count, other.count));
    }

    /** This event after it happened again, or on another node too. */
    Event again(Event now) {
        Event both = merge(now);
        return new Event(
                name,
                about,
                uid,
                warning,
                reason,
                cause,
                both.message,
                both.nodes,
                both.firstSeconds,
                both.lastSeconds,
                nodes.containsAll(now.nodes) ? count + 1 : count);
    }

    /** The namespace it is listed in. */
    String namespace() {
        return about.namespace().isEmpty() ? "default" : about.namespace();
    }

    /** It as clients see it. */
    ObjectNode show() {
        String node = nodes.size() == 1 ? nodes.get(0) : "";
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("apiVersion", "v1").put("kind", Events.KIND);
        object.putObject("metadata")
                .put("name", name)
                .put("namespace", namespace())
                .put(
                        "uid",
                        UUID.nameUUIDFromBytes((namespace() + "/" + name).getBytes(StandardCharsets.UTF_8))
                                .toString())
                .put("resourceVersion", version())
                .put("creationTimestamp", time(firstSeconds));
        object.putObject("involvedObject")
                .put("apiVersion", apiVersion())
                .put("kind", about.kind())
                .put("namespace", about.namespace())
                .put("name", about.name())
                .put("uid", uid);
        object.put("type", warning ? "Warning" : "Normal")
                .put("reason", reason)
                .put("message", reason.equals(Conditions.REFUSED) ? refusal() : message)
                .put("firstTimestamp", time(firstSeconds))
                .put("lastTimestamp", time(lastSeconds))
                .put("count", count)
                .put("reportingComponent", COMPONENT)
                .put("reportingInstance", node);
        ObjectNode source = object.putObject("source").put("component", COMPONENT);
        if (!node.isEmpty()) {
            source.put("host", node);
        }
        return object;
    }

    private String refusal() {
        return "not served as written by " + String.join(", ", nodes) + ": " + message;
    }

    private String apiVersion() {
        return Arrays.stream(Kind.values())
                .filter(kind -> kind.kind().equals(about.kind()) && kind.group().equals(about.group()))
                .findFirst()
                .map(kind -> kind.apiVersion(kind.versions().get(0)))
                .orElse("v1");
    }

    private static String time(long seconds) {
        return Instant.ofEpochSecond(seconds).toString();
    }

    /** It for other nodes. */
    ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("about", about.toString())
                .put("uid", uid)
                .put("warning", warning)
                .put("reason", reason)
                .put("cause", cause)
                .put("message", message)
                .put("first", firstSeconds)
                .put("last", lastSeconds)
                .put("count", count);
        json.set("nodes", AdminJson.tree(nodes));
        return json;
    }

    /**
     * Reads what {@link #toJson} wrote, by this version of the software or another.
     *
     * @throws IllegalArgumentException if it is about nothing
     */
    static Event fromJson(JsonNode json) {
        List<String> nodes = new ArrayList<>();
        json.path("nodes").forEach(node -> nodes.add(node.asText()));
        ResourceKey about = ResourceKey.parse(json.path("about").asText());
        String uid = json.path("uid").asText();
        String reason = json.path("reason").asText();
        String cause = json.path("cause").asText();
        return new Event(
                name(about, uid, reason, cause),
                about,
                uid,
                json.path("warning").asBoolean(),
                reason,
                cause,
                json.path("message").asText(),
                nodes,
                json.path("first").asLong(),
                json.path("last").asLong(),
                json.path("count").asInt());
    }
}
