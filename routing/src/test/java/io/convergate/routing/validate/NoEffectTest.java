package io.convergate.routing.validate;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.routing.TestConfig;
import io.convergate.routing.problem.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Nothing is taken and passed over in silence: what means nothing where it stands is warned of or refused. */
class NoEffectTest {
    private static final String RULE = """
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: {name: %s, namespace: %s}
            spec: {host: a.io, %s}
            ---
            """;
    private static final String SERVICE = """
            apiVersion: networking.istio.io/v1
            kind: ServiceEntry
            metadata: {name: a}
            spec: {hosts: [a.io], ports: [{number: 80, name: http, protocol: HTTP}], resolution: STATIC, endpoints: [{address: 10.0.0.1}]}
            ---
            """;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{timeout: 3s, redirect: {uri: /x}} | NoEffect spec.http[0].timeout timeout without a destination (expected: a route)",
                "{retries: {attempts: 1}, redirect: {uri: /x}} | NoEffect spec.http[0].retries retries without a destination (expected: a route)",
                "{mirror: {host: a.io}, directResponse: {status: 200}} | NoEffect spec.http[0].mirror mirror without a destination (expected: a route)",
                "{mirrors: [{destination: {host: a.io}}], directResponse: {status: 200}} | NoEffect spec.http[0].mirrors mirrors without a destination (expected: a route)",
                "{timeout: 3s, retries: {attempts: 1}, mirror: {host: a.io}, route: [{destination: {host: a.io}}]} |",
                "{timeout: 3s, retries: {attempts: 1}, delegate: {name: d}} |",
                "{match: [{headers: {uri: {exact: a}}}], route: [{destination: {host: a.io}}]} | NoEffect spec.http[0].match[0].headers[uri] uri (expected: the match's own uri: Istio takes none of these names for a header's)",
                "{match: [{headers: {'@request.auth.claims.sub': {exact: a}}}], route: [{destination: {host: a.io}}]} | NotServedYet spec.http[0].match[0].headers[@request.auth.claims.sub] @request.auth.claims.sub does not act yet: JWT claims are not matched, so this match is left out",
                "{match: [{headers: {x-uri: {exact: a}}}], route: [{destination: {host: a.io}}]} |",
                "{match: [{uri: {exact: a}}], route: [{destination: {host: a.io}}]} | NoEffect spec.http[0].match[0].uri a (expected: a path that begins with a slash, as those of requests do)",
                "{match: [{uri: {exact: ''}}], route: [{destination: {host: a.io}}]} | NoEffect spec.http[0].match[0].uri \"\" (expected: a path that begins with a slash, as those of requests do)",
                "{match: [{uri: {prefix: a}}], route: [{destination: {host: a.io}}]} | NoEffect spec.http[0].match[0].uri a (expected: a path that begins with a slash, as those of requests do)",
                "{match: [{uri: {exact: '*'}}, {uri: {regex: 'a'}}, {uri: {prefix: ''}}], route: [{destination: {host: a.io}}]} |",
                "{match: [{ignoreUriCase: true}], route: [{destination: {host: a.io}}]} | NoEffect spec.http[0].match[0].ignoreUriCase ignoreUriCase (expected: uri with exact or prefix; an expression has (?i))",
                "{match: [{ignoreUriCase: true, uri: {regex: /a}}], route: [{destination: {host: a.io}}]} | NoEffect spec.http[0].match[0].ignoreUriCase ignoreUriCase (expected: uri with exact or prefix; an expression has (?i))",
                "{match: [{ignoreUriCase: true, uri: {prefix: /a}}], route: [{destination: {host: a.io}}]} |",
                "{headers: {request: {set: {Content-Length: '3'}}}, route: [{destination: {host: a.io}}]} | NoEffect spec.http[0].headers.request.set[Content-Length] Content-Length (expected: another header: the gateway decides itself how a message ends)",
                "{headers: {response: {remove: [connection]}}, route: [{destination: {host: a.io}}]} | NoEffect spec.http[0].headers.response.remove[0] connection (expected: another header: the gateway decides itself how a message ends)",
                "{timeout: 2s, retries: {attempts: 1, perTryTimeout: 2s}, route: [{destination: {host: a.io}}]} | NoEffect spec.http[0].retries.perTryTimeout 2s (expected: less than timeout, which covers all attempts)",
                "{timeout: 0s, retries: {attempts: 1, perTryTimeout: 2s}, route: [{destination: {host: a.io}}]} |",
                "{headers: {request: {set: {x: '%FOO'}}}, route: [{destination: {host: a.io}}]} | InvalidValue spec.http[0].headers.request.set[x] %FOO (expected: percent signs in pairs, %% for the sign itself)",
                "{corsPolicy: {allowOrigins: [{exact: '*'}], allowCredentials: true}, route: [{destination: {host: a.io}}]} | InvalidValue spec.http[0].corsPolicy.allowOrigins[0] every origin, with allowCredentials (expected: the origins that are trusted: scripts of any site may act with the cookies of whoever visits it)",
                "{corsPolicy: {allowOrigins: [{exact: 'https://a.io'}, {regex: '.*'}], allowCredentials: true}, route: [{destination: {host: a.io}}]} | InvalidValue spec.http[0].corsPolicy.allowOrigins[1] every origin, with allowCredentials (expected: the origins that are trusted: scripts of any site may act with the cookies of whoever visits it)",
                "{corsPolicy: {allowOrigins: [{exact: '*'}], allowCredentials: false}, route: [{destination: {host: a.io}}]} |",
                "{corsPolicy: {allowOrigins: [{prefix: 'https://a'}], allowCredentials: true}, route: [{destination: {host: a.io}}]} |",
                "{match: [{uri: {regex: 'a(b'}}], route: [{destination: {host: a.io}}]} | InvalidValue spec.http[0].match[0].uri.regex a(b (expected: RE2 syntax, without look-around and back-references: missing closing ))",
            })
    void aRuleOfAVirtualService(String rule, @Nullable String expected) {
        check("""
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: x}
                spec: {hosts: [a.io], gateways: [g], http: [%s]}
                """.formatted(rule), expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{matches: [{headers: [{name: x, value: a}, {name: X, value: b}]}], BACKEND} | NoEffect spec.rules[0].matches[0].headers[1] X again (expected: each name once: the first counts)",
                "{matches: [{queryParams: [{name: q, value: a}, {name: q, value: b}]}], BACKEND} | NoEffect spec.rules[0].matches[0].queryParams[1] q again (expected: each name once: the first counts)",
                "{matches: [{queryParams: [{name: q, value: a}, {name: Q, value: b}]}], BACKEND} |",
                "{filters: [{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: a, value: b}, {name: a, value: c}]}}], BACKEND} | DuplicateKey spec.rules[0].filters[0].requestHeaderModifier.set[1].name a again (expected: each name once)",
                "{filters: [{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: a, value: b}, {name: c, value: c}]}}], BACKEND} |",
                "{filters: [{type: URLRewrite, urlRewrite: {hostname: a.io}, cors: {}}], BACKEND} | UnknownField spec.rules[0].filters[0].cors cors (expected: none with type URLRewrite)",
                "{filters: [{type: URLRewrite, urlRewrite: {path: {type: ReplaceFullPath, replaceFullPath: /a, replacePrefixMatch: /b}}}], BACKEND} | UnknownField spec.rules[0].filters[0].urlRewrite.path.replacePrefixMatch replacePrefixMatch (expected: none with type ReplaceFullPath)",
                "{filters: [{type: URLRewrite, urlRewrite: {path: {type: ReplaceFullPath}}}], BACKEND} | MissingField spec.rules[0].filters[0].urlRewrite.path.replaceFullPath nothing (expected: replaceFullPath)",
                "{filters: [{type: URLRewrite, urlRewrite: {path: {type: ReplaceFullPath, replaceFullPath: /a}}}], BACKEND} |",
                "{filters: [{type: RequestMirror, requestMirror: {backendRef: {name: s, port: 80, weight: 3}}}], BACKEND} | UnknownField spec.rules[0].filters[0].requestMirror.backendRef.weight weight (expected: one of group, kind, name, namespace, port)",
                "{filters: [{type: RequestMirror, requestMirror: {backendRef: {name: s, port: 80}}}], BACKEND} |",
                "{filters: [{type: RequestRedirect, requestRedirect: {hostname: b.io}}, {type: RequestMirror, requestMirror: {backendRef: {name: s, port: 80}}}]} | NoEffect spec.rules[0].filters RequestMirror with RequestRedirect (expected: a rule with backendRefs)",
                "{filters: [{type: RequestRedirect, requestRedirect: {hostname: b.io}}], timeouts: {request: 1s}} | NoEffect spec.rules[0].timeouts timeouts with RequestRedirect (expected: a rule with backendRefs)",
                "{filters: [{type: RequestRedirect, requestRedirect: {hostname: b.io}}], matches: [{method: GET}], retry: {attempts: 2}} | NoEffect spec.rules[0].retry retry with RequestRedirect (expected: a rule with backendRefs)",
                "{filters: [{type: RequestRedirect, requestRedirect: {hostname: b.io}}]} |",
                "{filters: [{type: ResponseHeaderModifier, responseHeaderModifier: {set: [{name: Transfer-Encoding, value: a}]}}], BACKEND} | NoEffect spec.rules[0].filters[0].responseHeaderModifier.set Transfer-Encoding (expected: another header: the gateway decides itself how a message ends)",
                "{backendRefs: [{name: s, port: 80, weight: 0}]} | InvalidValue spec.rules[0].backendRefs weights that sum to 0 (expected: more than 0; until then 500)",
                "{backendRefs: [{name: s, port: 80, weight: 0}, {name: s, port: 81}]} |",
            })
    void aRuleOfAnHttpRoute(String rule, @Nullable String expected) {
        check("""
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: x}
                spec: {parentRefs: [{name: g}], rules: [%s]}
                """.formatted(rule.replace("BACKEND", "backendRefs: [{name: s, port: 80}]")), expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "default | trafficPolicy: {loadBalancer: {simple: RANDOM}} | NoEffect spec.trafficPolicy trafficPolicy for a.io, for which there is default/a (expected: one rule for a host)",
                "default | subsets: [{name: w}, {name: v}] | NoEffect spec.subsets[1].name v, which is in default/a (expected: each subset once for a host)",
                "default | subsets: [{name: w}] |",
                "team | trafficPolicy: {portLevelSettings: [{port: {number: 81}, loadBalancer: {simple: RANDOM}}]} | IST0101 spec.trafficPolicy.portLevelSettings[0].port.number 81 (expected: a port of a.io)",
                "default | subsets: [{name: w, trafficPolicy: {portLevelSettings: [{port: {number: 81}, loadBalancer: {simple: RANDOM}}]}}] | IST0101 spec.subsets[0].trafficPolicy.portLevelSettings[0].port.number 81 (expected: a port of a.io)",
                "team | trafficPolicy: {portLevelSettings: [{port: {number: 80}, loadBalancer: {simple: RANDOM}}]} |",
                "team | trafficPolicy: {loadBalancer: {simple: RANDOM}} |",
            })
    void aSecondDestinationRuleForAHost(String namespace, String spec, @Nullable String expected) {
        String first = "subsets: [{name: v}], trafficPolicy: {loadBalancer: {simple: ROUND_ROBIN}}";
        String yaml = SERVICE + RULE.formatted("a", "default", first) + RULE.formatted("b", namespace, spec);

        assertBetween(yaml, expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a.io | default | HTTP | NoEffect spec.hosts[0] a.io, for which there is ServiceEntry/default/a (expected: one service for a host: Kubernetes' own counts, else the oldest)",
                "A.io | default | HTTP | NoEffect spec.hosts[0] A.io, for which there is ServiceEntry/default/a (expected: one service for a host: Kubernetes' own counts, else the oldest)",
                "a.io | team    | HTTP |",
                "b.io | default | HTTP |",
                "a.io | team    | TCP  | IST0177 spec.ports a.io:80 also in ServiceEntry/default/a (expected: one protocol for a host and port)",
                "w.default.svc.cluster.local | default | HTTP | NoEffect spec.hosts[0] w.default.svc.cluster.local, for which there is Service/default/w (expected: one service for a host: Kubernetes' own counts, else the oldest)",
            })
    void aSecondServiceForAHost(String host, String namespace, String protocol, @Nullable String expected) {
        String second = """
                apiVersion: networking.istio.io/v1
                kind: ServiceEntry
                metadata: {name: b, namespace: %s}
                spec: {hosts: [%s], ports: [{number: 80, name: http, protocol: %s}], resolution: DNS}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: w}
                spec: {ports: [{port: 80}]}
                """.formatted(namespace, host, protocol);

        assertBetween(SERVICE + second, expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{app: s} | {http: 88}  |",
                "{app: s} | {nosuch: 88} | NoEffect spec.ports[nosuch] nosuch (expected: the name of a port of a ServiceEntry that selects it: admin, http)",
                "{app: t} | {http: 88} | NoEffect spec.labels {app=t} (expected: labels that a ServiceEntry of this namespace selects; until then nothing is sent to it)",
            })
    void aWorkload(String labels, String ports, @Nullable String expected) {
        String yaml = """
                apiVersion: networking.istio.io/v1
                kind: WorkloadEntry
                metadata: {name: w}
                spec: {address: 10.0.0.1, labels: %s, ports: %s}
                ---
                apiVersion: networking.istio.io/v1
                kind: WorkloadEntry
                metadata: {name: other}
                spec: {address: 10.0.0.2, labels: {app: s}}
                ---
                apiVersion: networking.istio.io/v1
                kind: ServiceEntry
                metadata: {name: s}
                spec:
                  hosts: [a.io]
                  ports: [{number: 80, name: http, protocol: HTTP}, {number: 81, name: admin, protocol: HTTP}]
                  resolution: STATIC
                  workloadSelector: {labels: {app: s}}
                """.formatted(labels, ports);

        assertBetween(yaml, expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "gateways: [g] | sniHosts: [a.io] | IST0130 spec.tls[0].match[0].sniHosts[0] a.io again (expected: a name that VirtualService/default/first spec.tls[0].match[0] does not take already)",
                "gateways: [g] | sniHosts: [b.io, A.IO] | IST0130 spec.tls[0].match[0].sniHosts[1] A.IO again (expected: a name that VirtualService/default/first spec.tls[0].match[0] does not take already)",
                "gateways: [default/g] | sniHosts: [a.io], port: 443 | IST0130 spec.tls[0].match[0].sniHosts[0] a.io again (expected: a name that VirtualService/default/first spec.tls[0].match[0] does not take already)",
                "gateways: [h] | sniHosts: [a.io] |",
                "gateways: [h] | sniHosts: [a.io], gateways: [g] | IST0130 spec.tls[0].match[0].sniHosts[0] a.io again (expected: a name that VirtualService/default/first spec.tls[0].match[0] does not take already)",
                "gateways: [g] | sniHosts: [b.io] |",
            })
    void aServerNameThatAnOlderVirtualServiceTakes(String gateways, String match, @Nullable String expected) {
        String service = """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: %s}
                spec: {hosts: [a.io, b.io], %s, tls: [{match: [{%s}], route: [{destination: {host: a.io}}]}]}
                ---
                """;
        String gateway = """
                apiVersion: networking.istio.io/v1
                kind: Gateway
                metadata: {name: %s}
                spec: {servers: [{port: {number: %s, name: p, protocol: TLS}, hosts: [a.io, b.io], tls: {mode: PASSTHROUGH}}]}
                ---
                """;

        assertBetween(
                SERVICE
                        + gateway.formatted("g", 443)
                        + gateway.formatted("h", 444)
                        + service.formatted("first", "gateways: [g]", "sniHosts: [a.io]")
                        + service.formatted("second", gateways, match),
                expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{istio: ingress} | {port: 80, targetPort: 8080} | IST0162 spec.servers[0].port.number 80 (expected: a target port of Service/default/w: [8080])",
                "{istio: ingress, app: x} | {port: 81} | IST0162 spec.servers[0].port.number 80 (expected: a target port of Service/default/w: [81])",
                "{istio: ingress} | {port: 8000, targetPort: 80} |",
                "{istio: ingress} | {port: 8000, targetPort: web} |",
                "{istio: other} | {port: 8000, targetPort: 8080} |",
            })
    void aGatewayBehindAService(String selector, String port, @Nullable String expected) {
        String gateway = """
                apiVersion: networking.istio.io/v1
                kind: Gateway
                metadata: {name: g}
                spec: {selector: {istio: ingress}, servers: [{port: {number: 80, name: p, protocol: HTTP}, hosts: [a.io]}]}
                ---
                """;
        String service = """
                apiVersion: v1
                kind: Service
                metadata: {name: w}
                spec: {selector: %s, ports: [%s]}
                """.formatted(selector, port);

        assertBetween(gateway + service, expected);
        ConfigurationAnalyzer analyzer = new ConfigurationAnalyzer("istio-system");
        assertThat(analyzer.analyze(TestConfig.parse(gateway))).isEmpty();
        assertThat(analyzer.analyze(TestConfig.parse(gateway + service))).hasSize(expected == null ? 0 : 1);
        assertThat(analyzer.analyze(TestConfig.parse(gateway))).isEmpty();
    }

    @Test
    void aWorkloadIsLookedAtAgainWhenAServiceChangesThatSelectsIt() {
        String service = """
                apiVersion: networking.istio.io/v1
                kind: ServiceEntry
                metadata: {name: s}
                spec: {hosts: [a.io], ports: [{number: 80, name: %s}], resolution: STATIC, workloadSelector: {labels: {app: %s}}}
                ---
                """;
        String workload = """
                apiVersion: networking.istio.io/v1
                kind: WorkloadEntry
                metadata: {name: w}
                spec: {address: 10.0.0.1, labels: {app: s}, ports: {http: 88}}
                """;
        ConfigurationAnalyzer analyzer = new ConfigurationAnalyzer("istio-system");

        assertThat(analyzer.analyze(TestConfig.parse(service.formatted("http", "s") + workload)))
                .isEmpty();
        assertThat(analyzer.analyze(TestConfig.parse(service.formatted("web", "s") + workload)))
                .extracting(Problem::path)
                .containsExactly("spec.ports[http]");
        assertThat(analyzer.analyze(TestConfig.parse(service.formatted("http", "t") + workload)))
                .extracting(Problem::path)
                .contains("spec.labels");
        assertThat(analyzer.analyze(TestConfig.parse(service.formatted("http", "s") + workload)))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "convergate.io/gateway, InvalidParameters spec.parametersRef parameters (expected: none: a class has none here)",
        "example.com/theirs,",
    })
    void parametersOfAGatewayClass(String controller, @Nullable String expected) {
        String yaml = """
                apiVersion: gateway.networking.k8s.io/v1
                kind: GatewayClass
                metadata: {name: c}
                spec: {controllerName: %s, parametersRef: {group: a, kind: B, name: c}}
                """.formatted(controller);

        assertBetween(yaml, expected);
    }

    private static final String TWO_PORTS = """
            apiVersion: networking.istio.io/v1
            kind: Gateway
            metadata: {name: g}
            spec: {servers: [{port: {number: 80, name: a, protocol: HTTP}, hosts: ["*"]}, {port: {number: 81, name: b, protocol: HTTP}, hosts: ["*"]}]}
            ---
            apiVersion: networking.istio.io/v1
            kind: Gateway
            metadata: {name: h}
            spec: {servers: [{port: {number: 82, name: a, protocol: HTTP}, hosts: ["*"]}]}
            ---
            """;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{port: 81} |",
                "{port: 82} | NoEffect spec.http[0].match[0].port 82 (expected: a port of its gateways, 80, 81; until then nothing meets this match)",
                "{port: 82, gateways: [h]} |",
                "{port: 80, gateways: [h]} | NoEffect spec.http[0].match[0].port 80 (expected: a port of its gateways, 82; until then nothing meets this match)",
                "{port: 99, gateways: [mesh]} |",
            })
    void aPortThatNoGatewayHas(String match, @Nullable String expected) {
        assertBetween(TWO_PORTS + SERVICE + """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: x}
                spec: {hosts: [a.io], gateways: [g], http: [{match: [%s], route: [{destination: {host: a.io}}]}]}
                """.formatted(match), expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "tls: [{match: [{sniHosts: [a.io], port: 99}], route: [{destination: {host: a.io}}]}] | NoEffect spec.tls[0].match[0].port 99 (expected: a port of its gateways, 80, 81; until then nothing meets this match)",
                "tcp: [{match: [{port: 99}], route: [{destination: {host: a.io}}]}] | NoEffect spec.tcp[0].match[0].port 99 (expected: a port of its gateways, 80, 81; until then nothing meets this match)",
                "http: [{delegate: {name: d}}] | NoEffect spec.http[0].match[0].port 99 (expected: a port of its gateways, 80, 81; until then nothing meets this match)",
            })
    void aPortOfOtherRulesThatNoGatewayHas(String rules, String expected) {
        String delegate = !rules.contains("delegate") ? "" : """
                ---
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: d}
                spec: {http: [{match: [{port: 99}], route: [{destination: {host: a.io}}]}]}
                """;
        assertBetween(TWO_PORTS + SERVICE + """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: x}
                spec: {hosts: [a.io], gateways: [g], %s}
                """.formatted(rules) + delegate, expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "w | InvalidValue spec.hosts[0] w (expected: w.default.svc.cluster.local, if the Service is meant: hosts are served as they stand)",
                "W | InvalidValue spec.hosts[0] W (expected: w.default.svc.cluster.local, if the Service is meant: hosts are served as they stand)",
                "localhost |",
                "w.io |",
            })
    void aShortHostThatMayBeMeantForAService(String host, @Nullable String expected) {
        String services = """
                apiVersion: v1
                kind: Service
                metadata: {name: w}
                spec: {ports: [{port: 80}]}
                ---
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata: {name: w, labels: {kubernetes.io/service-name: w}}
                addressType: IPv4
                ports: [{port: 80}]
                endpoints: [{addresses: [10.0.0.1]}]
                ---
                """;
        assertBetween(TWO_PORTS + services + """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: x}
                spec: {hosts: [%s], gateways: [g], http: [{route: [{destination: {host: w}}]}]}
                """.formatted(host), expected);
    }

    /** What is wrong between resources. */
    private static void assertBetween(String yaml, @Nullable String expected) {
        List<String> found = new ConfigurationAnalyzer("istio-system")
                .analyze(TestConfig.parse(yaml)).stream()
                        .map(problem -> problem.code() + " " + problem.path() + " " + problem.message())
                        .toList();

        assertThat(found).isEqualTo(expected == null ? List.of() : List.of(expected));
    }

    private static void check(String yaml, @Nullable String expected) {
        List<String> found = TestConfig.read(yaml).problems().stream()
                .map(problem -> problem.code() + " " + problem.path() + " " + problem.message())
                .toList();
        assertThat(found).as(yaml).isEqualTo(expected == null ? List.of() : List.of(expected.strip()));
    }
}
