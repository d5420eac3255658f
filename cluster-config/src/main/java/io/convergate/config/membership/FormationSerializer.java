package io.convergate.config.membership;

import io.convergate.config.block.ByteReader;
import io.convergate.config.block.ByteWriter;
import java.io.NotSerializableException;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/** {@link FormationMessage} as bytes. The manifest is the message and the version of its form. */
final class FormationSerializer extends SerializerWithStringManifest {
    private static final int IDENTIFIER = 0x436f0001;
    private static final String PROBE = "P1";
    private static final String ANSWER = "A1";

    @Override
    public int identifier() {
        return IDENTIFIER;
    }

    @Override
    public String manifest(Object message) {
        return message instanceof FormationMessage.Probe ? PROBE : ANSWER;
    }

    @Override
    public byte[] toBinary(Object message) {
        ByteWriter out = new ByteWriter();
        ((FormationMessage) message).write(out);
        return out.toByteArray();
    }

    @Override
    public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
        ByteReader in = new ByteReader(bytes);
        return switch (manifest) {
            case PROBE -> FormationMessage.probe(in);
            case ANSWER -> FormationMessage.answer(in);
            default -> throw new NotSerializableException(manifest);
        };
    }
}
