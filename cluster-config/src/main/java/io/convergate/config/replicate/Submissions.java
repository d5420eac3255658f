package io.convergate.config.replicate;

import io.convergate.config.ChangePlan;
import io.convergate.config.Consistency;
import io.convergate.config.Hash;
import io.convergate.config.Limits;
import io.convergate.config.MemberId;
import io.convergate.config.Plan;
import io.convergate.config.ReplicatedConfigSettings.Timing;
import io.convergate.config.Revision;
import io.convergate.config.StoreException;
import io.convergate.config.SubmitResult;
import io.convergate.config.block.Block;
import io.convergate.config.block.Head;
import io.convergate.config.converge.CatchUp;
import io.convergate.config.converge.Members;
import io.convergate.config.converge.Waiters;
import io.convergate.config.store.Commit;
import io.convergate.config.store.ConfigStore;
import io.convergate.config.store.Draft;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The changes that this node is asked to make: waits until it may make one, plans, writes, and answers when others have it on
 * disk too; with a majority's promise first, if one is asked for. It also gives such promises to others. Confined to the store's
 * thread.
 */
final class Submissions {
    private static final Logger LOG = LoggerFactory.getLogger(Submissions.class);

    private final ConfigStore store;
    private final Members members;
    private final CatchUp catchUp;
    private final Waiters waiters;
    private final Majority majority;
    private final MemberId self;
    private final Duration holdTimeout;
    private final Duration catchUpTimeout;
    private final Consumer<Replication.Command> tell;
    private final Runnable grown;
    private boolean sealed;

    /** Done when the change that a majority is asked for has been made or given up. */
    private CompletableFuture<Void> proposing = CompletableFuture.completedFuture(null);

    /**
     * @param tell hands something to the cluster system, if there is one
     * @param grown is run when the store has a change more
     */
    Submissions(
            ConfigStore store,
            Members members,
            CatchUp catchUp,
            Waiters waiters,
            Majority majority,
            MemberId self,
            Timing timing,
            Consumer<Replication.Command> tell,
            Runnable grown) {
        this.store = store;
        this.members = members;
        this.catchUp = catchUp;
        this.waiters = waiters;
        this.majority = majority;
        this.self = self;
        this.holdTimeout = timing.holdTimeout();
        this.catchUpTimeout = timing.aloneAfter();
        this.tell = tell;
        this.grown = grown;
    }

    /** Plans a change and writes it, as soon as this node may take one. */
    <R> CompletionStage<SubmitResult<R>> submit(ChangePlan<R> change, Consistency consistency) {
        if (!proposing.isDone()) {
            return proposing.thenCompose(over -> submit(change, consistency));
        }
        return sealed || takesWrites() ? submitNow(change, consistency) : submitOnceCaughtUp(change, consistency);
    }

    private <R> CompletionStage<SubmitResult<R>> submitOnceCaughtUp(ChangePlan<R> change, Consistency consistency) {
        return waiters.await(
                        catchUpTimeout,
                        () -> takesWrites() ? Optional.of(true) : Optional.empty(),
                        () -> sealed || takesWrites())
                .thenCompose(now -> now
                        ? submit(change, consistency)
                        : CompletableFuture.completedFuture(
                                new SubmitResult.Unavailable<>("the node has not caught up with the cluster: "
                                        + catchUp.waitsFor(store.view().revision()))));
    }

    private boolean takesWrites() {
        return catchUp.takesWrites(store.view().revision());
    }

