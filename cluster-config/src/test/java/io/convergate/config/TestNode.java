package io.convergate.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.config.membership.Names;
import io.convergate.config.replicate.ClusteredConfig;
import io.convergate.routing.model.ResourceKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.pekko.actor.Address;

/** A node of a test cluster: 127.0.0.N, all with the same port, each with its own directory. */
final class TestNode implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Waits for tests in which nobody is lost: a busy machine is not taken for a lost node. */
    static final ReplicatedConfigSettings.Timing TIMING =
            timing(Duration.ofSeconds(10), Duration.ofSeconds(25), Duration.ofSeconds(10));

    /** Waits for tests in which nodes are lost: a member is suspected and removed in about three seconds. */
    static final ReplicatedConfigSettings.Timing IMPATIENT =
            timing(Duration.ofSeconds(2), Duration.ofSeconds(2), Duration.ofSeconds(2));

    private final ReplicatedConfig config;
    private volatile ConfigView served = new NoView();
    private volatile ConfigHistory.Extent extent = ConfigHistory.Extent.INCOMPLETE;

    private final Address pekkoAddress;

    private static ReplicatedConfigSettings.Timing timing(
            Duration hold, Duration heartbeatPause, Duration stableAfter) {
        return new ReplicatedConfigSettings.Timing(
                hold,
                Duration.ofSeconds(3),
                Duration.ofMillis(200),
                Duration.ofMillis(500),
                Duration.ofSeconds(1),
                Duration.ofSeconds(20),
                heartbeatPause,
                stableAfter);
    }

    private TestNode(ReplicatedConfigSettings settings, Names names) {
        this.pekkoAddress = new Address("pekko", "convergate", settings.host(), settings.clusterPort());
        this.config = ClusteredConfig.open(settings, this::activate, names);
    }

    static TestNode start(int number, int port, List<String> seeds, Path directory) {
        return start(number, port, seeds, directory, TIMING);
    }

    static TestNode start(
            int number, int port, List<String> seeds, Path directory, ReplicatedConfigSettings.Timing timing) {
        return new TestNode(settings(number, port, seeds, directory).withTiming(timing), Names.SYSTEM);
    }

    static TestNode start(int number, int port, List<String> seeds, int seedsMin, Path directory, Names names) {
        return new TestNode(
                settings(number, port, seeds, directory).withSeedsMin(seedsMin).withTiming(TIMING), names);
    }

    private static ReplicatedConfigSettings settings(int number, int port, List<String> seeds, Path directory) {
        return ReplicatedConfigSettings.of("n" + number, host(number), port, seeds, directory.resolve("n" + number));
    }

    /** Nodes 1 to {@code size}, each with all of them as seeds. */
    static List<TestNode> startAll(int size, int port, Path directory) {
        return startAll(size, port, directory, TIMING);
    }

    static List<TestNode> startAll(int size, int port, Path directory, ReplicatedConfigSettings.Timing timing) {
        List<TestNode> nodes = new ArrayList<>();
        for (int number = 1; number <= size; number++) {
            nodes.add(start(number, port, seeds(size), directory, timing));
        }
        nodes.forEach(node -> node.awaitMembers(size));
        return nodes;
    }

    static List<String> seeds(int size) {
        List<String> seeds = new ArrayList<>();
        for (int number = 1; number <= size; number++) {
            seeds.add(host(number));
        }
        return seeds;
    }

    static String host(int number) {
        return "127.0.0." + number;
    }

    /** A port that is free now. */
    static int freePort() {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getByName(host(9)), 0));
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static ResourceKey key(String name) {
        return new ResourceKey("networking.istio.io", "VirtualService", "default", name);
    }

    private ActivationReport activate(ConfigView view, ConfigHistory past) {
        served = view;
        extent = past.extent();
        return new ActivationReport(true, List.of(), extent == ConfigHistory.Extent.INCOMPLETE);
    }

    /** How much of the past was here at the last activation. */
    ConfigHistory.Extent extent() {
        return extent;
    }

    Address pekkoAddress() {
        return pekkoAddress;
    }

    ReplicatedConfig config() {
        return config;
    }

    /** What it serves under a name. */
    Optional<String> serves(String name) {
        return Optional.ofNullable(served.resources().get(key(name)))
                .map(resource -> resource.content().toUtf8());
    }

    SubmitResult.Accepted<String> put(String name, String text) {
        return submit(List.of(new Edit.Put(key(name), Content.utf8(text))));
    }

    SubmitResult.Accepted<String> delete(String name) {
        return submit(List.of(new Edit.Delete(key(name))));
    }

    SubmitResult.Accepted<String> submit(List<Edit> edits) {
        SubmitResult<String> result = get(() ->
                config.<String>submit(view -> new Plan.Accept<>(new Change(edits, "tester", "a test"), "planned")));
        assertThat(result).isInstanceOf(SubmitResult.Accepted.class);
        return (SubmitResult.Accepted<String>) result;
    }

    /** Writes a resource whose text is its name. */
    SubmitResult<String> ask(String name, Consistency consistency) {
        Change change = new Change(List.of(new Edit.Put(key(name), Content.utf8(name))), "tester", "");
        return get(() -> config.submit(view -> new Plan.Accept<>(change, "planned"), consistency));
    }

    static <T> T get(Supplier<CompletionStage<T>> stage) {
        try {
            return stage.get().toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    void awaitMembers(int size) {
        await("sees " + size + " members", () -> up(config) == size);
    }

    /** How many members a node sees that are there. */
    static long up(ReplicatedConfig config) {
        return config.status().members().stream()
                .filter(member -> member.presence() == ClusterStatus.Presence.UP)
                .count();
    }

    void awaitServes(String name, String text) {
        await("serves " + text + " as " + name, () -> serves(name).equals(Optional.of(text)));
    }

    void await(String what, BooleanSupplier condition) {
        await(() -> config.status().self() + " " + what + ": " + config.status(), condition);
    }

    static void awaitThat(String what, BooleanSupplier condition) {
        await(() -> what, condition);
    }

    private static void await(Supplier<String> what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("never: " + what.get());
            }
            LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
        }
    }

    @Override
    public void close() {
        config.close();
    }

    private record NoView() implements ConfigView {
        @Override
        public Revision revision() {
            return Revision.EMPTY;
        }

        @Override
        public Map<ResourceKey, StoredResource> resources() {
            return Map.of();
        }

        @Override
        public Set<ResourceKey> conflicted() {
            return Set.of();
        }

        @Override
        public List<PastChange> outlived(ResourceKey key) {
            return List.of();
        }

        @Override
        public List<ResourceVersion> versions(ResourceKey key) {
            return List.of();
        }

        @Override
        public Set<ResourceKey> differsFrom(ConfigView other) {
            return other.resources().keySet();
        }
    }
}
