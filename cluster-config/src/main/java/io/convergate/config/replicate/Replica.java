package io.convergate.config.replicate;

import io.convergate.config.ActivationReport;
import io.convergate.config.ChangePlan;
import io.convergate.config.ClusterStatus.Member;
import io.convergate.config.ClusterStatus.Presence;
import io.convergate.config.ConfigHistory;
import io.convergate.config.ConfigView;
import io.convergate.config.Consistency;
import io.convergate.config.Convergence;
import io.convergate.config.Hash;
import io.convergate.config.MemberId;
import io.convergate.config.ReplicatedConfigSettings.Timing;
import io.convergate.config.Revision;
import io.convergate.config.SubmitResult;
import io.convergate.config.block.Block;
import io.convergate.config.block.Blocks;
import io.convergate.config.block.Head;
import io.convergate.config.block.IndexView;
import io.convergate.config.converge.Activator;
import io.convergate.config.converge.CatchUp;
import io.convergate.config.converge.Members;
import io.convergate.config.converge.ServingReport;
import io.convergate.config.converge.Standing;
import io.convergate.config.converge.Waiters;
import io.convergate.config.membership.Membership;
import io.convergate.config.membership.NodeAddress;
import io.convergate.config.replicate.Replication.Publish.Hearers;
import io.convergate.config.store.ConfigStore;
import io.convergate.config.store.Progress;
import java.time.Duration;
import java.time.Instant;
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
    private final Submissions submissions;
    private final MemberId self;
    private Consumer<Replication.Command> link = command -> {};
    private ServingReport report;

    /** The members that are waited for, and which incarnation of each. */
    private Map<NodeAddress, Long> counted = Map.of();

    /** Whether what is served may become another thing once more of the past is here. */
    private boolean lacksPast;

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
                    since,
                    report.instead());
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
        this.submissions = new Submissions(
                store,
                members,
                catchUp,
                waiters,
                majority,
                self,
                timing,
                command -> link.accept(command),
                () -> grown(Hearers.NOBODY));
        this.self = self;
        this.report = new ServingReport(
                self, store.view().revision(), Revision.EMPTY, Revision.EMPTY, List.of(), Optional.of(0L));
        this.snapshot = new Snapshot(store.view(), store.heads(), report, Instant.now(), List.of(), false);
    }

    /** Has what was found on disk activated. */
    void start() {
        activate();
    }

    private void activate() {
        activator.offer(store.view(), store.history(store.heads(), store.view()));
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

    /** A cluster was found; safe on any thread. */
    void found() {
        later(catchUp::found);
    }

    /** Connects a cluster system, or none. */
    void link(Optional<Consumer<Replication.Command>> system) {
        link = system.orElse(command -> {});
        if (system.isEmpty()) {
            members.alone();
            catchUp.alone();
            counted = Map.of();
        }
        changed();
    }

    /** Plans a change and writes it, as soon as this node may take one. */
    <R> CompletionStage<SubmitResult<R>> submit(ChangePlan<R> change, Consistency consistency) {
        return submissions.submit(change, consistency);
    }

    /** Waits until nobody who is there is pending. */
    CompletionStage<Convergence> awaitServing(Revision revision, Duration timeout) {
        return waiters.await(timeout, () -> howFar(revision).settled(), () -> howFar(revision)
                .convergence());
    }

    private Standing howFar(Revision revision) {
        return new Standing(revision, report, members.all(revision));
    }

    /** Takes note of what came of an activation. */
    void activated(ConfigView view, ActivationReport outcome) {
        Revision tried = view.revision();
        report = outcome.serving()
                ? new ServingReport(
                        self, report.held(), tried, Revision.EMPTY, outcome.problems(), Optional.of(outcome.instead()))
                : new ServingReport(self, report.held(), report.serving(), tried, outcome.problems(), report.instead());
        lacksPast = outcome.lacksPast();
        catchUp.tried(tried, lacksPast);
        publish(Hearers.ALL);
        changed();
    }

    /** The configuration has grown: activates it, and tells that it is here. */
    private void grown(Hearers hearers) {
        IndexView view = store.view();
        report = new ServingReport(
                self, view.revision(), report.serving(), report.refused(), report.problems(), report.instead());
        remember();
        activate();
        publish(hearers);
        changed();
    }

    private void publish(Hearers hearers) {
        link.accept(published(hearers));
    }

    private Replication.Publish published(Hearers hearers) {
        return new Replication.Publish(report, store.heads(), counted, hearers);
    }

    /** Something changed, or time has passed: tells those who wait, and what any thread may know. */
    void changed() {
        catchUp.takesWrites(store.view().revision());
        remember();
        waiters.recheck();
    }

    private void remember() {
        Instant since = snapshot.report().equals(report) ? snapshot.since() : Instant.now();
        snapshot = new Snapshot(store.view(), store.heads(), report, since, members.all(report.held()), catchUp.done());
        listeners.forEach(Runnable::run);
    }

    /** Takes no more changes of our own. */
    void seal() {
        submissions.seal();
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
        return advance(wanted, received, Hearers.ALL);
    }

    @Override
    public CompletionStage<Progress> offered(Head head, List<Block> blocks) {
        return advance(List.of(head), blocks, Hearers.NOBODY);
    }

    private CompletionStage<Progress> advance(List<Head> wanted, List<Block> received, Hearers hearers) {
        return onThread(() -> {
            Progress progress = store.advance(wanted, received);
            if (!progress.adopted().isEmpty()) {
                progress.adopted().forEach(submissions::arrived);
                grown(hearers);
            }
            return progress;
        });
    }

    @Override
    public CompletionStage<Optional<String>> promise(Head head, List<Block> blocks) {
        return onThread(() -> submissions.promise(head, blocks));
    }

    @Override
    public void release(Head head) {
        later(() -> submissions.release(head));
    }

    @Override
    public void voted(String member, Hash root, String refusal) {
        later(() -> submissions.voted(member, root, refusal));
    }

    @Override
    public CompletionStage<Set<Hash>> historyMissing(int limit) {
        return onThread(() -> store.historyMissing(limit));
    }

    @Override
    public void pastFetched(Set<Hash> lost) {
        later(() -> {
            if (store.pastFetched(lost) && lacksPast) {
                lacksPast = false;
                activate();
            }
        });
    }

    @Override
    public CompletionStage<Replication.Publish> current() {
        return onThread(() -> published(Hearers.ALL));
    }

    @Override
    public void heard(ServingReport other, boolean countsUs) {
        later(() -> {
            members.report(other);
            catchUp.heard(other, countsUs);
            changed();
        });
    }

    @Override
    public void membership(Membership membership, Set<String> left) {
        later(() -> {
            members.membership(membership.present(), left);
            catchUp.membership(membership.present().getOrDefault(self, Presence.JOINING), members.presences());
            changed();
            if (!counted.equals(membership.up())) {
                counted = membership.up();
                publish(Hearers.NOBODY);
            }
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
