package io.convergate.routing.validate;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.routing.TestConfig;
import io.convergate.routing.problem.Problem;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Gateway API's and Kubernetes' rules for each kind, a row for each: a spec, what is found, and where. Fields that do not act yet
 * are passed over. A row whose last column is empty is valid.
 */
class GatewayApiTablesTest {
    private static final Map<String, String> VERSIONS = Map.of(
            "Ingress", "networking.k8s.io/v1",
            "IngressClass", "networking.k8s.io/v1",
            "Service", "v1");

    private static final String ORPHAN = "W MissingField spec.parentRefs";

    private static void check(String kind, String rows, @Nullable String expected) {
        boolean hasParent = !kind.endsWith("Route") || rows.contains("parentRefs") || ORPHAN.equals(expected);
        String spec = hasParent ? rows : rows + ", parentRefs: [{name: g}]";
        String yaml = """
                apiVersion: %s
                kind: %s
                metadata: {name: x}
                spec: {%s}
                """.formatted(VERSIONS.getOrDefault(kind, "gateway.networking.k8s.io/v1"), kind, spec);
        List<Problem> problems = TestConfig.read(yaml).problems().stream()
                .filter(problem -> !problem.code().equals("NotServedYet"))
                .toList();
        List<String> found = problems.stream()
                .map(problem -> (problem.isError() ? "" : "W ") + problem.code() + " " + problem.path())
                .toList();
        if (expected == null) {
            assertThat(found).as(spec).isEmpty();
        } else {
            assertThat(found).as(spec).contains(expected.strip());
            assertThat(problems).allMatch(problem -> problem.message().contains(" (expected: "));
        }
    }

