package io.convergate.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The door, on one node or two. */
class ReplicatedConfigTest {
    @TempDir
    Path directory;

    private final int port = TestNode.freePort();
    private final List<ReplicatedConfig> open = new ArrayList<>();

    @AfterEach
    void close() {
        open.forEach(ReplicatedConfig::close);
    }

    @Test
    void plansSeeExactlyTheConfigurationThatTheyChange() {
        ReplicatedConfig config = open(1, List.of(), (view, past) -> ActivationReport.served());
        List<CompletableFuture<SubmitResult<Integer>>> results = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            results.add(config.submit(ReplicatedConfigTest::increment).toCompletableFuture());
        }
        for (int i = 0; i < results.size(); i++) {
            SubmitResult<Integer> result = results.get(i).join();
            assertThat(result).isInstanceOf(SubmitResult.Accepted.class);
            assertThat(((SubmitResult.Accepted<Integer>) result).value()).isEqualTo(i + 1);
        }
    }

    private static Plan<Integer> increment(ConfigView view) {
        StoredResource before = view.resources().get(TestNode.key("counter"));
        int count = before == null ? 1 : Integer.parseInt(before.content().toUtf8()) + 1;
        Edit edit = new Edit.Put(TestNode.key("counter"), Content.utf8(Integer.toString(count)));
        return new Plan.Accept<>(new Change(List.of(edit), "", ""), count);
    }

    @Test
    void aPlanThatRejectsOrThrowsWritesNothing() {
        ReplicatedConfig config = open(1, List.of(), (view, past) -> ActivationReport.served());
        SubmitResult<String> rejected = TestNode.get(() -> config.submit(view -> new Plan.Reject<>("no such gateway")));
        assertThat(rejected).isEqualTo(new SubmitResult.Rejected<>("no such gateway", Revision.EMPTY));
        CompletionStage<SubmitResult<String>> thrown = config.submit(view -> {
            throw new IllegalStateException("a fault in the plan");
        });
        assertThatThrownBy(() -> thrown.toCompletableFuture().get())
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseMessage("a fault in the plan");
        assertThat(config.current().revision()).isEqualTo(Revision.EMPTY);
    }

    @Test
    void moreChangesThanMayWaitAreTurnedAway() {
        CompletableFuture<Void> go = new CompletableFuture<>();
        ReplicatedConfig config = open(1, List.of(), (view, past) -> ActivationReport.served());
        List<CompletableFuture<SubmitResult<String>>> results = new ArrayList<>();
        for (int i = 0; i <= Limits.SUBMISSIONS_MAX; i++) {
            results.add(config.<String>submit(view -> {
                        go.join();
                        return new Plan.Reject<>("done");
                    })
                    .toCompletableFuture());
        }
        assertThat(results.get(Limits.SUBMISSIONS_MAX)).isCompleted();
        assertThat(results.get(Limits.SUBMISSIONS_MAX).join()).isInstanceOf(SubmitResult.Unavailable.class);
        go.complete(null);
        assertThat(results.get(0).join()).isInstanceOf(SubmitResult.Rejected.class);
    }

    @Test
    void aRefusalIsToldToAllAndEndsWithTheNextGoodChange() {
        AtomicBoolean refuse = new AtomicBoolean();
        ReplicatedConfig good = open(1, TestNode.seeds(2), (view, past) -> ActivationReport.served());
        ReplicatedConfig picky = open(
                2,
                TestNode.seeds(2),
                (view, past) -> refuse.get()
                        ? ActivationReport.refused(List.of("cannot bind port 80"))
                        : ActivationReport.served());
        TestNode.awaitThat("two members", () -> TestNode.up(good) == 2);
        refuse.set(true);
        Convergence refused = putAndWait(good, "one");
        assertThat(refused.members())
                .extracting(Convergence.MemberServing::state, Convergence.MemberServing::reason)
                .containsExactly(tuple(ServingState.SERVING, ""), tuple(ServingState.REFUSED, "cannot bind port 80"));
        TestNode.awaitThat(
                "its own status", () -> picky.status().members().get(0).state() == ServingState.REFUSED);
        refuse.set(false);
        assertThat(putAndWait(good, "two").complete()).isTrue();
    }

    private static Convergence putAndWait(ReplicatedConfig config, String text) {
        Edit edit = new Edit.Put(TestNode.key("a"), Content.utf8(text));
        SubmitResult<String> result =
                TestNode.get(() -> config.submit(view -> new Plan.Accept<>(new Change(List.of(edit), "", ""), "")));
        Revision revision = ((SubmitResult.Accepted<String>) result).revision();
        return TestNode.get(() -> config.awaitServing(revision, Duration.ofSeconds(25)));
    }

    @Test
    void theLargestResourceReachesTheOtherNode() {
        byte[] bytes = new byte[Limits.RESOURCE_BYTES_MAX];
        new Random(1).nextBytes(bytes);
        Content content = Content.copyOf(bytes);
        ReplicatedConfig one = open(1, TestNode.seeds(2), (view, past) -> ActivationReport.served());
        ReplicatedConfig two = open(2, TestNode.seeds(2), (view, past) -> ActivationReport.served());
        TestNode.awaitThat("two members", () -> TestNode.up(one) == 2);
        Edit edit = new Edit.Put(TestNode.key("large"), content);
        TestNode.get(() -> one.submit(view -> new Plan.Accept<>(new Change(List.of(edit), "", ""), "")));
        TestNode.awaitThat("the large resource", () -> two.current().resources().containsKey(TestNode.key("large")));
        assertThat(two.current().resources().get(TestNode.key("large")).content())
                .isEqualTo(content);
    }

    @Test
    void aStoppedNodeTakesNothingAndSaysSo() {
        ReplicatedConfig config = open(1, List.of(), (view, past) -> ActivationReport.served());
        config.close();
        SubmitResult<String> result = TestNode.get(() -> config.submit(view -> new Plan.Reject<>("")));
        assertThat(result).isInstanceOf(SubmitResult.Unavailable.class);
        assertThat(config.status().cluster().phase()).isEqualTo(ClusterStatus.Phase.STOPPED);
        assertThat(TestNode.get(() -> config.awaitServing(Revision.EMPTY, Duration.ofSeconds(1)))
                        .members())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 10, 20, 30, 45, 60, 80, 110, 150, 200, 300, 450})
    void aNodeThatIsStoppedWhileItFormsAClusterIsGoneAtOnce(int millisAfterStart) {
        ReplicatedConfig config = open(1, List.of(), (view, past) -> ActivationReport.served());
        LockSupport.parkNanos(Duration.ofMillis(millisAfterStart).toNanos());
        config.close();
        assertThat(config.status().cluster().phase()).isEqualTo(ClusterStatus.Phase.STOPPED);
    }

    @Test
    void whatIsTooLargeIsRefusedBeforeItIsSubmitted() {
        assertThatThrownBy(
                        () -> new Edit.Put(TestNode.key("a"), Content.copyOf(new byte[Limits.RESOURCE_BYTES_MAX + 1])))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Edit.Delete(TestNode.key("x".repeat(Limits.KEY_BYTES_MAX))))
                .isInstanceOf(IllegalArgumentException.class);
        Edit edit = new Edit.Delete(TestNode.key("a"));
        assertThatThrownBy(() -> new Change(List.of(edit, edit), "", "")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Change(List.of(), "", "")).isInstanceOf(IllegalArgumentException.class);
    }

    private ReplicatedConfig open(int number, List<String> seeds, Activation activation) {
        ReplicatedConfig config = ReplicatedConfig.open(
                ReplicatedConfigSettings.of(
                                "n" + number, TestNode.host(number), port, seeds, directory.resolve("n" + number))
                        .withTiming(TestNode.TIMING),
                activation);
        open.add(config);
        return config;
    }
}
