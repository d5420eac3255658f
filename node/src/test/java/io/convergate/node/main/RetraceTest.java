package io.convergate.node.main;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergate.config.Change;
import io.convergate.config.ConfigHistory;
import io.convergate.config.Content;
import io.convergate.config.Edit;
import io.convergate.config.Hash;
import io.convergate.config.HistoryLimits;
import io.convergate.config.block.Block;
import io.convergate.config.block.Head;
import io.convergate.config.block.IndexView;
import io.convergate.config.store.ConfigStore;
import io.convergate.config.store.Progress;
import io.convergate.node.admin.ConfigParser;
import io.convergate.routing.compile.Compilation;
import io.convergate.routing.compile.CompileSettings;
import io.convergate.routing.compile.HeldBack;
import io.convergate.routing.compile.RouteTableCompiler;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.problem.Problem;
import io.convergate.routing.read.ReadDocument;
import io.convergate.routing.read.ReadSettings;
import io.convergate.routing.read.ResourceReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Nodes that saw all changes, none but the last, or some, serve the same. */
class RetraceTest {
    private static final ResourceReader READER = new ResourceReader(ReadSettings.DEFAULTS);
    private static final String GATEWAY = """
            apiVersion: networking.istio.io/v1
            kind: Gateway
            metadata: {name: gw}
            spec: {servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]}
            """;
    private static final String SERVICE = """
            apiVersion: v1
            kind: Service
            metadata: {name: s}
            spec: {ports: [{name: web, port: 80}, {name: old, port: 81}]}
            """;
    private static final String OTHER = SERVICE.replace("name: s", "name: other");
    private static final String ONE_PORT = SERVICE.replace(", {name: old, port: 81}", "");
    private static final String SLICE = """
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: s-1, labels: {kubernetes.io/service-name: s}}
            addressType: IPv4
            endpoints: [{addresses: [10.0.0.1]}]
            ports: [{name: web, port: 8080}, {name: old, port: 8081}]
            """;
    private static final String RULE = """
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: {name: d}
            spec: {host: s, subsets: [{name: v1, labels: {}}]}
            """;
    private static final String ROUTE = route("{destination: {host: s, port: {number: 81}}}", "");

    /** Compiling a route at this host is a fault of the program. */
    private static final String FAULTY = "faulty.io";

    /** Compiling a route at this host takes a second of the clock that some nodes have. */
    private static final String SLOW = "slow.io";

    private static final AtomicInteger SLOW_ROUTES = new AtomicInteger();

    private static final CompileSettings SETTINGS = new CompileSettings(
            Map.of(),
            "",
            route -> {
                if (route.virtualHost().equals(FAULTY)) {
                    throw new LinkageError("a fault");
                }
                if (route.virtualHost().equals(SLOW)) {
                    SLOW_ROUTES.incrementAndGet();
                }
                return route;
            },
            upstream -> upstream,
            "istio-system");

    private static String route(String destination, String more) {
        return """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: r}
                spec:
                  hosts: [r.io]
                  gateways: [gw]
                  http: [{route: [%s]%s}]
                """.formatted(destination, more);
    }

    private static String minus(String yaml) {
        return "-" + yaml;
    }

