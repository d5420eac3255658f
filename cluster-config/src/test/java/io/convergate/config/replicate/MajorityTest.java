package io.convergate.config.replicate;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.config.ActivationReport;
import io.convergate.config.Change;
import io.convergate.config.ClusterStatus.Presence;
import io.convergate.config.Consistency;
import io.convergate.config.Content;
import io.convergate.config.Edit;
import io.convergate.config.HistoryLimits;
import io.convergate.config.MemberId;
import io.convergate.config.Plan;
import io.convergate.config.ReplicatedConfigSettings.Timing;
import io.convergate.config.Revision;
import io.convergate.config.SubmitResult;
import io.convergate.config.converge.Activator;
import io.convergate.config.converge.CatchUp;
import io.convergate.config.converge.Members;
import io.convergate.config.converge.ServingReport;
import io.convergate.config.membership.Membership;
import io.convergate.config.store.ConfigStore;
import io.convergate.config.store.Draft;
import io.convergate.routing.model.ResourceKey;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One node of five, the others played by the test. */
@Timeout(30)
class MajorityTest {
    private static final List<MemberId> OTHERS = List.of(member(2), member(3), member(4), member(5));
    private static final Duration PATIENCE = Duration.ofMillis(400);

    @TempDir
    Path directory;

    private ScheduledThreadPoolExecutor thread;
    private final BlockingQueue<Replication.Command> told = new LinkedBlockingQueue<>();
    private final AtomicBoolean inCluster = new AtomicBoolean(true);
    private final AtomicLong nanos = new AtomicLong();
    private Activator activator;
    private Replica replica;

    @BeforeEach
    void open() {
        thread = new ScheduledThreadPoolExecutor(1);
        ConfigStore store = ConfigStore.open(directory, "n1", HistoryLimits.defaults(), InstantSource.system());
        activator = new Activator((view, past) -> ActivationReport.served(), (view, outcome) -> {});
        Members members = new Members(member(1).address(), InstantSource.system());
        replica = new Replica(
                thread,
                store,
                activator,
                members,
                new CatchUp(false, PATIENCE, PATIENCE, System::nanoTime),
                new Majority(members, inCluster::get, nanos::get, store.promisedBefore()),
                member(1),
                new Timing(PATIENCE, PATIENCE, PATIENCE, PATIENCE, PATIENCE, PATIENCE, PATIENCE, PATIENCE));
        present(4);
        OTHERS.forEach(other -> replica.heard(
                new ServingReport(other, Revision.EMPTY, Revision.EMPTY, Revision.EMPTY, List.of()), true));
        replica.later(() -> replica.link(Optional.of(told::add)));
    }

