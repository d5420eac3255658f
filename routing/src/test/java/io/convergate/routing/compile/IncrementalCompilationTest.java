package io.convergate.routing.compile;

import static io.convergate.routing.TestRequest.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.routing.TestConfig;
import io.convergate.routing.action.DirectResponse;
import io.convergate.routing.action.Forward;
import io.convergate.routing.match.CompiledRoute;
import io.convergate.routing.match.PortTable;
import io.convergate.routing.match.RouteTable;
import io.convergate.routing.match.VirtualHost;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.upstream.Upstream;
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
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void afterRandomEditsTheTableIsAsIfCompiledAtOnce(long seed) {
        Random random = new Random(seed);
        Map<ResourceKey, Resource> wanted = new HashMap<>(TestConfig.parse(TestConfig.GATEWAY));
        for (int step = 0; step < STEPS; step++) {
            edit(wanted, random);
            Compilation incremental = compiler.compile(wanted);
            if (!incremental.heldBack().isEmpty()) {
                continue; // what is held back depends on the past
            }
            Compilation full = new RouteTableCompiler(CompileSettings.of(Map.of())).compile(wanted);
            String where = "seed " + seed + ", step " + step;
            assertThat(describe(incremental.table())).as(where).isEqualTo(describe(full.table()));
            assertThat(incremental.problems()).as(where).containsExactlyInAnyOrderElementsOf(full.problems());
        }
    }

    private static void edit(Map<ResourceKey, Resource> wanted, Random random) {
        int number = random.nextInt(6);
        String yaml =
                switch (random.nextInt(4)) {
                    case 0 -> service(number, "10.0.0." + random.nextInt(4));
                    case 1 ->
                        """
                            apiVersion: networking.istio.io/v1
                            kind: DestinationRule
                            metadata: {name: s%d}
                            spec:
                              host: s%d.local
                              trafficPolicy: {loadBalancer: {simple: %s}}
                              subsets: [{name: sub%d, labels: {v: a}}]
                            """.formatted(
                                number, number, random.nextBoolean() ? "RANDOM" : "ROUND_ROBIN", random.nextInt(2));
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

    /** Everything a table says, as text. */
    private static Map<String, Object> describe(RouteTable table) {
        Map<String, Object> all = new TreeMap<>();
        PortTable port = table.port(80);
        port.hosts().forEach((name, host) -> all.put(name, routes(host)));
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