    /** Several of one thing, numbered from 0. */
    private static String many(int count, String item) {
        return IntStream.range(0, count)
                .mapToObj(i -> item.replace("#", Integer.toString(i)))
                .collect(Collectors.joining(", "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "controllerName: convergate.io/gateway |",
                "controllerName: example.com/a/b.c~d |",
                "controllerName: example.com | InvalidValue spec.controllerName",
                "controllerName: /gateway | InvalidValue spec.controllerName",
                "controllerName: example.com/ | InvalidValue spec.controllerName",
                "controllerName: Example.com/x | InvalidValue spec.controllerName",
                "description: none | MissingField spec.controllerName",
                "controllerName: a.io/b, parametersRef: {group: x.io, kind: X, name: x} |",
                "controllerName: a.io/b, parametersRef: {group: x.io, name: x} | MissingField spec.parametersRef.kind",
            })
    void gatewayClasses(String spec, @Nullable String expected) {
        check("GatewayClass", spec, expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "gatewayClassName: c, listeners: [{name: h, port: 80, protocol: HTTP}] |",
                "listeners: [{name: h, port: 80, protocol: HTTP}] | MissingField spec.gatewayClassName",
                "gatewayClassName: C_, listeners: [{name: h, port: 80, protocol: HTTP}] | InvalidValue spec.gatewayClassName",
                "gatewayClassName: c | MissingField spec.listeners",
                "gatewayClassName: c, listeners: [{name: h, port: 80, protocol: HTTP}], addresses: [{value: 10.0.0.1}, {type: IPAddress, value: '2001:db8::1'}, {type: Hostname, value: a.io}, {type: x.io/y, value: z}] |",
                "gatewayClassName: c, listeners: [{name: h, port: 80, protocol: HTTP}], addresses: [{value: here}] | InvalidValue spec.addresses[0].value",
                "gatewayClassName: c, listeners: [{name: h, port: 80, protocol: HTTP}], addresses: [{type: Hostname, value: A_}] | InvalidValue spec.addresses[0].value",
                "gatewayClassName: c, listeners: [{name: h, port: 80, protocol: HTTP}], addresses: [{type: Odd, value: a}] | InvalidValue spec.addresses[0].type",
                "gatewayClassName: c, listeners: [{name: h, port: 80, protocol: HTTP}], addresses: [{value: 10.0.0.1}, {value: 10.0.0.1}] | InvalidValue spec.addresses[1]",
                "gatewayClassName: c, listeners: [{name: h, port: 80, protocol: HTTP}], addresses: [{type: IPAddress}, {type: IPAddress}] |",
                "gatewayClassName: c, listeners: [{name: h, port: 80, protocol: HTTP}], allowedListeners: {namespaces: {from: Selector, selector: {matchLabels: {a: b}}}} |",
                "gatewayClassName: c, listeners: [{name: h, port: 80, protocol: HTTP}], allowedListeners: {namespaces: {from: None}} |",
                "gatewayClassName: c, listeners: [{name: h, port: 80, protocol: HTTP}], allowedListeners: {namespaces: {from: Some}} | InvalidValue spec.allowedListeners.namespaces.from",
                "gatewayClassName: c, listeners: [{name: h, port: 80, protocol: HTTP}], tls: {frontend: {}}, defaultScope: All, infrastructure: {labels: {a: b}, annotations: {a: b}} |",
                "gatewayClassName: c, listeners: [{name: h, port: 80, protocol: HTTP}], infrastructure: {parametersRef: {group: x.io, kind: X, name: x}} |",
            })
    void gateways(String spec, @Nullable String expected) {
        check("Gateway", spec, expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "name: h, port: 80, protocol: HTTP, hostname: '*.a.io' |",
                "name: a.b-c, port: 65535, protocol: HTTP |",
                "port: 80, protocol: HTTP | MissingField name",
                "name: H_, port: 80, protocol: HTTP | InvalidValue name",
                "name: h, protocol: HTTP | MissingField port",
                "name: h, port: 0, protocol: HTTP | InvalidValue port",
                "name: h, port: 65536, protocol: HTTP | InvalidValue port",
                "name: h, port: 80 | MissingField protocol",
                "name: h, port: 80, protocol: SPDY | InvalidValue protocol",
                "name: h, port: 80, protocol: example.com/spdy |",
                "name: h, port: 80, protocol: HTTP, hostname: '*' | InvalidValue hostname",
                "name: h, port: 80, protocol: HTTP, hostname: a.*.io | InvalidValue hostname",
                "name: h, port: 80, protocol: HTTP, hostname: A.io | InvalidValue hostname",
                "name: h, port: 80, protocol: HTTP, hostname: a.io. | InvalidValue hostname",
                "name: h, port: 80, protocol: HTTP, hostname: 10.0.0.1 | InvalidValue hostname",
                "name: h, port: 80, protocol: HTTP, hostname: 'a.io:80' | InvalidValue hostname",
                "name: h, port: 80, protocol: TCP, hostname: a.io | ConflictingFields hostname",
                "name: h, port: 80, protocol: UDP, hostname: a.io | ConflictingFields hostname",
                "name: h, port: 80, protocol: TCP |",
                "name: h, port: 80, protocol: HTTP, tls: {mode: Terminate, certificateRefs: [{name: c}]} | ConflictingFields tls",
                "name: h, port: 80, protocol: TCP, tls: {mode: Passthrough} | ConflictingFields tls",
                "name: h, port: 443, protocol: HTTPS, tls: {certificateRefs: [{name: c}]} |",
                "name: h, port: 443, protocol: HTTPS, tls: {certificateRefs: [{group: '', kind: Secret, namespace: ns, name: c}], options: {example.com/a: b}} |",
                "name: h, port: 443, protocol: HTTPS | MissingField tls.certificateRefs",
                "name: h, port: 443, protocol: HTTPS, tls: {mode: Terminate} | MissingField tls.certificateRefs",
                "name: h, port: 443, protocol: HTTPS, tls: {certificateRefs: [{kind: Secret}]} | MissingField tls.certificateRefs[0].name",
                "name: h, port: 443, protocol: HTTPS, tls: {mode: Passthrough} | ConflictingFields tls.mode",
                "name: h, port: 443, protocol: HTTPS, tls: {mode: Half, certificateRefs: [{name: c}]} | InvalidValue tls.mode",
                "name: h, port: 443, protocol: TLS, tls: {mode: Passthrough} |",
                "name: h, port: 443, protocol: TLS, tls: {mode: Terminate, certificateRefs: [{name: c}]} |",
                "name: h, port: 443, protocol: TLS | MissingField tls.mode",
                "name: h, port: 443, protocol: TLS, tls: {certificateRefs: [{name: c}]} | MissingField tls.mode",
                "name: h, port: 80, protocol: HTTP, tls: {frontendValidation: {}} | UnknownField tls.frontendValidation",
                "name: h, port: 80, protocol: HTTP, allowedRoutes: {kinds: [{kind: HTTPRoute}, {group: x.io, kind: Odd}]} |",
                "name: h, port: 80, protocol: HTTP, allowedRoutes: {kinds: [{group: X_, kind: Odd}]} | InvalidValue allowedRoutes.kinds[0].group",
                "name: h, port: 80, protocol: HTTP, allowedRoutes: {kinds: [{group: x.io}]} | MissingField allowedRoutes.kinds[0].kind",
                "name: h, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: All}} |",
                "name: h, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: None}} | InvalidValue allowedRoutes.namespaces.from",
                "name: h, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: Selector}} | MissingField allowedRoutes.namespaces.selector",
                "name: h, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: All, selector: {matchLabels: {a: b}}}} | W NoEffect allowedRoutes.namespaces.selector",
                "name: h, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: Selector, selector: {matchExpressions: [{key: a, operator: In, values: [b]}, {key: c, operator: Exists}, {key: d, operator: NotIn, values: [e]}, {key: f, operator: DoesNotExist}]}}} |",
                "name: h, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: Selector, selector: {matchExpressions: [{key: a, operator: Is}]}}} | InvalidValue allowedRoutes.namespaces.selector.matchExpressions[0].operator",
                "name: h, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: Selector, selector: {matchExpressions: [{key: a, operator: In}]}}} | InvalidValue allowedRoutes.namespaces.selector.matchExpressions[0].values",
                "name: h, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: Selector, selector: {matchExpressions: [{key: a, operator: Exists, values: [b]}]}}} | InvalidValue allowedRoutes.namespaces.selector.matchExpressions[0].values",
            })
    void listeners(String listener, @Nullable String expected) {
        check("Gateway", "gatewayClassName: c, listeners: [{" + listener + "}]", at(expected, "spec.listeners[0]"));
        check(
                "ListenerSet",
                "parentRef: {name: g}, listeners: [{" + listener + "}]",
                at(expected, "spec.listeners[0]"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "parentRef: {name: g}, listeners: [{name: h, port: 80, protocol: HTTP}] |",
                "parentRef: {group: gateway.networking.k8s.io, kind: Gateway, namespace: ns, name: g}, listeners: [{name: h, port: 80, protocol: HTTP}] |",
                "listeners: [{name: h, port: 80, protocol: HTTP}] | MissingField spec.parentRef",
                "parentRef: {name: g} | MissingField spec.listeners",
                "parentRef: {kind: Service, group: '', name: g}, listeners: [{name: h, port: 80, protocol: HTTP}] | InvalidValue spec.parentRef.kind",
                "parentRef: {name: g}, listeners: [{name: h, port: 80, protocol: HTTP}, {name: h, port: 81, protocol: HTTP}] | InvalidValue spec.listeners[1].name",
            })
    void listenerSets(String spec, @Nullable String expected) {
        check("ListenerSet", spec, expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "parentRefs: [{name: g}] |",
                "hostnames: [a.io] | W MissingField spec.parentRefs",
                "parentRefs: [{group: gateway.networking.k8s.io, kind: Gateway, namespace: ns, name: g, sectionName: s, port: 80}] |",
                "parentRefs: [{kind: Gateway}] | MissingField spec.parentRefs[0].name",
                "parentRefs: [{name: G_}] | InvalidValue spec.parentRefs[0].name",
                "parentRefs: [{name: g, namespace: N_}] | InvalidValue spec.parentRefs[0].namespace",
                "parentRefs: [{name: g, group: N_}] | InvalidValue spec.parentRefs[0].group",
                "parentRefs: [{name: g, kind: '1'}] | InvalidValue spec.parentRefs[0].kind",
                "parentRefs: [{name: g, sectionName: S_}] | InvalidValue spec.parentRefs[0].sectionName",
                "parentRefs: [{name: g, port: 0}] | InvalidValue spec.parentRefs[0].port",
                "parentRefs: [{name: g}, {name: g}] | InvalidValue spec.parentRefs[1]",
                "parentRefs: [{name: g}, {name: g, sectionName: s}] | InvalidValue spec.parentRefs[0]",
                "parentRefs: [{name: g, sectionName: s}, {name: g, sectionName: t}, {name: h}, {name: g, port: 80}] |",
                "parentRefs: [{name: g, sectionName: s}, {name: g, sectionName: s}] | InvalidValue spec.parentRefs[1]",
                "hostnames: [a.io, '*.b.io'] |",
                "hostnames: ['*'] | InvalidValue spec.hostnames[0]",
                "hostnames: [a.io, A.io] | InvalidValue spec.hostnames[1]",
                "hostnames: [10.0.0.1] | InvalidValue spec.hostnames[0]",
                "hostnames: [a.*.io] | InvalidValue spec.hostnames[0]",
                "useDefaultGateways: All | UnknownField spec.useDefaultGateways",
            })
    void whatAllRoutesHave(String more, @Nullable String expected) {
        check("HTTPRoute", more + ", rules: [{backendRefs: [{name: s, port: 80}]}]", expected);
        check("GRPCRoute", more + ", rules: [{backendRefs: [{name: s, port: 80}]}]", expected);
        if (!more.startsWith("hostnames")) {
            check("TCPRoute", more + ", rules: [{backendRefs: [{name: s, port: 80}]}]", expected);
            check("UDPRoute", more + ", rules: [{backendRefs: [{name: s, port: 80}]}]", expected);
            check("TLSRoute", more + ", hostnames: [t.io], rules: [{backendRefs: [{name: s, port: 80}]}]", expected);
        } else {
            check("TLSRoute", more + ", rules: [{backendRefs: [{name: s, port: 80}]}]", expected);
        }
    }

    private static final String TO = "backendRefs: [{name: s, port: 80}]";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "TO |",
                "name: a, TO |",
                "name: A_, TO | InvalidValue name",
                "matches: [{path: {value: /a}}, {path: {type: Exact, value: /b}}, {path: {type: RegularExpression, value: '/c.*'}}], TO |",
                "matches: [{path: {type: Begins, value: /a}}], TO | InvalidValue matches[0].path.type",
                "matches: [{path: {value: a}}], TO | InvalidValue matches[0].path.value",
                "matches: [{path: {value: //a}}], TO | InvalidValue matches[0].path.value",
                "matches: [{path: {value: /./a}}], TO | InvalidValue matches[0].path.value",
                "matches: [{path: {value: /a/../b}}], TO | InvalidValue matches[0].path.value",
                "matches: [{path: {value: /a%2fb}}], TO | InvalidValue matches[0].path.value",
                "matches: [{path: {value: /a%2Fb}}], TO | InvalidValue matches[0].path.value",
                "matches: [{path: {value: '/a#b'}}], TO | InvalidValue matches[0].path.value",
                "matches: [{path: {value: /a/..}}], TO | InvalidValue matches[0].path.value",
                "matches: [{path: {value: /a/.}}], TO | InvalidValue matches[0].path.value",
                "matches: [{path: {value: '/a b'}}], TO | InvalidValue matches[0].path.value",
                "matches: [{path: {value: '/a%zz'}}], TO | InvalidValue matches[0].path.value",
                "matches: [{path: {value: '/a%20b'}}], TO |",
                "matches: [{path: {type: RegularExpression, value: '('}}], TO | InvalidValue matches[0].path.value",
                "matches: [{method: GET}], TO |",
                "matches: [{method: get}], TO | InvalidValue matches[0].method",
                "matches: [{headers: [{name: x, value: a}, {type: RegularExpression, name: z, value: 'b.*'}]}], TO |",
                "matches: [{headers: [{name: 'x y', value: a}]}], TO | InvalidValue matches[0].headers[0].name",
                "matches: [{headers: [{name: x, value: ''}]}], TO | InvalidValue matches[0].headers[0].value",
                "matches: [{headers: [{name: x}]}], TO | MissingField matches[0].headers[0].value",
                "matches: [{headers: [{value: x}]}], TO | MissingField matches[0].headers[0].name",
                "matches: [{headers: [{type: PathPrefix, name: x, value: a}]}], TO | InvalidValue matches[0].headers[0].type",
                "matches: [{headers: [{type: RegularExpression, name: x, value: '['}]}], TO | InvalidValue matches[0].headers[0].value",
                "matches: [{queryParams: [{name: x, value: a}, {type: RegularExpression, name: z, value: 'b.*'}]}], TO |",
                "matches: [{queryParams: [{name: '', value: a}]}], TO | InvalidValue matches[0].queryParams[0].name",
                "matches: [{queryParams: [{name: x, value: ''}]}], TO | InvalidValue matches[0].queryParams[0].value",
                "matches: [{queryParams: [{type: Like, name: x, value: a}]}], TO | InvalidValue matches[0].queryParams[0].type",
                "backendRefs: [{name: s, port: 80, weight: 0}, {group: '', kind: Service, namespace: ns, name: t, port: 81, weight: 1000000}] |",
                "backendRefs: [{port: 80}] | MissingField backendRefs[0].name",
                "backendRefs: [{name: s}] | MissingField backendRefs[0].port",
                "backendRefs: [{group: networking.istio.io, kind: Hostname, name: a.io, port: 80}] |",
                "backendRefs: [{group: x.io, kind: Odd, name: a}] |",
                "backendRefs: [{name: s, port: 0}] | InvalidValue backendRefs[0].port",
                "backendRefs: [{name: s, port: 80, weight: -1}] | InvalidValue backendRefs[0].weight",
                "backendRefs: [{name: s, port: 80, weight: 1000001}] | InvalidValue backendRefs[0].weight",
                "backendRefs: [{name: s, port: 80, namespace: N_}] | InvalidValue backendRefs[0].namespace",
                "matches: [{path: {value: /a}}] | W MissingField backendRefs",
                "timeouts: {request: 10s, backendRequest: 2s}, TO |",
                "timeouts: {request: 0s, backendRequest: 2s}, TO |",
                "timeouts: {request: 1h2m3s4ms}, TO |",
                "timeouts: {request: 1s, backendRequest: 2s}, TO | InvalidValue timeouts.backendRequest",
                "timeouts: {request: 1.5s}, TO | InvalidValue timeouts.request",
                "timeouts: {request: -1s}, TO | InvalidValue timeouts.request",
                "timeouts: {request: 100ns}, TO | InvalidValue timeouts.request",
                "timeouts: {backendRequest: soon}, TO | InvalidValue timeouts.backendRequest",
                "matches: [{method: GET}], retry: {codes: [500, 404], attempts: 3, backoff: 100ms}, TO |",
                "retry: {attempts: 3}, TO | W UnsafeRetry retry",
                "matches: [{method: GET}], retry: {codes: [399]}, TO | InvalidValue retry.codes[0]",
                "matches: [{method: GET}], retry: {codes: [600]}, TO | InvalidValue retry.codes[0]",
                "matches: [{method: GET}], retry: {codes: [500, 500]}, TO | InvalidValue retry.codes[1]",
                "matches: [{method: GET}], retry: {attempts: 0}, TO | InvalidValue retry.attempts",
                "matches: [{method: GET}], retry: {backoff: 1.5s}, TO | InvalidValue retry.backoff",
                "sessionPersistence: {type: Cookie}, TO |",
            })
    void httpRules(String rule, @Nullable String expected) {
        check("HTTPRoute", "rules: [{" + rule.replace("TO", TO) + "}]", at(expected, "spec.rules[0]"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: a, value: b}], add: [{name: c, value: d}], remove: [e]}} |",
                "{type: ResponseHeaderModifier, responseHeaderModifier: {set: [{name: a, value: '100%'}]}} |",
                "{type: RequestHeaderModifier} | MissingField filters[0].requestHeaderModifier",
                "{type: RequestHeaderModifier, requestHeaderModifier: {}} | W NoEffect filters[0].requestHeaderModifier",
                "{type: RequestHeaderModifier, responseHeaderModifier: {}} | UnknownField filters[0].responseHeaderModifier",
                "{requestHeaderModifier: {set: [{name: a, value: b}]}} | MissingField filters[0].type",
                "{type: Mangle} | InvalidValue filters[0].type",
                "{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: 'a b', value: b}]}} | InvalidValue filters[0].requestHeaderModifier.set",
                "{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: Host, value: b}]}} | InvalidValue filters[0].requestHeaderModifier.set",
                "{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: a, value: ''}]}} | InvalidValue filters[0].requestHeaderModifier.set",
                "{type: RequestHeaderModifier, requestHeaderModifier: {add: [{name: a, value: \"b\\nc\"}]}} | InvalidValue filters[0].requestHeaderModifier.add",
                "{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: a, value: b}], remove: [A]}} | InvalidValue filters[0].requestHeaderModifier.remove",
                "{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: a}]}} | MissingField filters[0].requestHeaderModifier.set[0].value",
                "{type: RequestHeaderModifier, requestHeaderModifier: {remove: [a]}}, {type: RequestHeaderModifier, requestHeaderModifier: {remove: [b]}} | InvalidValue filters[1].type",
                "{type: URLRewrite, urlRewrite: {hostname: a.io, path: {type: ReplaceFullPath, replaceFullPath: /a}}} |",
                "{type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: ''}}} |",
                "{type: URLRewrite, urlRewrite: {hostname: A.io}} | InvalidValue filters[0].urlRewrite.hostname",
                "{type: URLRewrite, urlRewrite: {hostname: '*.a.io'}} | InvalidValue filters[0].urlRewrite.hostname",
                "{type: URLRewrite, urlRewrite: {hostname: 10.0.0.1}} | InvalidValue filters[0].urlRewrite.hostname",
                "{type: URLRewrite, urlRewrite: {path: {type: ReplaceFullPath, replaceFullPath: a}}} | InvalidValue filters[0].urlRewrite.path",
                "{type: URLRewrite, urlRewrite: {path: {type: ReplaceFullPath}}} | MissingField filters[0].urlRewrite.path.replaceFullPath",
                "{type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch}}} | MissingField filters[0].urlRewrite.path.replacePrefixMatch",
                "{type: URLRewrite, urlRewrite: {path: {type: ReplaceFullPath, replacePrefixMatch: /a, replaceFullPath: /a}}} | UnknownField filters[0].urlRewrite.path.replacePrefixMatch",
                "{type: URLRewrite, urlRewrite: {path: {type: Rename, replaceFullPath: /a}}} | InvalidValue filters[0].urlRewrite.path.type",
                "{type: RequestMirror, requestMirror: {backendRef: {name: s, port: 80}}}, {type: RequestMirror, requestMirror: {backendRef: {name: t, port: 80}, percent: 50}} |",
                "{type: RequestMirror, requestMirror: {backendRef: {name: s, port: 80}, fraction: {numerator: 1, denominator: 8}}} |",
                "{type: RequestMirror, requestMirror: {}} | MissingField filters[0].requestMirror.backendRef",
                "{type: RequestMirror, requestMirror: {backendRef: {name: s}}} | MissingField filters[0].requestMirror.backendRef.port",
                "{type: RequestMirror, requestMirror: {backendRef: {name: s, port: 80}, percent: 101}} | InvalidValue filters[0].requestMirror",
                "{type: RequestMirror, requestMirror: {backendRef: {name: s, port: 80}, percent: -1}} | InvalidValue filters[0].requestMirror",
                "{type: RequestMirror, requestMirror: {backendRef: {name: s, port: 80}, fraction: {numerator: 9, denominator: 8}}} | InvalidValue filters[0].requestMirror",
                "{type: RequestMirror, requestMirror: {backendRef: {name: s, port: 80}, fraction: {numerator: 0, denominator: 0}}} | InvalidValue filters[0].requestMirror",
                "{type: RequestMirror, requestMirror: {backendRef: {name: s, port: 80}, percent: 1, fraction: {numerator: 1}}} | ConflictingFields filters[0].requestMirror",
                "{type: CORS, cors: {allowOrigins: ['https://a.io', 'http://*.b.io:8080'], allowMethods: [GET, PUT], allowHeaders: [x], exposeHeaders: [z], allowCredentials: true, maxAge: 60}} |",
                "{type: CORS, cors: {allowOrigins: ['*'], allowMethods: ['*'], allowHeaders: ['*'], exposeHeaders: ['*']}} |",
                "{type: CORS, cors: {allowOrigins: [a.io]}} | InvalidValue filters[0].cors.allowOrigins[0]",
                "{type: CORS, cors: {allowOrigins: ['ftp://a.io']}} | InvalidValue filters[0].cors.allowOrigins[0]",
                "{type: CORS, cors: {allowOrigins: ['https://a.io/x']}} | InvalidValue filters[0].cors.allowOrigins[0]",
                "{type: CORS, cors: {allowOrigins: ['*', 'https://a.io']}} | ConflictingFields filters[0].cors.allowOrigins",
                "{type: CORS, cors: {allowMethods: ['*', GET]}} | ConflictingFields filters[0].cors.allowMethods",
                "{type: CORS, cors: {allowMethods: [FETCH]}} | InvalidValue filters[0].cors.allowMethods",
                "{type: CORS, cors: {allowHeaders: ['*', x]}} | ConflictingFields filters[0].cors.allowHeaders",
                "{type: CORS, cors: {allowHeaders: ['x y']}} | InvalidValue filters[0].cors.allowHeaders",
                "{type: CORS, cors: {exposeHeaders: ['x y']}} | InvalidValue filters[0].cors.exposeHeaders",
                "{type: CORS, cors: {allowHeaders: ['*'], allowCredentials: true}} | InvalidValue filters[0].cors",
                "{type: CORS, cors: {maxAge: 0}} | InvalidValue filters[0].cors.maxAge",
                "{type: CORS, cors: {}}, {type: CORS, cors: {}} | InvalidValue filters[1].type",
                "{type: ExtensionRef, extensionRef: {group: x.io, kind: X, name: x}} | InvalidValue filters[0].type",
                "{type: ExternalAuth, externalAuth: {protocol: GRPC}} | InvalidValue filters[0].type",
            })
    void httpFilters(String filters, @Nullable String expected) {
        check("HTTPRoute", "rules: [{filters: [" + filters + "], " + TO + "}]", at(expected, "spec.rules[0]"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "filters: [{type: RequestRedirect, requestRedirect: {scheme: https, hostname: a.io, port: 8443, statusCode: 308, path: {type: ReplaceFullPath, replaceFullPath: /a}}}] |",
                "filters: [{type: RequestRedirect, requestRedirect: {scheme: ftp}}] | InvalidValue filters[0].requestRedirect.scheme",
                "filters: [{type: RequestRedirect, requestRedirect: {hostname: 'a_.io'}}] | InvalidValue filters[0].requestRedirect.hostname",
                "filters: [{type: RequestRedirect, requestRedirect: {port: 70000}}] | InvalidValue filters[0].requestRedirect.port",
                "filters: [{type: RequestRedirect, requestRedirect: {statusCode: 304}}] | InvalidValue filters[0].requestRedirect.statusCode",
                "filters: [{type: RequestRedirect, requestRedirect: {}}], TO | ConflictingFields",
                "filters: [{type: RequestRedirect, requestRedirect: {}}, {type: URLRewrite, urlRewrite: {}}] | ConflictingFields filters",
                "filters: [{type: RequestRedirect, requestRedirect: {}}, {type: RequestRedirect, requestRedirect: {}}] | InvalidValue filters[1].type",
                "matches: [{path: {value: /a}}], filters: [{type: RequestRedirect, requestRedirect: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /b}}}] |",
                "matches: [{path: {type: Exact, value: /a}}], filters: [{type: RequestRedirect, requestRedirect: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /b}}}] | ConflictingFields filters[0].requestRedirect.path",
                "matches: [{path: {value: /a}}, {path: {value: /b}}], filters: [{type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /b}}}], TO | ConflictingFields filters[0].urlRewrite.path",
                "matches: [{path: {type: RegularExpression, value: /a}}], backendRefs: [{name: s, port: 80, filters: [{type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /b}}}]}] | ConflictingFields backendRefs[0].filters[0].urlRewrite.path",
                "backendRefs: [{name: s, port: 80, filters: [{type: RequestRedirect, requestRedirect: {hostname: a.io}}]}] |",
                "backendRefs: [{name: s, port: 80, filters: [{type: RequestRedirect, requestRedirect: {hostname: a.io}}]}, {name: t, port: 80}] | InvalidValue backendRefs[0].filters[0].type",
                "backendRefs: [{name: s, port: 80, filters: [{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: Host, value: b}]}}]}] | InvalidValue backendRefs[0].filters[0].requestHeaderModifier.set",
                "backendRefs: [{name: s, port: 80, filters: [{type: RequestHeaderModifier, requestHeaderModifier: {remove: [a]}}, {type: ResponseHeaderModifier, responseHeaderModifier: {remove: [a]}}, {type: URLRewrite, urlRewrite: {hostname: b.io}}]}] |",
                "backendRefs: [{name: s, port: 80, filters: [{type: CORS, cors: {}}]}] |",
            })
    void redirectsAndFiltersOfBackends(String rule, @Nullable String expected) {
        check("HTTPRoute", "rules: [{" + rule.replace("TO", TO) + "}]", at(expected, "spec.rules[0]"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "TO |",
                "matches: [{method: {service: a.B, method: C}}, {method: {service: .a.B}}, {method: {type: RegularExpression, method: 'Get.*'}}], TO |",
                "matches: [{method: {}}], TO | MissingField matches[0].method",
                "matches: [{method: {service: '', method: ''}}], TO | MissingField matches[0].method",
                "matches: [{method: {service: a/B}}], TO | InvalidValue matches[0].method.service",
                "matches: [{method: {service: 'a..B'}}], TO | InvalidValue matches[0].method.service",
                "matches: [{method: {method: 'Get-It'}}], TO | InvalidValue matches[0].method.method",
                "matches: [{method: {type: PathPrefix, service: a}}], TO | InvalidValue matches[0].method.type",
                "matches: [{method: {type: RegularExpression, service: '('}}], TO | InvalidValue matches[0].method.service",
                "matches: [{headers: [{name: a, value: b}]}], TO |",
                "matches: [{headers: [{name: 'a b', value: b}]}], TO | InvalidValue matches[0].headers[0].name",
                "matches: [{path: {value: /a}}], TO | UnknownField matches[0].path",
                "matches: [{queryParams: []}], TO | UnknownField matches[0].queryParams",
                "filters: [{type: RequestHeaderModifier, requestHeaderModifier: {remove: [a]}}, {type: ResponseHeaderModifier, responseHeaderModifier: {remove: [a]}}, {type: RequestMirror, requestMirror: {backendRef: {name: s, port: 80}}}], TO |",
                "filters: [{type: URLRewrite, urlRewrite: {hostname: a.io}}], TO | InvalidValue filters[0].type",
                "filters: [{type: RequestRedirect, requestRedirect: {hostname: a.io}}], TO | InvalidValue filters[0].type",
                "filters: [{type: CORS, cors: {}}], TO | InvalidValue filters[0].type",
                "filters: [{type: ExtensionRef, extensionRef: {group: x.io, kind: X, name: x}}], TO | InvalidValue filters[0].type",
                "timeouts: {request: 1s}, TO | UnknownField timeouts",
                "retry: {attempts: 1}, TO | UnknownField retry",
                "sessionPersistence: {type: Header}, TO |",
                "name: a | W MissingField backendRefs",
                "backendRefs: [{name: s}] | MissingField backendRefs[0].port",
            })
    void grpcRules(String rule, @Nullable String expected) {
        check("GRPCRoute", "rules: [{" + rule.replace("TO", TO) + "}]", at(expected, "spec.rules[0]"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "TLSRoute | hostnames: [a.io], rules: [{TO}] |",
                "TLSRoute | hostnames: [a.io], rules: [{name: a, backendRefs: [{name: s, port: 80, weight: 1}, {name: t, port: 80, weight: 2}]}] |",
                "TLSRoute | rules: [{TO}] | MissingField spec.hostnames",
                "TLSRoute | hostnames: [a.io], rules: [] | MissingField spec.rules",
                "TLSRoute | hostnames: [a.io], rules: [{TO}, {TO}] | InvalidValue spec.rules",
                "TLSRoute | hostnames: [a.io], rules: [{}] | MissingField spec.rules[0].backendRefs",
                "TLSRoute | hostnames: [a.io], rules: [{matches: [], TO}] | UnknownField spec.rules[0].matches",
                "TLSRoute | hostnames: [a.io], rules: [{backendRefs: [{name: s}]}] | MissingField spec.rules[0].backendRefs[0].port",
                "TLSRoute | hostnames: [a.io], rules: [{backendRefs: [{name: s, port: 80, filters: []}]}] | UnknownField spec.rules[0].backendRefs[0].filters",
                "TCPRoute | rules: [{TO}] |",
                "TCPRoute | rules: [] | MissingField spec.rules",
                "TCPRoute | rules: [{TO}, {TO}] | InvalidValue spec.rules",
                "TCPRoute | rules: [{}] | MissingField spec.rules[0].backendRefs",
                "TCPRoute | hostnames: [a.io], rules: [{TO}] | UnknownField spec.hostnames",
                "TCPRoute | rules: [{filters: [], TO}] | UnknownField spec.rules[0].filters",
                "TCPRoute | rules: [{backendRefs: [{name: s, port: 80, weight: 1000001}]}] | InvalidValue spec.rules[0].backendRefs[0].weight",
                "UDPRoute | rules: [{TO}] |",
                "UDPRoute | rules: [{TO}, {TO}] | InvalidValue spec.rules",
                "UDPRoute | rules: [{}] | MissingField spec.rules[0].backendRefs",
                "UDPRoute | hostnames: [a.io], rules: [{TO}] | UnknownField spec.hostnames",
                "HTTPRoute | rules: [] | MissingField spec.rules",
                "HTTPRoute | rules: [{name: a, TO}, {name: b, TO}] |",
                "HTTPRoute | rules: [{name: a, TO}, {name: a, TO}] | InvalidValue spec.rules[1].name",
                "GRPCRoute | rules: [] |",
                "GRPCRoute | rules: [{name: a, TO}, {name: a, TO}] | InvalidValue spec.rules[1].name",
            })
    void rulesOfRoutes(String kind, String spec, @Nullable String expected) {
        check(kind, spec.replace("TO", TO), expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: a}], to: [{group: '', kind: Service}, {group: '', kind: Secret, name: s}] |",
                "to: [{kind: Service}] | MissingField spec.from",
                "from: [{kind: HTTPRoute, namespace: a}] | MissingField spec.to",
                "from: [{kind: HTTPRoute}], to: [{kind: Service}] | MissingField spec.from[0].namespace",
                "from: [{namespace: a}], to: [{kind: Service}] | MissingField spec.from[0].kind",
                "from: [{kind: HTTPRoute, namespace: A_}], to: [{kind: Service}] | InvalidValue spec.from[0].namespace",
                "from: [{group: A_, kind: HTTPRoute, namespace: a}], to: [{kind: Service}] | InvalidValue spec.from[0].group",
                "from: [{kind: 'HTTP Route', namespace: a}], to: [{kind: Service}] | InvalidValue spec.from[0].kind",
                "from: [{kind: HTTPRoute, namespace: a}], to: [{kind: '-'}] | InvalidValue spec.to[0].kind",
                "from: [{kind: HTTPRoute, namespace: a}], to: [{group: A_, kind: Service}] | InvalidValue spec.to[0].group",
            })
    void referenceGrants(String spec, @Nullable String expected) {
        check("ReferenceGrant", spec, expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "hostname: a.io, wellKnownCACertificates: System |",
                "hostname: a.io, caCertificateRefs: [{group: '', kind: ConfigMap, name: c}] |",
                "wellKnownCACertificates: System | MissingField hostname",
                "hostname: '*.a.io', wellKnownCACertificates: System | InvalidValue hostname",
                "hostname: 10.0.0.1, wellKnownCACertificates: System | InvalidValue hostname",
                "hostname: a.io | MissingField",
                "hostname: a.io, wellKnownCACertificates: '' | MissingField",
                "hostname: a.io, wellKnownCACertificates: Mine | InvalidValue wellKnownCACertificates",
                "hostname: a.io, wellKnownCACertificates: System, caCertificateRefs: [{kind: ConfigMap, name: c}] | ConflictingFields",
                "hostname: a.io, caCertificateRefs: [{name: c}] | MissingField caCertificateRefs[0].kind",
                "hostname: a.io, caCertificateRefs: [{kind: ConfigMap}] | MissingField caCertificateRefs[0].name",
                "hostname: a.io, wellKnownCACertificates: System, subjectAltNames: [{type: Hostname, hostname: '*.b.io'}, {type: URI, uri: 'spiffe://a/b'}] |",
                "hostname: a.io, wellKnownCACertificates: System, subjectAltNames: [{type: Email, hostname: b.io}] | InvalidValue subjectAltNames[0].type",
                "hostname: a.io, wellKnownCACertificates: System, subjectAltNames: [{type: Hostname}] | MissingField subjectAltNames[0].hostname",
                "hostname: a.io, wellKnownCACertificates: System, subjectAltNames: [{type: URI}] | MissingField subjectAltNames[0].uri",
                "hostname: a.io, wellKnownCACertificates: System, subjectAltNames: [{type: URI, uri: 'a://b', hostname: b.io}] | ConflictingFields subjectAltNames[0].hostname",
                "hostname: a.io, wellKnownCACertificates: System, subjectAltNames: [{type: Hostname, uri: 'a://b', hostname: b.io}] | ConflictingFields subjectAltNames[0].uri",
                "hostname: a.io, wellKnownCACertificates: System, subjectAltNames: [{type: Hostname, hostname: B_}] | InvalidValue subjectAltNames[0].hostname",
                "hostname: a.io, wellKnownCACertificates: System, subjectAltNames: [{type: URI, uri: here}] | InvalidValue subjectAltNames[0].uri",
            })
    void backendTlsValidations(String validation, @Nullable String expected) {
        check(
                "BackendTLSPolicy",
                "targetRefs: [{group: '', kind: Service, name: s}], validation: {" + validation + "}",
                at(expected, "spec.validation"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "targetRefs: [{kind: Service, name: s, sectionName: http}, {kind: Service, name: s, sectionName: alt}, {kind: Service, name: t}] |",
                "targetRefs: [] | MissingField spec.targetRefs",
                "targetRefs: [{name: s}] | MissingField spec.targetRefs[0].kind",
                "targetRefs: [{kind: Service}] | MissingField spec.targetRefs[0].name",
                "targetRefs: [{kind: Service, name: s}, {kind: Service, name: s}] | InvalidValue spec.targetRefs[1]",
                "targetRefs: [{kind: Service, name: s}, {kind: Service, name: s, sectionName: http}] | InvalidValue spec.targetRefs[0]",
                "targetRefs: [{kind: Service, name: s, sectionName: a}, {kind: Service, name: s, sectionName: a}] | InvalidValue spec.targetRefs[1]",
                "targetRefs: [{kind: Service, name: s}], options: {example.com/a: b} |",
            })
    void backendTlsTargets(String spec, @Nullable String expected) {
        check("BackendTLSPolicy", spec + ", validation: {hostname: a.io, wellKnownCACertificates: System}", expected);
    }

    /** Bounds: the most there may be, which is valid, and one more. */
    static Stream<Arguments> bounds() {
        String route = "rules: [{matches: [@], " + TO + "}]";
        String policy = "targetRefs: [@], validation: {hostname: a.io, wellKnownCACertificates: System}";
        String grant = "from: [@], to: [{kind: Service}]";
        return Stream.of(
                Arguments.of(
                        "Gateway",
                        "gatewayClassName: c, listeners: [@]",
                        "{name: h#, port: 80, protocol: HTTP, hostname: h#.io}",
                        64,
                        "spec.listeners"),
                Arguments.of(
                        "Gateway",
                        "gatewayClassName: c, listeners: [{name: h, port: 80, protocol: HTTP}], addresses: [@]",
                        "{value: 10.0.0.#}",
                        16,
                        "spec.addresses"),
                Arguments.of(
                        "Gateway",
                        "gatewayClassName: c, listeners: [{name: h, port: 443, protocol: HTTPS, tls: {certificateRefs: [@]}}]",
                        "{name: c#}",
                        64,
                        "spec.listeners[0].tls.certificateRefs"),
                Arguments.of(
                        "Gateway",
                        "gatewayClassName: c, listeners: [{name: h, port: 80, protocol: HTTP, allowedRoutes: {kinds: [@]}}]",
                        "{kind: K#}",
                        8,
                        "spec.listeners[0].allowedRoutes.kinds"),
                Arguments.of(
                        "HTTPRoute", "parentRefs: [@], rules: [{" + TO + "}]", "{name: g#}", 32, "spec.parentRefs"),
                Arguments.of("HTTPRoute", "hostnames: [@], rules: [{" + TO + "}]", "h#.io", 16, "spec.hostnames"),
                Arguments.of("TLSRoute", "hostnames: [@], rules: [{" + TO + "}]", "h#.io", 1024, "spec.hostnames"),
                Arguments.of(
                        "HTTPRoute", "rules: [@]", "{matches: [{path: {value: /#}}], " + TO + "}", 16, "spec.rules"),
                Arguments.of(
                        "GRPCRoute",
                        "rules: [@]",
                        "{matches: [{method: {service: s#}}], " + TO + "}",
                        16,
                        "spec.rules"),
                Arguments.of("HTTPRoute", route, "{path: {value: /#}}", 64, "spec.rules[0].matches"),
                Arguments.of(
                        "HTTPRoute",
                        "rules: [{matches: [{headers: [@]}], " + TO + "}]",
                        "{name: h#, value: v}",
                        16,
                        "spec.rules[0].matches[0].headers"),
                Arguments.of(
                        "HTTPRoute",
                        "rules: [{matches: [{queryParams: [@]}], " + TO + "}]",
                        "{name: h#, value: v}",
                        16,
                        "spec.rules[0].matches[0].queryParams"),
                Arguments.of(
                        "HTTPRoute",
                        "rules: [{backendRefs: [@]}]",
                        "{name: s#, port: 80}",
                        16,
                        "spec.rules[0].backendRefs"),
                Arguments.of(
                        "TCPRoute",
                        "rules: [{backendRefs: [@]}]",
                        "{name: s#, port: 80}",
                        16,
                        "spec.rules[0].backendRefs"),
                Arguments.of(
                        "HTTPRoute",
                        "rules: [{filters: [@], " + TO + "}]",
                        "{type: RequestMirror, requestMirror: {backendRef: {name: s#, port: 80}}}",
                        16,
                        "spec.rules[0].filters"),
                Arguments.of(
                        "HTTPRoute",
                        modifier("set"),
                        "{name: h#, value: v}",
                        16,
                        "spec.rules[0].filters[0].requestHeaderModifier.set"),
                Arguments.of(
                        "HTTPRoute",
                        modifier("add"),
                        "{name: h#, value: v}",
                        16,
                        "spec.rules[0].filters[0].requestHeaderModifier.add"),
                Arguments.of(
                        "HTTPRoute",
                        modifier("remove"),
                        "h#",
                        16,
                        "spec.rules[0].filters[0].requestHeaderModifier.remove"),
                Arguments.of(
                        "HTTPRoute",
                        cors("allowOrigins"),
                        "'https://h#.io'",
                        64,
                        "spec.rules[0].filters[0].cors.allowOrigins"),
                Arguments.of("HTTPRoute", cors("allowHeaders"), "h#", 64, "spec.rules[0].filters[0].cors.allowHeaders"),
                Arguments.of("ReferenceGrant", grant, "{kind: K, namespace: n#}", 16, "spec.from"),
                Arguments.of(
                        "ReferenceGrant", "from: [{kind: K, namespace: ns}], to: [@]", "{kind: K#}", 16, "spec.to"),
                Arguments.of("BackendTLSPolicy", policy, "{kind: Service, name: s#}", 16, "spec.targetRefs"),
                Arguments.of(
                        "BackendTLSPolicy",
                        "targetRefs: [{kind: Service, name: s}], validation: {hostname: a.io, caCertificateRefs: [@]}",
                        "{kind: ConfigMap, name: c#}",
                        8,
                        "spec.validation.caCertificateRefs"),
                Arguments.of(
                        "BackendTLSPolicy",
                        "targetRefs: [{kind: Service, name: s}], validation: {hostname: a.io, wellKnownCACertificates: System, subjectAltNames: [@]}",
                        "{type: Hostname, hostname: h#.io}",
                        5,
                        "spec.validation.subjectAltNames"));
    }

    private static String modifier(String operation) {
        return "rules: [{filters: [{type: RequestHeaderModifier, requestHeaderModifier: {" + operation + ": [@]}}], "
                + TO + "}]";
    }

    private static String cors(String field) {
        return "rules: [{filters: [{type: CORS, cors: {" + field + ": [@]}}], " + TO + "}]";
    }

    @ParameterizedTest
    @MethodSource("bounds")
    void thereMayBeSoManyAndNoMore(String kind, String spec, String item, int most, String path) {
        check(kind, spec.replace("@", many(most, item)), null);
        check(kind, spec.replace("@", many(most + 1, item)), "InvalidValue " + path);
    }

    /** Lengths: the longest there may be, which is valid, and one character more. */
    static Stream<Arguments> lengths() {
        return Stream.of(
                Arguments.of(
                        "HTTPRoute",
                        "rules: [{matches: [{path: {value: /@}}], " + TO + "}]",
                        1023,
                        "spec.rules[0].matches[0].path.value"),
                Arguments.of(
                        "HTTPRoute",
                        "rules: [{matches: [{headers: [{name: h, value: @}]}], " + TO + "}]",
                        4096,
                        "spec.rules[0].matches[0].headers[0].value"),
                Arguments.of(
                        "HTTPRoute",
                        "rules: [{matches: [{queryParams: [{name: h, value: @}]}], " + TO + "}]",
                        1024,
                        "spec.rules[0].matches[0].queryParams[0].value"),
                Arguments.of(
                        "GRPCRoute",
                        "rules: [{matches: [{method: {service: @}}], " + TO + "}]",
                        1024,
                        "spec.rules[0].matches[0].method.service"),
                Arguments.of(
                        "GRPCRoute",
                        "rules: [{matches: [{method: {method: @}}], " + TO + "}]",
                        1024,
                        "spec.rules[0].matches[0].method.method"),
                Arguments.of(
                        "HTTPRoute",
                        modifier("set").replace("@", "{name: h, value: @}"),
                        4096,
                        "spec.rules[0].filters[0].requestHeaderModifier.set"),
                Arguments.of(
                        "HTTPRoute",
                        "rules: [{filters: [{type: URLRewrite, urlRewrite: {path: {type: ReplaceFullPath, replaceFullPath: /@}}}], "
                                + TO + "}]",
                        1023,
                        "spec.rules[0].filters[0].urlRewrite.path"));
    }

    @ParameterizedTest
    @MethodSource("lengths")
    void itMayBeSoLongAndNoLonger(String kind, String spec, int most, String path) {
        check(kind, spec.replace("@", "a".repeat(most)), null);
        check(kind, spec.replace("@", "a".repeat(most + 1)), "InvalidValue " + path);
    }

    /** All rules of a route have at most 128 matches together. */
    @ParameterizedTest
    @CsvSource({"64, true", "65, false"})
    void theMatchesOfAllRulesAreBounded(int ofSecond, boolean valid) {
        String rules = "rules: [{matches: [" + many(64, "{path: {value: /a#}}") + "], " + TO + "}, {matches: ["
                + many(ofSecond, "{path: {value: /b#}}") + "], " + TO + "}]";

        check("HTTPRoute", rules, valid ? null : "InvalidValue spec.rules");
    }

    // Kubernetes

    private static final String BACKEND = "backend: {service: {name: s, port: {number: 80}}}";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "defaultBackend: {service: {name: s, port: {number: 80}}} |",
                "defaultBackend: {service: {name: s, port: {name: http}}} |",
                "ingressClassName: c | MissingField spec",
                "ingressClassName: C_, RULES | InvalidValue spec.ingressClassName",
                "ingressClassName: c, RULES |",
                "defaultBackend: {} | MissingField spec.defaultBackend.service",
                "defaultBackend: {resource: {apiGroup: x.io, kind: Bucket, name: b}} | InvalidValue spec.defaultBackend.resource",
                "defaultBackend: {resource: {kind: Bucket, name: b}, service: {name: s, port: {number: 80}}} | ConflictingFields spec.defaultBackend",
                "defaultBackend: {service: {port: {number: 80}}} | MissingField spec.defaultBackend.service.name",
                "defaultBackend: {service: {name: S_, port: {number: 80}}} | InvalidValue spec.defaultBackend.service.name",
                "defaultBackend: {service: {name: s}} | MissingField spec.defaultBackend.service.port",
                "defaultBackend: {service: {name: s, port: {}}} | MissingField spec.defaultBackend.service.port",
                "defaultBackend: {service: {name: s, port: {number: 80, name: http}}} | ConflictingFields spec.defaultBackend.service.port",
                "defaultBackend: {service: {name: s, port: {number: 0}}} | InvalidValue spec.defaultBackend.service.port.number",
                "defaultBackend: {service: {name: s, port: {number: 65536}}} | InvalidValue spec.defaultBackend.service.port.number",
                "defaultBackend: {service: {name: s, port: {name: H_}}} | InvalidValue spec.defaultBackend.service.port.name",
                "backend: {serviceName: s, servicePort: 80} | UnknownField spec.backend",
                "defaultBackend: {serviceName: s, servicePort: 80} | UnknownField spec.defaultBackend.serviceName",
                "rules: [{host: a.io}] | W MissingField spec.rules[0]",
                "rules: [{host: a.io, http: {paths: [{path: /, pathType: Prefix, BACKEND}]}}] |",
                "rules: [{host: '*.a.io', http: {paths: [{path: /, pathType: Prefix, BACKEND}]}}] |",
                "rules: [{host: '*', http: {paths: [{path: /, pathType: Prefix, BACKEND}]}}] | InvalidValue spec.rules[0].host",
                "rules: [{host: 'a.*.io', http: {paths: [{path: /, pathType: Prefix, BACKEND}]}}] | InvalidValue spec.rules[0].host",
                "rules: [{host: A.io, http: {paths: [{path: /, pathType: Prefix, BACKEND}]}}] | InvalidValue spec.rules[0].host",
                "rules: [{host: 10.0.0.1, http: {paths: [{path: /, pathType: Prefix, BACKEND}]}}] | InvalidValue spec.rules[0].host",
                "rules: [{host: 'a.io:80', http: {paths: [{path: /, pathType: Prefix, BACKEND}]}}] | InvalidValue spec.rules[0].host",
                "rules: [{http: {paths: [{path: /, BACKEND}]}}] | MissingField spec.rules[0].http.paths[0].pathType",
                "rules: [{http: {paths: [{path: /, pathType: Begins, BACKEND}]}}] | InvalidValue spec.rules[0].http.paths[0].pathType",
                "rules: [{http: {paths: [{path: /, pathType: Prefix}]}}] | MissingField spec.rules[0].http.paths[0].backend",
                "rules: [{http: {paths: [{pathType: Exact, BACKEND}]}}] | InvalidValue spec.rules[0].http.paths[0].path",
                "rules: [{http: {paths: [{path: a, pathType: Prefix, BACKEND}]}}] | InvalidValue spec.rules[0].http.paths[0].path",
                "rules: [{http: {paths: [{path: //a, pathType: Prefix, BACKEND}]}}] | InvalidValue spec.rules[0].http.paths[0].path",
                "rules: [{http: {paths: [{path: /./a, pathType: Exact, BACKEND}]}}] | InvalidValue spec.rules[0].http.paths[0].path",
                "rules: [{http: {paths: [{path: /../a, pathType: Exact, BACKEND}]}}] | InvalidValue spec.rules[0].http.paths[0].path",
                "rules: [{http: {paths: [{path: /a%2fb, pathType: Exact, BACKEND}]}}] | InvalidValue spec.rules[0].http.paths[0].path",
                "rules: [{http: {paths: [{path: /a%2Fb, pathType: Exact, BACKEND}]}}] | InvalidValue spec.rules[0].http.paths[0].path",
                "rules: [{http: {paths: [{path: /a/.., pathType: Exact, BACKEND}]}}] | InvalidValue spec.rules[0].http.paths[0].path",
                "rules: [{http: {paths: [{path: /a/., pathType: Exact, BACKEND}]}}] | InvalidValue spec.rules[0].http.paths[0].path",
                "rules: [{http: {paths: [{pathType: ImplementationSpecific, BACKEND}, {path: '/a/*', pathType: ImplementationSpecific, BACKEND}]}}] |",
                "rules: [{http: {paths: [{path: a, pathType: ImplementationSpecific, BACKEND}]}}] | InvalidValue spec.rules[0].http.paths[0].path",
                "tls: [{hosts: [a.io, '*.b.io'], secretName: s}, {hosts: [c.io]}], RULES |",
                "tls: [{hosts: [A.io], secretName: s}], RULES | InvalidValue spec.tls[0].hosts[0]",
                "tls: [{hosts: ['*'], secretName: s}], RULES | InvalidValue spec.tls[0].hosts[0]",
                "tls: [{hosts: [a.io], secretName: S_}], RULES | InvalidValue spec.tls[0].secretName",
            })
    void ingresses(String spec, @Nullable String expected) {
        String rules = "rules: [{http: {paths: [{path: /, pathType: Prefix, " + BACKEND + "}]}}]";
        check("Ingress", spec.replace("RULES", rules).replace("BACKEND", BACKEND), expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "controller: convergate.io/ingress |",
                "parameters: {kind: X, name: x} | MissingField spec.controller",
                "controller: here | InvalidValue spec.controller",
                "controller: example.com/ | InvalidValue spec.controller",
                "controller: a.io/b, parameters: {apiGroup: x.io, kind: X, name: x, scope: Cluster} |",
                "controller: a.io/b, parameters: {name: x} | MissingField spec.parameters.kind",
            })
    void ingressClasses(String spec, @Nullable String expected) {
        check("IngressClass", spec, expected);
    }

    /** The expectation with its path completed: {@code Code} is about the thing itself, {@code Code part} about a part. */
    private static @Nullable String at(@Nullable String expected, String path) {
        if (expected == null) {
            return null;
        }
        String[] words = expected.strip().split(" (?=[a-z])", 2);
        return words[0] + " " + path + (words.length < 2 ? "" : "." + words[1]);
    }
}
