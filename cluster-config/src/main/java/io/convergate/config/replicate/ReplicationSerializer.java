package io.convergate.config.replicate;

import io.convergate.config.block.ByteReader;
import io.convergate.config.block.ByteWriter;
import java.io.NotSerializableException;
import java.util.Map;
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
    private static final String PROPOSAL = "R1";
    private static final String VOTE = "V1";
    private static final String WITHDRAWAL = "X1";

    private static final Map<Class<?>, String> MANIFESTS = Map.of(
            PeerMessage.Offer.class, OFFER,
            PeerMessage.Status.class, STATUS,
            PeerMessage.Want.class, WANT,
            PeerMessage.WantPast.class, WANT_PAST,
            PeerMessage.Delivery.class, DELIVERY,
            PeerMessage.Proposal.class, PROPOSAL,
            PeerMessage.Vote.class, VOTE,
            PeerMessage.Withdrawal.class, WITHDRAWAL);

    @Override
    public int identifier() {
        return IDENTIFIER;
    }

    @Override
    public String manifest(Object message) {
        String manifest = MANIFESTS.get(message.getClass());
        if (manifest == null) {
            throw new IllegalArgumentException(message.getClass() + " (expected: a message between members)");
        }
        return manifest;
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
            case PROPOSAL -> PeerMessage.proposal(in);
            case VOTE -> PeerMessage.vote(in);
            case WITHDRAWAL -> PeerMessage.withdrawal(in);
            case DELIVERY -> PeerMessage.delivery(in);
            default -> throw new NotSerializableException(manifest);
        };
    }
}
