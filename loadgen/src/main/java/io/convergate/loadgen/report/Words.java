package io.convergate.loadgen.report;

import io.convergate.loadgen.load.Outcome;
import io.convergate.loadgen.verify.Finding;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A run in sentences, the same on the terminal and in a report. */
public final class Words {
    private Words() {}

    /** What was lost: the first thing a reader wants to know. */
    public static String lost(RunReport run) {
        List<String> broken = run.findings().stream()
                .filter(finding -> finding.state() == Finding.State.BROKEN)
                .map(Finding::promise)
                .toList();
        if (!broken.isEmpty()) {
            return (broken.size() == 1 ? "A promise was broken: " : broken.size() + " promises were broken: ")
                    + String.join("; ", broken) + ".";
        }
        if (run.loads().isEmpty() && run.verdict() == Finding.State.NOT_JUDGED) {
            return "Not run: "
                    + run.findings().stream().map(Finding::seen).findFirst().orElse("nothing was asked of it") + ".";
        }
        if (run.failed() == 0) {
            return "Nothing was lost.";
        }
        return "%s of %s requests failed (%s)%s."
                .formatted(
                        count(run.failed()),
                        count(run.completed()),
                        outcomes(run.outcomes()),
                        run.findings().isEmpty() ? "" : ", no more than the promise allows");
    }

    /** What was seen, in a sentence. */
    public static String seen(RunReport run) {
        if (run.loads().isEmpty()) {
            return "";
        }
        long targets = run.loads().stream()
                .flatMap(load -> load.targets().keySet().stream())
                .distinct()
                .count();
        StringBuilder text = new StringBuilder("%s requests to %d %s in %s; %s were answered right"
                .formatted(
                        count(run.completed()),
                        targets,
                        targets == 1 ? "target" : "targets",
                        duration(run.duration()),
                        run.failed() == 0 ? "all" : count(run.outcomes().getOrDefault(Outcome.OK, 0L))));
        if (!run.changes().isEmpty()) {
            text.append("; %s %s"
                    .formatted(
                            count(run.changes().size())
                                    + (run.changes().size() == RunReport.CHANGES_MAX ? " or more" : ""),
                            run.changes().size() == 1 ? "change of configuration" : "changes of configuration"));
        }
        if (!run.findings().isEmpty()) {
            long open = count(run, Finding.State.NOT_JUDGED);
            text.append(". %d of %d promises held"
                            .formatted(
                                    count(run, Finding.State.HELD),
                                    run.findings().size()))
                    .append(open == 0 ? "" : ", %d could not be judged".formatted(open));
        }
        return text.append('.').toString();
    }

    private static long count(RunReport run, Finding.State state) {
        return run.findings().stream()
                .filter(finding -> finding.state() == state)
                .count();
    }

    /** The failures among outcomes, such as {@code 3 reset, 1 timeout}. */
    public static String outcomes(Map<Outcome, Long> outcomes) {
        return outcomes.entrySet().stream()
                .filter(entry -> entry.getKey() != Outcome.OK && entry.getValue() > 0)
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> count(entry.getValue()) + " " + entry.getKey().text())
                .collect(Collectors.joining(", "));
    }

    /** A number with its thousands apart. */
    public static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /** A time with the unit that suits it: {@code 850 ms}, {@code 4.2 s}, {@code 3 min 20 s}. */
    public static String duration(Duration duration) {
        long ms = duration.toMillis();
        if (ms < 1_000) {
            return ms + " ms";
        }
        if (ms < 60_000) {
            return String.format(Locale.ROOT, "%.1f s", ms / 1_000.0);
        }
        return ms / 60_000 + " min " + ms % 60_000 / 1_000 + " s";
    }
}
