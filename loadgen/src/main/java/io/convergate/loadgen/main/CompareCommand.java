package io.convergate.loadgen.main;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.convergate.loadgen.load.Honesty;
import io.convergate.loadgen.load.LoadResult;
import io.convergate.loadgen.report.HtmlReport;
import io.convergate.loadgen.report.ReportJson;
import io.convergate.loadgen.report.RunReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code convergate compare}: two runs beside each other. */
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        header = "Puts two runs beside each other: what --json wrote, before and after.",
        description = {
            "",
            "Loads of the same name are compared. Times are in milliseconds; a ratio above 1 is more than before."
        })
final class CompareCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "BEFORE", description = "JSON of the run to compare with.")
    @SuppressWarnings("NullAway.Init") // picocli fills it in
    private Path before;

    @Parameters(index = "1", paramLabel = "AFTER", description = "JSON of the other run.")
    @SuppressWarnings("NullAway.Init") // picocli fills it in
    private Path after;

    @Option(
            names = "--worse",
            paramLabel = "PERCENT",
            description =
                    "Fail (exit code 1) if p50, p99 or p99.9 of latency grew, or the rate fell, by more than that, or a"
                            + " greater share failed; exit code 5 if one of the runs has no latency to compare.")
    private Optional<Double> worse = Optional.empty();

    @Option(names = "--html", paramLabel = "FILE", description = "Write both as one report.")
    private Optional<Path> html = Optional.empty();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli fills it in
    private CommandSpec spec;

    /**
     * A line of the table.
     *
     * @param opinion 1 if more is worse, -1 if less is, 0 if neither
     */
    private record Row(String name, int opinion, ToDoubleFunction<LoadResult> value) {}

    private static final List<Row> ROWS = List.of(
            new Row("requests/s", -1, CompareCommand::rate),
            new Row("failed, %", 0, result -> 100.0 * failedShare(result)),
            new Row("latency mean", 0, result -> result.latency().mean() / 1e3),
            new Row("latency p50", 1, result -> result.latency().p50() / 1e3),
            new Row("latency p90", 0, result -> result.latency().p90() / 1e3),
            new Row("latency p99", 1, result -> result.latency().p99() / 1e3),
            new Row("latency p99.9", 1, result -> result.latency().p999() / 1e3),
            new Row("latency max", 0, result -> result.latency().max() / 1e3),
            new Row("service p50", 0, result -> result.service().p50() / 1e3),
            new Row("service p99", 0, result -> result.service().p99() / 1e3),
            new Row("lag p99", 0, result -> result.lag().p99() / 1e3));

    @Override
    public Integer call() throws IOException {
        RunReport one = read(before);
        RunReport two = read(after);
        PrintWriter out = spec.commandLine().getOut();
        boolean isWorse = false;
        boolean isHonest = true;
        int compared = 0;
        for (LoadResult old : one.loads()) {
            Optional<LoadResult> fresh = two.loads().stream()
                    .filter(load -> load.name().equals(old.name()))
                    .findFirst();
            if (fresh.isPresent()) {
                isWorse |= compare(out, old, fresh.get());
                isHonest &= old.isHonest() && fresh.get().isHonest();
                compared++;
            }
        }
        if (compared == 0) {
            throw new ParameterException(
                    spec.commandLine(), after + " (expected: a load of the same name as in " + before + ")");
        }
        if (html.isPresent()) {
            HtmlReport.writeComparison(html.get(), one, two);
        }
        out.flush();
        if (isWorse) {
            return ExitCode.FAILED;
        }
        return worse.isPresent() && !isHonest ? ExitCode.NOT_HONEST : ExitCode.OK;
    }

    private RunReport read(Path file) {
        try {
            List<RunReport> reports = ReportJson.read(file);
            if (reports.size() == 1) {
                return reports.get(0);
            }
            throw new ParameterException(spec.commandLine(), file + ": " + reports.size() + " runs (expected: one)");
        } catch (JsonProcessingException wrong) {
            String line =
                    wrong.getLocation() == null ? "" : ":" + wrong.getLocation().getLineNr();
            throw new ParameterException(spec.commandLine(), file + line + " (expected: what load --json writes)");
        } catch (IOException unreadable) {
            throw new ParameterException(spec.commandLine(), file + " (expected: a file that can be read)");
        }
    }

    private boolean compare(PrintWriter out, LoadResult old, LoadResult fresh) {
        out.printf("%s%n  before: %s%n  after:  %s%n", old.name(), old.description(), fresh.description());
        sayIfLate(out, "before", old);
        sayIfLate(out, "after", fresh);
        out.printf("%-16s %12s %12s %8s%n", "", "before", "after", "ratio");
        boolean isWorse = worse.isPresent() && failedShare(fresh) > failedShare(old);
        for (Row row : ROWS) {
            double a = row.value().applyAsDouble(old);
            double b = row.value().applyAsDouble(fresh);
            // A time of 0 was not measured; a rate of 0 was, and is the worst there is.
            boolean isRowWorse = a > 0 && (b > 0 || row.opinion() < 0) && isWorse(row.opinion(), b / a);
            isWorse |= isRowWorse;
            out.printf(
                    Locale.ROOT,
                    "%-16s %12s %12s %8s%s%n",
                    row.name(),
                    shown(row, a),
                    shown(row, b),
                    a > 0 && b > 0 ? String.format(Locale.ROOT, "%.2f", b / a) : "-",
                    isRowWorse ? "  worse" : "");
        }
        return isWorse;
    }

    /** What was written of a late run has no latency, by which alone it may have been too late. */
    private static void sayIfLate(PrintWriter out, String which, LoadResult result) {
        if (!result.isHonest()) {
            out.printf(
                    "  no latency %s: %s%n",
                    which, Honesty.objection(result).orElse("the generator was late itself, for so short a latency"));
        }
    }

    /** A time of 0 is one that was not measured. */
    private static String shown(Row row, double value) {
        return value == 0 && row.opinion() >= 0 && !row.name().startsWith("failed")
                ? "-"
                : String.format(Locale.ROOT, "%.3f", value);
    }

    private boolean isWorse(int opinion, double ratio) {
        double allowed = worse.orElse(Double.POSITIVE_INFINITY) / 100;
        return opinion > 0 ? ratio > 1 + allowed : opinion < 0 && ratio < 1 - allowed;
    }

    private static double rate(LoadResult result) {
        return result.completed() / Math.max(1e-9, result.duration().toMillis() / 1e3);
    }

    private static double failedShare(LoadResult result) {
        return (double) result.failed() / Math.max(1, result.completed());
    }
}
