package io.convergate.node.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.routing.match.RouteInfo;
import io.convergate.routing.model.ResourceKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of the series of routes that come and go. */
class RouteSeriesTest {
    private static final int ROUTES_MAX = 5;
    private static final Duration NOT_LONG = Duration.ofMinutes(5);
    private static final Duration LONG = Recorders.KEPT.plusMinutes(2);

    private final AtomicLong nanos = new AtomicLong(1);
    private final Telemetry telemetry = Telemetry.start(
            new TelemetrySettings(Map.of(), TelemetrySettings.Format.OFF, Optional.empty()), nanos::get, ROUTES_MAX);

    @AfterEach
    void stop() {
        telemetry.close();
    }

    private RouteRecorder route(String service) {
        return telemetry.route(new RouteInfo(
                "r", new ResourceKey("networking.istio.io", "VirtualService", "series", service), "*", 80));
    }

    private void serve(RouteRecorder... routes) {
        telemetry.served(
                () -> new Telemetry.Served(Stream.of(routes), Stream.empty(), Stream.empty(), Stream.of("served")));
    }

    private void request(RouteRecorder route) {
        RequestRecord record = new RequestRecord();
        record.route = route;
        record.status = 200;
        record.bytesSent = 10;
        record.bytesReceived = 1;
        record.endNanos = 3_000_000;
        telemetry.finished(record);
    }

    private void pass(Duration time) {
        for (long minutes = time.toMinutes(); minutes > 0; minutes--) {
            nanos.addAndGet(Duration.ofMinutes(1).toNanos());
            telemetry.prometheus();
        }
    }

    private List<String> series(String service) {
        return telemetry
                .prometheus()
                .lines()
                .filter(line -> line.contains('"' + service + '"'))
                .toList();
    }

