package io.convergate.routing.compile;

import static io.convergate.routing.TestRequest.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.routing.TestConfig;
import io.convergate.routing.action.DirectResponse;
import io.convergate.routing.action.Forward;
import io.convergate.routing.collect.SharedMap;
import io.convergate.routing.match.CompiledRoute;
import io.convergate.routing.match.PortTable;
import io.convergate.routing.match.RouteTable;
import io.convergate.routing.match.VirtualHost;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.upstream.Upstream;
import io.convergate.routing.validate.ConfigurationAnalyzer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IncrementalCompilationTest {
    private static final int STEPS = 150;

    private final List<Object> attached = new ArrayList<>();
    private final RouteTableCompiler compiler = new RouteTableCompiler(new CompileSettings(
            Map.of(),
            "",
            info -> {
                attached.add(info);
                return info;
            },
            info -> {
                attached.add(info);
                return info;
            },
            CompileSettings.ISTIO_SYSTEM));

    private static String virtualService(int number, String body) {
        return """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: vs%d}
                spec:
                  hosts: [h%d.io]
                  gateways: [gw]
                  http: [%s]
                ---
                """.formatted(number, number, body);
    }

    private static String service(int number, String address) {
        return """
                apiVersion: networking.istio.io/v1
                kind: ServiceEntry
                metadata: {name: s%d}
                spec:
                  hosts: [s%d.local]
                  resolution: STATIC
                  ports: [{number: 80, name: http, protocol: HTTP}]
                  endpoints: [{address: %s, labels: {v: a}}]
                ---
                """.formatted(number, number, address);
    }

    @Test
    void onlyWhatChangedIsCompiledAgain() {
        String rest = TestConfig.GATEWAY
                + service(0, "10.0.0.1")
                + virtualService(0, "{route: [{destination: {host: s0.local}}]}");
        Map<ResourceKey, Resource> first =
                TestConfig.parse(rest + virtualService(1, "{directResponse: {status: 200}}"));
        RouteTable before = compiler.compile(first).table();
        attached.clear();

        Map<ResourceKey, Resource> second =
                TestConfig.parse(rest + virtualService(1, "{directResponse: {status: 201}}"));
        RouteTable after = compiler.compile(second).table();

        assertThat(attached).as("routes compiled").hasSize(1);
        assertThat(after.port(80).match(get("h0.io/"))).isSameAs(before.port(80).match(get("h0.io/")));
        assertThat(after.upstreams()).containsExactlyElementsOf(before.upstreams());
        assertThat(((DirectResponse) after.port(80).match(get("h1.io/")).action()).status())
                .isEqualTo(201);
    }

    @Test
    void theSameConfigurationGivesTheSameTables() {
        Map<ResourceKey, Resource> wanted =
                TestConfig.parse(TestConfig.GATEWAY + virtualService(1, "{directResponse: {status: 200}}"));
        PortTable before = compiler.compile(wanted).table().port(80);

        assertThat(compiler.compile(new HashMap<>(wanted)).table().port(80)).isSameAs(before);
    }

    @Test
    void anUpstreamIsNewWhenItsEndpointsChangeAndItsRoutesFollow() {
        String rest = TestConfig.GATEWAY + virtualService(0, "{route: [{destination: {host: s0.local}}]}");
        Upstream before = upstream(compiler.compile(TestConfig.parse(rest + service(0, "10.0.0.1"))));
        Upstream after = upstream(compiler.compile(TestConfig.parse(rest + service(0, "10.0.0.2"))));

        assertThat(after).isNotSameAs(before);
        assertThat(after.endpoints().get(0).address()).isEqualTo("10.0.0.2");
    }

    private static Upstream upstream(Compilation compilation) {
        Forward forward =
                (Forward) compilation.table().port(80).match(get("h0.io/")).action();
        return forward.pick(0).upstream();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void afterRandomEditsTheTableIsAsIfCompiledAtOnce(long seed) {
        Random random = new Random(seed);
        Map<ResourceKey, Resource> wanted = new HashMap<>(TestConfig.parse(TestConfig.GATEWAY));
        SharedMap<ResourceKey, Resource> shared = SharedMap.empty();
        ConfigurationAnalyzer analyzer = new ConfigurationAnalyzer(CompileSettings.ISTIO_SYSTEM);
        int compared = 0;
        for (int step = 0; step < STEPS; step++) {
            edit(wanted, random);
            // Whether the versions are told apart by their buckets or one by one must make no difference.
            shared = shared.become(wanted);
            Compilation incremental = compiler.compile(random.nextBoolean() ? wanted : shared);
            String where = "seed " + seed + ", step " + step;
            assertThat(analyzer.analyze(wanted))
                    .as(where)
                    .containsExactlyInAnyOrderElementsOf(
                            new ConfigurationAnalyzer(CompileSettings.ISTIO_SYSTEM).analyze(wanted));
            if (!incremental.heldBack().isEmpty()) {
                continue; // what is held back depends on the past
            }
            compared++;
            Compilation full = new RouteTableCompiler(CompileSettings.of(Map.of())).compile(wanted);
            assertThat(describe(incremental.table())).as(where).isEqualTo(describe(full.table()));
            assertThat(incremental.problems()).as(where).isEqualTo(full.problems());
        }
        assertThat(compared).as("comparisons").isGreaterThan(STEPS / 10);
    }

    private static void edit(Map<ResourceKey, Resource> wanted, Random random) {
        int number = random.nextInt(6);
        String yaml =
                switch (random.nextInt(8)) {
                    case 0 -> service(number, "10.0.0." + random.nextInt(4));
                    case 1 ->
                        """
                            apiVersion: networking.istio.io/v1
                            kind: DestinationRule
                            metadata: {name: s%d}
                            spec:
                              host: "%s"
                              trafficPolicy: {loadBalancer: {simple: %s}}
                              subsets: [{name: sub%d, labels: {v: a}}]
                            """.formatted(
                                        number,
                                        random.nextInt(4) == 0 ? "*.local" : "s" + number + ".local",
                                        random.nextBoolean() ? "RANDOM" : "ROUND_ROBIN",
                                        random.nextInt(2));
                    case 2 -> gateway(random);
                    case 3 ->
                        """
                            apiVersion: networking.istio.io/v1
                            kind: ServiceEntry
                            metadata: {name: short%d, namespace: %s}
                            spec:
                              hosts: [short, "s%d.local"]
                              resolution: STATIC
                              ports: [{number: %d, name: http, protocol: %s}]
                              endpoints: [{address: 10.0.1.1}]
                            """.formatted(
                                        random.nextInt(2),
                                        random.nextBoolean() ? "default" : "other",
                                        number,
                                        80 + random.nextInt(2),
                                        random.nextBoolean() ? "HTTP" : "GRPC");
                    case 4 -> virtualService(number, "{route: [{destination: {host: short}}]}");
                    case 5 -> shared(number, random);
                    default ->
                        virtualService(
                                number,
                                "{match: [{uri: {prefix: /%d}}], route: [{destination: {host: s%d.local%s}}]}"
                                        .formatted(
                                                random.nextInt(3),
                                                random.nextInt(6),
                                                random.nextBoolean() ? ", subset: sub" + random.nextInt(2) : ""));
                };
        TestConfig.parse(yaml).forEach((key, resource) -> {
            if (random.nextInt(4) == 0) {
                wanted.remove(key);
            } else {
                wanted.put(key, resource);
            }
        });
    }

    /** A gateway with up to two ports, which may redirect, and may want a namespace. */
    private static String gateway(Random random) {
        String hosts = List.of("'*'", "h1.io, '*.io'", "other/h2.io, h3.io").get(random.nextInt(3));
        return """
                apiVersion: networking.istio.io/v1
                kind: Gateway
                metadata: {name: %s}
                spec:
                  servers:
                  - port: {number: %d, name: http, protocol: HTTP}
                    hosts: [%s]
                    %s
                  - port: {number: 82, name: more, protocol: HTTP}
                    hosts: ["*.io"]
                """.formatted(
                        random.nextBoolean() ? "gw" : "gw2",
                        80 + random.nextInt(2),
                        hosts,
                        random.nextInt(4) == 0 ? "tls: {httpsRedirect: true}" : "");
    }

    /** A virtual service for hosts that others speak of too, and for wildcards. */
    private static String shared(int number, Random random) {
        return """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: shared%d}
                spec:
                  hosts: ["%s"]
                  gateways: [%s]
                  exportTo: ["%s"]
                  http: [{match: [{uri: {exact: /%d}}], directResponse: {status: 20%d}}]
                """.formatted(
                        random.nextInt(3),
                        List.of("h" + number + ".io", "*.io", "*", "x.h1.io").get(random.nextInt(4)),
                        List.of("gw", "gw, gw2", "gw2").get(random.nextInt(3)),
                        random.nextBoolean() ? "*" : "nowhere",
                        number,
                        random.nextInt(5));
    }

    /** Everything a table says, as text. */
    private static Map<String, Object> describe(RouteTable table) {
        Map<String, Object> all = new TreeMap<>();
        for (int number = 80; number <= 82; number++) {
            PortTable port = table.port(number);
            if (port == null) {
                continue;
            }
            String at = number + " ";
            all.put(at, port.hosts().size());
            port.hosts().forEach((name, host) -> all.put(at + name, routes(host)));
            for (String host : List.of("h0.io", "h1.io", "h2.io", "h3.io", "h4.io", "h5.io", "x.h1.io", "y.io", "z")) {
                for (String path : List.of("/", "/1", "/2x", "/4")) {
                    all.put(at + host + path, String.valueOf(port.match(get(host + path))));
                }
            }
        }
        all.put("upstreams", infos(table.upstreams()));
        all.put("listeners", table.listeners());
        return all;
    }

    private static List<Object> routes(VirtualHost host) {
        List<Object> routes = new ArrayList<>();
        host.routes().forEach(entry -> {
            CompiledRoute route = entry.route();
            routes.add(entry.path() + " " + entry.conditions() + " " + route.info());
            if (route.action() instanceof Forward forward) {
                forward.destinations()
                        .forEach(destination -> routes.add(
                                destination.upstream() == null
                                        ? "none"
                                        : destination.upstream().info()));
            }
        });
        return routes;
    }

    private static List<Object> infos(Collection<Upstream> upstreams) {
        List<Object> infos = new ArrayList<>();
        upstreams.forEach(upstream -> infos.add(upstream.info()));
        return infos;
    }
}