    /** What one after the other is written, or deleted with a minus before it, and what is held back in the end. */
    private record Row(String name, List<List<String>> changes, String... held) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Row> rows() {
        String subset = route("{destination: {host: s, port: {number: 81}, subset: v1}}", "");
        String elsewhere = route("{destination: {host: other, port: {number: 81}}}", "");
        List<String> base = List.of(GATEWAY, SERVICE, SLICE, ROUTE, OTHER);
        return Stream.of(
                new Row(
                        "a deleted Service",
                        List.of(base, List.of(minus(SERVICE))),
                        "Service/default/s, in the version of change 1"),
                new Row(
                        "deleted with its endpoints",
                        List.of(base, List.of(minus(SERVICE), minus(SLICE))),
                        "EndpointSlice/default/s-1, in the version of change 1",
                        "Service/default/s, in the version of change 1"),
                new Row(
                        "a version between",
                        List.of(base, List.of(SERVICE.replace("web", "www")), List.of(minus(SERVICE))),
                        "Service/default/s, in the version of change 2"),
                new Row(
                        "a port that went, and later the Service",
                        List.of(base, List.of(ONE_PORT), List.of(minus(SERVICE))),
                        "Service/default/s, in the version of change 1"),
                new Row(
                        "the route was changed since, and names it still",
                        List.of(
                                base,
                                List.of(minus(SERVICE)),
                                List.of(route("{destination: {host: s, port: {number: 81}}}", ", timeout: 5s"))),
                        "Service/default/s, in the version of change 1",
                        "VirtualService/default/r, in the version of change 1"),
                new Row(
                        "a subset",
                        List.of(base, List.of(RULE, subset), List.of(RULE.replace("name: v1", "name: v2"))),
                        "DestinationRule/default/d, in the version of change 2"),
                new Row(
                        "the route came later",
                        List.of(List.of(GATEWAY, SERVICE), List.of(minus(SERVICE)), List.of(ROUTE))),
                new Row(
                        "no route named it for a while",
                        List.of(
                                base,
                                List.of(minus(SERVICE)),
                                List.of(elsewhere),
                                List.of(minus(ROUTE)),
                                List.of(ROUTE))),
                new Row(
                        "an update that names what nobody wrote",
                        List.of(base, List.of(route("{destination: {host: nobody}}", ""))),
                        "VirtualService/default/r, in the version of change 1"),
                new Row(
                        "an update that this version refuses",
                        List.of(
                                base,
                                List.of(ROUTE.replace(
                                        "http: [{route: [{destination: {host: s, port: {number: 81}}}]}]",
                                        "http: [{redirect: {uri: foo}}]"))),
                        "VirtualService/default/r, in the version of change 1"));
    }

    /** A node, as far as it compiles. */
    private static final class Node {
        private final Retrace retrace;

        Node() {
            this(() -> 0);
        }

        Node(LongSupplier nanos) {
            retrace = new Retrace(new ConfigParser(READER), new RouteTableCompiler(SETTINGS), nanos);
        }

        private Compilation compile(IndexView view, ConfigHistory past) {
            return retrace.compile(view, past);
        }
    }

    @TempDir
    private Path directory;

    @ParameterizedTest
    @MethodSource("rows")
    void aNodeThatStartsOrWasAwayServesWhatOneServesThatWasThereAllTheTime(Row row) {
        try (ConfigStore store = open("a", HistoryLimits.defaults())) {
            int changes = row.changes().size();
            Node there = new Node();
            List<Node> away = new ArrayList<>();
            Compilation served = there.compile(store.view(), past(store));
            for (int i = 0; i < changes; i++) {
                store.commit(change(row.changes().get(i)));
                served = there.compile(store.view(), past(store));
                if (i < changes - 1) {
                    Node leaves = new Node();
                    leaves.compile(store.view(), past(store));
                    away.add(leaves);
                }
            }
            assertThat(held(served)).containsExactly(row.held());
            away.add(new Node());
            for (Node node : away) {
                Compilation again = node.compile(store.view(), past(store));
                assertThat(again.heldBack()).isEqualTo(served.heldBack());
                assertThat(again.problems()).isEqualTo(served.problems());
                assertThat(node.retrace.lacksPast()).isFalse();
            }
        }
    }

    @Test
    void aNodeThatJoinsServesItOnceItHasThePast() {
        try (ConfigStore store = open("a", HistoryLimits.defaults());
                ConfigStore late = open("b", HistoryLimits.defaults())) {
            store.commit(change(List.of(GATEWAY, SERVICE, SLICE, ROUTE)));
            store.commit(change(List.of(minus(SERVICE))));
            Node node = new Node();
            node.compile(late.view(), past(late));
            pull(late, store);

            Compilation early = node.compile(late.view(), past(late));
            assertThat(early.heldBack()).isEmpty();
            assertThat(node.retrace.lacksPast()).isTrue();
            assertThat(messages(node.retrace.problems())).contains("until then 503");

            fill(late, store);
            Compilation whole = node.compile(late.view(), past(late));
            assertThat(held(whole)).containsExactly("Service/default/s, in the version of change 1");
            assertThat(node.retrace.lacksPast()).isFalse();
        }
    }

