package io.convergate.config.replicate;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.convergate.config.ActivationReport;
import io.convergate.config.Change;
import io.convergate.config.ClusterStatus.Presence;
import io.convergate.config.Consistency;
import io.convergate.config.Content;
import io.convergate.config.Convergence;
import io.convergate.config.Edit;
import io.convergate.config.HistoryLimits;
import io.convergate.config.MemberId;
import io.convergate.config.Plan;
import io.convergate.config.ReplicatedConfigSettings.Timing;
import io.convergate.config.SubmitResult;
import io.convergate.config.converge.Activator;
import io.convergate.config.converge.CatchUp;
import io.convergate.config.converge.Members;
import io.convergate.config.membership.ActorLookup;
import io.convergate.config.membership.Membership;
import io.convergate.config.membership.NodeAddress;
import io.convergate.config.store.ConfigStore;
import io.convergate.routing.model.ResourceKey;
import java.io.NotSerializableException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.SpawnProtocol;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * Many nodes in one JVM: real stores, replicas, peers and pullers; a transport that hands messages over at once, through
 * their bytes, and counts them; no cluster membership and no gossip. Shows what changes cost as a cluster grows.
 */
final class Swarm implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ActorSystem<SpawnProtocol.Command> system;
    private final Map<String, ActorRef<?>> actors = new ConcurrentHashMap<>();
    private final Map<String, ActorRef<Object>> wires = new ConcurrentHashMap<>();
    private final ReplicationSerializer serializer = new ReplicationSerializer();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder messages = new LongAdder();
    private final List<Node> nodes = new ArrayList<>();
    private final Duration statusInterval;

    /** One of them. */
    record Node(
            Replica replica, ScheduledThreadPoolExecutor thread, Activator activator, ActorRef<Peers.Command> peers) {}

    Swarm(int size, Path directory, Duration statusInterval) {
        this.statusInterval = statusInterval;
        Config config = ConfigFactory.parseString(
                        "pekko { actor.provider = local, extensions = [], loglevel = WARNING }")
                .withFallback(ConfigFactory.load());
        system = ActorSystem.create(Behaviors.setup(context -> SpawnProtocol.create()), "swarm", config);
        for (int number = 1; number <= size; number++) {
            nodes.add(start(number, directory));
        }
    }

    /** Makes them all members of one cluster. */
    Swarm together() {
        Map<Integer, Long> all = new TreeMap<>();
        for (int number = 1; number <= nodes.size(); number++) {
            all.put(number, incarnation(number));
        }
        for (int number = 1; number <= nodes.size(); number++) {
            sees(number, all, Set.of());
        }
        return this;
    }

    /** Tells one of them who is there: the full members with their incarnations, and those who are joining. */
    void sees(int number, Map<Integer, Long> up, Set<Integer> joining) {
        Map<MemberId, Presence> present = new TreeMap<>();
        Map<NodeAddress, Long> incarnations = new TreeMap<>();
        up.forEach((member, incarnation) -> {
            present.put(member(member), Presence.UP);
            incarnations.put(address(member), incarnation);
        });
        joining.forEach(member -> present.put(member(member), Presence.JOINING));
        Membership membership = new Membership(present, incarnations.keySet(), incarnations);
        node(number).peers().tell(new Peers.Present(membership, Set.of()));
    }

    Node node(int number) {
        return nodes.get(number - 1);
    }

    /** The incarnation of each of them. */
    static long incarnation(int number) {
        return 100 + number;
    }

    private Node start(int number, Path directory) {
        ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1);
        ConfigStore store = ConfigStore.open(
                directory.resolve("n" + number), "n" + number, HistoryLimits.defaults(), InstantSource.system());
        Members members = new Members(member(number).address(), InstantSource.system());
        CompletableFuture<Replica> made = new CompletableFuture<>();
        Activator activator = new Activator(
                (view, past) -> ActivationReport.served(),
                (view, outcome) -> made.thenAccept(replica -> replica.later(() -> replica.activated(view, outcome))));
        Replica replica = new Replica(
                thread,
                store,
                activator,
                members,
                new CatchUp(true, PATIENCE, PATIENCE, System::nanoTime),
                new Majority(members, () -> true, System::nanoTime, Optional.empty()),
                member(number),
                Timing.defaults());
        made.complete(replica);
        NodeAddress self = address(number);
        ActorLookup lookup = lookup();
        spawn(self, BlockServer.NAME, BlockServer.create(replica.blocks(), self, lookup));
        ActorRef<Puller.Command> puller =
                spawn(self, Puller.NAME, Puller.create(replica, self, lookup, Duration.ofSeconds(2)));
        ActorRef<Backfill.Command> backfill =
                spawn(self, Backfill.NAME, Backfill.create(replica, self, lookup, Duration.ofSeconds(2)));
        ActorRef<Peers.Command> peers = spawn(
                self,
                Peers.NAME,
                Peers.create(replica, self, incarnation(number), lookup, statusInterval, puller, backfill));
        replica.later(() -> replica.link(Optional.of(command -> peers.tell((Peers.Command) command))));
        replica.later(replica::start);
        return new Node(replica, thread, activator, peers);
    }

    private <T> ActorRef<T> spawn(NodeAddress node, String name, Behavior<T> behavior) {
        ActorRef<T> actor = join(AskPattern.<SpawnProtocol.Command, ActorRef<T>>ask(
                        system,
                        replyTo -> new SpawnProtocol.Spawn<>(behavior, "", Props.empty(), replyTo),
                        PATIENCE,
                        system.scheduler())
                .toCompletableFuture());
        actors.put(node + "/" + name, actor);
        wires.put(node + "/" + name, wire(node + "/" + name));
        return actor;
    }

    /** Every message goes through its bytes, as on a wire. */
    private ActorLookup lookup() {
        return new ActorLookup() {
            @Override
            @SuppressWarnings("unchecked")
            public <T> ActorRef<T> find(NodeAddress node, String name) {
                return (ActorRef<T>) wires.get(node + "/" + name);
            }
        };
    }

    private ActorRef<Object> wire(String to) {
        return join(AskPattern.<SpawnProtocol.Command, ActorRef<Object>>ask(
                        system,
                        replyTo -> new SpawnProtocol.Spawn<>(
                                Behaviors.receiveMessage(message -> {
                                    carry(to, message);
                                    return Behaviors.same();
                                }),
                                "",
                                Props.empty(),
                                replyTo),
                        PATIENCE,
                        system.scheduler())
                .toCompletableFuture());
    }

    @SuppressWarnings("unchecked")
    private void carry(String to, Object message) {
        byte[] form = serializer.toBinary(message);
        bytes.add(form.length);
        messages.increment();
        try {
            Object copy = serializer.fromBinary(form, serializer.manifest(message));
            ((ActorRef<Object>) actors.get(to)).tell(copy);
        } catch (NotSerializableException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Writes at one node. */
    CompletableFuture<SubmitResult<String>> submit(int number, String name, String text) {
        ResourceKey key = new ResourceKey("networking.istio.io", "VirtualService", "default", name);
        Change change = new Change(List.of(new Edit.Put(key, Content.utf8(text))), "swarm", "");
        return CompletableFuture.supplyAsync(
                        () -> node(number)
                                .replica()
                                .<String>submit(view -> new Plan.Accept<>(change, ""), Consistency.LOCAL),
                        node(number).thread())
                .thenCompose(stage -> stage);
    }

    /** Writes at one node, and waits until all serve it; answers the microseconds that took. */
    long change(int at, String name, String text) {
        Replica replica = nodes.get(at).replica();
        ScheduledThreadPoolExecutor thread = nodes.get(at).thread();
        long start = System.nanoTime();
        SubmitResult.Accepted<String> accepted = (SubmitResult.Accepted<String>) join(submit(at + 1, name, text));
        Convergence reached =
                join(CompletableFuture.supplyAsync(() -> replica.awaitServing(accepted.revision(), PATIENCE), thread)
                        .thenCompose(stage -> stage));
        if (!reached.complete()) {
            throw new IllegalStateException(reached.toString());
        }
        return (System.nanoTime() - start) / 1000;
    }

    /** How many bytes were carried so far. */
    long bytes() {
        return bytes.sum();
    }

    /** How many messages were carried so far. */
    long messages() {
        return messages.sum();
    }

    private static <T> T join(CompletableFuture<T> future) {
        try {
            return future.get(PATIENCE.toSeconds() * 2, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    private static MemberId member(int number) {
        return new MemberId("n" + number, address(number).toString());
    }

    private static NodeAddress address(int number) {
        return new NodeAddress("10.0.0." + number, 17355);
    }

    @Override
    public void close() {
        system.terminate();
        join(system.getWhenTerminated().toCompletableFuture());
        for (Node node : nodes) {
            node.activator().close();
            node.replica().later(node.replica()::close);
            node.thread().shutdown();
        }
    }

    /** A row of the table in docs/benchmarks.md: what 60 small changes cost, after 20 that warm up. */
    static String row(int size, Path directory) {
        int changes = 60;
        try (Swarm swarm = new Swarm(size, directory, Timing.defaults().statusInterval()).together()) {
            for (int n = 0; n < 20; n++) {
                swarm.change(n % size, "w" + n, "x".repeat(1000) + n);
            }
            long bytesBefore = swarm.bytes();
            long messagesBefore = swarm.messages();
            long[] micros = new long[changes];
            for (int n = 0; n < changes; n++) {
                micros[n] = swarm.change(n % size, "r" + n, "x".repeat(1000) + n);
            }
            Arrays.sort(micros);
            double kib = (swarm.bytes() - bytesBefore) / 1024.0 / changes;
            return "| %d | %.1f | %.1f | %d | %.0f | %.1f |"
                    .formatted(
                            size,
                            micros[changes / 2] / 1000.0,
                            micros[changes - 1] / 1000.0,
                            (swarm.messages() - messagesBefore) / changes,
                            kib,
                            kib / size);
        }
    }
}
