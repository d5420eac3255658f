package io.convergate.routing.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.routing.TestConfig;
import io.convergate.routing.compile.CompileSettings;
import io.convergate.routing.compile.RouteTableCompiler;
import io.convergate.routing.explain.Explanation.Candidate;
import io.convergate.routing.explain.Explanation.Outcome;
import io.convergate.routing.match.CompiledRoute;
import io.convergate.routing.match.PortTable;
import io.convergate.routing.match.RouteTable;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.resolve.Configuration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said of a request is what happens to it. */
class ExplainerTest {
    private static final CompileSettings SETTINGS = CompileSettings.of(Map.of("zone", "a"));

    /** A table and the way to ask it. */
    private record Asked(RouteTable table, Explainer explainer) {
        static Asked of(String yaml) {
            Map<ResourceKey, Resource> resources = TestConfig.parse(yaml);
            RouteTable table =
                    new RouteTableCompiler(SETTINGS).compile(resources).table();
            Configuration configuration =
                    Configuration.empty(SETTINGS.rootNamespace()).become(resources);
            return new Asked(
                    table, new Explainer(table, new Absentees(configuration, SETTINGS), 100, Explainer::endpoints));
        }
    }

    private static Question get(String authority, String path) {
        return new Question("GET", "http", authority, path, null, Map.of(), 80);
    }

    private static String service(String name, String spec) {
        return "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: " + name + "}\nspec: {"
                + spec + "}\n---\n";
    }

    private static final String SHOP = TestConfig.GATEWAY
            + """
            apiVersion: networking.istio.io/v1
            kind: ServiceEntry
            metadata: {name: cart}
            spec:
              hosts: [cart]
              ports: [{number: 80, name: http, protocol: HTTP}]
              resolution: STATIC
              endpoints: [{address: 10.0.0.1}]
            ---
            """
            + service(
                    "shop",
                    "hosts: [shop.io], gateways: [gw], http: ["
                            + "{name: put, match: [{method: {exact: PUT}, uri: {prefix: /cart}}], route: [{destination: {host: cart}}]},"
                            + "{name: beta, match: [{headers: {x-beta: {exact: 'yes'}}}], directResponse: {status: 204}},"
                            + "{name: elsewhere, match: [{uri: {exact: /old}}], redirect: {uri: /new}},"
                            + "{name: zone, match: [{sourceLabels: {zone: b}}], directResponse: {status: 205}},"
                            + "{name: port, match: [{port: 81}], directResponse: {status: 206}},"
                            + "{name: split, match: [{uri: {prefix: /cart/}}], timeout: 2s, rewrite: {uri: /v2/},"
                            + " headers: {request: {set: {k: v}}}, route: [{destination: {host: cart}, weight: 75},"
                            + " {destination: {host: nobody}, weight: 25}]},"
                            + "{name: late, match: [{uri: {prefix: /cart}}], directResponse: {status: 207}}]")
            + service("wide", "hosts: ['*'], gateways: [gw], http: [{directResponse: {status: 208}}]");

    @Test
    void everyRouteSaysWhyItLostAndTheWinnerWhatItDoes() {
        Explanation explanation = Asked.of(SHOP).explainer().explain(get("shop.io:80", "/cart/1"));

        assertThat(explanation.listener()).isEqualTo("port 80, HTTP");
        assertThat(explanation.virtualHost()).isEqualTo("shop.io");
        assertThat(explanation.virtualHostBecause()).isEqualTo("the exact name; not asked: *");
        assertThat(explanation.routes())
                .extracting(route -> route.name() + " " + route.outcome() + " " + route.because())
                .containsExactly(
                        "put FAILED method GET (expected: PUT)",
                        "beta FAILED header x-beta missing (expected: yes)",
                        "elsewhere FAILED path /cart/1 (expected: is /old)",
                        "split CHOSEN ",
                        "late TOO_LATE an earlier route takes it",
                        "zone NOT_HERE label zone of this node a (expected: sourceLabels: b)",
                        "port NOT_HERE port 80 (expected: 81)");
        assertThat(explanation.routes().get(3).writtenIn())
                .isEqualTo("VirtualService default/shop spec.http[5].match[0]");
        Explanation.Verdict verdict = explanation.verdict();
        assertThat(verdict.action()).isEqualTo("forward");
        assertThat(verdict.destinations())
                .extracting(Explanation.Destination::share)
                .containsExactly(75.0, 25.0);
        assertThat(verdict.destinations().get(0))
                .extracting(Explanation.Destination::upstream, Explanation.Destination::path)
                .containsExactly("outbound|80||cart", "/v2/1");
        assertThat(verdict.destinations().get(0).endpoints()).containsExactly("10.0.0.1:80");
        assertThat(verdict.destinations().get(1).problem()).startsWith("503 NC");
        assertThat(verdict.filters())
                .contains("timeout 2s, all attempts together", "path becomes /v2/1", "request header k is set to v");
    }

