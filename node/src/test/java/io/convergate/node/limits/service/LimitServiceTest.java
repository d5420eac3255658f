package io.convergate.node.limits.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.UInt64Value;
import io.convergate.node.limits.OwnersInProcess;
import io.convergate.node.telemetry.Telemetry;
import io.convergate.node.telemetry.TelemetrySettings;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.extensions.common.ratelimit.v3.RateLimitDescriptor;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitRequest;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse.Code;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse.DescriptorStatus;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse.RateLimit.Unit;
import io.envoyproxy.envoy.type.v3.RateLimitUnit;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rate limit service as Envoy sees it: by gRPC's own client and Envoy's own messages, over real sockets. */
class LimitServiceTest {
    private static final AtomicInteger VALUES = new AtomicInteger();
    private static final String DOMAIN = """
            apiVersion: convergate.io/v1
            kind: RateLimitDomain
            metadata: {name: test}
            spec:
              domain: test
              %s
              descriptors:
              - key: three
                rate_limit: {unit: year, requests_per_unit: 3, name: three}
              - key: hundred
                rate_limit: {unit: month, requests_per_unit: 100}
              - key: second
                rate_limit: {unit: second, requests_per_unit: 1000000}
              - key: banned
                rate_limit: {unit: day, requests_per_unit: 0}
              - key: free
                rate_limit: {unlimited: true}
              - key: shadow
                shadow_mode: true
                rate_limit: {unit: year, requests_per_unit: 1}
              - key: replacing
                rate_limit: {unit: year, requests_per_unit: 5, replaces: [{name: three}]}
              - key: quota
                quota_mode: true
                rate_limit: {unit: year, requests_per_unit: 1}
              - key: file
                value: a/*
                share_threshold: true
                rate_limit: {unit: year, requests_per_unit: 2}
              - key: nothing
            """;

    private static Telemetry telemetry;
    private static OwnersInProcess owners;
    private static LimitServiceNode node;

    /** One that asks the owner every time: with a lease, a refusal of many holds for fewer, too, for a while. */
    private static LimitServiceNode strict;

    /** A value that no other test counts under. */
    private final String value = "v" + VALUES.incrementAndGet();

    @BeforeAll
    static void start() throws IOException {
        telemetry = Telemetry.start(new TelemetrySettings(Map.of(), TelemetrySettings.Format.OFF, Optional.empty()));
        owners = new OwnersInProcess(1);
        node = LimitServiceNode.plain(telemetry).with(owners).serve(DOMAIN.formatted(""));
        strict = LimitServiceNode.plain(telemetry).with(owners).serve(DOMAIN.formatted("mode: strict"));
    }

    @AfterAll
    static void stop() {
        node.close();
        strict.close();
        owners.close();
        telemetry.close();
    }

    private static RateLimitDescriptor.Builder descriptor(String key, String value) {
        return RateLimitDescriptor.newBuilder()
                .addEntries(RateLimitDescriptor.Entry.newBuilder().setKey(key).setValue(value));
    }

    private RateLimitResponse ask(RateLimitDescriptor.Builder... descriptors) {
        return ask(node, descriptors);
    }

    private static RateLimitResponse ask(LimitServiceNode whom, RateLimitDescriptor.Builder... descriptors) {
        return whom.client()
                .shouldRateLimit(RateLimitRequest.newBuilder()
                        .setDomain("test")
                        .addAllDescriptors(Arrays.stream(descriptors)
                                .map(RateLimitDescriptor.Builder::build)
                                .toList())
                        .build());
    }

    private RateLimitResponse ask(String key) {
        return ask(descriptor(key, value));
    }

