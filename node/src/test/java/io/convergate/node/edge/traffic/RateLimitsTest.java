package io.convergate.node.edge.traffic;

import static io.convergate.node.edge.fixture.ConfiguredEdge.routeTo;
import static io.convergate.node.edge.fixture.ConfiguredEdge.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.edge.fixture.ConfiguredEdge;
import io.convergate.node.edge.fixture.HttpMessage;
import io.convergate.node.edge.fixture.RawClient;
import io.convergate.node.edge.fixture.RecordingOrigin;
import io.convergate.node.limits.LimitSettings;
import io.convergate.node.limits.Owners;
import io.convergate.node.limits.OwnersInProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What clients see of limits. Periods are so long that nothing is filled again during a test. */
class RateLimitsTest {
    private static final String FLAGS = "x-convergate-response-flags";
    private static final AtomicInteger NAMES = new AtomicInteger();

    @RegisterExtension
    static final ConfiguredEdge edge =
            ConfiguredEdge.withDefaults().withLimits(new LimitSettings(1_000, Duration.ofSeconds(10)));

    /** A policy of its own for each test: limits outlive configurations. */
    private final String name = "p" + NAMES.incrementAndGet();

    @AfterEach
    void countAlone() {
        edge.limits().share(Owners.NONE);
    }

    private String policy(String rules, String more) {
        return "apiVersion: convergate.io/v1\nkind: RateLimitPolicy\nmetadata: {name: " + name
                + "}\nspec: {targetRefs: [{kind: VirtualService, name: vs}], rules: [" + rules + "]" + more + "}\n";
    }

    private RecordingOrigin serve(String rules, String more) throws IOException {
        RecordingOrigin origin = edge.origin(RecordingOrigin.ECHO_TARGET);
        edge.serve(service("a", origin.address()), routeTo("a", "timeout: 30s"), policy(rules, more));
        return origin;
    }

    private long passed(int requests) throws IOException {
        long passed = 0;
        for (int i = 0; i < requests; i++) {
            passed += edge.get("/x").status() == 200 ? 1 : 0;
        }
        return passed;
    }

    @Test
    void whatIsTooMuchIsRefusedAndSaysWhenToComeAgain() throws IOException {
        RecordingOrigin origin = serve("{name: all, mode: node, limit: {requests: 2, per: HOUR}}", "");
        assertThat(passed(2)).isEqualTo(2);
        HttpMessage refusal = edge.get("/x");
        assertThat(refusal.status()).isEqualTo(429);
        assertThat(refusal.value(FLAGS)).contains("RL");
        assertThat(Integer.parseInt(refusal.value("retry-after").orElseThrow())).isBetween(1_700, 1_800);
        assertThat(refusal.value("ratelimit-policy")).contains("\"all\";q=2;w=3600");
        assertThat(refusal.value("ratelimit").orElseThrow()).startsWith("\"all\";r=0;t=1");
        assertThat(refusal.text()).isEqualTo("too many requests\n");
        assertThat(origin.requests()).hasSize(2);
        edge.awaitMetric("convergate_rate_limit_allowed_total", "policy=\"default/" + name + "\"", 2);
        edge.awaitMetric("convergate_rate_limit_refused_total", "policy=\"default/" + name + "\"", 1);
    }

    @Test
    void aPolicyChoosesStatusBodyAndWhatIsTold() throws IOException {
        serve(
                "{name: all, mode: node, limit: {requests: 2, per: DAY, algorithm: FIXED_WINDOW}}",
                ", response: {status: 503, body: come tomorrow, rateLimitHeaders: always}");
        HttpMessage first = edge.get("/x");
        assertThat(first.value("ratelimit")).contains("\"all\";r=1");
        assertThat(first.value("ratelimit-policy")).contains("\"all\";q=2;w=86400");
        assertThat(edge.get("/x").value("ratelimit")).contains("\"all\";r=0");
        HttpMessage refusal = edge.get("/x");
        assertThat(refusal.status()).isEqualTo(503);
        assertThat(refusal.text()).isEqualTo("come tomorrow");
        assertThat(refusal.value("content-type")).contains("text/plain; charset=UTF-8");
    }