    static Stream<Arguments> verdicts() {
        return Stream.of(
                Arguments.of(get("shop.io", "/old"), "redirect", 301, "301 to http://shop.io/new"),
                Arguments.of(get("shop.io", "/none"), "refuse", 404, "404: no route of shop.io takes it"),
                Arguments.of(get("x.io", "/"), "respond", 208, "208 with a body of 0 bytes"),
                Arguments.of(
                        new Question("GET", "http", "shop.io", "/", null, Map.of("X-Beta", "yes"), 80),
                        "respond",
                        204,
                        "204 with a body of 0 bytes"),
                Arguments.of(
                        new Question("GET", "http", "shop.io", "/", null, Map.of(), 81),
                        "refuse",
                        0,
                        "the connection is refused"));
    }

    @ParameterizedTest
    @MethodSource("verdicts")
    void theVerdictIsWhatHappens(Question question, String action, int status, String says) {
        Explanation.Verdict verdict =
                Asked.of(SHOP).explainer().explain(question).verdict();

        assertThat(verdict.action()).isEqualTo(action);
        assertThat(verdict.status()).isEqualTo(status);
        assertThat(verdict.says()).startsWith(says);
    }

    @Test
    void whatActsOnTheWayIsSaidInOrder() {
        String yaml = SHOP.replace(
                "{name: split,",
                "{name: split, fault: {delay: {percentage: {value: 5}, fixedDelay: 2s},"
                        + " abort: {percentage: {value: 1}, httpStatus: 503}}, mirror: {host: cart},"
                        + " corsPolicy: {allowOrigins: [{exact: https://a.io}]}, retries: {attempts: 3, retryOn: 5xx},");
        Question question =
                new Question("GET", "http", "shop.io", "/cart/1", null, Map.of("origin", "https://a.io"), 80);

        assertThat(Asked.of(yaml).explainer().explain(question).verdict().filters())
                .contains(
                        "fault: 5 % wait 2s",
                        "fault: 1 % are answered 503",
                        "cross-origin rules: https://a.io is allowed",
                        "100 % of requests copied to outbound|80||cart")
                .contains("up to 3 retries on 5xx");
    }

    @Test
    void aHostNobodyServesIsSaidWithThoseThatAreServed() {
        String yaml = TestConfig.GATEWAY
                + service("a", "hosts: [a.io], gateways: [gw], http: [{directResponse: {status: 200}}]");
        Explanation explanation = Asked.of(yaml).explainer().explain(get("b.io", "/"));

        assertThat(explanation.virtualHostBecause())
                .isEqualTo("no host pattern of this listener covers b.io; it has: a.io");
        assertThat(explanation.verdict().flag()).isEqualTo("NR");
    }

    @Test
    void ofManyRoutesThoseThatAreListedHoldTheOneThatWasChosen() {
        StringBuilder rules = new StringBuilder();
        for (int i = 0; i < 300; i++) {
            rules.append("{name: r")
                    .append(i)
                    .append(", match: [{uri: {exact: /")
                    .append(i)
                    .append("}}], directResponse: {status: 200}},");
        }
        Explanation explanation = Asked.of(
                        TestConfig.GATEWAY + service("many", "hosts: [a.io], gateways: [gw], http: [" + rules + "]"))
                .explainer()
                .explain(get("a.io", "/250"));

        assertThat(explanation.routes()).hasSize(100);
        assertThat(explanation.routesNotShown()).isEqualTo(200);
        assertThat(explanation.routes())
                .filteredOn(route -> route.outcome() == Outcome.CHOSEN)
                .extracting(Candidate::name)
                .containsExactly("r250");
    }

    private static final List<String> MATCHES = List.of(
            "uri: {exact: /a}",
            "uri: {prefix: /a}",
            "uri: {prefix: /A}, ignoreUriCase: true",
            "uri: {regex: '/a[bc]*'}",
            "uri: {prefix: /}, method: {exact: PUT}",
            "headers: {h: {exact: x}}",
            "headers: {h: {}}",
            "withoutHeaders: {h: {exact: x}}",
            "withoutHeaders: {h: {}}",
            "queryParams: {q: {prefix: v}}",
            "authority: {exact: 'a.io:80'}",
            "scheme: {exact: https}",
            "headers: {':path': {prefix: /b}}");

