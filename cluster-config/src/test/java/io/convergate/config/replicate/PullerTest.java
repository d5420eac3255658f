package io.convergate.config.replicate;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.convergate.config.Change;
import io.convergate.config.Content;
import io.convergate.config.Edit;
import io.convergate.config.Hash;
import io.convergate.config.HistoryLimits;
import io.convergate.config.WriterId;
import io.convergate.config.block.Block;
import io.convergate.config.block.Blocks;
import io.convergate.config.block.Head;
import io.convergate.config.converge.ServingReport;
import io.convergate.config.membership.ActorLookup;
import io.convergate.config.membership.Membership;
import io.convergate.config.membership.NodeAddress;
import io.convergate.config.store.Commit;
import io.convergate.config.store.ConfigStore;
import io.convergate.config.store.Progress;
import io.convergate.routing.model.ResourceKey;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PullerTest {
    private static final ActorTestKit KIT = ActorTestKit.create(ManualTime.config()
            .withFallback(ConfigFactory.parseString("pekko.extensions = []"))
            .withFallback(ConfigFactory.load()));
    private static final ManualTime TIME = ManualTime.get(KIT.system());
    private static final Duration FETCH_TIMEOUT = Duration.ofSeconds(2);
    private static final NodeAddress SELF = new NodeAddress("10.0.0.1", 1);
    private static final NodeAddress FIRST = new NodeAddress("10.0.0.2", 1);
    private static final NodeAddress SECOND = new NodeAddress("10.0.0.3", 1);
    private static final Head LOST = new Head(new WriterId(5), 1, Hash.of(new byte[] {5}));

    @TempDir
    Path directory;

    private final Map<NodeAddress, TestProbe<PeerMessage.Want>> peers = new HashMap<>();
    /** Hears of each time the puller asks the store. */
    private final TestProbe<Progress> adopted = KIT.createTestProbe();

    /** Hears of each time the puller asks a peer. */
    private final TestProbe<NodeAddress> asked = KIT.createTestProbe();

    private ConfigStore here;
    private ConfigStore there;
    private ActorRef<Puller.Command> puller;

    @BeforeEach
    void open() {
        here = ConfigStore.open(directory.resolve("here"), "here", HistoryLimits.defaults(), InstantSource.system());
        there = ConfigStore.open(directory.resolve("there"), "there", HistoryLimits.defaults(), InstantSource.system());
        peers.put(FIRST, KIT.createTestProbe());
        peers.put(SECOND, KIT.createTestProbe());
        puller = KIT.spawn(Puller.create(new Local(here, adopted.getRef()), SELF, lookup(), FETCH_TIMEOUT));
        puller.tell(new Puller.Reachable(Set.of(FIRST, SECOND)));
    }

    @AfterEach
    void close() {
        KIT.stop(puller);
        here.close();
        there.close();
    }

    @AfterAll
    static void shutdown() {
        KIT.shutdownTestKit();
    }

    @Test
    void pullsABatchAtATimeUntilTheChangeIsWhole() {
        Head head = change(700, 1024).head();
        puller.tell(new Puller.Need(List.of(head), Optional.of(FIRST)));
        adopted.receiveMessage();
        int batches = serve(FIRST, head);
        assertThat(here.heads()).containsExactly(head);
        assertThat(here.view().resources()).isEqualTo(there.view().resources());
        assertThat(batches).isGreaterThan(4);
        peers.get(SECOND).expectNoMessage(Duration.ZERO);
    }

    @Test
    void asksAnotherPeerWhenOneIsSilentOrHasNothing() {
        Head head = change(1, 10).head();
        puller.tell(new Puller.Need(List.of(head), Optional.of(FIRST)));
        peers.get(FIRST).receiveMessage();
        TIME.timePasses(FETCH_TIMEOUT);
        peers.get(SECOND).receiveMessage();
        puller.tell(new PeerMessage.Delivery(SECOND, List.of()));
        assertThat(List.of(asked.receiveMessage(), asked.receiveMessage())).containsExactly(FIRST, SECOND);
        for (int advances = 0; advances < 3; advances++) {
            adopted.receiveMessage();
        }
        asked.expectNoMessage(Duration.ofMillis(50));
        assertThat(askedWhenTimePasses()).isIn(FIRST, SECOND);
    }

    /** Whether the change arrives in the pause itself or just before it: which of them it is here is the store's business. */
    @Test
    void aNewChangeIsAskedForAtOnceWhenAllPeersHadNothing() {
        bothHaveNothing();
        Head head = change(1, 10).head();
        puller.tell(new Puller.Need(List.of(head), Optional.of(SECOND)));
        PeerMessage.Want want = peers.get(SECOND).receiveMessage();
        assertThat(want.names()).contains(head.root());
    }

    @Test
    void aNewChangeOfWhichNobodyKnowsWhoHasItIsAskedForOfAllPeers() {
        bothHaveNothing();
        Head head = change(1, 10).head();
        puller.tell(new Puller.Need(List.of(head), Optional.empty()));
        NodeAddress first = asked.receiveMessage();
        puller.tell(new PeerMessage.Delivery(first, List.of()));
        assertThat(Set.of(first, asked.receiveMessage())).containsExactlyInAnyOrder(FIRST, SECOND);
    }

    @Test
    void aPeerThatTellsOfAChangeWhileItIsAskedForAnotherIsAskedAgain() {
        puller.tell(new Puller.Need(List.of(LOST), Optional.of(FIRST)));
        peers.get(FIRST).receiveMessage();
        puller.tell(new PeerMessage.Delivery(FIRST, List.of()));
        peers.get(SECOND).receiveMessage();
        Head head = change(1, 10).head();
        puller.tell(new Puller.Need(List.of(head), Optional.of(SECOND)));
        puller.tell(new PeerMessage.Delivery(SECOND, List.of()));
        PeerMessage.Want want = peers.get(SECOND).receiveMessage();
        assertThat(want.names()).contains(head.root());
    }

    /** Lets pauses pass until a peer is asked: the first may pass before the puller, on a busy machine, has begun to wait. */
    private NodeAddress askedWhenTimePasses() {
        return asked.awaitAssert(() -> {
            TIME.timePasses(Duration.ofMillis(500));
            return asked.receiveMessage(Duration.ofMillis(200));
        });
    }

    /** Lets the puller find out that nobody has what it wants. */
    private void bothHaveNothing() {
        puller.tell(new Puller.Need(List.of(LOST), Optional.of(FIRST)));
        assertThat(asked.receiveMessage()).isEqualTo(FIRST);
        peers.get(FIRST).receiveMessage();
        puller.tell(new PeerMessage.Delivery(FIRST, List.of()));
        assertThat(asked.receiveMessage()).isEqualTo(SECOND);
        peers.get(SECOND).receiveMessage();
        puller.tell(new PeerMessage.Delivery(SECOND, List.of()));
    }

    /** Answers the wants of one peer until the change is whole; answers how many there were. */
    private int serve(NodeAddress peer, Head head) {
        int batches = 0;
        while (!whole(head)) {
            PeerMessage.Want want = peers.get(peer).receiveMessage();
            puller.tell(new PeerMessage.Delivery(peer, batch(want.names())));
            batches++;
            adopted.receiveMessage();
        }
        return batches;
    }

    private boolean whole(Head head) {
        return here.heads().contains(head);
    }

    private List<Block> batch(List<Hash> names) {
        List<Block> batch = new ArrayList<>();
        names.stream().limit(100).forEach(name -> there.blocks().get(name).ifPresent(batch::add));
        return batch;
    }

    private Commit change(int resources, int bytes) {
        Random random = new Random(1);
        List<Edit> edits = new ArrayList<>();
        for (int i = 0; i < resources; i++) {
            byte[] content = new byte[bytes];
            random.nextBytes(content);
            edits.add(new Edit.Put(new ResourceKey("g", "K", "ns", "r" + i), Content.copyOf(content)));
        }
        return there.commit(new Change(edits, "", ""));
    }

    private ActorLookup lookup() {
        return new ActorLookup() {
            @Override
            @SuppressWarnings("unchecked")
            public <T> ActorRef<T> find(NodeAddress node, String name) {
                assertThat(name).isEqualTo(BlockServer.NAME);
                asked.getRef().tell(node);
                return (ActorRef<T>) (ActorRef<?>) peers.get(node).getRef();
            }
        };
    }

    /** A store without a thread of its own: the puller asks one thing at a time. */
    private record Local(ConfigStore store, ActorRef<Progress> asked) implements LocalReplica {
        @Override
        public Blocks blocks() {
            return store.blocks();
        }

        @Override
        public CompletionStage<Progress> advance(List<Head> wanted, List<Block> received) {
            Progress progress = store.advance(wanted, received);
            asked.tell(progress);
            return CompletableFuture.completedFuture(progress);
        }

        @Override
        public CompletionStage<Progress> offered(Head head, List<Block> blocks) {
            return advance(List.of(head), blocks);
        }

        @Override
        public CompletionStage<Optional<String>> promise(Head head, List<Block> blocks) {
            return CompletableFuture.completedFuture(store.promise(head, blocks));
        }

        @Override
        public void release(Head head) {
            store.release(head);
        }

        @Override
        public void voted(String member, Hash root, String refusal) {}

        @Override
        public CompletionStage<Set<Hash>> historyMissing(int limit) {
            return CompletableFuture.completedFuture(store.historyMissing(limit));
        }

        @Override
        public void pastFetched(Set<Hash> lost) {}

        @Override
        public CompletionStage<Replication.Publish> current() {
            return new CompletableFuture<>();
        }

        @Override
        public void heard(ServingReport report, boolean countsUs) {}

        @Override
        public void membership(Membership membership, Set<String> left) {}
    }
}
