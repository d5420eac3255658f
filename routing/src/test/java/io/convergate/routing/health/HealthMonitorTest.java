package io.convergate.routing.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HealthMonitorTest {
    private final AtomicLong now = new AtomicLong(-1_000);

    private HealthMonitor<String> monitor(int healthy, int unhealthy, boolean healthyAtFirst) {
        Duration second = Duration.ofSeconds(1);
        return new HealthMonitor<>(
                new HealthCheck(
                        new HealthCheck.Tcp(),
                        OptionalInt.empty(),
                        second,
                        second,
                        Duration.ZERO,
                        second,
                        healthy,
                        unhealthy,
                        healthyAtFirst,
                        0),
                now::get);
    }

    /** Checks as P and F; what the endpoint is after each, as H and U. */
    @ParameterizedTest(name = "{0} to be healthy, {1} not to be, at first healthy: {2}; {3} gives {4}")
    @CsvSource({
        "2, 3, true, PPP, HHH",
        "2, 3, true, FFF, HHU",
        "2, 3, true, FFPFF, HHHHH",
        "2, 3, true, FFFPP, HHUUH",
        "2, 3, true, FFFPFPP, HHUUUUH",
        "1, 1, true, FPFP, UHUH",
        "2, 3, false, P, H",
        "2, 3, false, FP, UU",
        "2, 3, false, FPP, UUH",
        "2, 3, false, PFFF, HHHU",
        "3, 2, false, FFPPP, UUUUH",
    })
    void soManyInARowCount(int healthy, int unhealthy, boolean healthyAtFirst, String checks, String expected) {
        HealthMonitor<String>.Host host =
                monitor(healthy, unhealthy, healthyAtFirst).host("a");
        StringBuilder found = new StringBuilder();
        for (char check : checks.toCharArray()) {
            boolean before = host.isHealthy();
            boolean changed = check == 'P' ? host.passed() : host.failed("why");
            assertThat(changed).isEqualTo(before != host.isHealthy());
            assertThat(host.failure()).isEqualTo(check == 'P' ? "" : "why");
            found.append(host.isHealthy() ? 'H' : 'U');
        }
        assertThat(found).hasToString(expected);
    }

    @Test
    void whoeverFollowsSeesEveryChange() {
        HealthMonitor<String> monitor = monitor(1, 1, true);
        HealthMonitor<String>.Host host = monitor.host("a");
        monitor.host("b");
        int before = monitor.version();

        host.failed("gone");
        assertThat(monitor.unhealthy()).isEqualTo(1);
        assertThat(monitor.version()).isNotEqualTo(before);
        assertThat(host.isRecovered()).isFalse();

        now.set(7);
        host.passed();
        assertThat(monitor.unhealthy()).isZero();
        assertThat(host.isRecovered()).isTrue();
        assertThat(host.healthySinceNanos()).isEqualTo(7);
        assertThat(monitor.host("a")).isSameAs(host);

        monitor.retain(Set.of("b"));
        assertThat(monitor.hosts()).containsOnlyKeys("b");
    }

    @Test
    void endpointThatIsNotCheckedCountsAsHealthy() {
        HealthMonitor<String> monitor = monitor(2, 2, false);
        HealthMonitor<String>.Host host = monitor.host("a");
        assertThat(monitor.unhealthy()).isEqualTo(1);
        assertThat(host.failure()).isEqualTo("not checked yet");

        host.exempt("too many");
        assertThat(monitor.unhealthy()).isZero();
        assertThat(host.failure()).isEqualTo("too many");
        assertThat(host.isChecked()).isFalse();
    }
}