    /** The chosen route is the one the table gives to traffic, and the first in the list whose conditions all hold. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void forRandomRequestsTheExplanationAndTheMatchAgree(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 25; round++) {
            StringBuilder yaml = new StringBuilder(TestConfig.GATEWAY);
            for (String host : List.of("a.io", "*.io", "*")) {
                StringBuilder rules = new StringBuilder();
                for (int i = 0; i < 1 + random.nextInt(8); i++) {
                    rules.append("{name: r" + i + ", match: [{" + MATCHES.get(random.nextInt(MATCHES.size()))
                            + "}], directResponse: {status: 200}},");
                }
                String name = "v" + yaml.length();
                yaml.append(service(name, "hosts: ['" + host + "'], gateways: [gw], http: [" + rules + "]"));
            }
            Asked asked = Asked.of(yaml.toString());
            PortTable port = asked.table().port(80);
            for (int i = 0; i < 100; i++) {
                Question question = question(random);
                CompiledRoute matched = port.match(question);
                Explanation explanation = asked.explainer().explain(question);
                List<Candidate> tried = explanation.routes().stream()
                        .filter(route -> route.outcome() != Outcome.NOT_HERE)
                        .toList();

                assertThat(tried.stream()
                                .filter(route -> route.outcome() == Outcome.CHOSEN)
                                .map(Candidate::writtenIn)
                                .toList())
                        .as("seed %d, %s in %s", seed, question, yaml)
                        .isEqualTo(
                                matched == null
                                        ? List.of()
                                        : List.of("VirtualService default/"
                                                + matched.source().name() + " "
                                                + matched.info().path()));
                assertThat(tried.stream()
                                .filter(route -> route.outcome() != Outcome.FAILED)
                                .findFirst()
                                .map(Candidate::outcome)
                                .orElse(Outcome.CHOSEN))
                        .as("seed %d: nothing before the chosen one would take it: %s", seed, explanation)
                        .isEqualTo(Outcome.CHOSEN);
            }
        }
    }

    private static Question question(Random random) {
        Map<String, String> headers = random.nextBoolean() ? Map.of() : Map.of("h", random.nextBoolean() ? "x" : "y");
        return new Question(
                random.nextBoolean() ? "GET" : "PUT",
                random.nextInt(5) == 0 ? "https" : "http",
                List.of("a.io", "a.io:80", "b.io", "A.IO", "c.com", "").get(random.nextInt(6)),
                List.of("/", "/a", "/A", "/ab", "/abc/d", "/b", "/bc").get(random.nextInt(7)),
                random.nextBoolean() ? null : List.of("q=v", "q=w", "q", "r=v").get(random.nextInt(4)),
                headers,
                80);
    }

    @Test
    void destinationThatIsNotKnownIsNamed() {
        String yaml = SHOP
                + service(
                        "x",
                        "hosts: [x.io], gateways: [gw], http: [{route: [{destination:"
                                + " {host: nobody, subset: v2, port: {number: 8080}}}]}]");
        assertThat(Asked.of(yaml)
                        .explainer()
                        .explain(get("x.io", "/"))
                        .verdict()
                        .destinations())
                .singleElement()
                .extracting(Explanation.Destination::problem)
                .isEqualTo("503 NC: nobody:8080 v2 is no host, port or subset that is known");
    }

    @Test
    void listenersOnOtherAddressesAreToldApart() {
        String gateway = """
                apiVersion: networking.istio.io/v1
                kind: Gateway
                metadata: {name: bound}
                spec:
                  servers:
                  - {port: {number: 80, name: http, protocol: HTTP}, bind: 10.0.0.9, hosts: ["*"]}
                  - {port: {number: 81, name: only, protocol: HTTP}, bind: 10.0.0.9, hosts: ["*"]}
                ---
                """;
        String yaml = SHOP + "---\n" + gateway
                + service("x", "hosts: ['*'], gateways: [bound], http: [{route: [{destination: {host: cart}}]}]");
        Explainer explainer = Asked.of(yaml).explainer();
        assertThat(explainer.explain(get("nowhere.io", "/")).listener())
                .isEqualTo("port 80, HTTP; not asked: port 80 of 10.0.0.9, HTTP");
        assertThat(explainer.explain(get("10.0.0.9", "/")).listener())
                .isEqualTo("port 80 of 10.0.0.9, HTTP; not asked: port 80, HTTP");
        assertThat(explainer.explain(get("nowhere.io", "/").onPort(81)).listener())
                .isEqualTo("port 81 of 10.0.0.9, HTTP");
    }
}
