package io.convergate.loadgen.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ScheduleTest {
    private static long count(Schedule schedule) {
        long count = 0;
        long before = -1;
        long start;
        while ((start = schedule.startNanos(count)) != Schedule.NEVER) {
            assertThat(start).isGreaterThanOrEqualTo(before);
            before = start;
            count++;
        }
        return count;
    }

    static Stream<Arguments> profiles() {
        Duration second = Duration.ofSeconds(1);
        return Stream.of(
                Arguments.of(Profile.constant(1_000, second), 1_000),
                Arguments.of(Profile.constant(3, Duration.ofSeconds(7)), 21),
                Arguments.of(Profile.constant(0.5, Duration.ofSeconds(10)), 5),
                Arguments.of(Profile.ramp(0, 100, Duration.ofSeconds(10)), 500),
                Arguments.of(Profile.ramp(100, 0, Duration.ofSeconds(10)), 500),
                Arguments.of(Profile.ramp(50, 150, Duration.ofSeconds(2)), 200),
                Arguments.of(Profile.steps(List.of(10.0, 0.0, 20.0), second), 30));
    }

    @ParameterizedTest
    @MethodSource("profiles")
    void aScheduleHasAsManyRequestsAsItsRateAddsUpTo(Profile.Open profile, long requests) {
        Schedule schedule = Schedule.of(profile);

        assertThat(count(schedule)).isEqualTo(requests);
        assertThat(schedule.startNanos(requests - 1))
                .isLessThan(profile.duration().toNanos());
    }

    @Test
    void aRampStartsItsRequestsWhereItsIntegralIsWhole() {
        Schedule schedule = Schedule.of(Profile.ramp(0, 100, Duration.ofSeconds(10)));

        // 5 t^2 requests after t seconds
        assertThat(schedule.startNanos(5)).isCloseTo(1_000_000_000L, within(10L));
        assertThat(schedule.startNanos(125)).isCloseTo(5_000_000_000L, within(10L));
    }

    @Test
    void aConstantRateDoesNotDriftInADay() {
        Schedule schedule = Schedule.of(Profile.constant(3_333, Duration.ofDays(2)));

        assertThat(schedule.startNanos(3_333L * 86_400)).isCloseTo(86_400_000_000_000L, within(100_000L));
    }
}
