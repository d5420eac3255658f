package io.convergate.routing.compile;

import static io.convergate.routing.TestRequest.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.routing.TestConfig;
import io.convergate.routing.TestRequest;
import io.convergate.routing.action.Cors;
import io.convergate.routing.action.Forward;
import io.convergate.routing.action.RateLimits;
import io.convergate.routing.action.WeightedDestination;
import io.convergate.routing.match.RouteTable;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.problem.Problem;
import io.convergate.routing.upstream.HashPolicy;
import io.convergate.routing.upstream.UpstreamInfo;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Ingress: hosts, paths, precedence, classes, annotations. */
class IngressTest {
    private static final String SERVICES = Outcomes.services("default", "a", "b", "c", "d");

    private static String ingress(String name, String annotations, String spec) {
        return """
                apiVersion: networking.k8s.io/v1
                kind: Ingress
                metadata: {name: %s, annotations: {%s}}
                spec: {%s}
                ---
                """.formatted(name, annotations, spec);
    }

    private static String rule(String host, String... paths) {
        return (host.isEmpty() ? "{" : "{host: \"" + host + "\", ") + "http: {paths: [" + String.join(", ", paths)
                + "]}}";
    }

    private static String path(String type, String path, String service) {
        return "{pathType: " + type + ", path: \"" + path + "\", backend: {service: {name: " + service
                + ", port: {number: 80}}}}";
    }

    private static String rules(String... rules) {
        return ingress("it", "", "rules: [" + String.join(", ", rules) + "]");
    }

