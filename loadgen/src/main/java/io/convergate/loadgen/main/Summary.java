package io.convergate.loadgen.main;

import io.convergate.loadgen.load.Honesty;
import io.convergate.loadgen.load.LoadResult;
import io.convergate.loadgen.load.LoadResult.Percentiles;
import io.convergate.loadgen.load.Outcome;
import io.convergate.loadgen.report.Words;
import io.convergate.loadgen.verify.Finding;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A load when it is over, for people. */
final class Summary {
    private static final int ROWS_MAX = 20;

    private final PrintWriter out;

    Summary(PrintWriter out) {
        this.out = out;
    }

    void print(LoadResult result, List<Finding> findings) {
        out.printf("%s: %s%n", result.name(), result.description());
        double seconds = result.duration().toNanos() / 1e9;
        out.printf(
                Locale.ROOT,
                "%,d planned, %,d sent, %,d ended in %.2f s: %,.1f/s%s%n",
                result.planned(),
                result.started(),
                result.completed(),
                seconds,
                result.completed() / Math.max(1e-9, seconds),
                extras(result));
        times(result);
        out.printf("%n%s ok%s%n", Words.count(result.count(Outcome.OK)), failures(result.outcomes()));
        table(
                "status",
                result.statuses().entrySet().stream()
                        .collect(
                                TreeMap::new,
                                (map, entry) -> map.put(entry.getKey().toString(), Words.count(entry.getValue())),
                                TreeMap::putAll));
        outcomes("target", result.targets());
        table("upstream", shares(result.upstreams()));
        if (result.requests().size() > 1) {
            outcomes("request", result.requests());
        }
        if (!result.samples().isEmpty()) {
            out.println("\nthe first failures");
            result.samples().forEach(sample -> out.println("  " + sample));
        }
        if (!findings.isEmpty()) {
            out.println("\nchecks");
            for (Finding finding : findings) {
                out.printf("  %-10s %s: %s%n", word(finding.state()), finding.promise(), finding.seen());
            }
        }
        out.flush();
    }

    private static String word(Finding.State state) {
        return switch (state) {
            case HELD -> "held";
            case BROKEN -> "BROKEN";
            case NOT_JUDGED -> "not judged";
        };
    }

    private static String extras(LoadResult result) {
        StringBuilder text = new StringBuilder();
        if (result.retried() > 0) {
            text.append(", ").append(Words.count(result.retried())).append(" sent twice");
        }
        if (result.moved() > 0) {
            text.append(", ").append(Words.count(result.moved())).append(" moved to another connection");
        }
        text.append(", ").append(Words.count(result.connectionsOpened())).append(" connections");
        if (result.connectionsFailed() > 0) {
            text.append(" (").append(Words.count(result.connectionsFailed())).append(" attempts failed)");
        }
        return text.toString();
    }

    private void times(LoadResult result) {
        out.printf("%n%-10s %9s %9s %9s %9s %9s %9s %9s%n", "ms", "mean", "p50", "p75", "p90", "p99", "p99.9", "max");
        Optional<String> objection = Honesty.objection(result);
        if (objection.isPresent()) {
            out.println("latency    not reported: " + objection.get());
        } else {
            row("latency", result.latency());
        }
        row("service", result.service());
        row("lag", result.lag());
    }

    private void row(String name, Percentiles times) {
        if (times.count() > 0) {
            out.printf(
                    Locale.ROOT,
                    "%-10s %9.3f %9.3f %9.3f %9.3f %9.3f %9.3f %9.3f%n",
                    name,
                    times.mean() / 1e3,
                    times.p50() / 1e3,
                    times.p75() / 1e3,
                    times.p90() / 1e3,
                    times.p99() / 1e3,
                    times.p999() / 1e3,
                    times.max() / 1e3);
        }
    }

    private void outcomes(String title, Map<String, Map<Outcome, Long>> counts) {
        Map<String, String> rows = new TreeMap<>();
        counts.forEach((name, outcomes) ->
                rows.put(name, Words.count(outcomes.getOrDefault(Outcome.OK, 0L)) + " ok" + failures(outcomes)));
        table(title, rows);
    }

    private static String failures(Map<Outcome, Long> outcomes) {
        String failures = Words.outcomes(outcomes);
        return failures.isEmpty() ? "" : ", " + failures;
    }

    private static Map<String, String> shares(Map<String, Long> counts) {
        long sum = counts.values().stream().mapToLong(Long::longValue).sum();
        Map<String, String> rows = new TreeMap<>();
        counts.forEach((name, count) -> rows.put(
                name,
                String.format(Locale.ROOT, "%s (%.2f %%)", Words.count(count), count * 100.0 / Math.max(1, sum))));
        return rows;
    }

    private void table(String title, Map<String, String> rows) {
        int shown = 0;
        for (Map.Entry<String, String> row : rows.entrySet()) {
            if (shown == ROWS_MAX) {
                out.printf("%-10s ... and %d more%n", "", rows.size() - ROWS_MAX);
                return;
            }
            out.printf("%-10s %-28s %s%n", shown++ == 0 ? title : "", row.getKey(), row.getValue());
        }
    }
}
