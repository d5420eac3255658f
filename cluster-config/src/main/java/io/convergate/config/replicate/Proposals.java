package io.convergate.config.replicate;

import io.convergate.config.block.Block;
import io.convergate.config.block.Head;
import io.convergate.config.membership.NodeAddress;
import java.util.ArrayList;
import java.util.List;

/** Cuts a proposal into messages that the cluster transport takes. */
final class Proposals {
    private Proposals() {}

    static List<PeerMessage.Proposal> parts(NodeAddress self, Head head, List<Block> blocks) {
        List<PeerMessage.Proposal> parts = new ArrayList<>();
        List<Block> part = new ArrayList<>();
        int bytes = 0;
        for (Block block : blocks) {
            if (bytes >= PeerMessage.BATCH_BYTES_MAX) {
                parts.add(new PeerMessage.Proposal(self, head, part, false));
                part = new ArrayList<>();
                bytes = 0;
            }
            part.add(block);
            bytes += block.length();
        }
        parts.add(new PeerMessage.Proposal(self, head, part, true));
        return parts;
    }
}
