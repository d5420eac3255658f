package io.convergate.loadgen.main;

import io.convergate.loadgen.load.LoadResult;
import io.convergate.loadgen.load.LoadResult.Interval;
import io.convergate.loadgen.load.Outcome;
import io.convergate.loadgen.report.Words;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A load while it runs: some lines that are drawn over each second, or one plain line a second. Confined to one thread. */
final class LiveView {
    private static final int TARGETS_MAX = 8;
    private static final int BAR = 30;

    private final PrintWriter out;
    private final boolean isLive;
    private final Duration planned;
    private int drawn;

    LiveView(PrintWriter out, boolean isLive, Duration planned) {
        this.out = out;
        this.isLive = isLive;
        this.planned = planned;
    }

    void show(LoadResult soFar) {
        if (!isLive) {
            out.println(seconds(soFar.duration()) + "  " + figures(soFar));
            out.flush();
            return;
        }
        clear();
        line(String.format(
                Locale.ROOT,
                "%s  %s %s of %s",
                soFar.name(),
                bar(soFar.duration()),
                seconds(soFar.duration()),
                seconds(planned)));
        line(figures(soFar));
        int shown = 0;
        for (Map.Entry<String, Map<Outcome, Long>> target : new TreeMap<>(soFar.targets()).entrySet()) {
            if (shown++ == TARGETS_MAX) {
                line("... and " + (soFar.targets().size() - TARGETS_MAX) + " more targets");
                break;
            }
            line(String.format(Locale.ROOT, "%-24s %s", target.getKey(), counts(target.getValue())));
        }
        out.flush();
    }

    /** Takes the drawn lines away. */
    void clear() {
        if (drawn > 0) {
            out.print("\033[" + drawn + "A\033[J");
            out.flush();
            drawn = 0;
        }
    }

    /** One line whatever the terminal's width: what does not fit is cut (DECAWM off), or the next drawing would miss it. */
    private void line(String text) {
        out.println("\033[?7l" + text + "\033[?7h");
        drawn++;
    }

    private String figures(LoadResult soFar) {
        List<Interval> intervals = soFar.intervals();
        long count = 0;
        long lengthMs = 0;
        double p50 = 0;
        double p99 = 0;
        double max = 0;
        for (int i = intervals.size() - 1; i >= 0 && lengthMs < 1_000; i--) {
            Interval interval = intervals.get(i);
            count += interval.outcomes().values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
            lengthMs += interval.lengthMs();
            p50 = Math.max(p50, interval.latency().p50());
            p99 = Math.max(p99, interval.latency().p99());
            max = Math.max(max, interval.latency().max());
        }
        String latency = soFar.isHonest()
                ? "p50 " + ms(p50) + "  p99 " + ms(p99) + "  max " + ms(max)
                : "no latency: loadgen is late itself, p99 " + ms(soFar.lag().p99());
        return String.format(
                Locale.ROOT,
                "%,d/s  %s  %s",
                lengthMs == 0 ? 0 : Math.round(count * 1e3 / lengthMs),
                latency,
                counts(soFar.outcomes()));
    }

    private static String counts(Map<Outcome, Long> outcomes) {
        String failures = Words.outcomes(outcomes);
        return Words.count(outcomes.getOrDefault(Outcome.OK, 0L)) + " ok" + (failures.isEmpty() ? "" : ", " + failures);
    }

    private static String ms(double us) {
        return String.format(Locale.ROOT, us < 10_000 ? "%.2f ms" : "%.0f ms", us / 1e3);
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1e3);
    }

    private String bar(Duration done) {
        int full = (int) Math.min(BAR, BAR * done.toMillis() / Math.max(1, planned.toMillis()));
        return "[" + "#".repeat(full) + "-".repeat(BAR - full) + "]";
    }
}