    /** The scenarios of Kubernetes' Ingress conformance, and what it leaves open. */
    static Stream<Arguments> routes() {
        String both = rules(rule(
                "foo.com", path("Exact", "/x", "a"), path("Prefix", "/x", "b"), path("Prefix", "/x/longer/", "c")));
        String wildcard = rules(
                rule("*.foo.com", path("Prefix", "/", "a")),
                rule("precise.foo.com", path("Prefix", "/only", "b")),
                rule("", path("Prefix", "/", "c")));
        String fallback = ingress(
                "it",
                "",
                "defaultBackend: {service: {name: d, port: {name: alt}}}, rules: ["
                        + rule("foo.com", path("Exact", "/x", "a")) + "]");
        return Stream.of(
                Arguments.of("an exact path", both, get("foo.com/x"), "a"),
                Arguments.of("an exact path ends where it ends", both, get("foo.com/x/"), "b"),
                Arguments.of("a prefix takes its elements", both, get("foo.com/x/y"), "b"),
                Arguments.of("a prefix is element-wise", both, get("foo.com/xy"), "404"),
                Arguments.of("case matters", both, get("foo.com/X"), "404"),
                Arguments.of("the longest path wins", both, get("foo.com/x/longer"), "c"),
                Arguments.of("a slash at a prefix' end is of no account", both, get("foo.com/x/longer/y"), "c"),
                Arguments.of("another host", both, get("bar.com/x"), "404"),
                Arguments.of("the host in any case, with a port", both, get("FOO.com:8080/x"), "a"),
                Arguments.of("a wildcard takes one label", wildcard, get("bar.foo.com/"), "a"),
                Arguments.of("a wildcard takes no two labels", wildcard, get("baz.bar.foo.com/"), "c"),
                Arguments.of("a wildcard does not take the bare name", wildcard, get("foo.com/"), "c"),
                Arguments.of("a precise host before a wildcard", wildcard, get("precise.foo.com/only"), "b"),
                Arguments.of("a chosen host is the only one", wildcard, get("precise.foo.com/other"), "404"),
                Arguments.of("a default backend of a host's rules", fallback, get("foo.com/y"), "d:8080"),
                Arguments.of("a default backend of all hosts", fallback, get("else.com/y"), "d:8080"),
                Arguments.of("a rule before the default backend", fallback, get("foo.com/x"), "a"),
                Arguments.of(
                        "a rule of any Ingress before a default backend",
                        fallback + ingress("later", "", "rules: [" + rule("", path("Prefix", "/", "b")) + "]"),
                        get("else.com/"),
                        "b"),
                Arguments.of(
                        "no path type of its own is a prefix",
                        rules(rule("", path("ImplementationSpecific", "/x", "a"))),
                        get("h.io/x/y"),
                        "a"),
                Arguments.of(
                        "no path takes everything",
                        rules(rule("", path("ImplementationSpecific", "", "a"))),
                        get("h.io/x/y"),
                        "a"),
                Arguments.of("an unknown service", rules(rule("", path("Prefix", "/", "nobody"))), get("h.io/"), "503"),
                Arguments.of(
                        "an unknown port",
                        rules(rule("", path("Prefix", "/", "a").replace("number: 80", "name: odd"))),
                        get("h.io/"),
                        "503"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("routes")
    void goesTo(String rule, String yaml, TestRequest request, String outcome) {
        assertThat(Outcomes.of(Outcomes.table(yaml + SERVICES), request)).isEqualTo(outcome);
    }

    @Test
    void anOldIstioSampleRoutesAsItDid() {
        RouteTable table = Outcomes.table(ingress(
                        "httpbin",
                        "kubernetes.io/ingress.class: istio",
                        "rules: ["
                                + rule(
                                        "httpbin.example.com",
                                        path("ImplementationSpecific", "/status/*", "a"),
                                        path("ImplementationSpecific", "/delay", "b"))
                                + "]")
                + SERVICES);

        assertThat(Outcomes.of(table, get("httpbin.example.com/status/200"))).isEqualTo("a");
        assertThat(Outcomes.of(table, get("httpbin.example.com/status"))).isEqualTo("a");
        assertThat(Outcomes.of(table, get("httpbin.example.com/headers"))).isEqualTo("404");
        assertThat(Outcomes.of(table, get("httpbin.example.com/delay"))).isEqualTo("b");
        assertThat(Outcomes.of(table, get("httpbin.example.com/delay/2"))).isEqualTo("404");
    }

    static Stream<Arguments> classes() {
        String mine = ingressClass("x", "convergate.io/ingress", "");
        String other = ingressClass("x", "example.com/other", "");
        String otherByDefault = ingressClass("x", "example.com/other", "ingressclass.kubernetes.io/is-default-class");
        return Stream.of(
                Arguments.of("", "", true),
                Arguments.of("", otherByDefault, false),
                Arguments.of("", other, true),
                Arguments.of("ingressClassName: x, ", mine, true),
                Arguments.of("ingressClassName: x, ", other, false),
                Arguments.of("ingressClassName: x, ", "", false),
                Arguments.of("ingressClassName: nginx, ", "", true),
                Arguments.of("ingressClassName: istio, ", "", true),
                Arguments.of("ingressClassName: nginx, ", other.replace("name: x", "name: nginx"), false));
    }

    private static String ingressClass(String name, String controller, String annotation) {
        return "apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {name: " + name
                + (annotation.isEmpty() ? "" : ", annotations: {" + annotation + ": \"true\"}")
                + "}\nspec: {controller: " + controller + "}\n---\n";
    }

    @ParameterizedTest
    @MethodSource("classes")
    void isServedIfItsClassIsOneOfOurs(String className, String ingressClass, boolean served) {
        String yaml = ingress("it", "", className + "rules: [" + rule("", path("Prefix", "/", "a")) + "]")
                + ingressClass
                + SERVICES;
        Compilation compilation = Outcomes.compilation(yaml);

        assertThat(Outcomes.of(compilation.table(), get("h.io/"))).isEqualTo(served ? "a" : "404");
        assertThat(compilation.table().listeners()).hasSize(served ? 1 : 0);
        assertThat(compilation.problems())
                .filteredOn(problem -> problem.path().equals("spec.ingressClassName"))
                .hasSize(served ? 0 : 1);
    }

    @Test
    void aClassThatComesLaterIsFollowed() {
        RouteTableCompiler compiler = new RouteTableCompiler(CompileSettings.of(Map.of()));
        Map<ResourceKey, Resource> resources = new HashMap<>(TestConfig.parse(
                ingress("it", "", "ingressClassName: x, rules: [" + rule("", path("Prefix", "/", "a")) + "]")
                        + SERVICES));
        assertThat(compiler.compile(resources).table().port(80)).isNull();

        resources.putAll(TestConfig.parse(ingressClass("x", "convergate.io/ingress", "")));
        assertThat(Outcomes.of(compiler.compile(resources).table(), get("h.io/")))
                .isEqualTo("a");

        resources.putAll(TestConfig.parse(ingressClass("x", "example.com/other", "")));
        assertThat(compiler.compile(resources).table().port(80)).isNull();
    }

    private static String nginx(String name, String value) {
        return "nginx.ingress.kubernetes.io/" + name + ": \"" + value + "\", ";
    }

    static Stream<Arguments> annotations() {
        String slash = "rules: [" + rule("", path("Prefix", "/", "a")) + "]";
        String something = "rules: [" + rule("", path("ImplementationSpecific", "/something(/|$)(.*)", "a")) + "]";
        return Stream.of(
                Arguments.of(nginx("rewrite-target", "/"), slash, get("h.io/x"), "a /"),
                Arguments.of(nginx("rewrite-target", "/$2"), something, get("h.io/something/new"), "a /new"),
                Arguments.of(nginx("rewrite-target", "/$2"), something, get("h.io/Something"), "a /"),
                Arguments.of(nginx("rewrite-target", "/$2"), something, get("h.io/else"), "404"),
                Arguments.of(
                        nginx("use-regex", "true"),
                        "rules: [" + rule("", path("ImplementationSpecific", "/v[0-9]+/x", "a")) + "]",
                        get("h.io/v12/x/y"),
                        "a"),
                Arguments.of(nginx("force-ssl-redirect", "true"), slash, get("h.io/x?q=1"), "308 https://h.io/x?q=1"),
                Arguments.of(
                        nginx("force-ssl-redirect", "true"),
                        slash,
                        get("h.io/x").scheme("https"),
                        "a"),
                Arguments.of(nginx("ssl-redirect", "true"), slash, get("h.io/x"), "a"),
                Arguments.of(
                        nginx("ssl-redirect", "true"),
                        "tls: [{hosts: [h.io]}], " + slash,
                        get("h.io/x"),
                        "308 https://h.io/x"),
                Arguments.of(nginx("app-root", "/app"), slash, get("h.io/"), "302 http://h.io/app"),
                Arguments.of(nginx("app-root", "/app"), slash, get("h.io/x"), "a"),
                Arguments.of(nginx("upstream-vhost", "in.local"), slash, get("h.io/x"), "a as in.local"),
                Arguments.of(nginx("permanent-redirect", "https://n.io"), slash, get("h.io/x"), "301 https://n.io/"),
                Arguments.of(
                        nginx("permanent-redirect", "https://n.io:8443/y") + nginx("permanent-redirect-code", "308"),
                        slash,
                        get("h.io/x"),
                        "308 https://n.io:8443/y"),
                Arguments.of(
                        nginx("temporal-redirect", "http://n.io$request_uri"),
                        slash,
                        get("h.io/x?q=1"),
                        "302 http://n.io/x?q=1"));
    }

    @ParameterizedTest
    @MethodSource("annotations")
    void annotationsOfIngressNginxAct(String annotations, String spec, TestRequest request, String outcome) {
        assertThat(Outcomes.of(Outcomes.table(ingress("it", annotations, spec) + SERVICES), request))
                .isEqualTo(outcome);
    }

    @Test
    void aReadTimeoutBoundsEachAttempt() {
        RouteTable table = Outcomes.table(
                ingress("it", nginx("proxy-read-timeout", "7"), "rules: [" + rule("", path("Prefix", "/", "a")) + "]")
                        + SERVICES);
        Forward forward = (Forward) Outcomes.route(table, get("h.io/")).action();

        assertThat(forward.retry().perTryTimeoutNanos()).isEqualTo(7_000_000_000L);
        assertThat(forward.timeoutNanos()).isZero();
    }

    private static UpstreamInfo upstream(String annotations) {
        RouteTable table = Outcomes.table(
                ingress("it", annotations, "rules: [" + rule("", path("Prefix", "/", "a")) + "]") + SERVICES);
        Forward forward = (Forward) Outcomes.route(table, get("h.io/")).action();
        return forward.destinations().get(0).upstream().info();
    }

    @Test
    void aClientWithACookieStaysWithItsEndpoint() {
        HashPolicy plain = upstream(nginx("affinity", "cookie")).hash().orElseThrow();
        HashPolicy named = upstream(nginx("affinity", "cookie")
                        + nginx("session-cookie-name", "trail")
                        + nginx("session-cookie-max-age", "60")
                        + nginx("session-cookie-path", "/shop")
                        + nginx("session-cookie-samesite", "Lax")
                        + nginx("session-cookie-secure", "true"))
                .hash()
                .orElseThrow();

        assertThat(plain.source()).isEqualTo(HashPolicy.Source.COOKIE);
        assertThat(plain.name()).isEqualTo("INGRESSCOOKIE");
        assertThat(plain.cookie().orElseThrow())
                .isEqualTo(new HashPolicy.NewCookie(Duration.ZERO, "; Path=/; HttpOnly"));
        assertThat(named.name()).isEqualTo("trail");
        assertThat(named.cookie().orElseThrow())
                .isEqualTo(new HashPolicy.NewCookie(
                        Duration.ofSeconds(60), "; Path=/shop; SameSite=Lax; Secure; HttpOnly"));
        assertThat(upstream("").hash()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "$remote_addr, ADDRESS, ''",
        "$binary_remote_addr, ADDRESS, ''",
        "$http_x_user, HEADER, x-user",
        "$arg_User, QUERY_PARAMETER, User",
        "$cookie_User, COOKIE, User"
    })
    void endpointsFollowFromWhatIsHashed(String by, HashPolicy.Source source, String name) {
        HashPolicy hash = upstream(nginx("upstream-hash-by", by)).hash().orElseThrow();

        assertThat(hash.source()).isEqualTo(source);
        assertThat(hash.name()).isEqualTo(name);
        assertThat(hash.cookie()).isEmpty();
    }

    @Test
    void aConnectTimeoutIsOfTheIngressAloneAndOthersShareTheService() {
        String other = ingress("other", "", "rules: [" + rule("other.io", path("Prefix", "/", "a")) + "]");
        RouteTable table = Outcomes.table(ingress(
                        "it",
                        nginx("proxy-connect-timeout", "3"),
                        "rules: [" + rule("h.io", path("Prefix", "/", "a")) + "]")
                + other
                + SERVICES);

        assertThat(connectTimeout(table, "h.io/")).isEqualTo(Duration.ofSeconds(3));
        assertThat(connectTimeout(table, "other.io/")).isEqualTo(Duration.ofSeconds(10));
    }

    private static Duration connectTimeout(RouteTable table, String target) {
        Forward forward = (Forward) Outcomes.route(table, get(target)).action();
        return forward.destinations().get(0).upstream().info().pool().connectTimeout();
    }

    /** An annotation and what is said of it: nothing where it acts, a warning or an error where it does not. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rewrite-target: /a                     |",
                "rewrite-target: a                      | ERROR",
                "ssl-redirect: 'true'                   |",
                "ssl-redirect: 'yes'                    | ERROR",
                "force-ssl-redirect: 'maybe'            | ERROR",
                "use-regex: 'no'                        | ERROR",
                "proxy-connect-timeout: '5'             |",
                "proxy-connect-timeout: 5s              | ERROR",
                "proxy-read-timeout: '5'                |",
                "proxy-read-timeout: soon               | ERROR",
                "proxy-send-timeout: '5'                | WARNING --stream-idle-timeout",
                "proxy-body-size: 8m                    | WARNING --request-body-bytes-max",
                "canary-weight: '10'                    | WARNING canary: \"true\" beside it",
                "canary-by-header: 'a b'                | ERROR",
                "enable-cors: 'true'                    |",
                "cors-max-age: '-1'                     | ERROR",
                "limit-rps: '5'                         |",
                "limit-rpm: 5/s                         | ERROR",
                "limit-whitelist: '1:2:3/64'            | ERROR",
                "limit-connections: '5'                 |",
                "limit-burst-multiplier: '2'            | WARNING limit-rps, limit-rpm or limit-connections beside it",
                "limit-whitelist: 10.0.0.1              | WARNING limit-rps, limit-rpm or limit-connections beside it",
                "limit-whitelist: 10.0.0.1/33           | ERROR",
                "limit-rate: '5'                        | WARNING it is not served",
                "affinity: cookie                       |",
                "affinity: ip                           | WARNING only cookie is there",
                "session-cookie-name: a                 | WARNING affinity: \"cookie\" beside it",
                "session-cookie-samesite: Sometimes     | ERROR",
                "session-cookie-path: '/a;b'            | ERROR",
                "upstream-hash-by: $remote_addr         |",
                "upstream-hash-by: $request_uri         | WARNING one of $remote_addr",
                "backend-protocol: HTTP                 |",
                "backend-protocol: HTTPS                | WARNING HTTP/1.1 is spoken to services",
                "backend-protocol: GRPC                 | WARNING HTTP/1.1 is spoken to services",
                "permanent-redirect: 'https://a.io/b'   |",
                "permanent-redirect: /b                 | ERROR",
                "permanent-redirect: 'https://a.io:0/b' | ERROR",
                "permanent-redirect-code: '304'         | ERROR",
                "temporal-redirect: 'ftp://a.io'        | ERROR",
                "auth-url: 'http://a.io'                | ERROR no authentication",
                "auth-type: basic                       | ERROR no authentication",
                "auth-tls-secret: a/b                   | ERROR no authentication",
                "whitelist-source-range: 10.0.0.0/8     | ERROR no list of addresses",
                "denylist-source-range: 10.0.0.0/8      | ERROR no list of addresses",
                "configuration-snippet: deny all;       | ERROR no snippet",
                "server-snippet: deny all;              | ERROR no snippet",
                "enable-modsecurity: 'true'             | ERROR no web application firewall",
                "enable-modsecurity: 'false'            | WARNING",
                "mirror-target: 'http://a.io'           | WARNING set mirrors in a VirtualService",
                "server-alias: a.io                     | WARNING write a rule for each host",
                "rewrite-taget: /a                      | WARNING it is not served",
                "custom-http-errors: '404'              | WARNING it is not served",
            })
    void anAnnotationActsOrIsNamed(String annotation, String said) {
        String name = annotation.substring(0, annotation.indexOf(": "));
        String path = "metadata.annotations[nginx.ingress.kubernetes.io/" + name + "]";
        List<String> found = TestConfig.read(ingress(
                        "it",
                        "nginx.ingress.kubernetes.io/" + annotation + ", ",
                        "rules: [" + rule("", path("Prefix", "/", "a")) + "]"))
                .problems()
                .stream()
                .filter(problem -> problem.path().equals(path))
                .map(problem -> problem.severity() + " " + problem.message())
                .toList();

        if (said == null) {
            assertThat(found).isEmpty();
        } else {
            String[] words = said.split(" ", 2);
            assertThat(found)
                    .anyMatch(text -> text.startsWith(words[0]) && (words.length < 2 || text.contains(words[1])));
        }
    }

    @Test
    void corsIsThatOfIngressNginx() {
        String rule = "rules: [" + rule("", path("Prefix", "/", "a")) + "]";
        Cors open = cors(nginx("enable-cors", "true"), rule);
        Cors named = cors(
                nginx("enable-cors", "true")
                        + nginx("cors-allow-origin", "https://*.a.io, http://b.io:8080")
                        + nginx("cors-allow-methods", "GET")
                        + nginx("cors-max-age", "7"),
                rule);

        assertThat(open.allows("https://any.io")).isTrue();
        assertThat(open.allowCredentials()).isFalse();
        assertThat(open.maxAge()).isEqualTo("1728000");
        assertThat(named.allows("https://x.a.io")).isTrue();
        assertThat(named.allows("http://b.io:8080")).isTrue();
        assertThat(named.allows("http://b.io")).isFalse();
        assertThat(named.allowCredentials()).isTrue();
        assertThat(named.allowMethods()).isEqualTo("GET");
    }

    private static Cors cors(String annotations, String spec) {
        RouteTable table = Outcomes.table(ingress("it", annotations, spec) + SERVICES);
        return (Cors) Outcomes.route(table, get("h.io/")).filters().get(0);
    }

    private static String canary(String annotations) {
        String rules = "rules: [" + rule("h.io", path("Prefix", "/", "%s")) + "]";
        return ingress("main", "", rules.formatted("a"))
                + ingress("canary", nginx("canary", "true") + annotations, rules.formatted("b"))
                + SERVICES;
    }

    @Test
    void whoAsksForTheCanaryIsUnderTheLimitsOfTheMainIngress() {
        String rules = "rules: [" + rule("h.io", path("Prefix", "/", "%s")) + "]";
        String trial = nginx("canary", "true") + nginx("canary-by-header", "X-Canary") + nginx("limit-rps", "900");
        RouteTable table = Outcomes.table(ingress("main", nginx("limit-rps", "5"), rules.formatted("a"))
                + ingress("canary", trial, rules.formatted("b"))
                + SERVICES);
        for (TestRequest request : List.of(get("h.io/"), get("h.io/").with("x-canary", "always"))) {
            assertThat(Outcomes.route(table, request).filters())
                    .singleElement()
                    .isInstanceOfSatisfying(RateLimits.class, limits -> assertThat(limits.limits())
                            .singleElement()
                            .satisfies(limit ->
                                    assertThat(limit.info().spec().amount()).isEqualTo(5)));
        }
    }

    static Stream<Arguments> canaries() {
        String header = nginx("canary-by-header", "X-Canary");
        String cookie = nginx("canary-by-cookie", "trial");
        String all = nginx("canary-weight", "100");
        TestRequest plain = get("h.io/");
        return Stream.of(
                Arguments.of(header, plain, "a"),
                Arguments.of(header, plain.with("x-canary", "always"), "b"),
                Arguments.of(header + all, plain.with("x-canary", "never"), "a"),
                Arguments.of(header + all, plain.with("x-canary", "maybe"), "b"),
                Arguments.of(header + nginx("canary-by-header-value", "eu"), plain.with("x-canary", "eu"), "b"),
                Arguments.of(header + nginx("canary-by-header-value", "eu"), plain.with("x-canary", "always"), "a"),
                Arguments.of(
                        header + nginx("canary-by-header-pattern", "e[uv]$"), plain.with("x-canary", "west-ev"), "b"),
                Arguments.of(cookie, plain.with("cookie", "a=b; trial=always"), "b"),
                Arguments.of(cookie, plain.with("cookie", "trial=alwaysnot"), "a"),
                Arguments.of(cookie + all, plain.with("cookie", "trial=never; c=d"), "a"),
                Arguments.of(header + cookie, plain.with("x-canary", "always").with("cookie", "trial=never"), "b"),
                Arguments.of(all, plain, "b"),
                Arguments.of(nginx("canary-weight", "0"), plain, "a"));
    }

    @ParameterizedTest
    @MethodSource("canaries")
    void aCanaryTakesItsPart(String annotations, TestRequest request, String outcome) {
        assertThat(Outcomes.of(Outcomes.table(canary(annotations)), request)).isEqualTo(outcome);
    }

    @Test
    void aCanaryTakesItsShare() {
        RouteTable table = Outcomes.table(canary(nginx("canary-weight", "30") + nginx("canary-weight-total", "40")));
        Forward forward = (Forward) Outcomes.route(table, get("h.io/")).action();

        assertThat(forward.destinations())
                .extracting(WeightedDestination::weight)
                .containsExactly(10, 30);
        assertThat(Outcomes.of(
                        Outcomes.table(ingress(
                                        "alone",
                                        nginx("canary", "true") + nginx("canary-weight", "100"),
                                        "rules: [" + rule("", path("Prefix", "/", "b")) + "]")
                                + SERVICES),
                        get("h.io/")))
                .as("a canary of nothing")
                .isEqualTo("404");
    }

    @Test
    void istiosRoutesOfAHostComeFirstAndTheirCatchAllLast() {
        RouteTable table = Outcomes.table(TestConfig.GATEWAY + """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: r}
                spec:
                  hosts: [h.io]
                  gateways: [gw]
                  http:
                  - {match: [{uri: {prefix: /x}}], route: [{destination: {host: a, port: {number: 80}}}]}
                  - {route: [{destination: {host: b, port: {number: 80}}}]}
                ---
                """
                + rules(rule("h.io", path("Exact", "/x", "c"), path("Prefix", "/y", "d"), path("Prefix", "/", "c")))
                + SERVICES);

        assertThat(Outcomes.of(table, get("h.io/x"))).isEqualTo("a");
        assertThat(Outcomes.of(table, get("h.io/y"))).isEqualTo("d");
        assertThat(Outcomes.of(table, get("h.io/z"))).isEqualTo("b");
    }

    static Stream<Arguments> refusals() {
        String rule = "rules: [" + rule("h.io", path("Prefix", "/", "a")) + "]";
        return Stream.of(
                Arguments.of("", "", "spec"),
                Arguments.of("", rule.replace("h.io", "*"), "spec.rules[0].host"),
                Arguments.of("", rule.replace("h.io", "10.0.0.1"), "spec.rules[0].host"),
                Arguments.of("", rule.replace("h.io", "H.io"), "spec.rules[0].host"),
                Arguments.of("", rule.replace("h.io", "a.*.io"), "spec.rules[0].host"),
                Arguments.of("", rule.replace("Prefix", "Odd"), "spec.rules[0].http.paths[0].pathType"),
                Arguments.of("", rule.replace("pathType: Prefix, ", ""), "spec.rules[0].http.paths[0].pathType"),
                Arguments.of("", rule.replace("\"/\"", "\"x\""), "spec.rules[0].http.paths[0].path"),
                Arguments.of("", rule.replace("\"/\"", "\"/a//b\""), "spec.rules[0].http.paths[0].path"),
                Arguments.of(
                        "",
                        rule.replace("number: 80", "number: 80, name: http"),
                        "spec.rules[0].http.paths[0].backend.service.port"),
                Arguments.of(
                        "", rule.replace("{number: 80}", "{}"), "spec.rules[0].http.paths[0].backend.service.port"),
                Arguments.of(
                        "",
                        rule.replace("service: {name: a, port: {number: 80}}", "resource: {kind: Bucket, name: x}"),
                        "spec.rules[0].http.paths[0].backend.resource"),
                Arguments.of(
                        "",
                        rule.replace("service: {name: a, port: {number: 80}}", "serviceName: a, servicePort: 80"),
                        "spec.rules[0].http.paths[0].backend.serviceName"),
                Arguments.of(
                        "kubernetes.io/ingress.class: nginx", "ingressClassName: x, " + rule, "spec.ingressClassName"),
                Arguments.of(
                        nginx("auth-url", "http://x"),
                        rule,
                        "metadata.annotations[nginx.ingress.kubernetes.io/auth-url]"),
                Arguments.of(
                        nginx("whitelist-source-range", "10.0.0.0/8"),
                        rule,
                        "metadata.annotations[nginx.ingress.kubernetes.io/whitelist-source-range]"),
                Arguments.of(
                        nginx("configuration-snippet", "x"),
                        rule,
                        "metadata.annotations[nginx.ingress.kubernetes.io/configuration-snippet]"),
                Arguments.of(
                        nginx("rewrite-target", "x"),
                        rule,
                        "metadata.annotations[nginx.ingress.kubernetes.io/rewrite-target]"),
                Arguments.of(nginx("canary", "yes"), rule, "metadata.annotations[nginx.ingress.kubernetes.io/canary]"),
                Arguments.of(
                        nginx("use-regex", "true"),
                        rule.replace("\"/\"", "\"/(\""),
                        "spec.rules[0].http.paths[0].path"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void whatIsWrongIsRefusedWithItsPath(String annotations, String spec, String path) {
        assertThat(TestConfig.read(ingress("it", annotations, spec)).problems())
                .filteredOn(Problem::isError)
                .extracting(Problem::path)
                .contains(path);
    }

    @Test
    void theFormBeforeV1IsRefusedWithItsSpellingInV1() {
        assertThat(TestConfig.problems(rules(rule(
                        "",
                        path("Prefix", "/", "a")
                                .replace(
                                        "service: {name: a, port: {number: 80}}", "serviceName: a, servicePort: 80")))))
                .anyMatch(problem -> problem.contains("service: {name: NAME, port: {number: NUMBER}}"));
        assertThat(TestConfig.problems("apiVersion: extensions/v1beta1\nkind: Ingress\nmetadata: {name: x}\nspec: {}"))
                .singleElement()
                .asString()
                .contains("extensions/v1beta1 (expected: one of networking.k8s.io/v1)");
    }

    @ParameterizedTest
    @MethodSource("unserved")
    void whatDoesNotActIsAWarningThatNamesIt(String annotations, String spec, String path) {
        assertThat(TestConfig.read(ingress("it", annotations, spec)).problems())
                .extracting(Problem::path)
                .containsExactly(path);
    }

    static Stream<Arguments> unserved() {
        String rule = "rules: [" + rule("h.io", path("Prefix", "/", "a")) + "]";
        return Stream.concat(
                Stream.of(
                        Arguments.of("", "tls: [{hosts: [h.io], secretName: s}], " + rule, "spec.tls"),
                        Arguments.of("", "rules: [{host: h.io}]", "spec.rules[0]")),
                Stream.of("proxy-send-timeout", "proxy-body-size", "limit-rate", "affinity", "mirror-target")
                        .map(name -> Arguments.of(
                                nginx(name, "1"),
                                rule,
                                "metadata.annotations[nginx.ingress.kubernetes.io/" + name + "]")));
    }
}
