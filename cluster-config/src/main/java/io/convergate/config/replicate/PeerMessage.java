package io.convergate.config.replicate;

import io.convergate.config.Hash;
import io.convergate.config.MemberId;
import io.convergate.config.Revision;
import io.convergate.config.block.Block;
import io.convergate.config.block.ByteReader;
import io.convergate.config.block.ByteWriter;
import io.convergate.config.block.Head;
import io.convergate.config.converge.ServingReport;
import io.convergate.config.membership.NodeAddress;
import java.util.List;
import java.util.Optional;

/** What members say to each other about the configuration. Each stays below {@link #BYTES_MAX}. */
sealed interface PeerMessage {
    /** What the blocks of one message may have together, 256 KiB: a quarter of the cluster transport's frame. */
    int BATCH_BYTES_MAX = 256 << 10;

    /** The largest message: a batch, one more block that crosses its end, and what is around them. */
    int BYTES_MAX = BATCH_BYTES_MAX + Block.BYTES_MAX + (64 << 10);

    /** Appends it. */
    void write(ByteWriter out);

    /**
     * A change was made, or is known.
     *
     * @param from who has it
     * @param head the change
     * @param blocks all that it added, if that fits, else its root alone
     */
    record Offer(NodeAddress from, Head head, List<Block> blocks) implements PeerMessage, Peers.Command {
        public Offer {
            blocks = List.copyOf(blocks);
        }

        @Override
        public void write(ByteWriter out) {
            address(out, from);
            out.head(head).list(blocks, PeerMessage::block);
        }
    }

    /**
     * What a member holds and serves; sent whenever that changes, and again from time to time. Its form has grown at the end: older
     * nodes pass over that, and do not say it themselves.
     *
     * @param from who
     * @param report what it holds and serves
     * @param heads the changes that make what it holds
     * @param counted which incarnation of the hearer the sender counted as a member at that moment, 0 if none; empty if an older node
     *     tells; what is served in place of what is held back comes after it
     */
    record Status(NodeAddress from, ServingReport report, List<Head> heads, Optional<Long> counted)
            implements PeerMessage, Peers.Command {
        public Status {
            heads = List.copyOf(heads);
        }

        @Override
        public void write(ByteWriter out) {
            address(out, from);
            out.text(report.member().name())
                    .text(report.member().address())
                    .revision(report.held())
                    .revision(report.serving())
                    .revision(report.refused())
                    .list(report.problems(), ByteWriter::text)
                    .list(heads, ByteWriter::head);
            counted.ifPresent(out::i64);
            counted.flatMap(incarnation -> report.instead()).ifPresent(out::i64);
        }
    }

    /**
     * Asks for blocks.
     *
     * @param from who asks
     * @param names which, the most urgent first
     */
    record Want(NodeAddress from, List<Hash> names) implements PeerMessage, BlockServer.Command {
        public Want {
            names = List.copyOf(names);
        }

        @Override
        public void write(ByteWriter out) {
            address(out, from);
            out.list(names, ByteWriter::hash);
        }
    }

    /**
     * Asks for blocks of the past, which are in no hurry.
     *
     * @param from who asks
     * @param names which
     */
    record WantPast(NodeAddress from, List<Hash> names) implements PeerMessage, BlockServer.Command {
        public WantPast {
            names = List.copyOf(names);
        }

        @Override
        public void write(ByteWriter out) {
            address(out, from);
            out.list(names, ByteWriter::hash);
        }
    }

    /**
     * Answers a {@link Want} or a {@link WantPast}.
     *
     * @param from who answers
     * @param blocks those of the wanted blocks that are there, as many as fit; none if none is there
     */
    record Delivery(NodeAddress from, List<Block> blocks) implements PeerMessage, Puller.Command, Backfill.Command {
        public Delivery {
            blocks = List.copyOf(blocks);
        }

        @Override
        public void write(ByteWriter out) {
            address(out, from);
            out.list(blocks, PeerMessage::block);
        }
    }

    /**
     * Asks whether a member would take a change that is not made yet. A change too large for one message comes in several,
     * in order.
     *
     * @param from who would make it
     * @param head the change
     * @param blocks what it consists of, or a part of that
     * @param last whether this is the last part, which is to be answered
     */
    record Proposal(NodeAddress from, Head head, List<Block> blocks, boolean last)
            implements PeerMessage, Peers.Command {
        public Proposal {
            blocks = List.copyOf(blocks);
        }

        @Override
        public void write(ByteWriter out) {
            address(out, from);
            out.head(head).list(blocks, PeerMessage::block).u8(last ? 1 : 0);
        }
    }

    /**
     * Answers a {@link Proposal}.
     *
     * @param from who answers
     * @param root the change's root
     * @param refusal why not; empty if it promises
     */
    record Vote(NodeAddress from, Hash root, String refusal) implements PeerMessage, Peers.Command {
        @Override
        public void write(ByteWriter out) {
            address(out, from);
            out.hash(root).text(refusal);
        }
    }

    /**
     * Takes a {@link Proposal} back.
     *
     * @param from who made it
     * @param head the change, which will not be made
     */
    record Withdrawal(NodeAddress from, Head head) implements PeerMessage, Peers.Command {
        @Override
        public void write(ByteWriter out) {
            address(out, from);
            out.head(head);
        }
    }

    private static void address(ByteWriter out, NodeAddress address) {
        out.text(address.host()).i32(address.port());
    }

    private static NodeAddress address(ByteReader in) {
        return new NodeAddress(in.text(), in.i32());
    }

    private static void block(ByteWriter out, Block block) {
        block.write(out);
    }

    /** Reads an offer. */
    static Offer offer(ByteReader in) {
        return new Offer(address(in), in.head(), in.list(Block::read));
    }

    /** Reads a status. */
    static Status status(ByteReader in) {
        NodeAddress from = address(in);
        MemberId member = new MemberId(in.text(), in.text());
        Revision held = in.revision();
        Revision serving = in.revision();
        Revision refused = in.revision();
        List<String> problems = in.list(ByteReader::text);
        List<Head> heads = in.list(ByteReader::head);
        Optional<Long> counted = more(in);
        ServingReport report = new ServingReport(member, held, serving, refused, problems, more(in));
        return new Status(from, report, heads, counted);
    }

    private static Optional<Long> more(ByteReader in) {
        return in.hasMore() ? Optional.of(in.i64()) : Optional.empty();
    }

    /** Reads a want. */
    static Want want(ByteReader in) {
        return new Want(address(in), in.list(ByteReader::hash));
    }

    /** Reads a want of the past. */
    static WantPast wantPast(ByteReader in) {
        return new WantPast(address(in), in.list(ByteReader::hash));
    }

    /** Reads a proposal. */
    static Proposal proposal(ByteReader in) {
        return new Proposal(address(in), in.head(), in.list(Block::read), in.u8() == 1);
    }

    /** Reads a vote. */
    static Vote vote(ByteReader in) {
        return new Vote(address(in), in.hash(), in.text());
    }

    /** Reads a withdrawal. */
    static Withdrawal withdrawal(ByteReader in) {
        return new Withdrawal(address(in), in.head());
    }

    /** Reads a delivery. */
    static Delivery delivery(ByteReader in) {
        return new Delivery(address(in), in.list(Block::read));
    }
}
