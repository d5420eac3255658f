package io.convergate.config.replicate;

import io.convergate.config.ActivationReport;
import io.convergate.config.ChangePlan;
import io.convergate.config.ClusterStatus.Member;
import io.convergate.config.ClusterStatus.Presence;
import io.convergate.config.ConfigHistory;
import io.convergate.config.ConfigView;
import io.convergate.config.Consistency;
import io.convergate.config.Convergence;
import io.convergate.config.Convergence.MemberServing;
import io.convergate.config.Hash;
import io.convergate.config.Limits;
import io.convergate.config.MemberId;
import io.convergate.config.Plan;
import io.convergate.config.ReplicatedConfigSettings.Timing;
import io.convergate.config.Revision;
import io.convergate.config.ServingState;
import io.convergate.config.StoreException;
import io.convergate.config.SubmitResult;
import io.convergate.config.block.Block;
import io.convergate.config.block.Blocks;
import io.convergate.config.block.Head;
import io.convergate.config.block.IndexView;
import io.convergate.config.converge.Activator;
import io.convergate.config.converge.CatchUp;
import io.convergate.config.converge.Members;
import io.convergate.config.converge.ServingReport;
import io.convergate.config.converge.Waiters;
import io.convergate.config.store.Commit;
import io.convergate.config.store.ConfigStore;
import io.convergate.config.store.Draft;
import io.convergate.config.store.Progress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's copy of the configuration and what it knows of the others' copies. It outlives cluster systems; while there
 * is none, it takes writes and activates them all the same. All state is confined to one thread; the methods of
 * {@link LocalReplica} may be called on any and hand over to it, the others run on it.
 */
final class Replica implements LocalReplica {
    private static final Logger LOG = LoggerFactory.getLogger(Replica.class);

    private final ScheduledExecutorService thread;
    private final ConfigStore store;
    private final Activator activator;
    private final Members members;
    private final CatchUp catchUp;
    private final Waiters waiters;
    private final Majority majority;
    private final Duration holdTimeout;
    private final Duration catchUpTimeout;
    private final MemberId self;
    private Consumer<Replication.Command> link = command -> {};
    private ServingReport report;
    private boolean sealed;

    /** Done when the change that a majority is asked for has been made or given up. */
    private CompletableFuture<Void> proposing = CompletableFuture.completedFuture(null);

    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile Snapshot snapshot;

    /**
     * What any thread may know.
     *
     * @param view the newest configuration that is whole here
     * @param heads the changes that make it
     * @param report what this node holds and serves
     * @param since when that last changed
     * @param members the other members
     * @param caughtUp whether this node has caught up
     */
    record Snapshot(
            IndexView view,
            List<Head> heads,
            ServingReport report,
            Instant since,
            List<Member> members,
            boolean caughtUp) {
        /** This node as a member. */
        Member self(Presence presence) {
            return new Member(
                    report.member(),
                    presence,
                    report.serving(),
                    report.stateOf(report.held()),
                    report.problems(),
                    since);
        }
    }

    Replica(
            ScheduledExecutorService thread,
            ConfigStore store,
            Activator activator,
            Members members,
            CatchUp catchUp,
            Majority majority,
            MemberId self,
            Timing timing) {
        this.thread = thread;
        this.store = store;
        this.activator = activator;
        this.members = members;
        this.catchUp = catchUp;
        this.waiters = new Waiters(thread);
        this.majority = majority;
        this.holdTimeout = timing.holdTimeout();
        this.catchUpTimeout = timing.aloneAfter();
        this.self = self;
        this.report = new ServingReport(self, store.view().revision(), Revision.EMPTY, Revision.EMPTY, List.of());
        this.snapshot = new Snapshot(store.view(), store.heads(), report, Instant.now(), List.of(), false);
    }

    /** Has what was found on disk activated. */
    void start() {
        activator.offer(store.view());
    }

    /** Has something called whenever the snapshot was made anew; safe on any thread. */
    void onChange(Runnable listener) {
        listeners.add(listener);
    }

