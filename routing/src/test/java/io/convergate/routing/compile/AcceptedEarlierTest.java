package io.convergate.routing.compile;

import static io.convergate.routing.TestRequest.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergate.routing.TestConfig;
import io.convergate.routing.action.RateLimit;
import io.convergate.routing.action.RateLimits;
import io.convergate.routing.match.CompiledRoute;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.problem.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Resources that another version stored and this one would refuse. */
class AcceptedEarlierTest {
    /** Compiling a route at this host is a fault of the program. */
    private static final String FAULTY = "faulty.io";

    private final RouteTableCompiler compiler = new RouteTableCompiler(new CompileSettings(
            Map.of(),
            "",
            route -> {
                if (route.virtualHost().equals(FAULTY)) {
                    throw new LinkageError("a fault");
                }
                return route;
            },
            upstream -> upstream,
            CompileSettings.ISTIO_SYSTEM));
    private int changes;
    private Compilation last = compiler.compile(Map.of());

    private static String answering(String name, String spec) {
        return """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: %s}
                spec:
                  hosts: [%s.io]
                  gateways: [gw]
                  http: [%s]
                ---
                """.formatted(name, name, spec);
    }

    /** Compiles what is stored, without asking whether it would be accepted. */
    private void serve(String... documents) {
        Map<ResourceKey, Resource> stored = new HashMap<>();
        List<String> texts =
                new ArrayList<>(List.of(TestConfig.GATEWAY, answering("sane", "{directResponse: {status: 200}}")));
        texts.addAll(List.of(documents));
        for (String text : texts) {
            byte[] canonical = TestConfig.read(text).documents().get(0).canonical();
            Resource resource = TestConfig.READER.parseCanonical(canonical);
            stored.put(resource.key(), resource);
        }
        String change = "change " + ++changes;
        last = compiler.compile(stored, key -> change, key -> false);
    }

    private boolean serves(String host) {
        CompiledRoute route = last.table().port(80).match(get(host + "/"));
        return route != null;
    }

    private List<String> problems(String code) {
        return last.problems().stream()
                .filter(problem -> problem.code().equals(code))
                .map(Problem::toString)
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{redirect: {uri: foo}}                                   | true",
                "{directResponse: {status: 200}, timeout: -1s}            | true",
                "{match: [{uri: {regex: '('}}], directResponse: {status: 200}} | false",
            })
    void whatCompilesIsServedAndSaysSo(String route, boolean served) {
        serve(answering("stored", route));

        assertThat(serves("sane.io")).as("a stranger").isTrue();
        assertThat(serves("stored.io")).isEqualTo(served);
        assertThat(last.problems()).as("the error is shown").anyMatch(Problem::isError);
        assertThat(problems("AcceptedEarlier")).hasSize(served ? 1 : 0);
        assertThat(problems("HeldBack")).hasSize(served ? 0 : 1);
    }

    @Test
    void aValidVersionThatServesIsNotReplacedByAnInvalidOneAndAnInvalidOneIs() {
        serve(answering("a", "{directResponse: {status: 200}}"));
        serve(answering("a", "{redirect: {uri: foo}}"));
        assertThat(last.heldBack()).hasSize(1);
        assertThat(problems("HeldBack")).hasSize(1);

        serve();
        serve(answering("a", "{redirect: {uri: foo}}"));
        serve(answering("a", "{redirect: {uri: bar}}"));
        assertThat(last.heldBack()).isEmpty();
        assertThat(problems("AcceptedEarlier")).hasSize(1);

        serve(answering("a", "{redirect: {uri: /bar}}"));
        assertThat(last.problems()).isEmpty();
    }

    @Test
    void aCompilationThatFailsLeavesTheServedVersionsNameAndNothingOutOfTheNext() {
        String good = answering("a", "{directResponse: {status: 200}}");
        String faulty = answering("faulty", "{directResponse: {status: 200}}");
        serve(good);
        assertThatThrownBy(() -> serve(answering("a", "{redirect: {uri: foo}}"), faulty))
                .isInstanceOf(LinkageError.class);

        serve(answering("a", "{redirect: {uri: foo}}"));

        assertThat(last.problems()).anyMatch(Problem::isError);
        assertThat(last.heldBack().values()).extracting(HeldBack::version).containsExactly("change 1");
    }

    /** {@code response.headers} was the word when to tell what is left; now it is the fields of a refusal. */
    @Test
    void aPolicyWithAWordThatMeansSomethingElseNowGoesOnLimiting() {
        serve(answering("limited", "{directResponse: {status: 200}}"), """
                apiVersion: convergate.io/v1
                kind: RateLimitPolicy
                metadata: {name: p}
                spec:
                  targetRefs: [{kind: VirtualService, name: limited}]
                  rules: [{name: r, limit: {requests: 1, per: MINUTE}}]
                  response: {status: 503, headers: always}
                """);

        CompiledRoute route = last.table().port(80).match(get("limited.io/"));
        assertThat(route.filters())
                .hasOnlyElementsOfType(RateLimits.class)
                .singleElement()
                .satisfies(filter -> {
                    RateLimit limit = ((RateLimits) filter).limits().get(0);
                    assertThat(limit.refusal().status()).isEqualTo(503);
                    assertThat(limit.refusal().tell()).isEqualTo(RateLimit.Tell.ALWAYS);
                });
        assertThat(problems("AcceptedEarlier")).singleElement().asString().contains("headers");
    }

    @Test
    void aGatewayThatMakesNoSenseTakesNobodyWithIt() {
        serve("""
                apiVersion: gateway.networking.k8s.io/v1
                kind: GatewayClass
                metadata: {name: c}
                spec: {controllerName: convergate.io/gateway}
                """, """
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: {name: front}
                spec: {gatewayClassName: c, listeners: [{name: http, port: 70000, protocol: HTTP}]}
                """);

        assertThat(serves("sane.io")).isTrue();
        assertThat(last.problems()).anyMatch(Problem::isError);
    }
}
