package io.convergate.loadgen.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.loadgen.load.Exchange;
import io.convergate.loadgen.load.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HistoryRecorderTest {
    private final HistoryRecorder recorder = new HistoryRecorder();

    private History history() {
        return recorder.history(List.of(), Map.of(), List.of(), List.of(), List.of(), Optional.empty());
    }

    private void exchange(long endedMs, long latencyMs, Outcome outcome) {
        long ended = recorder.begunNanos() + TimeUnit.MILLISECONDS.toNanos(endedMs);
        long planned = ended - TimeUnit.MILLISECONDS.toNanos(latencyMs);
        recorder.completed(new Exchange("readers", 0, "r", "t", "", planned, planned, ended, outcome, 0, "", "", ""));
    }

    @Test
    void failuresAreKeptWholeAndRightAnswersOnlyAsLatencies() {
        exchange(10, 4, Outcome.OK);
        exchange(20, 6, Outcome.RESET);
        exchange(400, 8, Outcome.OK);
        History history = history();
        assertThat(history.failures()).extracting(Exchange::outcome).containsExactly(Outcome.RESET);
        assertThat(history.latencies())
                .extracting(slice -> slice.micros().unpacked().getTotalCount())
                .containsExactly(2L, 1L);
        assertThat(history.latencies().get(1).window().contains(recorder.begunNanos() + 400_000_000L))
                .isTrue();
        assertThat(Duration.ofNanos(history.latencies().get(0).micros().unpacked().getMaxValue() * 1_000))
                .isCloseTo(Duration.ofMillis(6), Duration.ofMillis(1));
    }

    @Test
    void moreFailuresThanCanBeKeptAreCounted() {
        for (int i = 0; i < 20_007; i++) {
            exchange(1, 1, Outcome.TIMEOUT);
        }
        assertThat(history().failures()).hasSize(20_000);
        assertThat(history().failuresDropped()).isEqualTo(7);
    }

    @Test
    void aGapInTheLogOfAnOriginIsCountedAndWhatWasToldTwiceIsNot() {
        execution(1, "POST");
        execution(2, "GET");
        execution(2, "GET");
        execution(5, "POST");
        History history = history();
        assertThat(history.executions()).extracting(Execution::method).containsExactly("POST", "POST");
        assertThat(history.executionsMissed()).isEqualTo(2);
    }

    private void execution(long sequence, String method) {
        recorder.executed(sequence, new Execution("v1", 0, "id" + sequence, method, "/"));
    }
}
