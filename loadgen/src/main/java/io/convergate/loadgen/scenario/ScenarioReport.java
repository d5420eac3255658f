package io.convergate.loadgen.scenario;

import io.convergate.loadgen.fault.FaultEvent;
import io.convergate.loadgen.report.Environment;
import io.convergate.loadgen.report.RunReport;
import io.convergate.loadgen.report.RunReport.Band;
import io.convergate.loadgen.report.RunReport.Change;
import io.convergate.loadgen.verify.ConfigWrite;
import io.convergate.loadgen.verify.FaultsTookEffect;
import io.convergate.loadgen.verify.Finding;
import io.convergate.loadgen.verify.History;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Makes of a history what is kept and shown. */
final class ScenarioReport {
    private ScenarioReport() {}

    /**
     * The report of a run.
     *
     * @param drawn the kinds of faults that were done by chance only
     * @param phaseStarts the beginning of each phase, the end of the last, and the end of healing
     */
    static RunReport of(
            Scenario scenario,
            Rig rig,
            long seed,
            Instant begun,
            History history,
            Set<String> drawn,
            List<Long> phaseStarts) {
        return new RunReport(
                scenario.name(),
                scenario.title(),
                scenario.promise(),
                begun,
                Duration.ofNanos(history.endedNanos() - history.begunNanos()),
                Stream.concat(
                                scenario.promises().stream().map(promise -> promise.judge(history)),
                                FaultsTookEffect.judge(history, drawn).stream())
                        .toList(),
                history.loads(),
                faults(history),
                phases(scenario, history, phaseStarts),
                changes(history),
                Long.toString(seed),
                replay(scenario, rig, seed),
                environment(scenario, rig));
    }

    /** The report of a scenario that could not be run here. */
    static RunReport notRun(Scenario scenario, Rig rig, long seed, String reason) {
        return without(
                scenario,
                rig,
                seed,
                scenario.promises().stream()
                        .map(promise -> Finding.notJudged(promise.words(), reason))
                        .toList());
    }

    /** The report of a run that did not come to its end. */
    static RunReport failed(Scenario scenario, Rig rig, long seed, Throwable why) {
        List<String> causes = new ArrayList<>();
        for (Throwable at = why; at != null && causes.size() < Finding.EVIDENCE_MAX; at = at.getCause()) {
            causes.add(at.toString());
        }
        return without(scenario, rig, seed, List.of(Finding.broken("the run comes to its end", "it did not", causes)));
    }

    private static RunReport without(Scenario scenario, Rig rig, long seed, List<Finding> findings) {
        return new RunReport(
                scenario.name(),
                scenario.title(),
                scenario.promise(),
                Instant.now(),
                Duration.ZERO,
                findings,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Long.toString(seed),
                replay(scenario, rig, seed),
                environment(scenario, rig));
    }

    /** Each fault from its begin to its end; one that nobody ended lasts to the end of the run. */
    private static List<Band> faults(History history) {
        List<Band> bands = new ArrayList<>();
        List<FaultEvent> events = history.faults();
        for (int i = 0; i < events.size(); i++) {
            FaultEvent event = events.get(i);
            if (event.phase() == FaultEvent.Phase.ENDED) {
                continue;
            }
            long end = event.phase() == FaultEvent.Phase.INSTANT
                    ? event.atNanos()
                    : events.subList(i + 1, events.size()).stream()
                            .filter(later -> later.phase() == FaultEvent.Phase.ENDED
                                    && later.kind().equals(event.kind())
                                    && later.target().equals(event.target()))
                            .findFirst()
                            .map(FaultEvent::atNanos)
                            .orElse(history.endedNanos());
            bands.add(new Band(
                    ms(event.atNanos(), history), ms(end, history), event.kind(), event.target(), event.detail()));
        }
        return bands;
    }

    private static List<Band> phases(Scenario scenario, History history, List<Long> starts) {
        List<String> names = new ArrayList<>();
        scenario.phases().forEach(phase -> names.add(phase.name()));
        names.add("healing");
        names.add("healed");
        List<Band> bands = new ArrayList<>();
        for (int i = 0; i < starts.size(); i++) {
            long end = i + 1 < starts.size() ? starts.get(i + 1) : history.endedNanos();
            bands.add(new Band(ms(starts.get(i), history), ms(end, history), names.get(i), "", ""));
        }
        return bands;
    }

    /** The changes; one with many resources is one, though each of them is a write. */
    private static List<Change> changes(History history) {
        Map<String, List<ConfigWrite>> together = new LinkedHashMap<>();
        history.writes().forEach(write -> together.computeIfAbsent(
                        write.node() + " " + write.sentNanos(), key -> new ArrayList<>())
                .add(write));
        return together.values().stream().map(writes -> change(writes, history)).toList();
    }

    private static Change change(List<ConfigWrite> writes, History history) {
        ConfigWrite first = writes.get(0);
        String what = first.resource() + (writes.size() == 1 ? "" : " and " + (writes.size() - 1) + " more");
        return new Change(
                ms(first.sentNanos(), history),
                (first.answeredNanos() - first.sentNanos()) / 1_000_000,
                first.node(),
                first.result().name().toLowerCase(Locale.ROOT),
                what + (first.detail().isEmpty() ? "" : ": " + first.detail()));
    }

    private static long ms(long nanos, History history) {
        return (nanos - history.begunNanos()) / 1_000_000;
    }

    private static String replay(Scenario scenario, Rig rig, long seed) {
        return "./convergate gameday --scenario " + scenario.name() + " --driver " + rig.driver() + " --seed " + seed;
    }

    private static Map<String, String> environment(Scenario scenario, Rig rig) {
        Map<String, String> facts = new LinkedHashMap<>(Environment.here());
        facts.put("fleet", scenario.fleet().nodes() + " nodes, driver " + rig.driver());
        facts.put("upstreams", String.join(", ", scenario.upstreams()) + ", in loadgen's own process");
        return facts;
    }
}
