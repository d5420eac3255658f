package io.convergate.node.main;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.config.Change;
import io.convergate.config.Content;
import io.convergate.config.Edit;
import io.convergate.config.Hash;
import io.convergate.config.HistoryLimits;
import io.convergate.config.block.Block;
import io.convergate.config.block.Head;
import io.convergate.config.store.ConfigStore;
import io.convergate.config.store.Progress;
import io.convergate.node.admin.ConfigParser;
import io.convergate.routing.compile.Compilation;
import io.convergate.routing.compile.CompileSettings;
import io.convergate.routing.compile.HeldBack;
import io.convergate.routing.compile.RouteTableCompiler;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.problem.Problem;
import io.convergate.routing.read.ReadSettings;
import io.convergate.routing.read.ResourceReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Issue 5: nodes that hear concurrent changes in different orders, several at once, with wrong clocks and restarts between, serve the same
 * once they hold the same, whatever is held back; and a route that works goes on to work.
 */
class OrderOfArrivalTest {
    private static final int NODES = 3;
    private static final int EVENTS = 36;
    private static final ResourceReader READER = new ResourceReader(ReadSettings.DEFAULTS);
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final String GATEWAY = """
            apiVersion: networking.istio.io/v1
            kind: Gateway
            metadata: {name: gw}
            spec: {servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]}
            """;

    @TempDir
    private Path directory;

    /** What is taken away. */
    private enum Taken {
        /** A Service as a whole. */
        SERVICES,
        /** Ports of a Service and subsets of its rule, too: two changes may then name what there is in no version together. */
        PARTS
    }

    private record Row(long seed, Taken taken) {}

    static Stream<Row> rows() {
        return rows(0, 3);
    }

    static Stream<Row> manyRows() {
        return rows(3, 40);
    }

    private static Stream<Row> rows(int from, int end) {
        return IntStream.range(from, end).boxed().flatMap(seed -> Stream.of(Taken.values())
                .map(taken -> new Row(seed, taken)));
    }

    /** A node: its store, and what it serves. */
    private final class Node implements AutoCloseable {
        private final ConfigStore store;
        private Retrace retrace;
        private Compilation served;
        private Map<ResourceKey, String> working = Map.of();

        Node(int number, Instant[] now, int skewSeconds) {
            String name = "n" + number;
            store = ConfigStore.open(
                    directory.resolve(name), name, HistoryLimits.defaults(), () -> now[0].plusSeconds(skewSeconds));
            restart();
        }

        void restart() {
            retrace = newRetrace();
            served = compile();
        }

        Compilation compile() {
            served = retrace.compile(store.view(), store.history(store.heads(), store.view()));
            return served;
        }

        /** The version of each route whose backend is there. */
        Map<ResourceKey, String> workingRoutes() {
            Set<ResourceKey> broken = served.problems().stream()
                    .filter(problem -> problem.message().contains("until then 503"))
                    .map(Problem::resource)
                    .flatMap(Optional::stream)
                    .collect(Collectors.toSet());
            return store.view().resources().keySet().stream()
                    .filter(key -> key.kind().equals("VirtualService") && !broken.contains(key))
                    .collect(Collectors.toMap(key -> key, this::version));
        }

        private String version(ResourceKey key) {
            return store.view().versions(key).get(0).changeId();
        }

        void hear(Node other) {
            List<Head> heads = other.store.heads();
            Progress progress = store.advance(heads, List.of());
            for (int i = 0; !progress.open().isEmpty(); i++) {
                assertThat(i).as("rounds").isLessThan(50);
                progress = store.advance(heads, other.blocks(progress.missing()));
            }
        }

        /** Fetches what the other has of the past. */
        void fill(Node other) {
            Set<Hash> missing = Set.of();
            for (Set<Hash> now = store.historyMissing(99); !now.equals(missing); now = store.historyMissing(99)) {
                missing = now;
                store.advance(List.of(), other.blocks(missing));
            }
            store.pastFetched(Set.of());
        }

        private List<Block> blocks(Set<Hash> names) {
            return names.stream()
                    .flatMap(name -> store.blocks().get(name).stream())
                    .toList();
        }

        @Override
        public void close() {
            store.close();
        }
    }

    private static Retrace newRetrace() {
        return new Retrace(new ConfigParser(READER), new RouteTableCompiler(CompileSettings.of(Map.of())), () -> 0);
    }

