package io.convergate.config.replicate;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.convergate.config.ClusterStatus.Presence;
import io.convergate.config.Hash;
import io.convergate.config.MemberId;
import io.convergate.config.Revision;
import io.convergate.config.WriterId;
import io.convergate.config.block.Block;
import io.convergate.config.block.Blocks;
import io.convergate.config.block.Head;
import io.convergate.config.converge.ServingReport;
import io.convergate.config.membership.ActorLookup;
import io.convergate.config.membership.Membership;
import io.convergate.config.membership.NodeAddress;
import io.convergate.config.replicate.Replication.Publish;
import io.convergate.config.replicate.Replication.Publish.Hearers;
import io.convergate.config.store.Progress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.FishingOutcomes;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PeersTest {
    private static final ActorTestKit KIT = ActorTestKit.create(
            ConfigFactory.parseString("pekko.extensions = []").withFallback(ConfigFactory.load()));
    private static final NodeAddress SELF = new NodeAddress("10.0.0.1", 1);
    private static final NodeAddress WRITER = new NodeAddress("10.0.0.2", 1);
    private static final long INCARNATION = 8;
    private static final MemberId YOU = new MemberId("n2", WRITER.toString());
    private static final MemberId ME = new MemberId("n1", SELF.toString());
    private static final Head HEAD = new Head(new WriterId(5), 1, Hash.of(new byte[] {5}));
    private static final Revision HELD = Revision.EMPTY.with(HEAD.writer(), HEAD.counter());

    /** The peers actor of the writer. */
    private final TestProbe<Object> writer = KIT.createTestProbe(Object.class);

    private final TestProbe<Puller.Command> puller = KIT.createTestProbe();
    private final TestProbe<Backfill.Command> backfill = KIT.createTestProbe();
    private final Local local =
            new Local(new CompletableFuture<>(), new CompletableFuture<>(), new AtomicBoolean(), KIT.createTestProbe());
    private ActorRef<Peers.Command> peers;

    @BeforeEach
    void open() {
        peers = KIT.spawn(Peers.create(
                local, SELF, INCARNATION, lookup(), Duration.ofHours(1), puller.getRef(), backfill.getRef()));
        local.asked().expectMessage("current");
        Membership both = new Membership(
                Map.of(ME, Presence.UP, YOU, Presence.UP), Set.of(SELF, WRITER), Map.of(SELF, INCARNATION, WRITER, 2L));
        peers.tell(new Peers.Present(both, Set.of()));
    }

    @AfterAll
    static void shutdown() {
        KIT.shutdownTestKit();
    }

    @Test
    void whoOfferedAChangeIsToldThatItIsHeld() {
        peers.tell(new PeerMessage.Offer(WRITER, HEAD, List.of()));
        local.asked().expectMessage("offered");
        local.progress().complete(new Progress(List.of(HEAD), List.of(), Set.of()));
        local.asked().expectMessage("current");
        peers.tell(publish(Revision.EMPTY, Map.of(), Hearers.NOBODY));
        local.now().complete(publish(Revision.EMPTY, Map.of(), Hearers.ALL));
        assertThat(status().report().held()).isEqualTo(HELD);
    }

    @Test
    void theAnswerToAnOfferIsNotOlderThanWhatWasToldMeanwhile() {
        peers.tell(new PeerMessage.Offer(WRITER, HEAD, List.of()));
        local.asked().expectMessage("offered");
        local.progress().complete(new Progress(List.of(HEAD), List.of(), Set.of()));
        local.asked().expectMessage("current");
        peers.tell(publish(HELD, Map.of(), Hearers.ALL));
        assertThat(status().report().serving()).isEqualTo(HELD);
        local.now().complete(publish(Revision.EMPTY, Map.of(), Hearers.ALL));
        assertThat(status().report().serving()).isEqualTo(HELD);
    }

    @Test
    void whatIsMissingOfAnOfferIsPulledFromWhoMadeIt() {
        peers.tell(new PeerMessage.Offer(WRITER, HEAD, List.of()));
        local.progress().complete(new Progress(List.of(), List.of(HEAD), Set.of(HEAD.root())));
        puller.fishForMessage(
                Duration.ofSeconds(10),
                message -> message.equals(new Puller.Need(List.of(HEAD), Optional.of(WRITER)))
                        ? FishingOutcomes.complete()
                        : FishingOutcomes.continueAndIgnore());
    }

    @Test
    void whoIsCountedFromNowOnIsToldAtOnceWhatIsHeldNow() {
        peers.tell(publish(Revision.EMPTY, Map.of(), Hearers.NOBODY));
        peers.tell(publish(HELD, Map.of(WRITER, 2L), Hearers.NOBODY));
        PeerMessage.Status first = status();
        assertThat(first.counted()).contains(2L);
        assertThat(first.report().serving()).isEqualTo(HELD);
        peers.tell(publish(HELD, Map.of(WRITER, 2L), Hearers.NOBODY));
        peers.tell(publish(HELD, Map.of(WRITER, 3L), Hearers.NOBODY));
        assertThat(status().counted()).as("another incarnation").contains(3L);
        peers.tell(publish(HELD, Map.of(), Hearers.ALL));
        assertThat(status().counted()).contains(0L);
    }

    @Test
    void onlyWhoCountsThisIncarnationCounts() {
        for (Optional<Long> counted : List.of(
                Optional.of(INCARNATION), Optional.of(0L), Optional.of(INCARNATION + 1), Optional.<Long>empty())) {
            peers.tell(new PeerMessage.Status(WRITER, report(HELD), List.of(), counted));
        }
        local.asked().expectMessage("heard, counted: true");
        local.asked().expectMessage("heard, counted: false");
        local.asked().expectMessage("heard, counted: false");
        local.asked().expectMessage("heard, counted: true");
    }

    private static Publish publish(Revision serving, Map<NodeAddress, Long> counted, Hearers hearers) {
        return new Publish(report(serving), List.of(HEAD), counted, hearers);
    }

    private static ServingReport report(Revision serving) {
        return new ServingReport(ME, HELD, serving, Revision.EMPTY, List.of());
    }

    private PeerMessage.Status status() {
        return writer.expectMessageClass(PeerMessage.Status.class, Duration.ofSeconds(10));
    }

    private ActorLookup lookup() {
        return new ActorLookup() {
            @Override
            @SuppressWarnings("unchecked")
            public <T> ActorRef<T> find(NodeAddress node, String name) {
                assertThat(node).isEqualTo(WRITER);
                return (ActorRef<T>) writer.getRef();
            }
        };
    }

    /** A store whose answers the test gives; the first time it is asked what is current it says nothing. */
    private record Local(
            CompletableFuture<Progress> progress,
            CompletableFuture<Publish> now,
            AtomicBoolean begun,
            TestProbe<String> asked)
            implements LocalReplica {
        @Override
        public Blocks blocks() {
            return hash -> Optional.empty();
        }

        @Override
        public CompletionStage<Progress> advance(List<Head> wanted, List<Block> received) {
            return progress;
        }

        @Override
        public CompletionStage<Progress> offered(Head head, List<Block> blocks) {
            asked.getRef().tell("offered");
            return progress;
        }

        @Override
        public CompletionStage<Set<Hash>> historyMissing(int limit) {
            return CompletableFuture.completedFuture(Set.of());
        }

        @Override
        public void pastFetched(Set<Hash> lost) {}

        @Override
        public CompletionStage<Publish> current() {
            asked.getRef().tell("current");
            return begun.getAndSet(true) ? now : new CompletableFuture<>();
        }

        @Override
        public CompletionStage<Optional<String>> promise(Head head, List<Block> blocks) {
            return CompletableFuture.completedFuture(Optional.empty());
        }

        @Override
        public void release(Head head) {}

        @Override
        public void voted(String member, Hash root, String refusal) {}

        @Override
        public void heard(ServingReport report, boolean countsUs) {
            asked.getRef().tell("heard, counted: " + countsUs);
        }

        @Override
        public void membership(Membership membership, Set<String> left) {}
    }
}
