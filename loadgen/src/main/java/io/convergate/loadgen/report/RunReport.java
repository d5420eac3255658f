package io.convergate.loadgen.report;

import io.convergate.loadgen.load.LoadResult;
import io.convergate.loadgen.load.Outcome;
import io.convergate.loadgen.verify.Finding;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One run as it is kept and shown: what was promised, what was done, what was seen. Immutable; its JSON form
 * ({@link ReportJson}) is what {@code --json} writes and what reports and comparisons read. Times in it count from
 * {@code begun}.
 *
 * @param name of the scenario or load, a word
 * @param title the same for people
 * @param promise what the product promises here, in prose; empty if nothing was
 * @param begun the wall-clock time at which everything was ready and the first load began
 * @param duration from there to the last check
 * @param findings the promises one by one
 * @param loads the figures of each load; without latency where loadgen was late itself
 * @param faults what was done to the system, and when
 * @param phases the parts of the run
 * @param changes the configuration that was written meanwhile; the first {@value #CHANGES_MAX}
 * @param seed what random choices were drawn from; empty if there were none
 * @param replay the command that does the same again; empty if there is none
 * @param environment where it ran: machine, JDK, driver, versions
 */
public record RunReport(
        String name,
        String title,
        String promise,
        Instant begun,
        Duration duration,
        List<Finding> findings,
        List<LoadResult> loads,
        List<Band> faults,
        List<Band> phases,
        List<Change> changes,
        String seed,
        String replay,
        Map<String, String> environment) {
    /** More changes than this are not shown one by one. */
    public static final int CHANGES_MAX = 1_000;

    public RunReport {
        findings = List.copyOf(findings);
        loads = loads.stream()
                .map(load -> load.isHonest() ? load : load.withoutLatency())
                .toList();
        faults = List.copyOf(faults);
        phases = List.copyOf(phases);
        changes = List.copyOf(changes.size() > CHANGES_MAX ? changes.subList(0, CHANGES_MAX) : changes);
        environment = Map.copyOf(environment);
    }

    /**
     * Something that lasted.
     *
     * @param fromMs when it began
     * @param toMs when it ended; the same for what is done at once
     */
    public record Band(long fromMs, long toMs, String kind, String target, String detail) {}

    /**
     * A change of the configuration.
     *
     * @param atMs when it was sent
     * @param tookMs until it was answered
     * @param node who took it
     * @param result what the answer was, in a word
     * @param what it was, for people
     */
    public record Change(long atMs, long tookMs, String node, String result, String what) {}

    /** A run that was load and nothing else. */
    public static RunReport ofLoad(LoadResult load, List<Finding> thresholds, Map<String, String> environment) {
        return new RunReport(
                load.name(),
                load.name(),
                "",
                load.begun(),
                load.duration(),
                thresholds,
                List.of(load),
                List.of(),
                List.of(),
                List.of(),
                "",
                "",
                environment);
    }

    /** Broken if any promise is; held if at least one is and none is broken. */
    public Finding.State verdict() {
        if (findings.stream().anyMatch(finding -> finding.state() == Finding.State.BROKEN)) {
            return Finding.State.BROKEN;
        }
        return findings.stream().anyMatch(finding -> finding.state() == Finding.State.HELD)
                ? Finding.State.HELD
                : Finding.State.NOT_JUDGED;
    }

    /** How many requests of all loads ended how. */
    public Map<Outcome, Long> outcomes() {
        Map<Outcome, Long> sums = new TreeMap<>();
        loads.forEach(load -> load.outcomes().forEach((outcome, count) -> sums.merge(outcome, count, Long::sum)));
        return sums;
    }

    /** How many requests of all loads have an outcome. */
    public long completed() {
        return loads.stream().mapToLong(LoadResult::completed).sum();
    }

    /** How many of them failed. */
    public long failed() {
        return loads.stream().mapToLong(LoadResult::failed).sum();
    }
}
