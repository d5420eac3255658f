package io.convergate.routing.compile;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.routing.TestConfig;
import io.convergate.routing.problem.Problem;
import io.convergate.routing.upstream.EndpointGroup;
import io.convergate.routing.upstream.EndpointSpec;
import io.convergate.routing.upstream.Upstream;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which endpoints come first on a node, and with what shares, by where both are. */
class LocalitiesTest {
    private static final String ROUTE = TestConfig.GATEWAY + """
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: vs}
            spec: {hosts: ['*'], gateways: [gw], http: [{route: [{destination: {host: a.io}}]}]}
            ---
            """;
    private static final String SERVICE = """
            apiVersion: networking.istio.io/v1
            kind: ServiceEntry
            metadata: {name: a}
            spec:
              hosts: [a.io]
              resolution: STATIC
              ports: [{number: 80, name: http, protocol: HTTP}]
              endpoints:
              - {address: 10.0.0.1, locality: eu/a/rack1, labels: {version: v1}}
              - {address: 10.0.0.2, locality: eu/a/rack2, labels: {version: v2}}
              - {address: 10.0.0.3, locality: eu/b, labels: {version: v1}}
              - {address: 10.0.0.4, locality: us/c, labels: {version: v1}}
              - {address: 10.0.0.5, locality: asia/d, labels: {version: v2}}
              - {address: 10.0.0.6}
            ---
            """;

    private static Upstream upstream(String yaml, Map<String, String> labels) {
        return new RouteTableCompiler(CompileSettings.of(labels))
                .compile(TestConfig.parse(yaml))
                .table()
                .upstreams()
                .iterator()
                .next();
    }

    private static Map<String, String> at(String locality) {
        String[] parts = locality.split("/", -1);
        return Map.of(
                "topology.kubernetes.io/region",
                parts[0],
                "topology.kubernetes.io/zone",
                parts.length > 1 ? parts[1] : "",
                "topology.istio.io/subzone",
                parts.length > 2 ? parts[2] : "",
                "version",
                "v1");
    }

    /** Groups as {@code priority*weight:last numbers of addresses}. */
    private static String text(List<EndpointGroup> groups) {
        return groups.stream()
                .map(group -> group.priority() + "*" + group.weight() + ":"
                        + group.endpoints().stream()
                                .map(EndpointSpec::address)
                                .map(address -> address.substring(address.lastIndexOf('.') + 1))
                                .collect(Collectors.joining()))
                .collect(Collectors.joining(" "));
    }

