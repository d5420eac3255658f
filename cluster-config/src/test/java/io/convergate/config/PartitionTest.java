package io.convergate.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nodes that are cut off longer than the split-brain resolver's patience, and come back. */
class PartitionTest {
    @TempDir
    Path directory;

    private final int port = TestNode.freePort();
    private final List<TestNode> nodes = new ArrayList<>();

    @AfterEach
    void closeAll() {
        Cuts.healAll();
        nodes.stream()
                .map(node -> node.config().stop(Duration.ofSeconds(10)))
                .toList()
                .forEach(stop -> stop.toCompletableFuture().join());
    }

    @Test
    void theFounderThatWasCutOffServesTakesWritesAndComesBack() {
        isCutOffAndComesBack(1, true);
    }

    @ParameterizedTest(name = "inbound too: {0}")
    @ValueSource(booleans = {true, false})
    @Tag("long")
    void anotherNodeThatWasCutOffServesTakesWritesAndComesBack(boolean inboundToo) {
        isCutOffAndComesBack(3, inboundToo);
    }

    private void isCutOffAndComesBack(int number, boolean inboundToo) {
        nodes.addAll(TestNode.startAll(3, port, directory, TestNode.IMPATIENT));
        nodes.get(0).put("a", "before");
        nodes.forEach(node -> node.awaitServes("a", "before"));
        TestNode lost = nodes.get(number - 1);
        TestNode stays = nodes.get(1);
        nodes.stream().filter(node -> node != lost).forEach(other -> {
            Cuts.cut(lost, other);
            if (inboundToo) {
                Cuts.cut(other, lost);
            }
        });

        lost.await(
                "restarts its cluster system",
                () -> lost.config().status().cluster().incarnation() >= 2);
        stays.awaitMembers(2);
        assertThat(lost.config().caughtUp()).isTrue();
        SubmitResult.Accepted<String> alone = lost.put("b", "cut off");
        assertThat(alone.heldBy()).containsExactly(lost.config().status().self());
        lost.awaitServes("b", "cut off");
        stays.put("c", "meanwhile");
        stays.put("d", "theirs");
        assertThat(lost.ask("e", Consistency.MAJORITY)).isInstanceOf(SubmitResult.NoMajority.class);
        stays.await(
                "has its majority",
                () -> stays.ask("f", Consistency.MAJORITY) instanceof SubmitResult.Accepted<String>);
        lost.put("d", "ours");
        assertThat(lost.config().status().cluster().phase()).isNotEqualTo(ClusterStatus.Phase.UP);

        Cuts.healAll();
        nodes.forEach(node -> node.awaitMembers(3));
        nodes.forEach(node -> node.awaitServes("b", "cut off"));
        nodes.forEach(node -> node.awaitServes("c", "meanwhile"));
        Revision merged = lost.config().current().revision();
        nodes.forEach(node -> node.await(
                "holds the same", () -> node.config().current().revision().equals(merged)));
        assertThat(nodes).extracting(node -> node.serves("d")).containsOnly(lost.serves("d"));
        nodes.forEach(node -> assertThat(node.config().current().conflicted()).containsExactly(TestNode.key("d")));
        assertThat(stays.config().current().versions(TestNode.key("d")))
                .extracting(version -> version.resource().content().toUtf8())
                .containsExactlyInAnyOrder("theirs", "ours");
        nodes.forEach(node ->
                assertThat(node.serves("e")).as("refused by the majority").isEmpty());
        nodes.forEach(node -> node.awaitServes("f", "f"));
        stays.put("d", "settled");
        nodes.forEach(node -> node.awaitServes("d", "settled"));
        nodes.forEach(node -> assertThat(node.config().current().conflicted()).isEmpty());
    }

    /** What a split-brain resolver does that hears of one absent node seconds before it hears of the next. */
    @Test
    @Tag("long")
    void twoSidesThatHaveEachRemovedTheOtherBecomeOneCluster() {
        nodes.addAll(TestNode.startAll(3, port, directory, TestNode.IMPATIENT));
        TestNode first = nodes.get(0);
        List<TestNode> others = nodes.subList(1, 3);
        for (TestNode other : others) {
            Cuts.cut(first, other);
            Cuts.cut(other, first);
        }
        others.forEach(other -> Cuts.down(first, other));
        first.await("has removed the others", () -> absent(first) == 2);
        others.forEach(other -> other.await("has removed the first", () -> absent(other) == 1));
        first.put("a", "of the first");
        others.get(0).put("b", "of the others");
        assertThat(nodes)
                .as("none has ended its cluster system")
                .allMatch(node -> node.config().status().cluster().incarnation() == 1);

        Cuts.healAll();
        nodes.forEach(node -> node.awaitMembers(3));
        nodes.forEach(node -> node.awaitServes("a", "of the first"));
        nodes.forEach(node -> node.awaitServes("b", "of the others"));
        assertThat(others)
                .as("the larger cluster goes on")
                .allMatch(node -> node.config().status().cluster().incarnation() == 1);
    }

    private static long absent(TestNode node) {
        return node.config().status().members().stream()
                .filter(member -> member.presence() == ClusterStatus.Presence.ABSENT)
                .count();
    }

    @Test
    void twoClustersThatMeetBecomeOne() {
        TestNode founder = TestNode.start(1, port, List.of(), directory, TestNode.IMPATIENT);
        nodes.add(founder);
        founder.awaitMembers(1);
        founder.put("a", "of the founder");
        TestNode second = TestNode.start(2, port, List.of(TestNode.host(3)), directory, TestNode.IMPATIENT);
        TestNode third = TestNode.start(3, port, List.of(TestNode.host(2)), directory, TestNode.IMPATIENT);
        nodes.add(second);
        nodes.add(third);
        second.awaitMembers(2);
        second.put("b", "of the others");
        second.close();
        nodes.set(
                1, TestNode.start(2, port, List.of(TestNode.host(1), TestNode.host(3)), directory, TestNode.IMPATIENT));

        nodes.forEach(node -> node.awaitMembers(3));
        nodes.forEach(node -> node.awaitServes("a", "of the founder"));
        nodes.forEach(node -> node.awaitServes("b", "of the others"));
    }
}
