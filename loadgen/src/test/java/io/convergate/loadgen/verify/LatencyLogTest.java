package io.convergate.loadgen.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LatencyLogTest {
    @Test
    void aLongRunHasNoMoreSlicesThanAShortOneAndLosesNothing() {
        LatencyLog log = new LatencyLog("load", 1_000, 10);
        int count = 50_000;
        for (int i = 0; i < count; i++) {
            log.record(1_000 + i * 10L, i % 100);
        }

        List<LatencySlice> slices = log.slices();
        assertThat(slices).hasSizeBetween(LatencyLog.SLICES_MAX / 2, LatencyLog.SLICES_MAX + 8);
        assertThat(slices.stream()
                        .mapToLong(slice -> slice.micros().unpacked().getTotalCount())
                        .sum())
                .isEqualTo(count);
        assertThat(slices.get(0).window().fromNanos()).isEqualTo(1_000);
        for (int i = 1; i < slices.size(); i++) {
            assertThat(slices.get(i).window().fromNanos())
                    .isEqualTo(slices.get(i - 1).window().toNanos() + 1);
        }
    }

    @Test
    void aLateRequestIsFoundInItsOwnSlice() {
        LatencyLog log = new LatencyLog("load", 0, 10);
        for (int i = 0; i < 100; i++) {
            log.record(i * 10L, 1);
        }
        log.record(5, 77);

        assertThat(log.slices()).hasSize(100);
        assertThat(log.slices().get(0).micros().unpacked().getMaxValue()).isEqualTo(77);
        assertThat(log.slices().get(1).micros().unpacked().getMaxValue()).isEqualTo(1);
    }
}