    @Test
    void aGrpcClientIsToldInItsOwnWords() throws IOException {
        serve("{name: all, mode: node, limit: {requests: 1, per: HOUR}}", "");
        String call = "POST /s/m HTTP/1.1\r\nHost: a\r\nContent-Type: application/grpc\r\nContent-Length: 0\r\n\r\n";
        edge.connect().exchange(call);
        HttpMessage refusal = edge.connect().exchange(call);
        assertThat(refusal.status()).isEqualTo(200);
        assertThat(refusal.value("grpc-status")).contains("8");
    }

    @Test
    void theBodyGoesOutAsItIsWrittenAndToGrpcClientsAsTheirMessage() throws IOException {
        serve(
                "{name: all, mode: node, limit: {requests: 1, per: HOUR}}",
                ", response: {body: '{\"wait\": \"100 %, bis später\"}', headers: {content-type: application/json, x-a: b}}");
        edge.get("/x");
        HttpMessage refusal = edge.get("/x");
        byte[] body = refusal.text().getBytes(StandardCharsets.ISO_8859_1);
        assertThat(new String(body, StandardCharsets.UTF_8)).isEqualTo("{\"wait\": \"100 %, bis später\"}");
        assertThat(refusal.value("content-type")).contains("application/json");
        assertThat(refusal.value("x-a")).contains("b");
        HttpMessage call = edge.connect()
                .exchange(
                        "POST /s/m HTTP/1.1\r\nHost: a\r\nContent-Type: application/grpc\r\nContent-Length: 0\r\n\r\n");
        assertThat(call.value("grpc-message")).contains("{\"wait\": \"100 %25, bis sp%C3%A4ter\"}");
        assertThat(call.value("content-type")).contains("application/grpc");
    }

    @Test
    void everyKeyCountsForItself() throws IOException {
        serve("{name: by-key, mode: node, limit: {requests: 1, per: HOUR}, key: [{header: x-key}, {query: q}]}", "");
        for (String key : new String[] {"a", "b", "c"}) {
            for (String query : new String[] {"?q=1", "?q=2"}) {
                String request = "GET /x" + query + " HTTP/1.1\r\nHost: a\r\nX-Key: " + key + "\r\n\r\n";
                assertThat(edge.connect().exchange(request).status()).isEqualTo(200);
                assertThat(edge.connect().exchange(request).status()).isEqualTo(429);
            }
        }
    }

    @Test
    void aRuleCountsOnlyWhatItMatches() throws IOException {
        serve("{name: posts, mode: node, limit: {requests: 1, per: HOUR}, match: [{method: {exact: POST}}]}", "");
        assertThat(passed(5)).isEqualTo(5);
        String post = "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n";
        assertThat(edge.connect().exchange(post).status()).isEqualTo(200);
        assertThat(edge.connect().exchange(post).status()).isEqualTo(429);
    }

    @Test
    void ifOneLimitRefusesNoneIsCharged() throws IOException {
        serve(
                "{name: wide, mode: node, limit: {requests: 3, per: HOUR}},"
                        + " {name: narrow, mode: node, limit: {requests: 1, per: HOUR}, key: [{header: x-key}]}",
                "");
        String one = "GET /x HTTP/1.1\r\nHost: a\r\nX-Key: 1\r\n\r\n";
        assertThat(edge.connect().exchange(one).status()).isEqualTo(200);
        for (int i = 0; i < 5; i++) {
            assertThat(edge.connect().exchange(one).status()).isEqualTo(429);
        }
        assertThat(passed(3)).isEqualTo(1);
        assertThat(edge.connect()
                        .exchange("GET /x HTTP/1.1\r\nHost: a\r\nX-Key: 2\r\n\r\n")
                        .status())
                .isEqualTo(200);
        HttpMessage refusal = edge.connect().exchange("GET /x HTTP/1.1\r\nHost: a\r\nX-Key: 3\r\n\r\n");
        assertThat(refusal.value("ratelimit").orElseThrow()).startsWith("\"wide\";r=0");
    }

    @Test
    void aShadowCountsAndRefusesNothing() throws IOException {
        serve("{name: all, mode: node, shadow: true, limit: {requests: 1, per: HOUR}}", "");
        assertThat(passed(4)).isEqualTo(4);
        edge.awaitMetric("convergate_rate_limit_shadow_refused_total", "policy=\"default/" + name + "\"", 3);
    }

