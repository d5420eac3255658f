package io.convergate.node.vitals;

import io.convergate.config.block.ByteReader;
import io.convergate.config.block.ByteWriter;
import java.io.NotSerializableException;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/** {@link VitalsMessage} as bytes; the manifest is the message and the version of its form. */
final class VitalsSerializer extends SerializerWithStringManifest {
    private static final int IDENTIFIER = 0x436f0020;
    private static final String ASKED = "A1";
    private static final String ANSWERED = "V1";

    private final ExtendedActorSystem system;

    VitalsSerializer(ExtendedActorSystem system) {
        this.system = system;
    }

    @Override
    public int identifier() {
        return IDENTIFIER;
    }

    @Override
    public String manifest(Object message) {
        if (message instanceof VitalsMessage.Asked) {
            return ASKED;
        }
        if (message instanceof VitalsMessage.Answered) {
            return ANSWERED;
        }
        throw new IllegalArgumentException(message.getClass() + " (expected: a message about vitals)");
    }

    @Override
    public byte[] toBinary(Object message) {
        ByteWriter out = new ByteWriter();
        if (message instanceof VitalsMessage.Asked asked) {
            out.i64(asked.id()).text(resolver().toSerializationFormat(asked.replyTo()));
        } else if (message instanceof VitalsMessage.Answered answered) {
            out.i64(answered.id()).bytes(answered.vitals());
        }
        return out.toByteArray();
    }

    @Override
    public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
        ByteReader in = new ByteReader(bytes);
        return switch (manifest) {
            case ASKED -> {
                long id = in.i64();
                yield new VitalsMessage.Asked(resolver().resolveActorRef(in.text()), id);
            }
            case ANSWERED -> new VitalsMessage.Answered(in.i64(), in.bytes());
            default -> throw new NotSerializableException(manifest);
        };
    }

    private ActorRefResolver resolver() {
        return ActorRefResolver.get(Adapter.toTyped(system));
    }
}
