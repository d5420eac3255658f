package io.convergate.loadgen.scenario;

import io.convergate.loadgen.fault.Fault;
import io.convergate.loadgen.scenario.Scenario.Phase;
import io.convergate.loadgen.scenario.Scenario.RandomFaults;
import io.convergate.loadgen.scenario.Scenario.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * All that is going to be done in a run, drawn up before it begins: a pure function of scenario, nodes and seed, so that the seed
 * alone does the same again.
 *
 * @param entries in the order of their times
 */
record Schedule(List<Entry> entries) {
    Schedule {
        entries = List.copyOf(entries);
    }

    /**
     * Something that is going to be done.
     *
     * @param at counted from the beginning of the first phase
     * @param until when it is ended; at healing if it is empty
     * @param fault what; empty for a node that joins
     */
    record Entry(Duration at, Optional<Duration> until, Optional<Fault> fault) {
        /** In words, for the log of a run. */
        String words() {
            String what = fault.map(harm -> harm.kind() + " " + harm.target()).orElse("a node joins");
            return what + " at " + at.toMillis() + " ms"
                    + until.map(end -> " until " + end.toMillis() + " ms").orElse("");
        }
    }

    static Schedule of(Scenario scenario, List<String> nodes, long seed) {
        Random random = new Random(seed);
        List<Entry> entries = new ArrayList<>();
        Duration begin = Duration.ZERO;
        for (Phase phase : scenario.phases()) {
            for (Step step : phase.steps()) {
                entries.add(entry(begin.plus(step.at()), step.lasts(), step.action(), nodes, random));
            }
            if (phase.random().isPresent()) {
                entries.addAll(drawn(phase.random().get(), begin, begin.plus(phase.lasts()), nodes, random));
            }
            begin = begin.plus(phase.lasts());
        }
        entries.sort(Comparator.comparing(Entry::at));
        return new Schedule(entries);
    }

    /** One after the other, none of them longer than the phase. */
    private static List<Entry> drawn(
            RandomFaults faults, Duration begin, Duration end, List<String> nodes, Random random) {
        List<Entry> entries = new ArrayList<>();
        Duration at = begin.plus(between(faults.pauseLeast(), faults.pauseMost(), random));
        while (true) {
            Duration lasts = between(faults.lastsLeast(), faults.lastsMost(), random);
            if (at.plus(lasts).compareTo(end) > 0) {
                return entries;
            }
            Action action = faults.from().get(random.nextInt(faults.from().size()));
            entries.add(entry(at, Optional.of(lasts), action, nodes, random));
            at = at.plus(lasts).plus(between(faults.pauseLeast(), faults.pauseMost(), random));
        }
    }

    private static Entry entry(
            Duration at, Optional<Duration> lasts, Action action, List<String> nodes, Random random) {
        Optional<Fault> fault =
                action instanceof Action.Harm harm ? Optional.of(harm.maker().make(nodes, random)) : Optional.empty();
        return new Entry(at, lasts.map(at::plus), fault);
    }

    private static Duration between(Duration least, Duration most, Random random) {
        return least.plusMillis(random.nextLong(most.minus(least).toMillis() + 1));
    }
}
