package io.convergate.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Five nodes that start for the first time at the same moment make one cluster at once, and not two that meet later. */
class FormationRaceTest {
    private static final int NODES = 5;

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
    void byAFixedList() {
        startByAFixedList();
    }

    @RepeatedTest(2)
    @Tag("long")
    void byAFixedListAgain() {
        startByAFixedList();
    }

    private void startByAFixedList() {
        for (int number = 1; number <= NODES; number++) {
            nodes.add(TestNode.start(number, port, TestNode.seeds(NODES), directory));
        }
        assertOneCluster();
    }

    @Test
    void byANameWhoseAddressesAppearOneAfterTheOther() {
        startByAName();
    }

    @RepeatedTest(2)
    @Tag("long")
    void byANameWhoseAddressesAppearOneAfterTheOtherAgain() {
        startByAName();
    }

    private void startByAName() {
        Set<String> records = new ConcurrentSkipListSet<>();
        for (int number = 1; number <= NODES; number++) {
            nodes.add(TestNode.start(
                    number, port, List.of("dns:nodes.test"), 3, directory, name -> records(name, records)));
            records.add(TestNode.host(number));
        }
        assertOneCluster();
    }

    private static List<String> records(String name, Set<String> records) throws UnknownHostException {
        if (!name.equals("nodes.test") || records.isEmpty()) {
            throw new UnknownHostException(name);
        }
        return List.copyOf(records);
    }

    private void assertOneCluster() {
        nodes.forEach(node -> node.awaitMembers(NODES));
        assertThat(nodes)
                .as("nobody had to give up a cluster of its own")
                .allMatch(node -> node.config().status().cluster().incarnation() == 1);
        SubmitResult.Accepted<String> result = nodes.get(NODES - 1).put("a", "one");
        Convergence all = TestNode.get(
                () -> nodes.get(NODES - 1).config().awaitServing(result.revision(), Duration.ofSeconds(10)));
        assertThat(all.complete()).as(all.toString()).isTrue();
    }
}
