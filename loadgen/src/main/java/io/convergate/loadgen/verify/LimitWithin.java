package io.convergate.loadgen.verify;

import io.convergate.loadgen.load.LoadResult;
import io.convergate.loadgen.load.LoadResult.Interval;
import io.convergate.loadgen.load.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A rate limit admits what it should: over every window of a length no more than rate times length plus burst, within a
 * tolerance; and, over the whole of a load that asks for more, no less than rate times length, within the same.
 *
 * @param load whose right answers are the admitted requests
 * @param perSecond the limit
 * @param burst what may come at once on top; one at least
 * @param window the length over which is counted; a multiple of the load's intervals; a shorter load is counted whole
 * @param tolerance a share, such as 0.01
 */
public record LimitWithin(String load, double perSecond, long burst, Duration window, double tolerance)
        implements Promise {
    @Override
    public String words() {
        return String.format(
                Locale.ROOT,
                "%s is limited to %.0f/s (burst %d) within %.1f %%, over every %d ms",
                load,
                perSecond,
                burst,
                tolerance * 100,
                window.toMillis());
    }

    @Override
    public Finding judge(History history) {
        List<LoadResult> results = history.loads(load);
        if (results.size() != 1 || results.get(0).intervals().isEmpty()) {
            return Finding.notJudged(words(), "there is no load of that name");
        }
        return judge(results.get(0));
    }

    /** Judges the right answers of one load, whatever its name. */
    public Finding judge(LoadResult result) {
        if (result.completed() == 0) {
            return Finding.notJudged(words(), "no request was sent");
        }
        List<Interval> intervals = result.intervals();
        List<String> against = new ArrayList<>();
        double worst = 0;
        for (int from = 0; from < intervals.size(); from++) {
            long admitted = 0;
            long lengthMs = 0;
            for (int to = from; to < intervals.size() && lengthMs < window.toMillis(); to++) {
                admitted += intervals.get(to).outcomes().getOrDefault(Outcome.OK, 0L);
                lengthMs += intervals.get(to).lengthMs();
            }
            // A load shorter than the window is one window.
            if (lengthMs < window.toMillis() && from > 0) {
                break;
            }
            // One request at either end of a window: a bucket of any rate holds one at least.
            double exact = perSecond * lengthMs / 1_000 + Math.max(1, burst);
            double most = exact * (1 + tolerance);
            worst = Math.max(worst, admitted / exact);
            if (admitted > most) {
                against.add("%d admitted from %d ms on in %d ms (expected: at most %.0f)"
                        .formatted(admitted, intervals.get(from).startMs(), lengthMs, most));
            }
        }
        long allMs = intervals.stream().mapToLong(Interval::lengthMs).sum();
        long all = result.count(Outcome.OK);
        double least = Math.min(perSecond * allMs / 1_000, result.completed()) * (1 - tolerance);
        if (all < least) {
            against.add("%d admitted in all (expected: at least %.0f)".formatted(all, least));
        }
        return Finding.of(
                against.isEmpty(),
                words(),
                String.format(
                        Locale.ROOT, "%,d admitted; the fullest window had %.1f %% of what it may", all, worst * 100),
                against);
    }
}
