package io.convergate.config.replicate;

import io.convergate.config.Hash;
import io.convergate.config.block.Block;
import io.convergate.config.block.Blocks;
import io.convergate.config.block.Head;
import io.convergate.config.converge.ServingReport;
import io.convergate.config.membership.Membership;
import io.convergate.config.store.Progress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** The configuration of this node as the actors of its cluster system use it. Safe on any thread. */
interface LocalReplica {
    /** The blocks that are here. */
    Blocks blocks();

    /**
     * Takes blocks, and adopts those of the wanted changes that are whole now.
     *
     * @return how far it is; fails if the disk does
     */
    CompletionStage<Progress> advance(List<Head> wanted, List<Block> received);

    /**
     * Takes a change that another member offers, if it is whole with these blocks. That this node holds it then is for the caller to
     * tell the one who offered it; the others hear of it when it is served.
     *
     * @return how far it is; fails if the disk does
     */
    CompletionStage<Progress> offered(Head head, List<Block> blocks);

    /** The first names of blocks that are missing of the past, as far as it is to be kept; at most {@code limit} and a few. */
    CompletionStage<Set<Hash>> historyMissing(int limit);

    /**
     * All of the past has been fetched that can be had.
     *
     * @param lost the names of blocks that nobody has who could be asked
     */
    void pastFetched(Set<Hash> lost);

    /** What this node holds and serves, and the changes that make it. */
    CompletionStage<Replication.Publish> current();

    /**
     * Stores what a change of another node would consist of, and promises to take it.
     *
     * @return why not; empty if it promises
     */
    CompletionStage<Optional<String>> promise(Head head, List<Block> blocks);

    /** A change of another node that was promised will not be made. */
    void release(Head head);

    /**
     * Another member answered a proposal of ours.
     *
     * @param refusal why not; empty if it promises
     */
    void voted(String member, Hash root, String refusal);

    /**
     * Another member told about itself.
     *
     * @param countsUs whether it counted this node as a member at that moment
     */
    void heard(ServingReport report, boolean countsUs);

    /**
     * The membership may have changed.
     *
     * @param left the addresses of those that just left of their own will
     */
    void membership(Membership membership, Set<String> left);
}
