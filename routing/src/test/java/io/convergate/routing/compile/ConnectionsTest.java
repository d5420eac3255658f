package io.convergate.routing.compile;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.routing.TestConfig;
import io.convergate.routing.action.Forward;
import io.convergate.routing.match.CompiledRoute;
import io.convergate.routing.match.ConnectionTable;
import io.convergate.routing.match.ListenerId;
import io.convergate.routing.match.RouteTable;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.upstream.Upstream;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Where connections go that are not read as HTTP. */
class ConnectionsTest {
    private static final String GATEWAY = """
            apiVersion: networking.istio.io/v1
            kind: Gateway
            metadata: {name: gw}
            spec:
              servers:
              - port: {number: 443, name: tls, protocol: TLS}
                hosts: ["*.x.io", "*.y.io"]
                tls: {mode: PASSTHROUGH}
              - port: {number: 8443, name: https, protocol: HTTPS}
                hosts: ["*"]
                tls: {mode: SIMPLE, credentialName: c}
              - port: {number: 9000, name: tcp, protocol: TCP}
                hosts: ["*"]
              - port: {number: 9001, name: terminated, protocol: TLS}
                hosts: ["*"]
                tls: {mode: SIMPLE, credentialName: c}
            ---
            """;

    private static String service(String name) {
        return """
                apiVersion: networking.istio.io/v1
                kind: ServiceEntry
                metadata: {name: %1$s}
                spec:
                  hosts: [%1$s.up]
                  ports: [{number: 443, name: tls, protocol: TLS}]
                  resolution: STATIC
                  endpoints: [{address: 10.0.0.1}]
                ---
                """.formatted(name);
    }

    private static String rules(String name, String hosts, String rules) {
        return "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: " + name
                + "}\nspec: {hosts: [" + hosts + "], gateways: [gw], " + rules + "}\n---\n";
    }

    private static String tls(String match, String to) {
        return "tls: [{match: [{" + match + "}], route: [{destination: {host: " + to + ".up}}]}]";
    }

    private static String tcp(String match, String to) {
        return "tcp: [{match: [{" + match + "}], route: [{destination: {host: " + to + ".up, port: {number: 443}}}]}]";
    }

    private static String upstream(@Nullable CompiledRoute route) {
        if (route == null) {
            return "";
        }
        Upstream upstream = ((Forward) route.action()).pick(0).upstream();
        return upstream == null ? "503" : upstream.info().host();
    }

    static Stream<Arguments> connections() {
        String two = rules("first", "a.x.io", tls("sniHosts: [a.x.io]", "one"))
                + rules("second", "\"*.x.io\"", tls("sniHosts: [\"*.x.io\"]", "two"));
        return Stream.of(
                Arguments.of(two, 443, "a.x.io", "one.up"),
                Arguments.of(two, 443, "A.X.IO", "one.up"),
                Arguments.of(two, 443, "b.x.io", "two.up"),
                Arguments.of(two, 443, "c.b.x.io", "two.up"),
                Arguments.of(two, 443, "x.io", ""),
                Arguments.of(two, 443, "b.z.io", ""),
                Arguments.of(two, 8443, "a.x.io", ""),
                Arguments.of(two, 9001, "a.x.io", ""),
                Arguments.of(
                        rules("old", "a.x.io", tls("sniHosts: [a.x.io]", "one"))
                                + rules("new", "a.x.io", tls("sniHosts: [a.x.io]", "two")),
                        443,
                        "a.x.io",
                        "one.up"),
                Arguments.of(rules("v", "a.x.io", tls("sniHosts: [a.x.io], port: 444", "one")), 443, "a.x.io", ""),
                Arguments.of(
                        rules("v", "a.x.io", tls("sniHosts: [a.x.io], port: 443", "one")), 443, "a.x.io", "one.up"),
                Arguments.of(rules("v", "a.x.io", tls("sniHosts: [a.x.io], gateways: [o]", "one")), 443, "a.x.io", ""),
                Arguments.of(
                        rules("v", "a.x.io", tls("sniHosts: [a.x.io], sourceLabels: {zone: a}", "one")),
                        443,
                        "a.x.io",
                        "one.up"),
                Arguments.of(
                        rules("v", "a.x.io", tls("sniHosts: [a.x.io], sourceLabels: {zone: b}", "one")),
                        443,
                        "a.x.io",
                        ""),
                Arguments.of(
                        rules("v", "a.x.io", tls("sniHosts: [a.x.io], sourceNamespace: team", "one")),
                        443,
                        "a.x.io",
                        ""),
                Arguments.of(rules("v", "a.x.io", tls("sniHosts: [a.x.io]", "nobody")), 443, "a.x.io", "503"),
                Arguments.of(rules("v", "any.io", tcp("port: 9000", "one")), 9000, null, "one.up"),
                Arguments.of(rules("v", "any.io", tcp("port: 9000", "one")), 9001, null, ""),
                Arguments.of(rules("v", "any.io", tcp("port: 9001", "one")), 9001, null, "one.up"),
                Arguments.of(rules("v", "any.io", tcp("port: 443", "one")), 443, null, ""),
                Arguments.of(
                        rules("old", "a.io", "tcp: [{route: [{destination: {host: two.up}}]}]")
                                + rules("new", "b.io", tcp("port: 9000", "one")),
                        9000,
                        null,
                        "two.up"));
    }

