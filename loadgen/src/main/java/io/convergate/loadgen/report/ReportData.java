package io.convergate.loadgen.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergate.loadgen.load.LoadResult;
import io.convergate.loadgen.load.LoadResult.Interval;
import io.convergate.loadgen.load.LoadResult.Percentiles;
import io.convergate.loadgen.load.Outcome;
import io.convergate.loadgen.verify.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the page of a report draws from: a run with its intervals as columns and its times rounded to three digits, so that a
 * page of twenty runs stays small. Where there are more intervals than the page has room for, neighbours are joined: counts
 * are added, and of each percentile the greatest counts.
 */
final class ReportData {
    /** All points of all loads of a page. */
    private static final int POINTS_MAX = 1_400;

    /** The points of one load: more than a screen shows apart. */
    private static final int POINTS_OF_A_LOAD_MAX = 240;

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** All rows of changes of a page; those beyond are drawn, and not listed. */
    private static final int ROWS_MAX = 1_000;

    private static final int FEW = 3;

    /** Of a promise that held. */
    private static final int EVIDENCE_OF_MANY_MAX = 3;

    private static final int ROWS_LEAST = 8;

    private final int pointsMax;
    private final int rowsMax;
    private final int evidenceMax;

    /**
     * @param loads how many loads share the page
     * @param runs how many runs do
     */
    ReportData(long loads, int runs) {
        this.pointsMax = (int) Math.max(30, Math.min(POINTS_OF_A_LOAD_MAX, POINTS_MAX / Math.max(1, loads)));
        this.evidenceMax = runs > FEW ? EVIDENCE_OF_MANY_MAX : Finding.EVIDENCE_MAX;
        this.rowsMax = Math.max(ROWS_LEAST, ROWS_MAX / Math.max(1, runs * runs));
    }

    ObjectNode of(RunReport run) {
        ObjectNode data = JSON.objectNode()
                .put("name", run.name())
                .put("title", run.title())
                .put("promise", run.promise())
                .put("verdict", run.verdict().name())
                .put("lost", Words.lost(run))
                .put("seen", Words.seen(run))
                .put("begun", run.begun().toString())
                .put("durationMs", run.duration().toMillis())
                .put("seed", run.seed())
                .put("replay", run.replay());
        ArrayNode findings = data.putArray("findings");
        run.findings().forEach(finding -> {
            ObjectNode row = findings.addObject()
                    .put("promise", finding.promise())
                    .put("state", finding.state().name())
                    .put("seen", finding.seen());
            ArrayNode evidence = row.putArray("evidence");
            finding.evidence().stream()
                    .limit(finding.state() == Finding.State.BROKEN ? Finding.EVIDENCE_MAX : evidenceMax)
                    .forEach(evidence::add);
        });
        bands(data.putArray("faults"), run.faults());
        bands(data.putArray("phases"), run.phases());
        data.set("changes", changes(run.changes()));
        ArrayNode loads = data.putArray("loads");
        run.loads().forEach(load -> loads.add(load(load, run)));
        ObjectNode environment = data.putObject("environment");
        new TreeMap<>(run.environment()).forEach(environment::put);
        return data;
    }

    /** When each was sent, as steps in ms; what came of each, as a letter; and the first few with all that is known of them. */
    private ObjectNode changes(List<RunReport.Change> changes) {
        ObjectNode data = JSON.objectNode();
        ArrayNode steps = data.putArray("steps");
        StringBuilder results = new StringBuilder();
        long last = 0;
        for (RunReport.Change change : changes) {
            steps.add(change.atMs() - last);
            results.append(change.result().charAt(0));
            last = change.atMs();
        }
        data.put("results", results.toString());
        ArrayNode rows = data.putArray("rows");
        changes.stream().limit(rowsMax).forEach(change -> rows.addArray()
                .add(change.atMs())
                .add(change.tookMs())
                .add(change.node())
                .add(change.result())
                .add(change.what()));
        return data;
    }

    private static void bands(ArrayNode into, List<RunReport.Band> bands) {
        bands.forEach(band -> into.addObject()
                .put("from", band.fromMs())
                .put("to", band.toMs())
                .put("kind", band.kind())
                .put("target", band.target())
                .put("detail", band.detail()));
    }

