package io.convergate.config.replicate;

import io.convergate.config.block.ByteReader;
import io.convergate.config.block.ByteWriter;
import java.io.NotSerializableException;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/** {@link Heads} as bytes, the same for equal heads: replicas compare hashes of them. */
final class HeadsSerializer extends SerializerWithStringManifest {
    private static final int IDENTIFIER = 0x436f0002;
    private static final String VERSION = "H1";

    @Override
    public int identifier() {
        return IDENTIFIER;
    }

    @Override
    public String manifest(Object message) {
        return VERSION;
    }

    @Override
    public byte[] toBinary(Object message) {
        return new ByteWriter()
                .list(((Heads) message).values(), ByteWriter::head)
                .toByteArray();
    }

    @Override
    public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
        if (!manifest.equals(VERSION)) {
            throw new NotSerializableException(manifest);
        }
        return Heads.EMPTY.with(new ByteReader(bytes).list(ByteReader::head));
    }
}
