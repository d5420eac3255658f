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
import io.convergate.config.WriterId;
import io.convergate.config.converge.Activator;
import io.convergate.config.converge.CatchUp;
import io.convergate.config.converge.Members;
import io.convergate.config.converge.ServingReport;
import io.convergate.config.membership.Membership;
import io.convergate.config.store.Commit;
import io.convergate.config.store.ConfigStore;
import io.convergate.routing.model.ResourceKey;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node that has just started and knows of another one, which the test plays. */
@Timeout(30)
class WriteBeforeCatchUpTest {
    private static final MemberId SELF = new MemberId("n1", "10.0.0.1:1");
    private static final MemberId PEER = new MemberId("n2", "10.0.0.2:1");
    private static final Revision UNKNOWN = Revision.EMPTY.with(new WriterId(7), 3);
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofMillis(100);

    @TempDir
    Path directory;

    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1);
    private Activator activator;
    private Replica replica;

    @AfterEach
    void close() throws InterruptedException {
        activator.close();
        replica.later(replica::close);
        thread.shutdown();
        assertThat(thread.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aWriteWaitsUntilThePeerIsHeard() throws Exception {
        open(LONG);
        CompletableFuture<SubmitResult<String>> one = submit("one");
        CompletableFuture<SubmitResult<String>> two = submit("two");
        thereIsThePeer();
        assertThat(one).isNotDone();
        assertThat(replica.snapshot().view().resources()).isEmpty();

        heard(Revision.EMPTY);
        assertThat(one.get()).isInstanceOf(SubmitResult.Accepted.class);
        assertThat(two.get()).isInstanceOf(SubmitResult.Accepted.class);
        assertThat(replica.snapshot().view().resources()).hasSize(2);
    }

    /** The peer was heard while it did not wait for this node: what it took since then, it has been told, all served. */
    @Test
    void aWriteWaitsForWhatThePeerTookUntilItCountedThisNode(@TempDir Path other) throws Exception {
        open(LONG);
        thereIsThePeer();
        heard(Revision.EMPTY, false);
        CompletableFuture<SubmitResult<String>> result = submit("one");
        settle();
        assertThat(result).isNotDone();

        try (ConfigStore peer = ConfigStore.open(other, "n2", HistoryLimits.defaults(), InstantSource.system())) {
            Commit taken = peer.commit(change("one"));
            heard(taken.view().revision(), true);
            settle();
            assertThat(result).isNotDone();
            assertThat(replica.snapshot().caughtUp()).isFalse();

            replica.offered(taken.head(), taken.blocks());
            assertThat(result.get()).isInstanceOf(SubmitResult.Accepted.class);
            assertThat(replica.snapshot().view().revision().covers(taken.view().revision()))
                    .isTrue();
            assertThat(replica.snapshot().view().conflicted()).isEmpty();
        }
    }

    @Test
    void aWriteWaitsUntilTheNodeIsAMemberItself() throws Exception {
        open(LONG);
        there(Presence.JOINING, Presence.UP);
        heard(Revision.EMPTY);
        CompletableFuture<SubmitResult<String>> result = submit("one");
        settle();
        assertThat(result).isNotDone();
        thereIsThePeer();
        assertThat(result.get()).isInstanceOf(SubmitResult.Accepted.class);
    }

    @Test
    void whoCountedTheLastIncarnationMustCountTheNextOne() throws Exception {
        open(LONG);
        there(Presence.JOINING, Presence.UP);
        heard(Revision.EMPTY);
        replica.later(() -> replica.link(Optional.empty()));
        thereIsThePeer();
        CompletableFuture<SubmitResult<String>> result = submit("one");
        settle();
        assertThat(result).isNotDone();
        heard(Revision.EMPTY);
        assertThat(result.get()).isInstanceOf(SubmitResult.Accepted.class);
    }

    @Test
    void aWriteIsTurnedAwayWhenWhatThePeerHeldDoesNotCome() throws Exception {
        open(SHORT);
        thereIsThePeer();
        heard(UNKNOWN);
        SubmitResult<String> result = submit("one").get();
        assertThat(result)
                .isEqualTo(new SubmitResult.Unavailable<>(
                        "the node has not caught up with the cluster: does not have all that 10.0.0.2:1 has"));
        assertThat(replica.snapshot().view().resources()).isEmpty();
    }

    @Test
    void aNodeThatStaysAloneTakesTheWriteWhenItsPatienceIsOver() throws Exception {
        open(SHORT);
        assertThat(submit("one").get()).isInstanceOf(SubmitResult.Accepted.class);
        assertThat(replica.snapshot().caughtUp()).as("nothing was activated").isFalse();
    }

    @Test
    void aWriteThatWaitsIsAnsweredWhenTheNodeStops() throws Exception {
        open(LONG);
        CompletableFuture<SubmitResult<String>> result = submit("one");
        replica.later(replica::seal);
        replica.later(replica::close);
        assertThat(result.get()).isEqualTo(new SubmitResult.Unavailable<>("the node is stopping"));
    }

    private void open(Duration patience) {
        ConfigStore store = ConfigStore.open(directory, "n1", HistoryLimits.defaults(), InstantSource.system());
        activator = new Activator((view, past) -> ActivationReport.served(), (view, outcome) -> {});
        Members members = new Members(SELF.address(), InstantSource.system());
        replica = new Replica(
                thread,
                store,
                activator,
                members,
                new CatchUp(true, patience, patience, System::nanoTime),
                new Majority(members, () -> true, System::nanoTime, Optional.empty()),
                SELF,
                new Timing(SHORT, patience, SHORT, SHORT, SHORT, SHORT, SHORT, SHORT));
    }

    private CompletableFuture<SubmitResult<String>> submit(String name) {
        return CompletableFuture.supplyAsync(
                        () -> replica.<String>submit(view -> new Plan.Accept<>(change(name), name), Consistency.LOCAL),
                        thread)
                .thenCompose(stage -> stage);
    }

    private static Change change(String name) {
        return new Change(List.of(new Edit.Put(new ResourceKey("g", "K", "ns", name), Content.utf8(name))), "", "");
    }

    private void thereIsThePeer() throws Exception {
        there(Presence.UP, Presence.UP);
    }

    private void there(Presence self, Presence peer) throws Exception {
        replica.membership(new Membership(Map.of(SELF, self, PEER, peer), Set.of(), Map.of()), Set.of());
        settle();
    }

    private void heard(Revision held) {
        heard(held, true);
    }

    private void heard(Revision held, boolean countsUs) {
        replica.heard(new ServingReport(PEER, held, Revision.EMPTY, Revision.EMPTY, List.of()), countsUs);
    }

    private void settle() throws Exception {
        CompletableFuture.runAsync(() -> {}, thread).get();
    }
}
