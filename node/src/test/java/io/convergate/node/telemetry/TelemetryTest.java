package io.convergate.node.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.routing.match.RouteInfo;
import io.convergate.routing.model.ResourceKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TelemetryTest {
    private static final Pattern SAMPLE = Pattern.compile(
            "[a-zA-Z_:][a-zA-Z0-9_:]*(\\{([a-zA-Z_][a-zA-Z0-9_]*=\"([^\"\\\\\\n]|\\\\[\"\\\\n])*\",?)*\\})? "
                    + "([-+]?[0-9.]+([eE][-+]?[0-9]+)?|NaN|[-+]Inf)( [0-9]+)?");
    private static Telemetry telemetry;

    @BeforeAll
    static void start() {
        telemetry = Telemetry.start(new TelemetrySettings(Map.of(), TelemetrySettings.Format.OFF, Optional.empty()));
    }

    @AfterAll
    static void stop() {
        telemetry.close();
    }

    private static RouteInfo route(String service, String name) {
        return new RouteInfo(
                name, new ResourceKey("networking.istio.io", "VirtualService", "default", service), "*", 80);
    }

    private static RequestRecord answered(RouteRecorder route, int status) {
        RequestRecord record = new RequestRecord();
        record.route = route;
        record.status = status;
        record.startNanos = 1;
        record.endNanos = 3_000_001;
        record.bytesSent = 10;
        record.bytesReceived = 1;
        return record;
    }

    @Test
    void oneRouteHasOneRecorder() {
        assertThat(telemetry.route(route("one", "r"))).isSameAs(telemetry.route(route("one", "r")));
        assertThat(telemetry.route(route("one", "r"))).isNotSameAs(telemetry.route(route("one", "s")));
    }

    @Test
    void whatIsReadIsValidExpositionText() {
        RouteRecorder odd = telemetry.route(route("odd", "a \"quoted\\ name\nwith {braces}"));
        for (int status : new int[] {0, 99, 100, 200, 302, 404, 503, 599, 777}) {
            telemetry.finished(answered(odd, status));
        }
        telemetry.finished(answered(null, 404));
        telemetry.gauge("convergate_test_gauge", "A test", () -> 42);

        for (String line : telemetry.prometheus().split("\n", -1)) {
            if (!line.isEmpty() && !line.startsWith("#")) {
                assertThat(line).matches(SAMPLE);
            }
        }
        assertThat(samples("convergate_test_gauge")).anyMatch(line -> line.endsWith(" 42.0"));
    }

    @Test
    void countsAreThereAsSoonAsTheyAreAskedFor() {
        RouteRecorder route = telemetry.route(route("soon", "r"));
        telemetry.finished(answered(route, 200));

        assertThat(sum("convergate_requests_total", "virtual_service=\"default/soon\""))
                .isEqualTo(1);
        telemetry.finished(answered(route, 200));
        assertThat(sum("convergate_requests_total", "virtual_service=\"default/soon\""))
                .isEqualTo(2);
    }

    @Test
    void statusesAreCountedByClass() {
        RouteRecorder route = telemetry.route(route("classes", "r"));
        for (int status : new int[] {0, 200, 204, 301, 404, 404, 404, 503}) {
            telemetry.finished(answered(route, status));
        }

        assertThat(count("classes", "none")).isEqualTo(1);
        assertThat(count("classes", "2xx")).isEqualTo(2);
        assertThat(count("classes", "3xx")).isEqualTo(1);
        assertThat(count("classes", "4xx")).isEqualTo(3);
        assertThat(count("classes", "5xx")).isEqualTo(1);
    }

    @Test
    void flagsAreCounted() {
        double before = sum("convergate_response_flags_total", "flag=\"UT\"");
        RequestRecord late = answered(null, 504);
        late.flag(ResponseFlag.UT, "late");
        late.flag(ResponseFlag.DC, "and then gone");
        telemetry.finished(late);

        assertThat(sum("convergate_response_flags_total", "flag=\"UT\"")).isEqualTo(before + 1);
    }

    @Test
    void nothingIsLostWhenManyRecordWhileOthersRead() throws InterruptedException {
        RouteRecorder route = telemetry.route(route("busy", "r"));
        int threads = 4;
        int each = 20_000;
        CountDownLatch done = new CountDownLatch(threads);
        List<Thread> running = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            Thread thread = new Thread(() -> {
                for (int i = 0; i < each; i++) {
                    telemetry.finished(answered(route, 200));
                }
                done.countDown();
            });
            thread.start();
            running.add(thread);
        }
        while (done.getCount() > 0) {
            telemetry.prometheus();
        }
        for (Thread thread : running) {
            thread.join();
        }

        assertThat(count("busy", "2xx")).isEqualTo(threads * each);
        String labels = "virtual_service=\"default/busy\"";
        assertThat(sum("convergate_response_bytes_total", labels)).isEqualTo(10.0 * threads * each);
        assertThat(sum("convergate_request_bytes_total", labels)).isEqualTo(1.0 * threads * each);
        assertThat(sum("convergate_request_duration_seconds_count", labels)).isEqualTo(threads * each);
        assertThat(sum("convergate_request_duration_seconds_bucket", labels + ";le=\"+Inf\""))
                .isEqualTo(threads * each);
        // Three milliseconds each: above 2.5 ms, below 5 ms.
        assertThat(sum("convergate_request_duration_seconds_bucket", labels + ";le=\"0.0025\""))
                .isZero();
        assertThat(sum("convergate_request_duration_seconds_bucket", labels + ";le=\"0.005\""))
                .isEqualTo(threads * each);
    }

    private static double count(String service, String statusClass) {
        return sum(
                "convergate_requests_total",
                "virtual_service=\"default/" + service + "\";code=\"" + statusClass + "\"");
    }

    /** The sum of the samples of that name that have all these labels, written with semicolons between. */
    private static double sum(String name, String labels) {
        return samples(name).stream()
                .filter(line -> Arrays.stream(labels.split(";")).allMatch(line::contains))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static List<String> samples(String name) {
        return Arrays.stream(telemetry.prometheus().split("\n"))
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .toList();
    }
}
