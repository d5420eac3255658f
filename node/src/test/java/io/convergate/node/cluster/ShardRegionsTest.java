package io.convergate.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * How long regions keep a cluster system from its end. Pekko's phase for them is made long here, so that a region that waits for
 * what never comes is told from one that a busy machine makes late.
 */
class ShardRegionsTest {
    private static final EntityTypeKey<String> TYPE = EntityTypeKey.create(String.class, "word");
    private static final Config SETTINGS = ConfigFactory.parseString("""
                    pekko.remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
                    pekko.coordinated-shutdown.phases.cluster-sharding-shutdown-region.timeout = 10 m
                    """)
            .withFallback(ConfigFactory.parseResources("convergate-cluster.conf"))
            .withFallback(ConfigFactory.load());

    private final ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "convergate", SETTINGS);
    private final CompletableFuture<String> heard = new CompletableFuture<>();
    private final ActorRef<ShardingEnvelope<String>> region = ShardRegions.start(
            system,
            Entity.of(
                    TYPE,
                    context -> Behaviors.receiveMessage(word -> {
                        heard.complete(word);
                        return Behaviors.same();
                    })));

    @AfterEach
    void end() {
        system.terminate();
    }

    @Test
    void aRegionWithMessagesThatNobodyWillEverTakeEndsBeforeThereIsACoordinator() {
        words("kept").forEach(region::tell);

        leaves();
    }

    @Test
    void theLastNodesRegionEndsThoughMessagesStillComeForItsShards() throws Exception {
        Cluster.get(system)
                .manager()
                .tell(Join.create(Cluster.get(system).selfMember().address()));
        region.tell(new ShardingEnvelope<>("first", "heard"));
        assertThat(heard.get(60, TimeUnit.SECONDS)).isEqualTo("heard");
        // Far more shards than the coordinator has given a home by the time that it is told of the end.
        words("late").forEach(region::tell);

        leaves();
    }

    private static List<ShardingEnvelope<String>> words(String word) {
        return Stream.iterate(0, i -> i + 1)
                .limit(500)
                .map(i -> new ShardingEnvelope<>("entity-" + i, word))
                .toList();
    }

    private void leaves() {
        assertThat(CoordinatedShutdown.get(system).runAll(CoordinatedShutdown.actorSystemTerminateReason()))
                .succeedsWithin(Duration.ofMinutes(1));
    }
}