    @ParameterizedTest(name = "at {0}: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                // Without outlier detection nothing tells what has failed.
                "eu/a/rack1 | {localityLbSetting: {enabled: true}} |  | 0*1:123456",
                "eu/a/rack1 | {simple: RANDOM} |  | 0*1:123456",
                // With it there are priorities, without any setting.
                "eu/a/rack1 | {simple: RANDOM} | {} | 0*1:1 1*1:2 2*1:3 3*1:456",
                "eu/a/rack1 | {localityLbSetting: {enabled: false}} | {} | 0*1:123456",
                "eu/a | {simple: RANDOM} | {} | 0*1:12 1*1:3 2*1:456",
                "eu/b | {simple: RANDOM} | {} | 0*1:3 1*1:12 2*1:456",
                "us/x | {simple: RANDOM} | {} | 0*1:4 1*1:12356",
                "mars | {simple: RANDOM} | {} | 0*1:123456",
                // Nobody knows where the node is: endpoints that do not say either are the nearest, as in Istio.
                " | {simple: RANDOM} | {} | 0*1:6 1*1:12345",
                "eu/b | {localityLbSetting: {failover: [{from: eu, to: us}]}} | {} | 0*1:3 1*1:12 2*1:4 3*1:56",
                "us/c | {localityLbSetting: {failover: [{from: eu, to: us}]}} | {} | 0*1:4 1*1:12356",
                "eu/b | {localityLbSetting: {failover: [{from: eu, to: us}]}} |  | 0*1:123456",
                "eu/a | {localityLbSetting: {failoverPriority: [topology.kubernetes.io/region, version]}} | {} | 0*1:13 1*1:2 2*1:456",
                "eu/a | {localityLbSetting: {failoverPriority: [version=v2]}} | {} | 0*1:25 1*1:1346",
                "eu/a | {localityLbSetting: {failoverPriority: [version, topology.kubernetes.io/zone]}} | {} | 0*1:1 1*1:34 2*1:256",
                "eu/a/rack1 | {localityLbSetting: {distribute: [{from: eu/a/*, to: {'eu/a/*': 80, 'us/*': 20}}]}} |  | 0*80:12 0*20:4",
                "eu/a/rack1 | {localityLbSetting: {distribute: [{from: us, to: {us: 100}}, {from: eu, to: {'*': 100}}]}} |  | 0*100:123456",
                "eu/a | {localityLbSetting: {distribute: [{from: us, to: {us: 100}}]}} | {} | 0*1:123456",
                "eu/a | {localityLbSetting: {distribute: [{from: eu, to: {mars: 60, us: 40}}]}} | {} | 0*40:4",
                "eu/a | {localityLbSetting: {enabled: false, distribute: [{from: eu, to: {us: 100}}]}} | {} | 0*1:123456",
            })
    void endpointsAreGroupedByWhereTheyAre(String node, String balancer, String outliers, String expected) {
        String rule = """
                apiVersion: networking.istio.io/v1
                kind: DestinationRule
                metadata: {name: a}
                spec: {host: a.io, trafficPolicy: {loadBalancer: %s%s}}
                """.formatted(balancer, outliers == null ? "" : ", outlierDetection: " + outliers);
        Upstream upstream = upstream(ROUTE + SERVICE + rule, at(node == null ? "" : node));
        assertThat(text(upstream.info().groups())).isEqualTo(expected);
    }

    @Test
    void zoneOfAnEndpointSliceIsEnoughToBeNear() {
        String yaml = TestConfig.GATEWAY + """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: vs}
                spec: {hosts: ['*'], gateways: [gw], http: [{route: [{destination: {host: web}}]}]}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: web}
                spec: {ports: [{name: http, port: 80}]}
                ---
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata: {name: web-1, labels: {kubernetes.io/service-name: web}}
                addressType: IPv4
                endpoints:
                - {addresses: [10.0.0.1], zone: a}
                - {addresses: [10.0.0.2], zone: b}
                ports: [{name: http, port: 8080}]
                ---
                apiVersion: networking.istio.io/v1
                kind: DestinationRule
                metadata: {name: web}
                spec: {host: web, trafficPolicy: {outlierDetection: {}}}
                """;
        assertThat(text(upstream(yaml, at("eu/b")).info().groups())).isEqualTo("0*1:2 1*1:1");
    }

    @Test
    void failoverWithoutAnythingThatTellsWhatHasFailedIsWarnedOf() {
        String rule = """
                apiVersion: networking.istio.io/v1
                kind: DestinationRule
                metadata: {name: a}
                spec:
                  host: a.io
                  trafficPolicy: {loadBalancer: {localityLbSetting: {failover: [{from: eu, to: us}]}}}
                """;
        String check = """
                ---
                apiVersion: convergate.io/v1
                kind: HealthCheckPolicy
                metadata: {name: a}
                spec: {targetRefs: [{group: networking.istio.io, kind: ServiceEntry, name: a}], tcp: {}}
                """;
        RouteTableCompiler compiler = new RouteTableCompiler(CompileSettings.of(at("eu/b")));
        assertThat(compiler.compile(TestConfig.parse(ROUTE + SERVICE + rule)).problems())
                .extracting(Problem::path)
                .containsExactly("spec.trafficPolicy.loadBalancer.localityLbSetting");
        assertThat(compiler.compile(TestConfig.parse(ROUTE + SERVICE + rule + check))
                        .problems())
                .isEmpty();
        assertThat(text(compiler.compile(TestConfig.parse(ROUTE + SERVICE + rule + check))
                        .table()
                        .upstreams()
                        .iterator()
                        .next()
                        .info()
                        .groups()))
                .isEqualTo("0*1:3 1*1:12 2*1:4 3*1:56");
    }
}
