package io.convergate.config;

import io.convergate.config.membership.ClusterGuest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Down;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster system that does not end when it should. */
class StuckSystemTest {
    /** Longer than the lifecycle waits for a system, both times. */
    private static final long HELD_SECONDS = 120;

    @TempDir
    Path directory;

    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicReference<ActorSystem<?>> first = new AtomicReference<>();

    @Test
    @Tag("long")
    void theNextOneTakesItsPortAllTheSame() {
        ReplicatedConfigSettings settings = ReplicatedConfigSettings.of(
                        "n1", TestNode.host(1), TestNode.freePort(), List.of(), directory)
                .withTiming(TestNode.IMPATIENT);
        try (ReplicatedConfig config =
                ReplicatedConfig.open(settings, (view, past) -> ActivationReport.served(), List.of(new Blocker()))) {
            TestNode.awaitThat("a cluster of one", () -> TestNode.up(config) == 1);
            Cluster cluster = Cluster.get(first.get());
            cluster.manager().tell(new Down(cluster.selfMember().address()));
            TestNode.awaitThat(
                    "the next cluster", () -> config.status().cluster().incarnation() >= 2 && TestNode.up(config) == 1);
        } finally {
            release.countDown();
        }
        TestNode.awaitThat(
                "the first ends once it can",
                () -> first.get().getWhenTerminated().toCompletableFuture().isDone());
    }

    /** Puts an actor into the first system that stands still, as one does that waits for a disk, or Pekko's remoting for a peer. */
    private final class Blocker implements ClusterGuest {
        @Override
        public void arrived(ActorSystem<?> system) {
            if (first.compareAndSet(null, system)) {
                system.systemActorOf(standStill(), "still", Props.empty()).tell("now");
            }
        }

        @Override
        public void gone() {}

        private Behavior<String> standStill() {
            return Behaviors.receiveMessage(now -> {
                if (!release.await(HELD_SECONDS, TimeUnit.SECONDS)) {
                    throw new IllegalStateException("not released in " + Duration.ofSeconds(HELD_SECONDS));
                }
                return Behaviors.same();
            });
        }
    }
}
