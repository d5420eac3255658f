package io.convergate.node.admin.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergate.config.Hash;
import io.convergate.node.admin.api.AdminJson;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/**
 * What was noticed, by this node and by those that it asked, the newest of it. Kept in memory; nodes that have told each other what
 * they know have the same. Safe for use by any thread.
 */
final class Events {
    static final String PLURAL = "events";
    static final String KIND = "Event";

    /** The largest answer to another node; the oldest are left out of a larger one. Far below the largest frame between nodes. */
    static final int BYTES_MAX = 192 * 1024;

    /** What an answer may become when it is inflated. */
    private static final int INFLATED_BYTES_MAX = 16 << 20;

    private final int max;
    private final Map<String, Event> byName = new HashMap<>();
    private final TreeSet<Event> inOrder = new TreeSet<>(Event.ORDER);
    private final List<Predicate<Event>> followers = new ArrayList<>();

    /** @param max how many are kept */
    Events(int max) {
        this.max = max;
    }

    /** Keeps an event that has just been noticed, or counts it if it is there already; the oldest goes if there are too many. */
    synchronized void notice(Event event) {
        Event before = byName.get(event.name());
        Event after = before == null ? event : before.again(event);
        put(after);
        forgetOldest();
        tell(after);
    }

    /** Takes over what other nodes noticed. */
    synchronized void take(Collection<Event> heard) {
        List<Event> changed = new ArrayList<>();
        for (Event event : heard) {
            Event before = byName.get(event.name());
            Event after = before == null ? event : before.merge(event);
            if (!after.equals(before)) {
                put(after);
                changed.add(after);
            }
        }
        // Not before all are there: one that is old here may be news to others.
        forgetOldest();
        changed.stream().filter(inOrder::contains).forEach(this::tell);
    }

    private void put(Event event) {
        Event before = byName.put(event.name(), event);
        if (before != null) {
            inOrder.remove(before);
        }
        inOrder.add(event);
    }

    private void forgetOldest() {
        while (inOrder.size() > max) {
            byName.remove(inOrder.pollFirst().name());
        }
    }

    private void tell(Event event) {
        followers.removeIf(follower -> !follower.test(event));
    }

    /**
     * Hands every event from now on to somebody, as long as he wants them.
     *
     * @return those that are there already, the oldest first
     */
    synchronized List<Event> follow(Predicate<Event> follower) {
        followers.add(follower);
        return List.copyOf(inOrder);
    }

    /** How many of the newest events anybody will ever see. */
    synchronized int wanted() {
        return followers.isEmpty() ? max : Integer.MAX_VALUE;
    }

    /** Those that are kept, the oldest first. */
    synchronized List<Event> all() {
        return List.copyOf(inOrder);
    }

    /** A version of some events: the same on every node that has the same. */
    static String version(Collection<ObjectNode> shown) {
        StringBuilder all = new StringBuilder();
        shown.forEach(event -> all.append(event.at("/metadata/resourceVersion").asText()));
        return Hash.of(all.toString().getBytes(StandardCharsets.UTF_8))
                .toString()
                .substring(0, 16);
    }

    /** A digest of all that are kept. */
    String digest() {
        StringBuilder all = new StringBuilder();
        all().forEach(event -> all.append(event.version()));
        return Hash.of(all.toString().getBytes(StandardCharsets.UTF_8)).toString();
    }

    /** The newest of them for a node that has others: as many as fit; nothing if it has the same. */
    byte[] unlike(String digest) {
        if (digest.equals(digest())) {
            return new byte[0];
        }
        List<Event> some = all();
        byte[] bytes = deflated(some);
        while (bytes.length > BYTES_MAX) {
            some = some.subList((some.size() + 1) / 2, some.size());
            bytes = deflated(some);
        }
        return bytes;
    }

    private static byte[] deflated(List<Event> events) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        events.forEach(event -> array.add(event.toJson()));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(bytes)) {
            out.write(AdminJson.compact(array));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /**
     * Reads an answer.
     *
     * @throws IOException if it is none
     */
    static List<Event> read(byte[] answer) throws IOException {
        if (answer.length == 0) {
            return List.of();
        }
        byte[] json = new InflaterInputStream(new ByteArrayInputStream(answer)).readNBytes(INFLATED_BYTES_MAX);
        List<Event> events = new ArrayList<>();
        try {
            for (JsonNode event : AdminJson.readTree(json)) {
                events.add(Event.fromJson(event));
            }
        } catch (IllegalArgumentException e) {
            throw new IOException("an event about nothing", e);
        }
        return events;
    }
}