    private double requests(String service) {
        return series(service).stream()
                .filter(line -> line.startsWith("convergate_requests_total"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @Test
    void aRouteThatIsServedKeepsItsSeriesHoweverLongNobodyCallsIt() {
        RouteRecorder kept = route("kept");
        serve(kept);
        request(kept);
        pass(LONG);

        assertThat(requests("series/kept")).isEqualTo(1);
    }

    @Test
    void aRouteThatNoTableNamesLosesAllItsSeriesAfterAWhile() {
        RouteRecorder gone = route("gone");
        RouteRecorder kept = route("other");
        request(gone);
        request(kept);
        serve(kept);
        pass(NOT_LONG);
        assertThat(requests("series/gone")).isEqualTo(1);

        pass(LONG);

        assertThat(series("series/gone")).isEmpty();
        assertThat(requests("series/other")).isEqualTo(1);
    }

    @Test
    void theCountersOfAnUpstreamThatNoTableNamesEndAfterAWhile() {
        serve();
        for (String upstream : List.of("served", "churned")) {
            telemetry
                    .counter("convergate_ejections", "Ejections", Telemetry.UPSTREAM, upstream)
                    .increment();
        }
        telemetry.counter("convergate_mirrors", "Mirrors", "result", "sent").increment();
        pass(NOT_LONG);
        assertThat(series("churned")).hasSize(1);

        pass(LONG);

        assertThat(series("churned")).isEmpty();
        assertThat(series("served")).singleElement().asString().endsWith(" 1.0");
        assertThat(series("sent")).hasSize(1);
        telemetry
                .counter("convergate_ejections", "Ejections", Telemetry.UPSTREAM, "churned")
                .increment();
        assertThat(series("churned")).singleElement().asString().endsWith(" 1.0");
    }

    @Test
    void aCounterThatIsEndedIsScrapedForAWhileAndLivesOnIfItIsAskedForAgain() {
        serve();
        for (String descriptor : List.of("ended", "again")) {
            telemetry
                    .counter("convergate_hits", "Hits", "descriptor", descriptor)
                    .increment();
            telemetry.end("convergate_hits", descriptor);
        }
        telemetry.counter("convergate_hits", "Hits", "descriptor", "again").increment();
        pass(NOT_LONG);
        assertThat(series("ended")).singleElement().asString().endsWith(" 1.0");

        pass(LONG);

        assertThat(series("ended")).isEmpty();
        assertThat(series("again")).singleElement().asString().endsWith(" 2.0");
    }

    @Test
    void theSeriesOfAPolicyThatNothingNamesEndAfterAWhileAndLeaveRoomForOthers() {
        PolicyRecorder kept = telemetry.policy("ns/kept");
        telemetry.served(() -> new Telemetry.Served(Stream.empty(), Stream.empty(), Stream.of(kept), Stream.empty()));
        kept.allowed();
        for (int i = 1; i < Telemetry.POLICIES_MAX; i++) {
            PolicyRecorder churned = telemetry.policy("ns/churned-" + i);
            churned.refused(false);
            churned.ownerAnswered(1_000_000);
        }
        PolicyRecorder overflow = telemetry.policy("ns/late");
        overflow.allowed();
        assertThat(series("ns/churned-1")).isNotEmpty();
        assertThat(series("ns/late")).isEmpty();
        assertThat(series("overflow")).isNotEmpty();

        pass(LONG);

        assertThat(series("ns/churned-1")).isEmpty();
        assertThat(series("ns/kept"))
                .anyMatch(line -> line.startsWith("convergate_rate_limit_allowed_total") && line.endsWith(" 1.0"));
        PolicyRecorder late = telemetry.policy("ns/late");
        assertThat(late).isNotSameAs(overflow);
        late.allowed();
        assertThat(series("ns/late")).anyMatch(line -> line.endsWith(" 1.0"));
    }

    @Test
    void aRouteThatComesBackInTimeGoesOnCounting() {
        RouteRecorder first = route("back");
        request(first);
        serve();
        pass(NOT_LONG);
        RouteRecorder again = route("back");
        serve(again);
        request(again);
        pass(LONG);

        assertThat(again).isSameAs(first);
        assertThat(requests("series/back")).isEqualTo(2);
    }

    @Test
    void aRouteThatComesBackTooLateStartsFromNothingAndCountsRight() {
        request(route("late"));
        serve();
        pass(LONG);
        RouteRecorder again = route("late");
        serve(again);
        request(again);

        assertThat(requests("series/late")).isEqualTo(1);
        assertThat(series("series/late"))
                .anyMatch(
                        line -> line.startsWith("convergate_request_duration_seconds_count") && line.endsWith(" 1.0"));
        pass(LONG);
        assertThat(requests("series/late")).isEqualTo(1);
    }

    @Test
    void routesBeyondTheBoundShareOneSetOfSeries() {
        for (int i = 0; i < ROUTES_MAX; i++) {
            request(route("own" + i));
        }
        request(route("beyond1"));
        request(route("beyond2"));

        assertThat(requests("series/own4")).isEqualTo(1);
        assertThat(series("series/beyond1")).isEmpty();
        assertThat(requests("overflow")).isEqualTo(2);
        assertThat(telemetry.prometheus()).contains("convergate_route_series_overflows_total 2.0");
    }

    @Test
    void thereIsRoomAgainOnceRoutesHaveGone() {
        for (int i = 0; i < ROUTES_MAX; i++) {
            route("own" + i);
        }
        serve();
        pass(LONG);
        request(route("new"));

        assertThat(requests("series/new")).isEqualTo(1);
    }

    /** Names that come and go, each for a moment: what is kept does not grow with them. */
    @Test
    void churnOfNamesDoesNotGrowTheText() {
        int most = 0;
        for (int i = 0; i < 100; i++) {
            RouteRecorder churning = route("churn" + i);
            serve(churning);
            request(churning);
            pass(Duration.ofMinutes(3));
            most = Math.max(most, (int) telemetry.prometheus().lines().count());
        }

        assertThat((int) telemetry.prometheus().lines().count()).isLessThanOrEqualTo(most);
        assertThat(series("series/churn0")).isEmpty();
        assertThat(telemetry.prometheus().lines().filter(line -> line.startsWith("convergate_requests_total")))
                .hasSizeLessThanOrEqualTo(ROUTES_MAX + 1);
    }
}
