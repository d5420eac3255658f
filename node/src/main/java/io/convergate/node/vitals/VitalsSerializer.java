package io.convergate.node.vitals;

import io.convergate.config.block.ByteReader;
import io.convergate.config.block.ByteWriter;
import io.convergate.node.cluster.MessageSerializer;
import java.io.NotSerializableException;
import java.util.Map;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorRef;

/** {@link VitalsMessage} as bytes. */
final class VitalsSerializer extends MessageSerializer {
    private static final int IDENTIFIER = 0x436f0020;
    private static final String ASKED = "A1";
    private static final String EVENTS_ASKED = "E1";
    private static final String ANSWERED = "V1";

    VitalsSerializer(ExtendedActorSystem system) {
        super(
                system,
                IDENTIFIER,
                Map.ofEntries(
                        Map.entry(VitalsMessage.Asked.class, ASKED),
                        Map.entry(VitalsMessage.EventsAsked.class, EVENTS_ASKED),
                        Map.entry(VitalsMessage.Answered.class, ANSWERED)));
    }

    @Override
    protected void write(Object message, ByteWriter out) {
        if (message instanceof VitalsMessage.Asked asked) {
            out.i64(asked.id()).text(text(asked.replyTo()));
        } else if (message instanceof VitalsMessage.EventsAsked asked) {
            out.i64(asked.id()).text(text(asked.replyTo())).text(asked.digest());
        } else if (message instanceof VitalsMessage.Answered answered) {
            out.i64(answered.id()).bytes(answered.answer());
        }
    }

    @Override
    protected Object read(String manifest, ByteReader in) throws NotSerializableException {
        return switch (manifest) {
            case ASKED -> {
                long id = in.i64();
                yield new VitalsMessage.Asked(actor(in.text()), id);
            }
            case EVENTS_ASKED -> {
                long id = in.i64();
                ActorRef<VitalsMessage> replyTo = actor(in.text());
                yield new VitalsMessage.EventsAsked(replyTo, id, in.text());
            }
            case ANSWERED -> new VitalsMessage.Answered(in.i64(), in.bytes());
            default -> throw new NotSerializableException(manifest);
        };
    }
}