    /** Why the disk took no change last; empty if it did. Safe on any thread. */
    String diskTrouble() {
        return store.trouble();
    }

    /** What was known when something last changed; safe on any thread. */
    Snapshot snapshot() {
        return snapshot;
    }

    /** The past of what was known then; safe on any thread. */
    ConfigHistory history() {
        Snapshot known = snapshot;
        return store.history(known.heads(), known.view());
    }

    /** Connects a cluster system, or none. */
    void link(Optional<Consumer<Replication.Command>> system) {
        link = system.orElse(command -> {});
        if (system.isEmpty()) {
            members.alone();
        }
        changed();
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
                                        + catchUp.waitsFor(
                                                reachable(), store.view().revision()))));
    }

    private boolean takesWrites() {
        return catchUp.takesWrites(reachable(), store.view().revision());
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
        link.accept(new Replication.Announce(commit.head(), commit.blocks()));
        grown();
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
        link.accept(new Replication.Propose(draft.head(), draft.blocks()));
        return waiters.await(
                        holdTimeout,
                        () -> majority.reached() || majority.hopeless() ? Optional.of(true) : Optional.empty(),
                        () -> false)
                .thenCompose(decided -> decide(draft, value))
                .whenComplete((result, failure) -> over.complete(null));
    }

    private <R> CompletionStage<SubmitResult<R>> decide(Draft draft, R value) {
        boolean reached = majority.reached();
        String reason = majority.reason();
        majority.end();
        if (!reached) {
            store.release(draft.head());
            link.accept(new Replication.Withdraw(draft.head()));
            return noMajority(reason);
        }
        try {
            return heldByMajority(value, made(store.commit(draft)));
        } catch (StoreException e) {
            LOG.error("a change cannot be written", e);
            store.release(draft.head());
            link.accept(new Replication.Withdraw(draft.head()));
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

    private <R> CompletionStage<SubmitResult<R>> held(R value, Revision revision, Consistency consistency) {
        return waiters.await(
                holdTimeout,
                () -> members.holders(revision).size() >= holdersWanted(consistency)
                        ? Optional.of(accepted(value, revision, false))
                        : Optional.empty(),
                () -> accepted(value, revision, false));
    }

    private int holdersWanted(Consistency consistency) {
        int reachable = members.reachable();
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

    /** Waits until nobody who is there is pending. */
    CompletionStage<Convergence> awaitServing(Revision revision, Duration timeout) {
        return waiters.await(
                timeout,
                () -> settled(revision) ? Optional.of(convergence(revision)) : Optional.empty(),
                () -> convergence(revision));
    }

    private boolean settled(Revision revision) {
        return report.stateOf(revision) != ServingState.PENDING
                && members.all(revision).stream().noneMatch(Replica::worthWaitingFor);
    }

    private static boolean worthWaitingFor(Member member) {
        boolean undecided = member.state() == ServingState.PENDING || member.state() == ServingState.UNREACHABLE;
        return undecided && (member.presence() == Presence.UP || member.presence() == Presence.SUSPECTED);
    }

    private Convergence convergence(Revision revision) {
        List<MemberServing> serving = new ArrayList<>();
        serving.add(
                new MemberServing(self, report.stateOf(revision), reason(report.stateOf(revision), report.problems())));
        for (Member member : members.all(revision)) {
            serving.add(new MemberServing(member.id(), member.state(), reason(member)));
        }
        return new Convergence(revision, serving);
    }

    private static String reason(Member member) {
        if (member.state() == ServingState.SERVING) {
            return "";
        }
        return switch (member.presence()) {
            case UP -> reason(member.state(), member.problems());
            case SUSPECTED -> "cannot be reached since " + member.since();
            case JOINING -> "left out: joining since " + member.since();
            case LEAVING -> "left out: leaving since " + member.since();
            case ABSENT -> "left out: lost since " + member.since();
        };
    }

    private static String reason(ServingState state, List<String> problems) {
        return switch (state) {
            case SERVING -> "";
            case PENDING -> "has not said that it serves it";
            case REFUSED -> String.join("; ", problems);
            case UNREACHABLE -> "cannot be reached";
        };
    }

    /** Takes note of what came of an activation. */
    void activated(ConfigView view, ActivationReport outcome) {
        Revision tried = view.revision();
        report = outcome.serving()
                ? new ServingReport(self, report.held(), tried, Revision.EMPTY, outcome.problems())
                : new ServingReport(self, report.held(), report.serving(), tried, outcome.problems());
        catchUp.tried(tried);
        publish();
        changed();
    }

    /** The configuration has grown: activates it and tells the others that it is here. */
    private void grown() {
        IndexView view = store.view();
        report = new ServingReport(self, view.revision(), report.serving(), report.refused(), report.problems());
        remember();
        activator.offer(view);
        publish();
        changed();
    }

    private void publish() {
        link.accept(new Replication.Publish(report, store.heads()));
    }

    /** Something changed, or time has passed: tells those who wait, and what any thread may know. */
    void changed() {
        remember();
        waiters.recheck();
    }

    private void remember() {
        Instant since = snapshot.report().equals(report) ? snapshot.since() : Instant.now();
        snapshot = new Snapshot(
                store.view(), store.heads(), report, since, members.all(report.held()), catchUp.done(reachable()));
        listeners.forEach(Runnable::run);
    }

    private Set<String> reachable() {
        return members.all(report.held()).stream()
                .filter(member -> member.presence() == Presence.UP)
                .map(member -> member.id().address())
                .collect(Collectors.toSet());
    }

    /** Takes no more changes of our own. */
    void seal() {
        sealed = true;
    }

    /** Answers all who wait, and closes the store. */
    void close() {
        waiters.expireAll();
        store.close();
    }

    @Override
    public Blocks blocks() {
        return store.blocks();
    }

    @Override
    public CompletionStage<Progress> advance(List<Head> wanted, List<Block> received) {
        return onThread(() -> {
            Progress progress = store.advance(wanted, received);
            if (!progress.adopted().isEmpty()) {
                progress.adopted().forEach(majority::release);
                grown();
            }
            return progress;
        });
    }

    @Override
    public CompletionStage<Optional<String>> promise(Head head, List<Block> blocks) {
        return onThread(() -> promise(head, blocks, () -> majority.promise(head)));
    }

    @Override
    public void release(Head head) {
        later(() -> {
            majority.release(head);
            store.release(head);
        });
    }

    @Override
    public void voted(String member, Hash root, String refusal) {
        later(() -> {
            if (majority.proposed().filter(head -> head.root().equals(root)).isPresent()) {
                majority.voted(member, refusal);
                waiters.recheck();
            }
        });
    }

    @Override
    public CompletionStage<Set<Hash>> historyMissing(int limit) {
        return onThread(() -> store.historyMissing(limit));
    }

    @Override
    public CompletionStage<Replication.Publish> current() {
        return onThread(() -> new Replication.Publish(report, store.heads()));
    }

    @Override
    public void heard(ServingReport other) {
        later(() -> {
            members.report(other);
            catchUp.heard(other);
            changed();
        });
    }

    @Override
    public void membership(Map<MemberId, Presence> present, Set<String> left) {
        later(() -> {
            members.membership(present, left);
            changed();
        });
    }

    /** Runs on the store's thread; not at all once that has ended. A fault is logged, because nobody waits for it. */
    void later(Runnable task) {
        onThread(() -> {
                    task.run();
                    return true;
                })
                .whenComplete((done, failure) -> {
                    if (failure != null && !(failure instanceof RejectedExecutionException)) {
                        LOG.error("a fault on the store's thread", failure);
                    }
                });
    }

    private <T> CompletionStage<T> onThread(Supplier<T> task) {
        try {
            return CompletableFuture.supplyAsync(task, thread);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}