    @Test
    void aShadowThatAlwaysTellsSaysOfWhatItWouldRefuseThatNothingIsLeft() throws IOException {
        serve(
                "{name: all, mode: node, shadow: true, limit: {requests: 2, per: HOUR}}",
                ", response: {rateLimitHeaders: always}");
        assertThat(edge.get("/x").value("ratelimit")).contains("\"all\";r=1");
        assertThat(edge.get("/x").value("ratelimit")).contains("\"all\";r=0");
        HttpMessage third = edge.get("/x");
        assertThat(third.status()).isEqualTo(200);
        assertThat(third.value("ratelimit").orElseThrow()).startsWith("\"all\";r=0;t=1");
        assertThat(third.value("ratelimit-policy")).contains("\"all\";q=2;w=3600");
        assertThat(third.value("retry-after")).as("nothing is refused").isEmpty();
        edge.awaitMetric("convergate_rate_limit_allowed_total", "policy=\"default/" + name + "\"", 2);
        edge.awaitMetric("convergate_rate_limit_shadow_refused_total", "policy=\"default/" + name + "\"", 1);
    }

    @Test
    void requestsInFlightAreLimitedAndMakeRoomWhenTheyEnd() throws Exception {
        RecordingOrigin origin = edge.origin(RecordingOrigin.ECHO_TARGET);
        edge.serve(
                service("a", origin.address()),
                routeTo("a", "timeout: 30s\nfault: {delay: {percentage: {value: 100}, fixedDelay: 1500ms}}"),
                policy("{name: two, mode: node, inFlight: 2}", ""));
        RawClient one = edge.connect().send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n");
        RawClient two = edge.connect().send("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
        edge.awaitMetric("convergate_rate_limit_allowed_total", "policy=\"default/" + name + "\"", 2);
        HttpMessage refusal = edge.get("/3");
        assertThat(refusal.status()).isEqualTo(429);
        assertThat(refusal.value("ratelimit-policy")).contains("\"two\";q=2;qu=\"concurrent-requests\"");
        assertThat(one.response().status()).isEqualTo(200);
        assertThat(two.response().status()).isEqualTo(200);
        assertThat(edge.get("/4").status()).isEqualTo(200);
    }

    @Test
    void aClientThatLeavesGivesItsPlaceBack() throws Exception {
        RecordingOrigin origin = edge.origin(RecordingOrigin.ECHO_TARGET);
        edge.serve(
                service("a", origin.address()),
                routeTo("a", "timeout: 30s\nfault: {delay: {percentage: {value: 100}, fixedDelay: 300ms}}"),
                policy("{name: one, mode: node, inFlight: 1}", ""));
        RawClient gone = edge.connect().send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n");
        edge.awaitMetric("convergate_rate_limit_allowed_total", "policy=\"default/" + name + "\"", 1);
        gone.close();
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        int status = 0;
        while (status != 200 && System.nanoTime() < end) {
            status = edge.get("/2").status();
        }
        assertThat(status).isEqualTo(200);
    }

    @Test
    void aResponseSaysWhatItCost() throws IOException {
        RecordingOrigin origin = edge.origin(RecordingOrigin.ECHO_TARGET);
        edge.serve(
                service("a", origin.address()),
                routeTo("a", "headers: {response: {set: {x-other: '1'}}}"),
                ConfiguredEdge.policy("a", "loadBalancer: {simple: ROUND_ROBIN}"),
                policy(
                        "{name: all, mode: node, limit: {requests: 100, per: HOUR},"
                                + " cost: {requests: 10, responseHeader: content-length}}",
                        ", response: {rateLimitHeaders: always}"));
        assertThat(edge.get("/x").value("ratelimit")).contains("\"all\";r=98");
        assertThat(edge.get("/" + "x".repeat(96)).value("ratelimit")).contains("\"all\";r=1");
        assertThat(edge.get("/x").status()).isEqualTo(429);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"leased", "strict"})
    void withAnOwnerTheLimitIsExact(String mode) throws IOException {
        try (OwnersInProcess owners = new OwnersInProcess(3)) {
            edge.limits().share(owners);
            serve("{name: all, mode: " + mode + ", limit: {requests: 5, per: HOUR}}", "");
            assertThat(passed(8)).isEqualTo(5);
            HttpMessage refusal = edge.get("/x");
            assertThat(refusal.value(FLAGS)).contains("RL");
            assertThat(Integer.parseInt(refusal.value("retry-after").orElseThrow()))
                    .isBetween(1, 720);
        }
    }

