package io.convergate.config.seal;

import io.convergate.config.Change;
import io.convergate.config.Content;
import io.convergate.config.Edit;
import io.convergate.config.Plan;
import io.convergate.config.StoredResource;
import io.convergate.config.tls.Watched;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.model.k8s.Secret;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Seals the Secrets of changes and opens those of configurations; leaves every other resource alone. A Secret that cannot be opened is
 * shown as one without values that says why, in its annotation {@link #UNREADABLE}. Safe for use by any thread.
 */
public final class Sealing {
    /** The annotation of a Secret that cannot be opened here, and why. */
    public static final String UNREADABLE = "convergate.io/unreadable";

    private final Optional<Watched<Keyring>> keys;

    /** @param keys what to seal with; empty to seal nothing, and to open nothing */
    public Sealing(Optional<Watched<Keyring>> keys) {
        this.keys = keys;
    }

    /** By how many bytes a resource may be longer on disk than it is. */
    public static int bytesAdded(ResourceKey key) {
        return concerns(key) ? Envelope.BYTES_ADDED_MAX : 0;
    }

    static boolean concerns(ResourceKey key) {
        return key.kind().equals(Secret.KIND) && key.group().isEmpty();
    }

    <R> Plan<R> sealed(Plan<R> plan) {
        if (keys.isEmpty() || !(plan instanceof Plan.Accept<R> accept)) {
            return plan;
        }
        Change change = accept.change();
        if (change.edits().stream().noneMatch(edit -> concerns(edit.key()))) {
            return plan;
        }
        Keyring.Key key = keys.get().get().first();
        List<Edit> edits = change.edits().stream()
                .map(edit -> edit instanceof Edit.Put put && concerns(put.key())
                        ? new Edit.Put(put.key(), Envelope.seal(put.key(), put.content(), key))
                        : edit)
                .toList();
        return new Plan.Accept<>(new Change(edits, change.author(), change.message(), change.client()), accept.value());
    }

    StoredResource opened(StoredResource stored) {
        if (!concerns(stored.key()) || !Envelope.isSealed(stored.content())) {
            return stored;
        }
        Content content = open(stored).orElseGet(() -> unreadable(stored.key(), why(stored)));
        return new StoredResource(stored.key(), content, stored.hash());
    }

    private Optional<Content> open(StoredResource stored) {
        return keys.flatMap(ring -> ring.get().named(Envelope.keyOf(stored.content())))
                .flatMap(key -> Envelope.open(stored.key(), stored.content(), key));
    }

    /** Why a resource cannot be opened; empty if it can. */
    Optional<String> objection(StoredResource stored) {
        boolean closed = concerns(stored.key())
                && Envelope.isSealed(stored.content())
                && open(stored).isEmpty();
        return closed ? Optional.of(stored.key() + " is " + why(stored)) : Optional.empty();
    }

    private String why(StoredResource stored) {
        String name = Envelope.keyOf(stored.content());
        boolean known = keys.flatMap(ring -> ring.get().named(name)).isPresent();
        return "sealed with the key " + name
                + (known ? ", and not with the one of that name here" : ", which is not here");
    }

    private static Content unreadable(ResourceKey key, String why) {
        return Content.copyOf(("{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"annotations\":{\""
                        + UNREADABLE
                        + "\":\"" + why + "\"},\"name\":\"" + key.name() + "\",\"namespace\":\"" + key.namespace()
                        + "\"},\"type\":\"" + Secret.OPAQUE + "\"}")
                .getBytes(StandardCharsets.UTF_8));
    }
}