    @Test
    void aStepThatCannotBeCompiledIsLeftOutAndSaidToBe() {
        try (ConfigStore store = open("a", HistoryLimits.defaults())) {
            Node there = new Node();
            store.commit(change(List.of(GATEWAY, SERVICE, SLICE, ROUTE)));
            there.compile(store.view(), past(store));
            String faulty = ROUTE.replace("name: r", "name: f").replace("r.io", FAULTY);
            store.commit(change(List.of(SERVICE.replace("web", "www"), faulty)));
            assertThatThrownBy(() -> there.compile(store.view(), past(store))).isInstanceOf(LinkageError.class);
            store.commit(change(List.of(minus(SERVICE), minus(faulty))));

            Compilation served = there.compile(store.view(), past(store));
            Node node = new Node();
            Compilation again = node.compile(store.view(), past(store));

            assertThat(held(served)).containsExactly("Service/default/s, in the version of change 1");
            assertThat(again.heldBack()).isEqualTo(served.heldBack());
            assertThat(again.problems()).isEqualTo(served.problems());
            assertThat(node.retrace.gaps())
                    .isEqualTo(there.retrace.gaps())
                    .singleElement()
                    .satisfies(gap -> assertThat(gap)
                            .startsWith("revision ")
                            .endsWith(
                                    ".2 of the past cannot be compiled (java.lang.LinkageError: a fault): no version that"
                                            + " it brought is served in place of what is held back"));

            store.commit(change(List.of(SERVICE)));
            node.compile(store.view(), past(store));
            assertThat(node.retrace.gaps()).isEmpty();
        }
    }

    @Test
    void aWayThatTakesTooLongIsGoneInPartAndSaidToBe() {
        try (ConfigStore store = open("a", HistoryLimits.defaults())) {
            store.commit(change(List.of(GATEWAY, SERVICE, SLICE, ROUTE, OTHER)));
            store.commit(change(List.of(minus(SERVICE))));
            for (int i = 0; i < 40; i++) {
                store.commit(change(List.of(slow(i + 1))));
            }
            SLOW_ROUTES.set(0);
            Node slow = new Node(() -> Duration.ofSeconds(SLOW_ROUTES.get()).toNanos());

            Compilation served = slow.compile(store.view(), past(store));

            assertThat(held(served)).containsExactly("Service/default/s, in the version of change 1");
            assertThat(slow.retrace.gaps())
                    .containsExactly(
                            "compiling the whole past takes too long, so 34 of its 41 configurations were left out: no"
                                    + " version that only they had is served in place of what is held back");

            store.commit(change(List.of(slow(50))));
            store.commit(change(List.of(slow(51))));
            slow.compile(store.view(), past(store));
            assertThat(slow.retrace.gaps())
                    .as("two changes at once go a way of their own, from there")
                    .hasSize(1);

            store.commit(change(List.of(SERVICE)));
            slow.compile(store.view(), past(store));
            assertThat(slow.retrace.gaps()).isEmpty();
        }
    }

    /** About a millisecond for each step; looking at every route at each of them made it twenty. */
    @Test
    @Tag("long")
    void ofTenThousandRoutesAndHundredsOfStepsNoneIsLeftOut() {
        try (ConfigStore store = open("a", HistoryLimits.defaults())) {
            List<String> all = new ArrayList<>(List.of(GATEWAY, SERVICE, SLICE, ROUTE, OTHER));
            String other = "{destination: {host: other, port: {number: 80}}}";
            for (int i = 0; i < 10_000; i++) {
                all.add(numbered(i, route(other, "")));
            }
            store.commit(change(all));
            store.commit(change(List.of(minus(SERVICE))));
            for (int i = 0; i < 300; i++) {
                store.commit(change(List.of(numbered(i, route(other, ", timeout: 5s")))));
            }
            Node node = new Node(ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime);

            assertThat(held(node.compile(store.view(), past(store))))
                    .containsExactly("Service/default/s, in the version of change 1");
            assertThat(node.retrace.gaps()).isEmpty();
        }
    }