    @Tag("long")
    @ParameterizedTest
    @MethodSource("manyRows")
    void nodesThatHoldTheSameServeTheSameWithManySeeds(Row row) {
        nodesThatHoldTheSameServeTheSameAndARouteThatWorksGoesOn(row);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void nodesThatHoldTheSameServeTheSameAndARouteThatWorksGoesOn(Row row) {
        Random random = new Random(row.seed());
        Instant[] now = {START};
        List<Node> nodes = new ArrayList<>();
        try {
            for (int i = 0; i < NODES; i++) {
                nodes.add(new Node(i, now, random.nextInt(60) - 30));
            }
            Node any = nodes.get(0);
            any.store.commit(new Change(List.of(put(GATEWAY), service(0, 2), service(1, 2), service(2, 2)), "", ""));
            for (Node node : nodes) {
                node.hear(any);
            }
            for (int event = 0; event < EVENTS; event++) {
                now[0] = now[0].plusSeconds(random.nextInt(20));
                any = nodes.get(random.nextInt(NODES));
                Node other = nodes.get(random.nextInt(NODES));
                if (random.nextInt(3) > 0) {
                    List<Edit> edits = new ArrayList<>();
                    for (int i = random.nextInt(2); i >= 0; i--) {
                        edits.add(edit(random, any, row.taken()));
                    }
                    any.store.commit(new Change(distinct(edits), "", ""));
                } else {
                    any.hear(other);
                    if (random.nextInt(4) > 0) {
                        any.fill(other);
                    }
                }
                if (random.nextInt(4) > 0) {
                    look(any, row);
                }
                if (random.nextInt(16) == 0) {
                    any.restart();
                }
            }
            for (int round = 0; round < 2; round++) {
                for (Node node : nodes) {
                    for (Node other : nodes) {
                        node.hear(other);
                        node.fill(other);
                    }
                    look(node, row);
                }
            }
            Map<ResourceKey, String> first = instead(nodes.get(0).compile());
            for (Node node : nodes) {
                assertThat(node.store.view().revision())
                        .isEqualTo(nodes.get(0).store.view().revision());
                assertThat(instead(node.compile())).as("held back, " + row).isEqualTo(first);
            }
            nodes.get(1).restart();
            assertThat(nodes.get(1).retrace.lacksPast()).isFalse();
            assertThat(instead(nodes.get(1).served))
                    .as("after a restart, " + row)
                    .isEqualTo(first);
        } finally {
            nodes.forEach(Node::close);
        }
    }

    /** Which version is served in place of what is held back. Why may be told in other words, depending on what was compiled last. */
    private static Map<ResourceKey, String> instead(Compilation compilation) {
        Map<ResourceKey, String> versions = new HashMap<>();
        for (Map.Entry<ResourceKey, HeldBack> entry : compilation.heldBack().entrySet()) {
            HeldBack held = entry.getValue();
            versions.put(entry.getKey(), held.olderVersionServes() ? held.version() : "none");
        }
        return versions;
    }

    /** Compiles what a node holds; each version of a route that worked and is still wanted works on. */
    private static void look(Node node, Row row) {
        Map<ResourceKey, String> before = node.working;
        node.compile();
        node.working = node.workingRoutes();
        if (row.taken() == Taken.SERVICES) {
            before.forEach((route, version) -> {
                if (node.store.view().resources().containsKey(route)
                        && node.version(route).equals(version)) {
                    assertThat(node.working).as(route + " worked, " + row).containsKey(route);
                }
            });
        }
    }

    private static Edit edit(Random random, Node node, Taken taken) {
        int n = random.nextInt(3);
        return switch (random.nextInt(taken == Taken.SERVICES ? 5 : 8)) {
            case 0 -> service(n, 2);
            case 1 -> new Edit.Delete(key("Service", n));
            case 2 -> new Edit.Delete(key("VirtualService", n));
            case 3, 4 -> route(n, named(random, node), random.nextInt(2), "");
            case 5 -> service(n, 1 + random.nextInt(2));
            case 6 -> rule(n, random.nextInt(2));
            default -> route(n, named(random, node), random.nextInt(2), ", subset: v" + random.nextInt(2));
        };
    }

    /** A service that the node's configuration has; if it has none, any. */
    private static int named(Random random, Node node) {
        List<Integer> there = IntStream.range(0, 3)
                .filter(n -> node.store.view().resources().containsKey(key("Service", n)))
                .boxed()
                .toList();
        return there.isEmpty() ? random.nextInt(3) : there.get(random.nextInt(there.size()));
    }

    private static List<Edit> distinct(List<Edit> edits) {
        return edits.size() > 1 && edits.get(0).key().equals(edits.get(1).key()) ? edits.subList(0, 1) : edits;
    }

    private static Edit service(int n, int ports) {
        return put("""
                apiVersion: v1
                kind: Service
                metadata: {name: s%d}
                spec: {ports: [{name: web, port: 80}%s]}
                """.formatted(n, ports == 1 ? "" : ", {name: old, port: 81}"));
    }

    private static Edit rule(int n, int subset) {
        return put("""
                apiVersion: networking.istio.io/v1
                kind: DestinationRule
                metadata: {name: d%d}
                spec: {host: s%d, subsets: [{name: v%d, labels: {}}]}
                """.formatted(n, n, subset));
    }

    private static Edit route(int n, int service, int port, String subset) {
        return put("""
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: r%d}
                spec:
                  hosts: [r%d.io]
                  gateways: [gw]
                  http: [{route: [{destination: {host: s%d, port: {number: %d}%s}}]}]
                """.formatted(n, n, service, 80 + port, subset));
    }

    private static ResourceKey key(String kind, int n) {
        return kind.equals("Service")
                ? new ResourceKey("", kind, "default", "s" + n)
                : new ResourceKey("networking.istio.io", kind, "default", "r" + n);
    }

    private static Edit put(String yaml) {
        byte[] stamped = READER.stamp(
                READER.read(yaml.getBytes(StandardCharsets.UTF_8))
                        .documents()
                        .get(0)
                        .canonical(),
                Instant.EPOCH,
                "uid",
                1,
                new byte[0]);
        return new Edit.Put(READER.parseCanonical(stamped).key(), Content.copyOf(stamped));
    }
}
