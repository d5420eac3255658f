package io.convergate.config.replicate;

import io.convergate.config.block.ByteReader;
import io.convergate.config.block.ByteWriter;
import java.io.NotSerializableException;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/**
 * {@link PeerMessage} as bytes. The manifest is the message and the version of its form: a new form gets a new manifest,
 * and the old one stays readable, so that two versions of a node run side by side.
 */
final class ReplicationSerializer extends SerializerWithStringManifest {
    private static final int IDENTIFIER = 0x436f0003;
    private static final String OFFER = "O1";
    private static final String STATUS = "S1";
    private static final String WANT = "W1";
    private static final String WANT_PAST = "P1";
    private static final String DELIVERY = "D1";

    @Override
    public int identifier() {
        return IDENTIFIER;
    }

    @Override
    public String manifest(Object message) {
        if (message instanceof PeerMessage.Offer) {
            return OFFER;
        } else if (message instanceof PeerMessage.Status) {
            return STATUS;
        } else if (message instanceof PeerMessage.Want) {
            return WANT;
        } else if (message instanceof PeerMessage.WantPast) {
            return WANT_PAST;
        }
        return DELIVERY;
    }

    @Override
    public byte[] toBinary(Object message) {
        ByteWriter out = new ByteWriter();
        ((PeerMessage) message).write(out);
        if (out.length() > PeerMessage.BYTES_MAX) {
            throw new IllegalArgumentException(
                    out.length() + " bytes (expected: at most " + PeerMessage.BYTES_MAX + ")");
        }
        return out.toByteArray();
    }

    @Override
    public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
        ByteReader in = new ByteReader(bytes);
        return switch (manifest) {
            case OFFER -> PeerMessage.offer(in);
            case STATUS -> PeerMessage.status(in);
            case WANT -> PeerMessage.want(in);
            case WANT_PAST -> PeerMessage.wantPast(in);
            case DELIVERY -> PeerMessage.delivery(in);
            default -> throw new NotSerializableException(manifest);
        };
    }
}