    private <R> CompletionStage<SubmitResult<R>> submitNow(ChangePlan<R> change, Consistency consistency) {
        if (sealed) {
            return CompletableFuture.completedFuture(new SubmitResult.Unavailable<>("the node is stopping"));
        }
        Plan<R> plan;
        try {
            plan = change.plan(store.view());
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
        if (!(plan instanceof Plan.Accept<R> accept)) {
            return CompletableFuture.completedFuture(
                    new SubmitResult.Rejected<>(plan.value(), store.view().revision()));
        }
        try {
            return consistency == Consistency.MAJORITY
                    ? propose(store.draft(accept.change()), accept.value())
                    : held(accept.value(), made(store.commit(accept.change())), consistency);
        } catch (StoreException e) {
            LOG.error("a change cannot be written", e);
            return CompletableFuture.completedFuture(new SubmitResult.Unavailable<>(e.getMessage()));
        }
    }

    private Revision made(Commit commit) {
        tell.accept(new Replication.Announce(commit.head(), commit.blocks()));
        grown.run();
        return commit.view().revision();
    }

    private <R> CompletionStage<SubmitResult<R>> propose(Draft draft, R value) {
        if (draft.bytes() > Limits.MAJORITY_BYTES_MAX) {
            return noMajority(draft.bytes() + " bytes (expected: at most " + Limits.MAJORITY_BYTES_MAX
                    + " for a majority to promise)");
        }
        Optional<String> own = promise(draft.head(), draft.blocks(), () -> majority.propose(draft.head()));
        if (own.isPresent()) {
            return noMajority("this node " + own.get());
        }
        CompletableFuture<Void> over = new CompletableFuture<>();
        proposing = over;
        tell.accept(new Replication.Propose(draft.head(), draft.blocks()));
        return waiters.await(
                        holdTimeout,
                        () -> majority.reached() || majority.hopeless() ? Optional.of(true) : Optional.empty(),
                        () -> false)
                .thenCompose(decided -> {
                    try {
                        return decide(draft, value);
                    } finally {
                        over.complete(null);
                    }
                });
    }

    private <R> CompletionStage<SubmitResult<R>> decide(Draft draft, R value) {
        boolean reached = majority.reached();
        String reason = majority.reason();
        majority.end();
        if (!reached) {
            store.release(draft.head());
            tell.accept(new Replication.Withdraw(draft.head()));
            return noMajority(reason);
        }
        try {
            return heldByMajority(value, made(store.commit(draft)));
        } catch (StoreException e) {
            LOG.error("a change cannot be written", e);
            store.release(draft.head());
            tell.accept(new Replication.Withdraw(draft.head()));
            return CompletableFuture.completedFuture(new SubmitResult.Unavailable<>(e.getMessage()));
        }
    }

    private static <R> CompletionStage<SubmitResult<R>> noMajority(String reason) {
        return CompletableFuture.completedFuture(new SubmitResult.NoMajority<>(reason));
    }

    private <R> CompletionStage<SubmitResult<R>> heldByMajority(R value, Revision revision) {
        return waiters.await(
                holdTimeout,
                () -> members.holders(revision).size() + 1 >= majority.needed()
                        ? Optional.of(accepted(value, revision, false))
                        : Optional.empty(),
                () -> accepted(value, revision, true));
    }

    private <R> CompletionStage<SubmitResult<R>> held(R value, Revision revision, Consistency consistency) {
        return waiters.await(
                holdTimeout,
                () -> members.holders(revision).size() >= holdersWanted(consistency)
                        ? Optional.of(accepted(value, revision, false))
                        : Optional.empty(),
                () -> accepted(value, revision, false));
    }

    private int holdersWanted(Consistency consistency) {
        int reachable = members.reachable().size();
        return consistency == Consistency.REACHABLE ? reachable : Math.min(1, reachable);
    }

    private <R> SubmitResult<R> accepted(R value, Revision revision, boolean spreading) {
        List<MemberId> holders = members.holders(revision);
        List<MemberId> heldBy = new ArrayList<>(List.of(self));
        heldBy.addAll(holders);
        List<MemberId> notYet = new ArrayList<>(members.inCluster());
        notYet.removeAll(holders);
        return new SubmitResult.Accepted<>(value, revision, heldBy, notYet, spreading);
    }

    /** Takes no more changes. */
    void seal() {
        sealed = true;
    }

    /** A change of another node is part of the configuration now. */
    void arrived(Head head) {
        majority.release(head);
    }

    /**
     * Stores what a change of another node would consist of, and promises to take it.
     *
     * @return why not; empty if it promises
     */
    Optional<String> promise(Head head, List<Block> blocks) {
        return promise(head, blocks, () -> majority.promise(head));
    }

    private Optional<String> promise(Head head, List<Block> blocks, Runnable promised) {
        Optional<String> refusal = majority.busy(head);
        if (refusal.isEmpty()) {
            refusal = store.promise(head, blocks);
        }
        if (refusal.isEmpty()) {
            promised.run();
        }
        return refusal;
    }

    /** A change of another node that was promised will not be made. */
    void release(Head head) {
        majority.release(head);
        store.release(head);
    }

    /** Another member answered; an answer to what is not asked any more is passed over. */
    void voted(String member, Hash root, String refusal) {
        if (majority.proposed().filter(head -> head.root().equals(root)).isPresent()) {
            majority.voted(member, refusal);
            waiters.recheck();
        }
    }
}
