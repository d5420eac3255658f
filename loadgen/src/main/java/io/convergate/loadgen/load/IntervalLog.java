package io.convergate.loadgen.load;

import io.convergate.loadgen.load.LoadResult.Interval;
import io.convergate.loadgen.load.LoadResult.Percentiles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * A run in equal pieces. When there are too many, every two become one, so a run of hours takes no more memory than one of minutes;
 * distributions are kept compressed for that. Not thread-safe.
 */
final class IntervalLog {
    /** At most that many pieces; at least half as many once it was full. */
    static final int PIECES_MAX = 600;

    private final long basicMs;
    private final List<Piece> pieces = new ArrayList<>();
    private int together = 1;

    private record Piece(
            long startMs,
            long lengthMs,
            int parts,
            long[] outcomes,
            PackedHistogram latency,
            PackedHistogram service,
            Percentiles latencyTimes,
            Percentiles serviceTimes) {}

    IntervalLog(long basicMs) {
        this.basicMs = basicMs;
    }

    /**
     * Adds the next piece.
     *
     * @param lengthMs the basic length, or less at the end
     */
    void add(long startMs, long lengthMs, long[] outcomes, Histogram latency, Histogram service) {
        Piece piece = piece(startMs, lengthMs, 1, outcomes.clone(), latency, service);
        int at = pieces.size() - 1;
        if (at >= 0 && pieces.get(at).parts() < together) {
            pieces.set(at, merged(pieces.get(at), piece));
            return;
        }
        if (pieces.size() == PIECES_MAX) {
            List<Piece> fewer = new ArrayList<>();
            for (int i = 0; i < PIECES_MAX; i += 2) {
                fewer.add(merged(pieces.get(i), pieces.get(i + 1)));
            }
            pieces.clear();
            pieces.addAll(fewer);
            together *= 2;
        }
        pieces.add(piece);
    }

    /** The length of a whole piece, in milliseconds. */
    long pieceMs() {
        return basicMs * together;
    }

    List<Interval> intervals() {
        return pieces.stream()
                .map(piece -> new Interval(
                        piece.startMs(),
                        piece.lengthMs(),
                        Tally.byOutcome(piece.outcomes(), 0),
                        piece.latencyTimes(),
                        piece.serviceTimes()))
                .toList();
    }

    private static Piece merged(Piece one, Piece two) {
        long[] outcomes = one.outcomes().clone();
        Arrays.setAll(outcomes, i -> outcomes[i] + two.outcomes()[i]);
        Histogram latency = one.latency().unpacked();
        latency.add(two.latency().unpacked());
        Histogram service = one.service().unpacked();
        service.add(two.service().unpacked());
        return piece(
                one.startMs(), one.lengthMs() + two.lengthMs(), one.parts() + two.parts(), outcomes, latency, service);
    }

    private static Piece piece(
            long startMs, long lengthMs, int parts, long[] outcomes, Histogram latency, Histogram service) {
        return new Piece(
                startMs,
                lengthMs,
                parts,
                outcomes,
                PackedHistogram.of(latency),
                PackedHistogram.of(service),
                Times.of(latency),
                Times.of(service));
    }
}
