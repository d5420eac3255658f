package io.convergate.config.membership;

import io.convergate.config.block.ByteReader;
import io.convergate.config.block.ByteWriter;
import io.convergate.config.block.MalformedException;
import java.util.List;

/** What nodes say to each other about clusters, members or not. */
sealed interface FormationMessage extends Formation.Command {
    /** Who says it. */
    NodeAddress from();

    /** Appends it. */
    void write(ByteWriter out);

    /** What a node is to a cluster. */
    enum Standing {
        /** In none, and not on its way into one. */
        FREE,
        /** On its way into one. */
        JOINING,
        /** In one. */
        MEMBER
    }

    /**
     * Asks how a node stands.
     *
     * @param campaign 0, or the number of a campaign: then it also asks for the node's vote
     */
    record Probe(NodeAddress from, long campaign) implements FormationMessage {
        @Override
        public void write(ByteWriter out) {
            address(out, from);
            out.i64(campaign);
        }
    }

    /**
     * Answers a probe.
     *
     * @param standing how this node stands
     * @param cluster the members of its cluster that it can reach, itself among them; none unless it is a member
     * @param campaign the number of the campaign that it votes for; 0 if it does not
     */
    record Answer(NodeAddress from, Standing standing, List<NodeAddress> cluster, long campaign)
            implements FormationMessage {
        public Answer {
            cluster = List.copyOf(cluster);
        }

        @Override
        public void write(ByteWriter out) {
            address(out, from);
            out.u8(standing.ordinal()).list(cluster, FormationMessage::address).i64(campaign);
        }
    }

    private static void address(ByteWriter out, NodeAddress address) {
        out.text(address.host()).i32(address.port());
    }

    private static NodeAddress address(ByteReader in) {
        return new NodeAddress(in.text(), in.i32());
    }

    /** Reads a probe. */
    static Probe probe(ByteReader in) {
        return new Probe(address(in), in.i64());
    }

    /** Reads an answer. */
    static Answer answer(ByteReader in) {
        NodeAddress from = address(in);
        int standing = in.u8();
        if (standing >= Standing.values().length) {
            throw new MalformedException("standing " + standing);
        }
        return new Answer(from, Standing.values()[standing], in.list(FormationMessage::address), in.i64());
    }
}