    private static String codes(RateLimitResponse response) {
        return response.getOverallCode() + ": "
                + response.getStatusesList().stream()
                        .map(status -> status.getCode().toString())
                        .collect(Collectors.joining(", "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"leased", "strict", "node"})
    void asManyPassAsTheLimitSaysAndTheAnswerSaysWhatIsLeft(String mode) throws IOException {
        try (LimitServiceNode other =
                LimitServiceNode.plain(telemetry).with(owners).serve(DOMAIN.formatted("mode: " + mode))) {
            RateLimitRequest request = RateLimitRequest.newBuilder()
                    .setDomain("test")
                    .addDescriptors(descriptor("three", value))
                    .build();
            for (int left = 2; left >= -1; left--) {
                RateLimitResponse response = other.client().shouldRateLimit(request);
                DescriptorStatus status = response.getStatuses(0);

                assertThat(codes(response)).isEqualTo(left < 0 ? "OVER_LIMIT: OVER_LIMIT" : "OK: OK");
                assertThat(status.getLimitRemaining()).isEqualTo(Math.max(0, left));
                assertThat(status.getCurrentLimit().getRequestsPerUnit()).isEqualTo(3);
                assertThat(status.getCurrentLimit().getUnit()).isEqualTo(Unit.YEAR);
                assertThat(status.getCurrentLimit().getName()).isEqualTo("three");
                assertThat(status.getDurationUntilReset().getSeconds()).isBetween(1L, 366 * 86_400L);
                assertThat(response.getResponseHeadersToAddList()).isEmpty();
                assertThat(response.getUnknownFields().asMap()).isEmpty();
            }
        }
    }

    @Test
    void eachValueCountsForItself() {
        for (int i = 0; i < 3; i++) {
            ask("three");
        }
        assertThat(codes(ask("three"))).isEqualTo("OVER_LIMIT: OVER_LIMIT");
        assertThat(codes(ask(descriptor("three", value + "x")))).isEqualTo("OK: OK");
    }

    @Test
    void eachDescriptorCountsForItselfWhateverBecomesOfTheOthers() {
        for (int i = 0; i < 3; i++) {
            ask("three");
        }
        for (int i = 1; i <= 4; i++) {
            RateLimitResponse response = ask(descriptor("three", value), descriptor("hundred", value));
            assertThat(codes(response)).isEqualTo("OVER_LIMIT: OVER_LIMIT, OK");
            assertThat(response.getStatuses(1).getLimitRemaining()).isLessThanOrEqualTo(100 - i);
        }
    }

    @Test
    void hitsAreAddedAllOrNone() {
        RateLimitRequest.Builder two = RateLimitRequest.newBuilder()
                .setDomain("test")
                .setHitsAddend(2)
                .addDescriptors(descriptor("three", value));
        assertThat(codes(strict.client().shouldRateLimit(two.build()))).isEqualTo("OK: OK");
        assertThat(codes(strict.client().shouldRateLimit(two.build()))).isEqualTo("OVER_LIMIT: OVER_LIMIT");
        assertThat(codes(strict.client().shouldRateLimit(two.setHitsAddend(-1).build())))
                .as("more than there can ever be")
                .isEqualTo("OVER_LIMIT: OVER_LIMIT");
        assertThat(codes(ask(strict, descriptor("three", value)))).isEqualTo("OK: OK");
        assertThat(codes(ask(strict, descriptor("three", value)))).isEqualTo("OVER_LIMIT: OVER_LIMIT");
    }

    @Test
    void aDescriptorsHitsComeBeforeTheRequestsAndNoneOnlyAsks() {
        RateLimitDescriptor.Builder three = descriptor("three", value);
        for (int i = 0; i < 5; i++) {
            assertThat(codes(ask(strict, three.clone().setHitsAddend(UInt64Value.of(0)))))
                    .isEqualTo("OK: OK");
        }
        assertThat(codes(ask(strict, three.clone().setHitsAddend(UInt64Value.of(3)))))
                .isEqualTo("OK: OK");
        assertThat(codes(ask(strict, three.clone().setHitsAddend(UInt64Value.of(0)))))
                .isEqualTo("OVER_LIMIT: OVER_LIMIT");
        assertThat(codes(ask(strict, three.clone().setHitsAddend(UInt64Value.of(-1)))))
                .isEqualTo("OVER_LIMIT: OVER_LIMIT");
    }

    @Test
    void ofBannedNonePassesAndOfUnlimitedAll() {
        assertThat(codes(ask("banned"))).isEqualTo("OVER_LIMIT: OVER_LIMIT");
        RateLimitResponse free = ask("free");
        assertThat(codes(free)).isEqualTo("OK: OK");
        assertThat(Integer.toUnsignedLong(free.getStatuses(0).getLimitRemaining()))
                .isEqualTo(0xffff_ffffL);
        assertThat(free.getStatuses(0).hasCurrentLimit()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"nothing", "unknown"})
    void whatNothingLimitsPasses(String key) {
        assertThat(ask(key))
                .isEqualTo(RateLimitResponse.newBuilder()
                        .setOverallCode(Code.OK)
                        .addStatuses(DescriptorStatus.newBuilder().setCode(Code.OK))
                        .build());
    }

    @Test
    void inADomainThatNobodyKnowsAllPasses() {
        RateLimitRequest request = RateLimitRequest.newBuilder()
                .setDomain("elsewhere")
                .addDescriptors(descriptor("banned", value))
                .build();
        assertThat(codes(node.client().shouldRateLimit(request))).isEqualTo("OK: OK");
        assertThat(telemetry.prometheus())
                .contains("convergate_rate_limit_service_calls_total{code=\"UNKNOWN_DOMAIN\"}");
    }

    @Test
    void aShadowRefusesNothingAndSaysThatNothingIsLeft() {
        ask("shadow");
        RateLimitResponse response = ask("shadow");
        assertThat(codes(response)).isEqualTo("OK: OK");
        assertThat(response.getStatuses(0).getLimitRemaining()).isZero();
        assertThat(telemetry.prometheus())
                .contains("convergate_rate_limit_service_shadow_mode_total{descriptor=\"test.shadow\"}");
    }

    @Test
    void aWholeDomainInShadowRefusesNothing() throws IOException {
        try (LimitServiceNode other =
                LimitServiceNode.plain(telemetry).with(owners).serve(DOMAIN.formatted("shadow: true"))) {
            RateLimitRequest request = RateLimitRequest.newBuilder()
                    .setDomain("test")
                    .addDescriptors(descriptor("banned", value))
                    .build();
            assertThat(codes(other.client().shouldRateLimit(request))).isEqualTo("OK: OK");
        }
    }

    @Test
    void aLimitThatIsReplacedDoesNotCount() {
        for (int i = 0; i < 5; i++) {
            RateLimitResponse response = ask(descriptor("three", value), descriptor("replacing", value));
            assertThat(codes(response)).isEqualTo("OK: OK, OK");
            assertThat(response.getStatuses(0).hasCurrentLimit()).isFalse();
        }
        assertThat(codes(ask(descriptor("three", value), descriptor("replacing", value))))
                .isEqualTo("OVER_LIMIT: OK, OVER_LIMIT");
        assertThat(codes(ask("three"))).isEqualTo("OK: OK");
    }

    @Test
    void ofQuotasAllMustBeUsedUp() {
        ask("quota");
        assertThat(codes(ask(descriptor("quota", value), descriptor("quota", value + "x"))))
                .isEqualTo("OK: OVER_LIMIT, OK");
        assertThat(codes(ask(descriptor("quota", value), descriptor("quota", value + "x"))))
                .isEqualTo("OVER_LIMIT: OVER_LIMIT, OVER_LIMIT");
        assertThat(codes(ask(descriptor("quota", value), descriptor("nothing", value))))
                .isEqualTo("OVER_LIMIT: OVER_LIMIT, OK");
    }

    @Test
    void whatSharesAThresholdCountsTogether() {
        ask(descriptor("file", "a/1"));
        ask(descriptor("file", "a/2"));
        assertThat(codes(ask(descriptor("file", "a/3")))).isEqualTo("OVER_LIMIT: OVER_LIMIT");
    }

    @Test
    void aLimitThatTheRequestBringsHoldsInPlaceOfWhatIsWritten() {
        RateLimitDescriptor.Builder brought = descriptor("banned", value)
                .setLimit(RateLimitDescriptor.RateLimitOverride.newBuilder()
                        .setRequestsPerUnit(2)
                        .setUnit(RateLimitUnit.MONTH));
        assertThat(ask(brought).getStatuses(0).getCurrentLimit())
                .isEqualTo(RateLimitResponse.RateLimit.newBuilder()
                        .setRequestsPerUnit(2)
                        .setUnit(Unit.MONTH)
                        .build());
        assertThat(codes(ask(brought))).isEqualTo("OK: OK");
        assertThat(codes(ask(brought))).isEqualTo("OVER_LIMIT: OVER_LIMIT");
    }

    @Test
    void headersAreToldWhereTheyAreWanted() throws IOException {
        try (LimitServiceNode other =
                LimitServiceNode.plain(telemetry).with(owners).serve(DOMAIN.formatted("responseHeaders: true"))) {
            RateLimitRequest request = RateLimitRequest.newBuilder()
                    .setDomain("test")
                    .addDescriptors(descriptor("hundred", value))
                    .addDescriptors(descriptor("three", value))
                    .build();
            List<HeaderValue> headers = other.client().shouldRateLimit(request).getResponseHeadersToAddList();
            assertThat(headers.stream().map(header -> header.getKey() + ": " + header.getValue()))
                    .startsWith("RateLimit-Limit: 3", "RateLimit-Remaining: 2")
                    .hasSize(3);
        }
    }

    @Test
    void metricsTellWhatBecameOfEachDescriptor() {
        ask("second");
        ask("banned");
        assertThat(telemetry.prometheus())
                .contains("convergate_rate_limit_service_within_limit_total{descriptor=\"test.second\"}")
                .contains("convergate_rate_limit_service_over_limit_total{descriptor=\"test.banned\"}")
                .contains("convergate_rate_limit_service_calls_total{code=\"OVER_LIMIT\"}")
                .contains("convergate_rate_limit_service_duration_seconds_count")
                .contains("convergate_rate_limit_allowed_total{policy=\"default/test\"}");
    }

    @ParameterizedTest(name = "{0} descriptors of {1} entries with values of {2}: {3}")
    @CsvSource({
        "0, 0, 0, INVALID_ARGUMENT, 'no descriptors (expected: one or more)'",
        "1, 0, 0, INVALID_ARGUMENT, 'a descriptor without entries (expected: one or more)'",
        "64, 32, 1, OK, ''",
        "65, 1, 1, INVALID_ARGUMENT, 'more than 64 descriptors (expected: at most 64)'",
        "1, 33, 1, INVALID_ARGUMENT, 'more than 32 entries (expected: at most 32)'",
        "1, 2, 40000, RESOURCE_EXHAUSTED, 'gRPC message exceeds maximum size 65536'",
    })
    void whatIsTooLargeOrEmptyIsRefused(
            int descriptors, int entries, int characters, Status.Code code, String description) {
        RateLimitDescriptor.Builder one = RateLimitDescriptor.newBuilder();
        IntStream.range(0, entries)
                .forEach(i -> one.addEntries(
                        RateLimitDescriptor.Entry.newBuilder().setKey("k").setValue("x".repeat(characters))));
        RateLimitDescriptor.Builder[] all = new RateLimitDescriptor.Builder[descriptors];
        Arrays.fill(all, one);
        if (code == Status.Code.OK) {
            assertThat(ask(all).getStatusesCount()).isEqualTo(descriptors);
            return;
        }
        assertThatThrownBy(() -> ask(all)).isInstanceOfSatisfying(StatusRuntimeException.class, failure -> {
            assertThat(failure.getStatus().getCode()).isEqualTo(code);
            assertThat(failure.getStatus().getDescription()).startsWith(description);
        });
    }

    @Test
    void aRequestWithoutADomainIsRefused() {
        RateLimitRequest request = RateLimitRequest.newBuilder()
                .addDescriptors(descriptor("a", "b"))
                .build();
        assertThatThrownBy(() -> node.client().shouldRateLimit(request))
                .hasMessage("INVALID_ARGUMENT: no domain (expected: a domain)");
    }
}
