package io.convergate.config.replicate;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.config.ClusterStatus.Member;
import io.convergate.config.ClusterStatus.Presence;
import io.convergate.config.Convergence;
import io.convergate.config.SubmitResult;
import io.convergate.config.SubmitResult.Accepted;
import io.convergate.config.block.IndexView;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The race of a node that comes back, in its order: a peer still sends to the node's former incarnation; stops counting it; is asked to
 * wait until all serve a change, which does not mean the node; and only then counts the new incarnation.
 */
@Timeout(60)
class ReturningNodeTest {
    private static final long FORMER = 7;
    private static final long NOW = Swarm.incarnation(2);
    private static final long PEER = Swarm.incarnation(1);

    @TempDir
    Path directory;

    @Test
    void aNodeThatComesBackMakesNoChangeInIgnoranceOfOneThatAllWereSaidToServe() throws Exception {
        try (Swarm swarm = new Swarm(2, directory, Duration.ofMillis(20))) {
            // The node has started and is about to join; the peer, which knows nobody else, believes that the former
            // incarnation is there.
            sees(swarm, 2, Map.of(1, PEER), Set.of(2));
            sees(swarm, 1, Map.of(1, PEER, 2, FORMER), Set.of());
            replica(swarm, 1).heard(replica(swarm, 2).snapshot().report(), true);
            Accepted<String> before = accepted(swarm.submit(1, "resource", "before"));
            await(() -> view(swarm).revision().covers(before.revision()));
            // The peer removes the former incarnation, and makes a change that all it counts serve.
            sees(swarm, 1, Map.of(1, PEER), Set.of(2));
            Accepted<String> served = accepted(swarm.submit(1, "resource", "served by all"));
            assertThat(awaitServing(swarm, served).members().get(1).reason()).startsWith("left out: joining");
            // The node is a member in its own eyes first, and is asked for a change of the same resource.
            sees(swarm, 2, Map.of(1, PEER, 2, NOW), Set.of(3));
            CompletableFuture<SubmitResult<String>> after = swarm.submit(2, "resource", "after");
            CompletableFuture.runAsync(() -> {}, swarm.node(2).thread()).get(30, TimeUnit.SECONDS);
            assertThat(after).isNotDone();

            swarm.sees(1, Map.of(1, PEER, 2, NOW), Set.of());
            assertThat(accepted(after).revision().covers(served.revision())).isTrue();
            assertThat(view(swarm).conflicted()).isEmpty();
        }
    }

    private static Replica replica(Swarm swarm, int number) {
        return swarm.node(number).replica();
    }

    private static IndexView view(Swarm swarm) {
        return replica(swarm, 2).snapshot().view();
    }

    /** Tells one of them who is there, and waits until it has taken note of it. */
    private static void sees(Swarm swarm, int number, Map<Integer, Long> up, Set<Integer> joining) {
        swarm.sees(number, up, joining);
        int others = up.size() + joining.size() - 1;
        long there = up.size() - (up.containsKey(number) ? 1 : 0);
        await(() -> {
            List<Member> members = replica(swarm, number).snapshot().members();
            return members.size() == others
                    && members.stream().filter(m -> m.presence() == Presence.UP).count() == there;
        });
    }

    private static void await(BooleanSupplier condition) {
        long patience = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(patience);
            LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
        }
    }

    private static Accepted<String> accepted(CompletableFuture<SubmitResult<String>> result) throws Exception {
        SubmitResult<String> got = result.get(30, TimeUnit.SECONDS);
        assertThat(got).isInstanceOf(Accepted.class);
        return (Accepted<String>) got;
    }

    private static Convergence awaitServing(Swarm swarm, Accepted<String> accepted) throws Exception {
        return CompletableFuture.supplyAsync(
                        () -> replica(swarm, 1).awaitServing(accepted.revision(), Duration.ofSeconds(30)),
                        swarm.node(1).thread())
                .thenCompose(stage -> stage)
                .get(30, TimeUnit.SECONDS);
    }
}
