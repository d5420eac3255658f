package io.convergate.loadgen.main;

import io.convergate.loadgen.load.LoadResult;
import io.convergate.loadgen.verify.Finding;
import io.convergate.loadgen.verify.LimitWithin;
import io.convergate.loadgen.verify.SharesWithin;
import io.convergate.loadgen.verify.Threshold;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What must hold of a whole load. */
final class CheckOptions {
    @Option(
            names = "--fail-if",
            paramLabel = "CONDITION",
            description =
                    "Fail (exit code 1) if it is true at the end: 'p99>50ms', 'errors>0', '5xx>0.1%%', 'rate<990'."
                            + " May be repeated.")
    private List<String> conditions = List.of();

    @Option(
            names = "--weights",
            paramLabel = "NAME=N,...",
            description = "Fail unless upstreams answered in these shares, such as v1=90,v2=10.")
    private Optional<String> weights = Optional.empty();

    @Option(
            names = "--weights-tolerance",
            paramLabel = "PERCENT",
            defaultValue = "1",
            description = "How far a share may be off, in percent of all answers (default: ${DEFAULT-VALUE}).")
    private double weightsTolerance;

    @Option(
            names = "--limit",
            paramLabel = "RATE",
            description =
                    "Fail unless a rate limit of that many a second admitted what it should: right answers are those"
                            + " admitted, 429 those refused.")
    private Optional<Double> limit = Optional.empty();

    @Option(
            names = "--limit-burst",
            paramLabel = "N",
            defaultValue = "0",
            description = "What the limit lets through at once on top (default: ${DEFAULT-VALUE}).")
    private long burst;

    @Option(
            names = "--limit-window",
            paramLabel = "TIME",
            defaultValue = "1s",
            description = "Over which length it is looked at (default: ${DEFAULT-VALUE}).")
    private Duration window = Duration.ofSeconds(1);

    @Option(
            names = "--limit-tolerance",
            paramLabel = "PERCENT",
            defaultValue = "1",
            description = "How far it may be off (default: ${DEFAULT-VALUE}).")
    private double limitTolerance;

    /** The checks, read; called before the load so that a mistake costs nothing. */
    Checks checks(String load) {
        List<Threshold> thresholds = conditions.stream().map(Threshold::parse).toList();
        Optional<SharesWithin> shares = weights.map(text -> SharesWithin.parse(text, weightsTolerance / 100));
        Optional<LimitWithin> limits =
                limit.map(rate -> new LimitWithin(load, rate, burst, window, limitTolerance / 100));
        return new Checks(thresholds, shares, limits);
    }

    /** What is checked when a load is over. */
    record Checks(List<Threshold> thresholds, Optional<SharesWithin> shares, Optional<LimitWithin> limit) {
        List<Finding> judge(LoadResult result) {
            List<Finding> findings = new ArrayList<>();
            thresholds.forEach(threshold -> findings.add(threshold.judge(result)));
            shares.ifPresent(check -> findings.add(check.judge(result)));
            limit.ifPresent(check -> {
                Finding finding = check.judge(result);
                findings.add(new Finding(
                        finding.promise(),
                        finding.state(),
                        finding.seen() + "; " + result.statuses().getOrDefault(429, 0L) + " refused with 429",
                        finding.evidence()));
            });
            return findings;
        }
    }
}
