package io.convergate.loadgen.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.loadgen.load.Exchange;
import io.convergate.loadgen.load.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HistoryRecorderTest {
    private final HistoryRecorder recorder =
            new HistoryRecorder(exchange -> exchange.request().startsWith("POST"));

    private History history() {
        return recorder.history(List.of(), Map.of(), List.of(), List.of(), List.of(), Healing.NOT_ASKED);
    }

    private void exchange(long endedMs, long latencyMs, Outcome outcome) {
        long ended = recorder.begunNanos() + TimeUnit.MILLISECONDS.toNanos(endedMs);
        long planned = ended - TimeUnit.MILLISECONDS.toNanos(latencyMs);
        recorder.completed(new Exchange("readers", 0, "r", "t", "", planned, planned, ended, outcome, 0, "", "", ""));
    }

    @Test
    void failuresAreKeptWholeAndRightAnswersOnlyAsLatencies() {
        exchange(10, 4, Outcome.OK);
        exchange(20, 6, Outcome.TIMEOUT);
        exchange(400, 8, Outcome.OK);
        History history = history();
        assertThat(history.failures()).extracting(Exchange::outcome).containsExactly(Outcome.TIMEOUT);
        assertThat(history.latencies())
                .extracting(slice -> slice.micros().unpacked().getTotalCount())
                .containsExactly(2L, 1L);
        assertThat(history.latencies().get(1).window().contains(recorder.begunNanos() + 400_000_000L))
                .isTrue();
        assertThat(Duration.ofNanos(
                        history.latencies().get(0).micros().unpacked().getMaxValue() * 1_000))
                .isCloseTo(Duration.ofMillis(6), Duration.ofMillis(1));
    }

    @Test
    void requestsThatFailAtOnceDoNotMakeTheOthersLookFast() {
        for (int i = 0; i < 1_000; i++) {
            exchange(10, 0, i % 2 == 0 ? Outcome.REFUSED : Outcome.RESET);
        }
        exchange(20, 80, Outcome.OK);
        LatencyWithin promise = new LatencyWithin("readers", 50, Duration.ofMillis(50), List.of());
        assertThat(promise.judge(history()).state()).isEqualTo(Finding.State.BROKEN);
    }

    @Test
    void moreFailuresThanCanBeKeptAreCounted() {
        for (int i = 0; i < 20_007; i++) {
            exchange(1, 1, Outcome.TIMEOUT);
        }
        assertThat(history().failures()).hasSize(20_000);
        assertThat(history().dropped().failures()).isEqualTo(7);
    }

    @Test
    void aGapInTheLogOfAnOriginIsCountedAndWhatWasToldTwiceIsNot() {
        execution(1, "POST");
        execution(2, "GET");
        execution(2, "GET");
        execution(5, "POST");
        History history = history();
        assertThat(history.executions()).extracting(Execution::method).containsExactly("POST", "POST");
        assertThat(history.dropped().executions()).isEqualTo(2);
    }

    @Test
    void readsThatSayTheSameAreKeptAsOneSoThatNoneIsLost() {
        for (int i = 0; i < 300_000; i++) {
            recorder.read(NodeRead.ready("node1", i, i + 1, "w.1"));
            recorder.read(NodeRead.ready("node2", i, i + 1, "w.2"));
        }
        recorder.read(NodeRead.notReady("node1", 300_000, 300_001));
        recorder.read(NodeRead.ready("node1", 300_002, 300_003, "w.1"));
        History history = history();
        assertThat(history.dropped()).isEqualTo(Dropped.NONE);
        assertThat(history.reads())
                .filteredOn(read -> read.node().equals("node1"))
                .containsExactly(
                        new NodeRead("node1", 0, 1, 300_000, true, "w.1", 300_000),
                        NodeRead.notReady("node1", 300_000, 300_001),
                        NodeRead.ready("node1", 300_002, 300_003, "w.1"));
        assertThat(history.reads())
                .extracting(NodeRead::count)
                .contains(300_000L)
                .hasSize(4);
    }

    @Test
    void readsThatAllDifferAndAreTooManyAreCounted() {
        for (int i = 0; i < 200_010; i++) {
            recorder.read(NodeRead.ready("node1", i, i, "w." + i));
        }
        assertThat(history().dropped().reads()).isEqualTo(9);
        assertThat(new ReadsMonotonic().judge(history()).state()).isEqualTo(Finding.State.NOT_JUDGED);
    }

    @Test
    void unsafeRequestsAreKeptWhateverBecameOfThem() {
        for (Outcome outcome : new Outcome[] {Outcome.OK, Outcome.TIMEOUT}) {
            recorder.completed(new Exchange(
                    "orders", 0, "POST /", "t", "", 0, 0, 0, outcome, 0, "v1", "id-" + outcome.text(), ""));
        }
        exchange(1, 1, Outcome.OK);
        assertThat(history().unsafe())
                .containsExactly(
                        new UnsafeRequest("orders", "id-ok", Outcome.OK, "v1"),
                        new UnsafeRequest("orders", "id-timeout", Outcome.TIMEOUT, "v1"));
    }

    private void execution(long sequence, String method) {
        recorder.executed(sequence, new Execution("v1", 0, "id" + sequence, method, "/"));
    }
}
