package io.convergate.node.cluster;

import io.convergate.config.block.ByteReader;
import io.convergate.config.block.ByteWriter;
import java.io.NotSerializableException;
import java.util.Map;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/**
 * Messages between nodes as bytes. The manifest is the message and the version of its form: a new form gets a new manifest, and
 * the old one stays readable, so that two versions of a node run side by side. Thread-safe.
 */
public abstract class MessageSerializer extends SerializerWithStringManifest {
    private final ExtendedActorSystem system;
    private final int identifier;
    private final Map<Class<?>, String> manifests;

    /**
     * @param identifier of this serializer, in every message on the wire; never changed
     * @param manifests of the messages, in the forms in which they are written
     */
    protected MessageSerializer(ExtendedActorSystem system, int identifier, Map<Class<?>, String> manifests) {
        this.system = system;
        this.identifier = identifier;
        this.manifests = Map.copyOf(manifests);
    }

    @Override
    public final int identifier() {
        return identifier;
    }

    /** @throws IllegalArgumentException if it is none of the messages */
    @Override
    public final String manifest(Object message) {
        String manifest = manifests.get(message.getClass());
        if (manifest == null) {
            throw new IllegalArgumentException(message.getClass() + " (expected: one of " + manifests.keySet() + ")");
        }
        return manifest;
    }

    @Override
    public final byte[] toBinary(Object message) {
        ByteWriter out = new ByteWriter();
        write(message, out);
        return out.toByteArray();
    }

    @Override
    public final Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
        return read(manifest, new ByteReader(bytes));
    }

    /** Writes one of the messages. */
    protected abstract void write(Object message, ByteWriter out);

    /**
     * Reads a message.
     *
     * @throws NotSerializableException if the manifest is of no form that is known
     */
    protected abstract Object read(String manifest, ByteReader in) throws NotSerializableException;

    /** An actor as text. */
    protected final String text(ActorRef<?> actor) {
        return resolver().toSerializationFormat(actor);
    }

    /** The actor that a text names. */
    protected final <T> ActorRef<T> actor(String text) {
        return resolver().resolveActorRef(text);
    }

    private ActorRefResolver resolver() {
        return ActorRefResolver.get(Adapter.toTyped(system));
    }
}