    private ObjectNode load(LoadResult load, RunReport run) {
        ObjectNode data = JSON.objectNode()
                .put("name", load.name())
                .put("description", load.description())
                .put("offsetMs", load.begun().toEpochMilli() - run.begun().toEpochMilli())
                .put("durationMs", load.duration().toMillis())
                .put("planned", load.planned())
                .put("started", load.started())
                .put("completed", load.completed())
                .put("failed", load.failed())
                .put("honest", load.isHonest())
                .put("connections", load.connectionsOpened());
        data.set("outcomes", outcomes(load.outcomes()));
        data.set("latency", percentiles(load.latency()));
        data.set("service", percentiles(load.service()));
        data.set("lag", percentiles(load.lag()));
        ObjectNode targets = data.putObject("targets");
        new TreeMap<>(load.targets()).forEach((target, counts) -> targets.set(target, outcomes(counts)));
        ObjectNode upstreams = data.putObject("upstreams");
        new TreeMap<>(load.upstreams()).forEach(upstreams::put);
        ArrayNode samples = data.putArray("samples");
        load.samples().forEach(samples::add);
        data.set("series", series(joined(load.intervals()), load.isHonest()));
        return data;
    }

    private static ObjectNode outcomes(Map<Outcome, Long> outcomes) {
        ObjectNode data = JSON.objectNode();
        new TreeMap<>(outcomes).forEach((outcome, count) -> data.put(outcome.text(), count));
        return data;
    }

    private static ArrayNode percentiles(Percentiles times) {
        return JSON.arrayNode()
                .add(rounded(times.p50()))
                .add(rounded(times.p90()))
                .add(rounded(times.p99()))
                .add(rounded(times.p999()))
                .add(rounded(times.max()));
    }

    /**
     * Columns: the start and the length in ms, right answers, the percentiles in us, and failures as [index, outcome, count]. The percentiles are of
     * latency, or of service time if loadgen itself was late and has no latency to report.
     */
    private static ObjectNode series(List<Interval> intervals, boolean isHonest) {
        ObjectNode data = JSON.objectNode();
        List<ArrayNode> columns = new ArrayList<>();
        for (String name : List.of("start", "length", "ok", "p50", "p90", "p99", "p999", "max")) {
            columns.add(data.putArray(name));
        }
        ArrayNode failures = data.putArray("failures");
        for (int i = 0; i < intervals.size(); i++) {
            Interval interval = intervals.get(i);
            columns.get(0).add(interval.startMs());
            columns.get(1).add(interval.lengthMs());
            columns.get(2).add(interval.outcomes().getOrDefault(Outcome.OK, 0L));
            Percentiles shown = isHonest ? interval.latency() : interval.service();
            ArrayNode times = percentiles(shown);
            for (int k = 0; k < times.size(); k++) {
                columns.get(3 + k).add(shown.count() == 0 ? JSON.nullNode() : times.get(k));
            }
            int index = i;
            new TreeMap<>(interval.outcomes()).forEach((outcome, count) -> {
                if (outcome != Outcome.OK && count > 0) {
                    failures.addArray().add(index).add(outcome.text()).add(count);
                }
            });
        }
        return data;
    }

    private List<Interval> joined(List<Interval> intervals) {
        int together = (intervals.size() + pointsMax - 1) / pointsMax;
        if (together <= 1) {
            return intervals;
        }
        List<Interval> joined = new ArrayList<>();
        for (int i = 0; i < intervals.size(); i += together) {
            joined.add(intervals.subList(i, Math.min(intervals.size(), i + together)).stream()
                    .reduce(ReportData::join)
                    .orElseThrow());
        }
        return joined;
    }

    private static Interval join(Interval a, Interval b) {
        Map<Outcome, Long> outcomes = new TreeMap<>(a.outcomes());
        b.outcomes().forEach((outcome, count) -> outcomes.merge(outcome, count, Long::sum));
        return new Interval(
                a.startMs(),
                b.startMs() + b.lengthMs() - a.startMs(),
                outcomes,
                worse(a.latency(), b.latency()),
                worse(a.service(), b.service()));
    }

    private static Percentiles worse(Percentiles a, Percentiles b) {
        return new Percentiles(
                a.count() + b.count(),
                Math.max(a.mean(), b.mean()),
                Math.max(a.p50(), b.p50()),
                Math.max(a.p75(), b.p75()),
                Math.max(a.p90(), b.p90()),
                Math.max(a.p99(), b.p99()),
                Math.max(a.p999(), b.p999()),
                Math.max(a.max(), b.max()));
    }

    /** A time in whole microseconds, of three digits that count. */
    private static long rounded(double us) {
        long whole = Math.round(us);
        long unit = 1;
        while (whole / unit >= 1_000) {
            unit *= 10;
        }
        return (whole + unit / 2) / unit * unit;
    }
}
