package io.convergate.routing.compile;

import static io.convergate.routing.TestRequest.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.routing.TestConfig;
import io.convergate.routing.action.DirectResponse;
import io.convergate.routing.action.Forward;
import io.convergate.routing.match.CompiledRoute;
import io.convergate.routing.match.RouteInfo;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.problem.Problem;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ActivationTest {
    private static final String SERVICE = """
            apiVersion: networking.istio.io/v1
            kind: ServiceEntry
            metadata: {name: s}
            spec:
              hosts: [s.local]
              resolution: STATIC
              ports: [{number: 80, name: http, protocol: HTTP}]
              endpoints: [{address: 10.0.0.1, labels: {v: a}}]
            ---
            """;

    private final RouteTableCompiler compiler = new RouteTableCompiler(
            new CompileSettings(Map.of(), "", ActivationTest::attach, info -> info, CompileSettings.ISTIO_SYSTEM));
    private Compilation last = compiler.compile(Map.of());

    /** A route named poison cannot be compiled: it stands for a fault that validation does not see. */
    private static Object attach(RouteInfo info) {
        if (info.name().equals("poison")) {
            throw new IllegalStateException("poisoned");
        }
        return info;
    }

    private static String answering(String name, String answer) {
        return """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: %s}
                spec:
                  hosts: [%s.io]
                  gateways: [gw]
                  http: [{name: %s, directResponse: {status: 200, body: {string: %s}}}]
                ---
                """.formatted(name, name, answer, answer);
    }

    private static String forwarding(String name, String destination) {
        return """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: %s}
                spec:
                  hosts: [%s.io]
                  gateways: [gw]
                  http: [{route: [{destination: {host: %s}}]}]
                ---
                """.formatted(name, name, destination);
    }

    private static String rule(String subset) {
        return """
                apiVersion: networking.istio.io/v1
                kind: DestinationRule
                metadata: {name: s}
                spec: {host: s.local, subsets: [{name: %s, labels: {v: a}}]}
                ---
                """.formatted(subset);
    }

    private void apply(String yaml) {
        last = compiler.compile(TestConfig.parse(yaml));
    }

    private String answer(String host) {
        CompiledRoute route = last.table().port(80).match(get(host + "/"));
        if (route == null) {
            return "404";
        }
        if (route.action() instanceof DirectResponse direct) {
            return new String(direct.body());
        }
        var upstream = ((Forward) route.action()).pick(0).upstream();
        return upstream == null ? "503" : upstream.name();
    }

    private HeldBack held(String kind, String name) {
        return last.heldBack().get(new ResourceKey(Resource.ISTIO_NETWORKING, kind, "default", name));
    }

    @Test
    void oneBadResourceKeepsItsOldVersionAndStrangersGoOn() {
        apply(TestConfig.GATEWAY + answering("a", "one") + answering("b", "one"));
        apply(TestConfig.GATEWAY + answering("a", "poison") + answering("b", "two"));

        assertThat(answer("a.io")).isEqualTo("one");
        assertThat(answer("b.io")).isEqualTo("two");
        assertThat(held("VirtualService", "a").cause()).isEqualTo(HeldBack.Cause.UNCOMPILABLE);
        assertThat(held("VirtualService", "a").olderVersionServes()).isTrue();
        assertThat(last.problems()).extracting(Problem::code).contains("HeldBack");
    }

    @Test
    void aBadResourceWithoutOldVersionIsNotThereAndStrangersGoOn() {
        apply(TestConfig.GATEWAY + answering("a", "poison") + answering("b", "one"));

        assertThat(answer("a.io")).isEqualTo("404");
        assertThat(answer("b.io")).isEqualTo("one");
        assertThat(held("VirtualService", "a").olderVersionServes()).isFalse();
    }

    @Test
    void aBadResourceThatIsMendedServes() {
        apply(TestConfig.GATEWAY + answering("a", "poison"));
        apply(TestConfig.GATEWAY + answering("a", "two"));

        assertThat(answer("a.io")).isEqualTo("two");
        assertThat(last.heldBack()).isEmpty();
    }

    @Test
    void anUpdateWhoseSubsetIsMissingWaitsForItWhileTheOldVersionServes() {
        apply(TestConfig.GATEWAY + SERVICE + rule("v1") + forwarding("a", "s.local, subset: v1"));
        apply(TestConfig.GATEWAY + SERVICE + rule("v1") + forwarding("a", "s.local, subset: v2"));
        assertThat(answer("a.io")).isEqualTo("outbound|80|v1|s.local");
        assertThat(held("VirtualService", "a").cause()).isEqualTo(HeldBack.Cause.REFERENCE_MISSING);

        apply(TestConfig.GATEWAY + SERVICE + rule("v2") + forwarding("a", "s.local, subset: v2"));
        assertThat(answer("a.io")).isEqualTo("outbound|80|v2|s.local");
        assertThat(last.heldBack()).isEmpty();
    }

    @Test
    void aNewResourceWhoseReferenceIsMissingAnswersAsIstioDoesWithAWarning() {
        apply(TestConfig.GATEWAY + forwarding("a", "nobody.local"));

        assertThat(answer("a.io")).isEqualTo("503");
        assertThat(last.heldBack()).isEmpty();
        assertThat(last.problems()).extracting(Problem::code).contains("IST0101");
    }

    @Test
    void whatRefersToAHeldBackGatewayKeepsItsOldVersionWithIt() {
        apply(TestConfig.GATEWAY + answering("a", "one"));
        Map<ResourceKey, Resource> wanted = new HashMap<>(TestConfig.parse(TestConfig.GATEWAY + answering("a", "two")));
        String invalid = TestConfig.GATEWAY.replace("number: 80", "number: 70000");
        Resource gateway = TestConfig.READER.parseCanonical(
                TestConfig.read(invalid).documents().get(0).canonical());
        wanted.put(gateway.key(), gateway);
        last = compiler.compile(wanted);

        assertThat(answer("a.io")).isEqualTo("one");
        assertThat(held("Gateway", "gw").cause()).isEqualTo(HeldBack.Cause.UNCOMPILABLE);
        assertThat(held("VirtualService", "a").cause()).isEqualTo(HeldBack.Cause.REFERS_TO_HELD_BACK);
        assertThat(held("VirtualService", "a").because()).containsExactly(gateway.key());
    }

    @Test
    void aNewRouteThroughAHeldBackGatewayServesThroughItsOldVersion() {
        apply(TestConfig.GATEWAY + answering("a", "one"));
        Map<ResourceKey, Resource> wanted =
                new HashMap<>(TestConfig.parse(TestConfig.GATEWAY + answering("a", "one") + answering("new", "fresh")));
        String invalid = TestConfig.GATEWAY.replace("number: 80", "number: 70000");
        Resource gateway = TestConfig.READER.parseCanonical(
                TestConfig.read(invalid).documents().get(0).canonical());
        wanted.put(gateway.key(), gateway);
        last = compiler.compile(wanted);

        assertThat(answer("new.io")).isEqualTo("fresh");
    }

    @Test
    void whatAHeldBackResourceNeedsIsNotTakenFromIt() {
        String poisoned = forwarding("a", "other.local").replace("http: [{", "http: [{name: poison, ");
        apply(TestConfig.GATEWAY + SERVICE + forwarding("a", "s.local"));
        apply(TestConfig.GATEWAY + poisoned);

        assertThat(answer("a.io")).isEqualTo("outbound|80||s.local");
        assertThat(held("ServiceEntry", "s").cause()).isEqualTo(HeldBack.Cause.NEEDED_BY_HELD_BACK);
    }

    @Test
    void anUpdateTakesNoSubsetAwayThatARouteStillNames() {
        apply(TestConfig.GATEWAY
                + SERVICE
                + rule("v1")
                + forwarding("a", "s.local, subset: v1")
                + answering("b", "one"));
        apply(TestConfig.GATEWAY
                + SERVICE
                + rule("v2")
                + forwarding("a", "s.local, subset: v1")
                + answering("b", "two"));
        assertThat(answer("a.io")).isEqualTo("outbound|80|v1|s.local");
        assertThat(answer("b.io")).as("a stranger").isEqualTo("two");
        assertThat(held("DestinationRule", "s").cause()).isEqualTo(HeldBack.Cause.NAMED_BY_ROUTES);
        assertThat(held("DestinationRule", "s").message())
                .isEqualTo("subset s.local v1 is still named by [networking.istio.io/VirtualService/default/a]");

        apply(TestConfig.GATEWAY + SERVICE + rule("v2") + forwarding("a", "s.local, subset: v2"));
        assertThat(answer("a.io")).isEqualTo("outbound|80|v2|s.local");
        assertThat(last.heldBack()).as("nobody names it any more").isEmpty();
    }

    @Test
    void aNewRouteThatMissesWhatNobodyWroteIsServedBesideAHeldBackRuleOfItsDestination() {
        String served = TestConfig.GATEWAY + SERVICE + forwarding("a", "s.local, subset: x");
        apply(served + rule("x"));
        apply(served + rule("z") + """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: b}
                spec:
                  hosts: [b.io]
                  gateways: [gw, nowhere]
                  http: [{route: [{destination: {host: s.local}}]}]
                ---
                """);

        assertThat(held("DestinationRule", "s").message()).contains("subset s.local x is still named by");
        assertThat(held("VirtualService", "b")).isNull();
        assertThat(answer("b.io")).isEqualTo("outbound|80||s.local");
    }

    @Test
    void anUpdateTakesNoServiceAwayThatARouteStillNames() {
        apply(TestConfig.GATEWAY + SERVICE + forwarding("a", "s.local"));
        apply(TestConfig.GATEWAY + SERVICE.replace("s.local", "other.local") + forwarding("a", "s.local"));
        assertThat(answer("a.io")).isEqualTo("outbound|80||s.local");
        assertThat(held("ServiceEntry", "s").cause()).isEqualTo(HeldBack.Cause.NAMED_BY_ROUTES);

        apply(TestConfig.GATEWAY + SERVICE.replace("s.local", "other.local") + forwarding("a", "other.local"));
        assertThat(answer("a.io")).isEqualTo("outbound|80||other.local");
        assertThat(last.heldBack()).isEmpty();
    }

    @Test
    void anUpdateMayTakeAwayWhatTheRouteGivesUpInTheSameChange() {
        apply(TestConfig.GATEWAY + SERVICE + rule("v1") + forwarding("a", "s.local, subset: v1"));
        apply(TestConfig.GATEWAY + SERVICE + rule("v2") + forwarding("a", "s.local, subset: v2"));
        assertThat(answer("a.io")).isEqualTo("outbound|80|v2|s.local");
        assertThat(last.heldBack()).isEmpty();
    }

    @Test
    void aDeletionTakesNoServiceAwayThatARouteStillNames() {
        apply(TestConfig.GATEWAY + SERVICE + forwarding("a", "s.local"));
        apply(TestConfig.GATEWAY + forwarding("a", "s.local"));
        assertThat(answer("a.io")).isEqualTo("outbound|80||s.local");
        assertThat(held("ServiceEntry", "s").message())
                .isEqualTo("was deleted, but host s.local is still named by"
                        + " [networking.istio.io/VirtualService/default/a]");

        apply(TestConfig.GATEWAY);
        assertThat(last.heldBack()).isEmpty();
    }
}
