package io.convergate.routing.outlier;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutlierDetectorTest {
    private long now;
    private final AtomicInteger ejections = new AtomicInteger();
    private final List<OutlierDetector<Integer>.Host> hosts = new ArrayList<>();

    private static OutlierSettings settings(int errors, int gateway, int local, int maxPercent, int minHealth) {
        return new OutlierSettings(
                errors,
                gateway,
                local > 0,
                local,
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                maxPercent,
                minHealth,
                Set.of(),
                false);
    }

    private OutlierDetector<Integer> detector(OutlierSettings settings, int count) {
        OutlierDetector<Integer> detector = new OutlierDetector<>(settings, () -> now, ejections::incrementAndGet);
        for (int i = 0; i < count; i++) {
            hosts.add(detector.host(i));
        }
        return detector;
    }

    private void pass(OutlierDetector<Integer> detector, int seconds) {
        for (int i = 0; i < seconds; i++) {
            now += Duration.ofSeconds(1).toNanos();
            detector.sweep();
        }
    }

    /** A blank is an attempt without an answer. */
    private void report(int host, String outcomes) {
        for (String outcome : outcomes.split(" ")) {
            if (outcome.equals("-")) {
                hosts.get(host).unanswered();
            } else {
                hosts.get(host).answered(Integer.parseInt(outcome));
            }
        }
    }

    @ParameterizedTest(name = "{0} errors, {1} gateway errors, {2} local failures: {3}")
    @CsvSource({
        "3, 0, 0, 500 500 500, true",
        "3, 0, 0, 500 500 200 500 500, false",
        "3, 0, 0, 500 404 500 500, false",
        "3, 0, 0, 500 503 -, true",
        "0, 0, 0, 500 500 500 500 500 500 500, false",
        "0, 2, 0, 503 502, true",
        "0, 2, 0, 503 500 503, false",
        "0, 2, 0, 503 -, true",
        "3, 2, 0, 504 504, true",
        "2, 0, 2, - 500 - 500, true",
        "5, 0, 2, - -, true",
        "2, 0, 3, - - 200, false",
        "2, 0, 2, - 404 -, false",
    })
    void endpointThatFailsOftenEnoughInARowIsLeftOut(
            int errors, int gateway, int local, String outcomes, boolean ejected) {
        OutlierDetector<Integer> detector = detector(settings(errors, gateway, local, 100, 0), 3);
        report(0, outcomes);

        assertThat(hosts.get(0).isEjected()).isEqualTo(ejected);
        assertThat(hosts.get(1).isEjected()).isFalse();
        assertThat(detector.ejected()).isEqualTo(ejected ? 1 : 0);
        assertThat(ejections).hasValue(ejected ? 1 : 0);
    }

    @Test
    void statusesThatCountCanBeNamed() {
        OutlierSettings settings = new OutlierSettings(
                2, 0, false, 0, Duration.ofSeconds(10), Duration.ofSeconds(30), 100, 0, Set.of(429), false);
        detector(settings, 2);
        report(0, "500 500 500");
        report(1, "429 429");

        assertThat(hosts.get(0).isEjected()).isFalse();
        assertThat(hosts.get(1).isEjected()).isTrue();
    }

    @Test
    void timeOutGrowsWithEveryEjectionAndEndsAtASweep() {
        OutlierDetector<Integer> detector = detector(settings(1, 0, 0, 100, 0), 2);
        report(0, "500");
        pass(detector, 29);
        assertThat(hosts.get(0).isEjected()).isTrue();
        pass(detector, 1);
        assertThat(hosts.get(0).isEjected()).isFalse();

        report(0, "500");
        pass(detector, 59);
        assertThat(hosts.get(0).isEjected()).as("twice as long").isTrue();
        pass(detector, 1);
        assertThat(hosts.get(0).isEjected()).isFalse();
    }

    @Test
    void timeOutShrinksAgainWhileAnEndpointIsIn() {
        OutlierDetector<Integer> detector = detector(settings(1, 0, 0, 100, 0), 2);
        for (int i = 0; i < 3; i++) {
            report(0, "500");
            pass(detector, 30 * (i + 1));
        }
        pass(detector, 40);
        report(0, "500");
        pass(detector, 30);

        assertThat(hosts.get(0).isEjected()).isFalse();
    }

    @Test
    void timeOutHasABound() {
        assertThat(OutlierSettings.DEFAULTS.ejectionNanos(1_000_000))
                .isEqualTo(Duration.ofSeconds(300).toNanos());
    }

    @ParameterizedTest
    @CsvSource({"10, 3, 1", "10, 30, 3", "50, 4, 2", "100, 4, 4", "0, 4, 0", "34, 3, 1", "67, 3, 2"})
    void shareOfEndpointsThatAreOutIsBoundedButOneMayBe(int maxPercent, int count, int out) {
        OutlierDetector<Integer> detector = detector(settings(1, 0, 0, maxPercent, 0), count);
        for (int i = 0; i < count; i++) {
            report(i, "500");
        }
        assertThat(detector.ejected()).isEqualTo(out);
    }

    @Test
    void whatIsKnownOfAnEndpointOutlivesTheOthers() {
        OutlierDetector<Integer> detector = detector(settings(1, 0, 0, 100, 0), 3);
        report(0, "500");
        int before = detector.version();
        detector.retain(Set.of(0, 1));

        assertThat(detector.version()).isNotEqualTo(before);
        assertThat(detector.host(0).isEjected()).isTrue();
        report(2, "500");
        assertThat(detector.ejected()).as("one that is gone is not counted").isEqualTo(1);
    }

    @Test
    void whatOthersLeaveOutIsLeftOutAndNotToldAsItsOwn() {
        OutlierDetector<Integer> detector = detector(settings(2, 0, 0, 50, 0).forAllNodes(), 4);
        detector.impose(0, Duration.ofSeconds(15).toNanos());
        detector.impose(9, Duration.ofSeconds(15).toNanos());
        assertThat(hosts.get(0).isEjected()).isTrue();
        assertThat(detector.ejectedFor()).isEmpty();
        report(1, "500 500");
        assertThat(detector.ejectedFor())
                .containsEntry(1, Duration.ofSeconds(30).toNanos());
        detector.impose(2, Duration.ofSeconds(15).toNanos());
        assertThat(hosts.get(2).isEjected()).as("half of all are out").isFalse();
        detector.impose(1, Duration.ofSeconds(300).toNanos());
        pass(detector, 20);
        assertThat(hosts.get(0).isEjected()).isFalse();
        assertThat(hosts.get(1).isEjected()).isTrue();
        pass(detector, 20);
        assertThat(hosts.get(1).isEjected()).isFalse();
    }
}
