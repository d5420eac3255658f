package io.convergate.loadgen.scenario;

import io.convergate.loadgen.load.Profile;
import io.convergate.loadgen.scenario.Scenario.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How many requests of a load start in a second, from phase to phase. Phases count as they are planned: what is done in them may take longer,
 * the schedule of a load never waits.
 *
 * @param phases from the name of a phase, or {@value #HEALING}, to what happens in it, in equally long parts; where nothing is said, the last rate
 *     goes on
 */
record Rate(Map<String, List<Part>> phases) {
    /** The time after the last phase. */
    static final String HEALING = "healing";

    /** What is said before anything else: the rate of the first phase, for one that never changes. */
    private static final String ALWAYS = "";

    Rate {
        phases = new LinkedHashMap<>(phases);
    }

    /** A part of a phase, in which the rate changes evenly from one figure to another. */
    record Part(double fromPerSecond, double toPerSecond) {
        static Part constant(double perSecond) {
            return new Part(perSecond, perSecond);
        }

        private String words() {
            return fromPerSecond == toPerSecond
                    ? figure(fromPerSecond)
                    : figure(fromPerSecond) + " to " + figure(toPerSecond);
        }
    }

    /** The same from beginning to end. */
    static Rate constant(double perSecond) {
        return new Rate(Map.of(ALWAYS, List.of(Part.constant(perSecond))));
    }

    boolean isConstant() {
        return phases.containsKey(ALWAYS);
    }

    /** The rate at the very beginning. */
    double first(List<Phase> all) {
        List<Part> parts =
                phases.getOrDefault(isConstant() ? ALWAYS : all.get(0).name(), List.of(Part.constant(0)));
        return parts.get(0).fromPerSecond();
    }

    /**
     * The schedule of a run.
     *
     * @param afterwards how long the rate after the last phase goes on
     */
    Profile profile(List<Phase> all, Duration afterwards) {
        List<Profile.Stage> stages = new ArrayList<>();
        double now = first(all);
        for (Phase phase : all) {
            List<Part> parts = phases.getOrDefault(phase.name(), List.of(Part.constant(now)));
            for (Part part : parts) {
                stages.add(new Profile.Stage(
                        part.fromPerSecond(), part.toPerSecond(), phase.lasts().dividedBy(parts.size())));
                now = part.toPerSecond();
            }
        }
        List<Part> healing = phases.getOrDefault(HEALING, List.of(Part.constant(now)));
        double last = healing.get(healing.size() - 1).toPerSecond();
        stages.add(new Profile.Stage(last, last, afterwards));
        return new Profile.Open(stages);
    }

    /** In words, for reports. */
    String words() {
        if (isConstant()) {
            return figure(phases.get(ALWAYS).get(0).fromPerSecond()) + " requests a second";
        }
        return phases.entrySet().stream()
                .map(entry -> entry.getValue().stream().map(Part::words).collect(Collectors.joining(", ")) + " in "
                        + entry.getKey())
                .collect(Collectors.joining("; ", "requests a second: ", ""));
    }

    private static String figure(double rate) {
        return rate == Math.rint(rate) ? Long.toString((long) rate) : String.format(Locale.ROOT, "%.2f", rate);
    }
}
