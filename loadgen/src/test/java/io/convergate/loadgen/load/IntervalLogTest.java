package io.convergate.loadgen.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.loadgen.load.LoadResult.Interval;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class IntervalLogTest {
    private static IntervalLog filled(int pieces, long lengthMs) {
        IntervalLog log = new IntervalLog(lengthMs);
        Histogram latency = Times.empty();
        for (int i = 0; i < pieces; i++) {
            latency.reset();
            latency.recordValue(1_000_000L * (i + 1));
            long[] outcomes = new long[Meter.OUTCOMES];
            outcomes[Outcome.OK.ordinal()] = 1;
            log.add(lengthMs * i, lengthMs, outcomes, latency, latency);
        }
        return log;
    }

    @Test
    void aShortRunKeepsItsIntervals() {
        List<Interval> intervals = filled(3, 250).intervals();

        assertThat(intervals).extracting(Interval::startMs).containsExactly(0L, 250L, 500L);
        assertThat(intervals).allMatch(interval -> interval.latency().count() == 1);
    }

    @Test
    void aRunOfHoursTakesNoMoreIntervalsAndLosesNothing() {
        int pieces = 3_600;
        IntervalLog log = filled(pieces, 1_000);

        List<Interval> intervals = log.intervals();
        assertThat(intervals).hasSizeBetween(IntervalLog.PIECES_MAX / 2, IntervalLog.PIECES_MAX);
        assertThat(intervals.stream()
                        .mapToLong(interval -> interval.latency().count())
                        .sum())
                .isEqualTo(pieces);
        assertThat(intervals.stream()
                        .mapToLong(interval -> interval.outcomes().get(Outcome.OK))
                        .sum())
                .isEqualTo(pieces);
        long at = 0;
        for (Interval interval : intervals) {
            assertThat(interval.startMs()).isEqualTo(at);
            at += interval.lengthMs();
        }
        assertThat(at).isEqualTo(1_000L * pieces);
        assertThat(intervals.get(0).lengthMs()).isEqualTo(log.pieceMs()).isEqualTo(8_000);
    }
}
