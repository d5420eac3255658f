package io.convergate.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Several nodes in one process, over real sockets. */
class ClusterTest {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterTest.class);

    @TempDir
    Path directory;

    private final int port = TestNode.freePort();
    private final List<TestNode> nodes = new ArrayList<>();

    @AfterEach
    void closeAll() {
        nodes.stream()
                .map(node -> node.config().stop(Duration.ofSeconds(10)))
                .toList()
                .forEach(stop -> stop.toCompletableFuture().join());
    }

    @Test
    void whatOneNodeTakesAllServe() {
        nodes.addAll(TestNode.startAll(3, port, directory));
        nodes.forEach(node -> node.await("has caught up", node.config()::caughtUp));

        SubmitResult.Accepted<String> first = nodes.get(0).put("a", "one");
        assertThat(first.heldBy()).hasSizeGreaterThanOrEqualTo(2);
        Convergence convergence =
                TestNode.get(() -> nodes.get(0).config().awaitServing(first.revision(), Duration.ofSeconds(20)));
        assertThat(convergence.complete()).as(convergence.toString()).isTrue();
        assertThat(convergence.members()).hasSize(3);
        nodes.forEach(node -> assertThat(node.serves("a")).contains("one"));

        long[] micros = new long[200];
        for (int i = 0; i < micros.length; i++) {
            int n = i;
            long start = System.nanoTime();
            SubmitResult.Accepted<String> result = nodes.get(n % 3).put("b" + n % 7, "text " + n);
            TestNode.get(() -> nodes.get(n % 3).config().awaitServing(result.revision(), Duration.ofSeconds(20)));
            micros[i] = (System.nanoTime() - start) / 1000;
        }
        Arrays.sort(micros);
        LOG.info("submitted to serving on 3: p50 {} us, p99 {} us, max {} us", micros[100], micros[198], micros[199]);
    }

    @Test
    void aNodeThatJoinsFetchesThePastToo() {
        nodes.addAll(TestNode.startAll(2, port, directory));
        for (int i = 0; i < 40; i++) {
            nodes.get(i % 2).put("a" + i % 5, "text " + i);
        }
        Revision last = nodes.get(0).put("b", "last").revision();
        TestNode third = TestNode.start(3, port, TestNode.seeds(3), directory);
        nodes.add(third);

        third.await(
                "has the whole past", () -> third.config().history().changes().size() == 41);
        for (TestNode node : nodes) {
            node.await(
                    "holds the last", () -> node.config().current().revision().covers(last));
            assertThat(node.config().history().changes())
                    .isEqualTo(third.config().history().changes());
        }
        assertThat(third.config().history().versions(TestNode.key("a0"))).hasSize(8);
        third.await("has caught up", third.config()::caughtUp);
        // What it knew when it activated last, for what it serves may depend on that.
        third.await("activates with the whole past", () -> third.extent() == ConfigHistory.Extent.WHOLE);
    }

    @Test
    void aNodeThatStartsWritesNothingInIgnoranceOfWhatTheOthersTookMeanwhile() {
        nodes.addAll(TestNode.startAll(3, port, directory));
        nodes.get(0).put("a", "before");
        nodes.forEach(node -> node.awaitServes("a", "before"));
        nodes.remove(2).close();
        nodes.get(0).put("a", "meanwhile");
        nodes.get(0).put("b", "of another");

        TestNode again = TestNode.start(3, port, TestNode.seeds(3), directory);
        nodes.add(again);
        assertThat(again.config().caughtUp()).isFalse();
        again.put("a", "after");

        assertThat(again.config().current().resources()).containsKey(TestNode.key("b"));
        nodes.forEach(node -> node.awaitServes("a", "after"));
        nodes.forEach(node -> assertThat(node.config().current().conflicted()).isEmpty());
    }

    @Test
    void aNodeWhoseLogCannotBeReadStartsFromItsPeersAndIsNotReadyBefore() throws IOException {
        nodes.addAll(TestNode.startAll(2, port, directory));
        nodes.get(0).put("a", "one");
        nodes.get(1).awaitServes("a", "one");
        nodes.remove(1).close();
        Path log = directory.resolve("n2").resolve("config.log");
        byte[] bytes = Files.readAllBytes(log);
        bytes[0] ^= 1;
        Files.write(log, bytes);

        TestNode again = TestNode.start(2, port, TestNode.seeds(2), directory);
        nodes.add(again);
        assertThat(again.config().caughtUp()).isFalse();
        again.await("has caught up", again.config()::caughtUp);
        assertThat(again.config().current().resources()).containsOnlyKeys(TestNode.key("a"));
        again.awaitServes("a", "one");
    }

    @Test
    void aFourthNodeJoinsTenThousandResources() {
        nodes.addAll(TestNode.startAll(3, port, directory));
        List<Edit> edits = new ArrayList<>();
        Random random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            byte[] bytes = new byte[1024];
            random.nextBytes(bytes);
            edits.add(new Edit.Put(TestNode.key("r" + i), Content.copyOf(bytes)));
        }
        long start = System.nanoTime();
        SubmitResult.Accepted<String> result = nodes.get(0).submit(edits);
        long submitted = System.nanoTime();
        Convergence all =
                TestNode.get(() -> nodes.get(0).config().awaitServing(result.revision(), Duration.ofSeconds(20)));
        assertThat(all.complete()).as(all.toString()).isTrue();
        LOG.info(
                "10,000 x 1 KB: answered after {} ms, held by {}, serving on 3 after {} ms",
                (submitted - start) / 1_000_000,
                result.heldBy(),
                (System.nanoTime() - start) / 1_000_000);

        long joining = System.nanoTime();
        TestNode fourth = TestNode.start(4, port, TestNode.seeds(3), directory);
        nodes.add(fourth);
        fourth.await("is a member", () -> fourth.config().status().cluster().phase() == ClusterStatus.Phase.UP);
        long up = System.nanoTime();
        fourth.await("has caught up", fourth.config()::caughtUp);
        assertThat(fourth.config().current().resources()).hasSize(10_000);
        LOG.info(
                "fourth node: member after {} ms, caught up {} ms later",
                (up - joining) / 1_000_000,
                (System.nanoTime() - up) / 1_000_000);
    }

    @Test
    void allStoppedAndStartedInAnyOrder() {
        nodes.addAll(TestNode.startAll(3, port, directory));
        nodes.get(1).put("a", "one");
        nodes.forEach(node -> node.awaitServes("a", "one"));
        List<CompletionStage<Void>> stops = nodes.stream()
                .map(node -> node.config().stop(Duration.ofSeconds(10)))
                .toList();
        stops.forEach(stop -> stop.toCompletableFuture().join());
        nodes.clear();

        nodes.add(TestNode.start(3, port, TestNode.seeds(3), directory));
        nodes.get(0).awaitServes("a", "one");
        nodes.get(0).await("is ready alone", nodes.get(0).config()::caughtUp);
        assertThat(nodes.get(0).config().status().cluster().phase()).isEqualTo(ClusterStatus.Phase.JOINING);
        nodes.get(0).put("b", "two");
        nodes.add(TestNode.start(2, port, TestNode.seeds(3), directory));
        nodes.add(TestNode.start(1, port, TestNode.seeds(3), directory));
        nodes.forEach(node -> node.awaitMembers(3));
        nodes.forEach(node -> node.awaitServes("b", "two"));
    }
}