    @ParameterizedTest(name = "{0} of {1}")
    @CsvSource({"leased, DAY", "strict, DAY"})
    void aQuotaIsExactToo(String mode, String window) throws IOException {
        try (OwnersInProcess owners = new OwnersInProcess(3)) {
            edge.limits().share(owners);
            serve(
                    "{name: all, mode: " + mode + ", limit: {requests: 30, per: " + window
                            + ", algorithm: FIXED_WINDOW}}",
                    "");
            assertThat(passed(40)).isEqualTo(30);
        }
    }

    @Test
    void leasedAndStrictAndLocalLimitsHoldTogether() throws IOException {
        try (OwnersInProcess owners = new OwnersInProcess(3)) {
            edge.limits().share(owners);
            serve(
                    "{name: strict, mode: strict, limit: {requests: 4, per: HOUR}},"
                            + " {name: leased, limit: {requests: 6, per: HOUR}},"
                            + " {name: local, mode: node, limit: {requests: 5, per: HOUR}}",
                    "");
            assertThat(passed(8)).isEqualTo(4);
            // What the strict one refused was charged to nobody: one is left of the local one.
            edge.serve(
                    service("a", edge.origin(RecordingOrigin.ECHO_TARGET).address()),
                    routeTo("a", ""),
                    policy("{name: local, mode: node, limit: {requests: 5, per: HOUR}}", ""));
            assertThat(passed(3)).isEqualTo(1);
        }
    }

    @Test
    void ofSeveralStrictLimitsAllAreChargedOrNone() throws IOException {
        try (OwnersInProcess owners = new OwnersInProcess(3)) {
            edge.limits().share(owners);
            serve(
                    "{name: wide, mode: strict, limit: {requests: 4, per: HOUR}},"
                            + " {name: day, mode: strict, limit: {requests: 4, per: DAY, algorithm: FIXED_WINDOW}},"
                            + " {name: narrow, mode: strict, limit: {requests: 1, per: HOUR}, key: [{header: x-key}]}",
                    "");
            for (int key = 1; key <= 4; key++) {
                String request = "GET /x HTTP/1.1\r\nHost: a\r\nX-Key: " + key + "\r\n\r\n";
                assertThat(edge.connect().exchange(request).status()).isEqualTo(200);
                HttpMessage refusal = edge.connect().exchange(request);
                assertThat(refusal.status()).isEqualTo(429);
                assertThat(refusal.value("ratelimit").orElseThrow())
                        .startsWith(key < 4 ? "\"narrow\";r=0" : "\"wide\";r=0");
            }
            assertThat(edge.get("/x").value("ratelimit").orElseThrow()).startsWith("\"wide\";r=0");
        }
    }

    @Test
    void aStrictLimitAsksAgainWhenItIsNotAnswered() throws IOException {
        try (OwnersInProcess owners = new OwnersInProcess(3)) {
            edge.limits().share(owners);
            serve("{name: all, mode: strict, limit: {requests: 2, per: HOUR}}", "");
            owners.silent(true);
            RawClient client = edge.connect().send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
            tendUntil(() -> owners.asks() >= 3);
            owners.silent(false);
            tendUntil(() -> owners.asks() >= 4);
            assertThat(client.response().status()).isEqualTo(200);
            assertThat(passed(3)).isEqualTo(1);
        }
    }

    @Test
    void whatPassedByTheShareOfAQuotaIsChargedWhenTheOwnerIsBack() throws IOException {
        try (OwnersInProcess owners = new OwnersInProcess(2)) {
            edge.limits().share(owners);
            serve("{name: all, mode: strict, limit: {requests: 10, per: DAY, algorithm: FIXED_WINDOW}}", "");
            owners.available(false);
            assertThat(passed(8)).isEqualTo(5);
            owners.available(true);
            tendUntil(() -> owners.asks() > 0);
            assertThat(passed(8)).isEqualTo(5);
        }
    }

    private static void tendUntil(BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            edge.limits().tend();
            LockSupport.parkNanos(5_000_000);
        }
    }

    @Test
    void manyRequestsOnOneLeaseCostFewQuestions() throws IOException {
        try (OwnersInProcess owners = new OwnersInProcess(1)) {
            edge.limits().share(owners);
            serve("{name: all, limit: {requests: 100000, per: SECOND}}", "");
            RawClient client = edge.connect();
            IntStream.range(0, 500).forEach(i -> {
                try {
                    assertThat(client.exchange("GET /x HTTP/1.1\r\nHost: a\r\n\r\n")
                                    .status())
                            .isEqualTo(200);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            assertThat(owners.asks()).isLessThan(250);
        }
    }
}