    @AfterEach
    void close() throws InterruptedException {
        activator.close();
        replica.later(replica::close);
        thread.shutdown();
        assertThat(thread.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aChangeIsMadeOnlyWhenAMajorityHasPromised() throws Exception {
        CompletableFuture<SubmitResult<String>> result = submit("one", Consistency.MAJORITY);
        Replication.Propose proposal = next(Replication.Propose.class);
        vote(2, proposal, "");
        settle();
        assertThat(result).isNotDone();
        assertThat(replica.snapshot().view().resources()).isEmpty();

        vote(3, proposal, "");
        Replication.Announce made = next(Replication.Announce.class);
        assertThat(made.head()).isEqualTo(proposal.head());
        settle();
        Revision revision = replica.snapshot().view().revision();
        holds(2, revision);
        holds(3, revision);
        assertThat(((SubmitResult.Accepted<String>) result.get()).spreading()).isFalse();
    }

    @Test
    void afterThePromiseASilentMajorityMeansThatItIsSpreading() throws Exception {
        CompletableFuture<SubmitResult<String>> result = submit("one", Consistency.MAJORITY);
        Replication.Propose proposal = next(Replication.Propose.class);
        vote(2, proposal, "");
        vote(3, proposal, "");

        SubmitResult.Accepted<String> accepted = (SubmitResult.Accepted<String>) result.get();
        assertThat(accepted.spreading()).isTrue();
        assertThat(replica.snapshot().view().resources()).hasSize(1);
    }

    @Test
    void withoutAMajorityNothingHappensAndThePromisesAreTakenBack() throws Exception {
        CompletableFuture<SubmitResult<String>> result = submit("one", Consistency.MAJORITY);
        Replication.Propose proposal = next(Replication.Propose.class);
        vote(2, proposal, "");
        vote(3, proposal, "holds changes that the writer has not seen");

        assertThat(((SubmitResult.NoMajority<String>) result.get()).reason())
                .contains("2 of 5 nodes", "expected: 3", "10.0.0.3:1 holds changes");
        assertThat(next(Replication.Withdraw.class).head()).isEqualTo(proposal.head());
        assertThat(replica.snapshot().view().revision()).isEqualTo(Revision.EMPTY);
        vote(4, proposal, "");
        settle();
        assertThat(replica.snapshot().view().revision()).as("a late vote").isEqualTo(Revision.EMPTY);
    }

    @Test
    void theSmallerSideOfAPartitionRefusesAtOnce() throws Exception {
        present(1);
        SubmitResult<String> result = submit("one", Consistency.MAJORITY).get();
        assertThat(((SubmitResult.NoMajority<String>) result).reason()).contains("expected: 3");
        inCluster.set(false);
        present(4);
        result = submit("one", Consistency.MAJORITY).get();
        assertThat(((SubmitResult.NoMajority<String>) result).reason()).contains("in no cluster");
    }

    @Test
    void otherChangesWaitUntilTheMajorityHasDecided() throws Exception {
        CompletableFuture<SubmitResult<String>> first = submit("one", Consistency.MAJORITY);
        CompletableFuture<SubmitResult<String>> second = submit("two", Consistency.LOCAL);
        Replication.Propose proposal = next(Replication.Propose.class);
        settle();
        assertThat(second).isNotDone();
        vote(2, proposal, "");
        vote(3, proposal, "");
        assertThat(first.get()).isInstanceOf(SubmitResult.Accepted.class);
        assertThat(second.get()).isInstanceOf(SubmitResult.Accepted.class);
        assertThat(replica.snapshot().view().resources()).hasSize(2);
    }

    @Test
    void aNodePromisesOneChangeAtATimeAndOnlyWhatHasSeenAllItHolds() throws Exception {
        try (ConfigStore other = store("other");
                ConfigStore third = store("third")) {
            Draft draft = other.draft(change("x"));
            Draft rival = third.draft(change("x"));
            assertThat(promise(draft)).isEmpty();
            assertThat(promise(draft)).as("again").isEmpty();
            assertThat(promise(rival)).contains("has promised to take another change");
            replica.release(draft.head());
            assertThat(promise(rival)).isEmpty();
            assertThat(promise(draft)).isPresent();
            nanos.addAndGet(Majority.PROMISE_NANOS + 1);
            assertThat(promise(draft)).as("after the promise is over").isEmpty();
            replica.release(draft.head());
            assertThat(submit("mine", Consistency.LOCAL).get()).isInstanceOf(SubmitResult.Accepted.class);
            assertThat(promise(draft)).contains("holds changes that the writer has not seen");
        }
    }

    @Test
    void aPromiseOutlivesTheProcessThatGaveIt() throws Exception {
        try (ConfigStore other = store("other");
                ConfigStore third = store("third")) {
            Draft draft = other.draft(change("x"));
            Draft rival = third.draft(change("x"));
            assertThat(promise(draft)).isEmpty();
            close();
            nanos.addAndGet(Majority.PROMISE_NANOS * 3);
            open();
            assertThat(promise(rival)).contains("has promised to take another change");
            assertThat(promise(draft)).as("again").isEmpty();
            nanos.addAndGet(Majority.PROMISE_NANOS + 1);
            assertThat(promise(rival)).as("its time is over").isEmpty();
            replica.release(rival.head());
            close();
            open();
            assertThat(promise(draft)).as("the last one was taken back").isEmpty();
        }
    }

    @Test
    void aWriterThatStoodStillAfterItAskedDoesNotMakeTheChange() throws Exception {
        CompletableFuture<SubmitResult<String>> result = submit("one", Consistency.MAJORITY);
        Replication.Propose proposal = next(Replication.Propose.class);
        nanos.addAndGet(Majority.PROPOSAL_NANOS + 1);
        vote(2, proposal, "");
        vote(3, proposal, "");

        assertThat(((SubmitResult.NoMajority<String>) result.get()).reason()).contains("stood still");
        assertThat(replica.snapshot().view().revision()).isEqualTo(Revision.EMPTY);
    }

    private Optional<String> promise(Draft draft) throws Exception {
        return replica.promise(draft.head(), draft.blocks())
                .toCompletableFuture()
                .get();
    }

    private ConfigStore store(String name) {
        return ConfigStore.open(directory.resolve(name), name, HistoryLimits.defaults(), InstantSource.system());
    }

    private CompletableFuture<SubmitResult<String>> submit(String name, Consistency consistency) {
        return CompletableFuture.supplyAsync(
                        () -> replica.<String>submit(view -> new Plan.Accept<>(change(name), name), consistency),
                        thread)
                .thenCompose(stage -> stage);
    }

    private static Change change(String name) {
        ResourceKey key = new ResourceKey("g", "K", "ns", name);
        return new Change(List.of(new Edit.Put(key, Content.utf8(name))), "", "");
    }

    private <T> T next(Class<T> type) throws InterruptedException {
        while (true) {
            Replication.Command command = told.poll(10, TimeUnit.SECONDS);
            assertThat(command).as("told").isNotNull();
            if (type.isInstance(command)) {
                return type.cast(command);
            }
        }
    }

    private void vote(int member, Replication.Propose proposal, String refusal) {
        replica.voted(member(member).address(), proposal.head().root(), refusal);
    }

    private void holds(int member, Revision revision) {
        replica.heard(new ServingReport(member(member), revision, Revision.EMPTY, Revision.EMPTY, List.of()), true);
    }

    /** So many of the others are there. */
    private void present(int count) {
        Map<MemberId, Presence> present = new HashMap<>(Map.of(member(1), Presence.UP));
        List<MemberId> all = new ArrayList<>(OTHERS);
        for (int i = 0; i < all.size(); i++) {
            present.put(all.get(i), i < count ? Presence.UP : Presence.SUSPECTED);
        }
        replica.membership(new Membership(present, Set.of(), Map.of()), Set.of());
    }

    private void settle() throws Exception {
        CompletableFuture.runAsync(() -> {}, thread).get();
    }

    private static MemberId member(int number) {
        return new MemberId("n" + number, "10.0.0." + number + ":1");
    }
}