    @ParameterizedTest
    @MethodSource("connections")
    void aConnectionGoesWhereItsServerNameOrItsPortSays(
            String yaml, int port, @Nullable String serverName, String expected) {
        RouteTable table = new RouteTableCompiler(CompileSettings.of(Map.of("zone", "a")))
                .compile(TestConfig.parse(GATEWAY + service("one") + service("two") + yaml))
                .table();
        ConnectionTable connections = table.connections(ListenerId.of(port));

        assertThat(
                        connections == null
                                ? ""
                                : upstream(serverName == null ? connections.any() : connections.match(serverName)))
                .isEqualTo(expected);
        assertThat(table.listeners()).as("no listener of theirs yet").isEmpty();
    }

    @Test
    void connectionsFollowTheirServicesAndLetGoOfTheirUpstreams() {
        RouteTableCompiler compiler = new RouteTableCompiler(CompileSettings.of(Map.of()));
        Map<ResourceKey, Resource> resources =
                new HashMap<>(TestConfig.parse(GATEWAY + rules("v", "a.x.io", tls("sniHosts: [a.x.io]", "one"))));
        assertThat(upstream(compiler.compile(resources)
                        .table()
                        .connections(ListenerId.of(443))
                        .match("a.x.io")))
                .isEqualTo("503");

        resources.putAll(TestConfig.parse(service("one")));
        RouteTable with = compiler.compile(resources).table();
        assertThat(upstream(with.connections(ListenerId.of(443)).match("a.x.io")))
                .isEqualTo("one.up");
        assertThat(with.upstreams()).hasSize(1);
        assertThat(compiler.compile(resources).table().connections(ListenerId.of(443)))
                .isSameAs(with.connections(ListenerId.of(443)));

        resources.keySet().removeIf(key -> key.kind().equals("VirtualService"));
        RouteTable without = compiler.compile(resources).table();
        assertThat(without.connections(ListenerId.of(443))).isNull();
        assertThat(without.upstreams()).isEmpty();
    }

    @Test
    void whatConnectionsLackIsWarnedOf() {
        assertThat(new RouteTableCompiler(CompileSettings.of(Map.of()))
                        .compile(TestConfig.parse(
                                GATEWAY + rules("v", "a.x.io", tls("sniHosts: [a.x.io], gateways: [other]", "nobody"))))
                        .problems())
                .extracting(problem -> problem.code() + " " + problem.path())
                .contains(
                        "NotServedYet spec.tls",
                        "IST0101 spec.tls[0].match[0].gateways[0]",
                        "IST0101 spec.tls[0].route[0].destination.host");
    }
}