    private static String numbered(int i, String route) {
        return route.replace("name: r", "name: r" + i).replace("r.io", "r" + i + ".io");
    }

    @Test
    void aPastWithAGapIsGoneOnlyOnceUntilMoreOfItIsHere() {
        try (ConfigStore store = open("a", HistoryLimits.defaults());
                ConfigStore late = open("b", HistoryLimits.defaults())) {
            store.commit(change(List.of(GATEWAY, SERVICE, SLICE, ROUTE, OTHER)));
            store.commit(change(List.of(minus(SERVICE))));
            pull(late, store);
            Node node = new Node();
            node.compile(late.view(), past(late));
            SLOW_ROUTES.set(0);
            for (int i = 1; i <= 5; i++) {
                store.commit(change(List.of(slow(i))));
                pull(late, store);
                node.compile(late.view(), past(late));
                assertThat(SLOW_ROUTES).as("compiled so far").hasValue(i);
                assertThat(node.retrace.lacksPast()).isTrue();
            }
            for (int i = 6; i <= 8; i++) {
                store.commit(change(List.of(slow(i))));
                pull(late, store);
            }
            node.compile(late.view(), past(late));
            assertThat(SLOW_ROUTES)
                    .as("the last at once, and then one after the other")
                    .hasValue(5 + 1 + 3);

            fill(late, store);
            assertThat(held(node.compile(late.view(), past(late))))
                    .containsExactly("Service/default/s, in the version of change 1");
            assertThat(node.retrace.lacksPast()).isFalse();
        }
    }

    /** Issue 5: what somebody begins to name and somebody else takes away stays, on all nodes, whoever was first and whoever hears it last. */
    @ParameterizedTest
    @ValueSource(ints = {-9, 9})
    void ofConcurrentChangesWhatOneNamesAndTheOtherTakesAwayStaysEverywhere(int secondsLater) {
        Instant time = Instant.parse("2026-01-01T00:00:00Z");
        HistoryLimits limits = HistoryLimits.defaults();
        try (ConfigStore one = ConfigStore.open(directory.resolve("a"), "a", limits, () -> time);
                ConfigStore two =
                        ConfigStore.open(directory.resolve("b"), "b", limits, () -> time.plusSeconds(secondsLater))) {
            Node first = new Node();
            Node second = new Node();
            one.commit(change(List.of(GATEWAY, SERVICE, SLICE)));
            pull(two, one);
            first.compile(one.view(), past(one));
            second.compile(two.view(), past(two));
            one.commit(change(List.of(ROUTE)));
            two.commit(change(List.of(minus(SERVICE), minus(SLICE))));
            first.compile(one.view(), past(one));
            second.compile(two.view(), past(two));
            pull(two, one);
            pull(one, two);

            String[] held = {
                "EndpointSlice/default/s-1, in the version of change 1", "Service/default/s, in the version of change 1"
            };
            Compilation served = first.compile(one.view(), past(one));
            assertThat(held(served)).containsExactly(held);
            for (Node node : List.of(second, new Node())) {
                Compilation same = node.compile(two.view(), past(two));
                assertThat(same.heldBack()).isEqualTo(served.heldBack());
                assertThat(same.problems()).isEqualTo(served.problems());
            }
        }
    }

    private static String slow(int seconds) {
        return route("{destination: {host: other, port: {number: 80}}}", ", timeout: " + seconds + "s")
                .replace("name: r", "name: slow")
                .replace("r.io", SLOW);
    }

    @Test
    void whatIsMissingSinceBeforeTheKeptPastIsToldToBe() {
        HistoryLimits two = new HistoryLimits(2, Duration.ofDays(1), 1L << 30);
        try (ConfigStore store = open("a", two)) {
            store.commit(change(List.of(GATEWAY, SERVICE, SLICE, ROUTE)));
            store.commit(change(List.of(minus(SERVICE))));
            store.commit(change(List.of(OTHER)));

            Node node = new Node();
            Compilation served = node.compile(store.view(), past(store));
            assertThat(served.heldBack()).isEmpty();
            assertThat(messages(node.retrace.problems()))
                    .contains("until then 503); if it was deleted, that is longer ago than the kept history");

            store.commit(change(List.of(SERVICE)));
            node.compile(store.view(), past(store));
            assertThat(node.retrace.problems()).isEmpty();
        }
    }

