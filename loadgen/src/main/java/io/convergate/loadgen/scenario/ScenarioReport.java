package io.convergate.loadgen.scenario;

import io.convergate.loadgen.fault.FaultEvent;
import io.convergate.loadgen.report.Environment;
import io.convergate.loadgen.report.RunReport;
import io.convergate.loadgen.report.RunReport.Band;
import io.convergate.loadgen.report.RunReport.Change;
import io.convergate.loadgen.verify.ConfigWrite;
import io.convergate.loadgen.verify.Finding;
import io.convergate.loadgen.verify.History;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Makes of a history what is kept and shown. */
final class ScenarioReport {
    private ScenarioReport() {}

    /**
     * The report of a run.
     *
     * @param phaseStarts the beginning of each phase, the end of the last, and the end of healing
     */
    static RunReport of(Scenario scenario, Rig rig, long seed, Instant begun, History history, List<Long> phaseStarts) {
        return new RunReport(
                scenario.name(),
                scenario.title(),
                scenario.promise(),
                begun,
                Duration.ofNanos(history.endedNanos() - history.begunNanos()),
                scenario.promises().stream()
                        .map(promise -> promise.judge(history))
                        .toList(),
                history.loads(),
                faults(history),
                phases(scenario, history, phaseStarts),
                history.writes().stream().map(write -> change(write, history)).toList(),
                Long.toString(seed),
                replay(scenario, rig, seed),
                environment(scenario, rig));
    }

    /** The report of a scenario that could not be run here. */
    static RunReport notRun(Scenario scenario, Rig rig, long seed, String reason) {
        return new RunReport(
                scenario.name(),
                scenario.title(),
                scenario.promise(),
                Instant.now(),
                Duration.ZERO,
                scenario.promises().stream()
                        .map(promise -> Finding.notJudged(promise.words(), reason))
                        .toList(),
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

    private static Change change(ConfigWrite write, History history) {
        return new Change(
                ms(write.sentNanos(), history),
                (write.answeredNanos() - write.sentNanos()) / 1_000_000,
                write.node(),
                write.result().name().toLowerCase(Locale.ROOT),
                write.resource() + (write.detail().isEmpty() ? "" : ": " + write.detail()));
    }

    private static long ms(long nanos, History history) {
        return (nanos - history.begunNanos()) / 1_000_000;
    }

    private static String replay(Scenario scenario, Rig rig, long seed) {
        return "./convergate gameday --scenario " + scenario.name() + " --driver " + rig.driver() + " --seed " + seed;
    }

    private static Map<String, String> environment(Scenario scenario, Rig rig) {
        Map<String, String> facts = new LinkedHashMap<>(Environment.here());
        facts.put("fleet", scenario.nodes() + " nodes, driver " + rig.driver());
        facts.put("upstreams", String.join(", ", scenario.upstreams()) + ", in loadgen's own process");
        return facts;
    }
}