    @Test
    void whatIsMissingSinceBeforeTheKeptPastIsToldToBeAlsoAfterSeveralChangesAtOnce() {
        try (ConfigStore store = open("a", new HistoryLimits(3, Duration.ofDays(1), 1L << 30))) {
            for (List<String> documents : List.of(
                    List.of(GATEWAY, ROUTE), List.of(OTHER), List.of(ONE_PORT, SLICE), List.of(minus(SERVICE)))) {
                store.commit(change(documents));
            }
            store.commit(change(List.of(OTHER.replace("web", "www"))));
            store.commit(change(List.of(OTHER)));
            Node node = new Node();
            node.compile(store.view(), past(store));
            assertThat(messages(node.retrace.problems())).contains("longer ago");

            store.commit(change(List.of(slow(1))));
            store.commit(change(List.of(slow(2))));
            node.compile(store.view(), past(store));
            assertThat(messages(node.retrace.problems())).contains("longer ago");
        }
    }

    @Test
    void whatIsMissingSinceAChangeThatIsKeptWasNeverServed() {
        try (ConfigStore store = open("a", new HistoryLimits(2, Duration.ofDays(1), 1L << 30))) {
            store.commit(change(List.of(OTHER)));
            store.commit(change(List.of(GATEWAY)));
            store.commit(change(List.of(ROUTE)));
            Node node = new Node();
            node.compile(store.view(), past(store));
            assertThat(messages(node.retrace.problems()))
                    .contains("until then 503)")
                    .doesNotContain("longer ago");
        }
    }

    private static String messages(List<Problem> problems) {
        return problems.stream().map(Problem::message).collect(Collectors.joining("\n"));
    }

    /** What is held back, each with the number of the change that wrote what is served in its place. */
    private static List<String> held(Compilation compilation) {
        return compilation.heldBack().entrySet().stream()
                .map(entry -> entry.getKey().shortName() + version(entry.getValue()))
                .sorted()
                .toList();
    }

    private static String version(HeldBack held) {
        return ", in the version of change "
                + held.version().substring(held.version().indexOf('.') + 1);
    }

    private ConfigStore open(String name, HistoryLimits limits) {
        return ConfigStore.open(directory.resolve(name), name, limits, InstantSource.system());
    }

    private static ConfigHistory past(ConfigStore store) {
        return store.history(store.heads(), store.view());
    }

    private static Change change(List<String> documents) {
        List<Edit> edits = new ArrayList<>();
        for (String text : documents) {
            String yaml = text.startsWith("-") ? text.substring(1) : text;
            ReadDocument document = READER.read(yaml.getBytes(StandardCharsets.UTF_8))
                    .documents()
                    .get(0);
            byte[] stamped = READER.stamp(document.canonical(), Instant.EPOCH, "uid", 1, new byte[0]);
            Resource resource = READER.parseCanonical(stamped);
            ResourceKey key = resource.key();
            edits.add(text.startsWith("-") ? new Edit.Delete(key) : new Edit.Put(key, Content.copyOf(stamped)));
        }
        return new Change(edits, "", "");
    }

    private static void pull(ConfigStore to, ConfigStore from) {
        List<Head> heads = from.heads();
        Progress progress = to.advance(heads, List.of());
        while (!progress.open().isEmpty()) {
            progress = to.advance(heads, blocks(progress.missing(), from));
        }
    }

    private static void fill(ConfigStore to, ConfigStore from) {
        while (!to.historyMissing(10).isEmpty()) {
            to.advance(List.of(), blocks(to.historyMissing(10), from));
        }
    }

    private static List<Block> blocks(Set<Hash> names, ConfigStore from) {
        return names.stream().flatMap(name -> from.blocks().get(name).stream()).toList();
    }
}
