package io.convergate.loadgen.scenario;

import io.convergate.loadgen.fault.Fault;
import io.convergate.loadgen.scenario.Action.Cast;
import io.convergate.loadgen.scenario.Action.Harm;
import io.convergate.loadgen.scenario.Action.Rollback;
import io.convergate.loadgen.scenario.Scenario.Phase;
import io.convergate.loadgen.scenario.Scenario.RandomFaults;
import io.convergate.loadgen.scenario.Scenario.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All that is going to be done in a run, drawn up before it begins: a pure function of scenario, nodes and seed, so that the seed
 * alone does the same again.
 *
 * @param entries in the order of their times
 * @param drawn the kinds of faults that are among them by chance only
 */
record Schedule(List<Entry> entries, Set<String> drawn) {
    Schedule {
        entries = List.copyOf(entries);
        drawn = Set.copyOf(drawn);
    }

    /**
     * Something that is going to be done.
     *
     * @param at counted from the beginning of the first phase
     * @param until when it is ended; at healing if it is empty
     */
    record Entry(Duration at, Optional<Duration> until, Deed deed) {
        /** In words, for the log of a run. */
        String words() {
            return deed.words() + " at " + at.toMillis() + " ms"
                    + until.map(end -> " until " + end.toMillis() + " ms").orElse("");
        }

        /** The fault, if it is one. */
        Optional<Fault> fault() {
            return deed instanceof Harmed harmed ? Optional.of(harmed.fault()) : Optional.empty();
        }
    }

    /** What is done, with nothing left to chance. */
    sealed interface Deed {
        String words();
    }

    /** A fault. */
    record Harmed(Fault fault) implements Deed {
        @Override
        public String words() {
            return fault.kind() + " " + fault.target();
        }
    }

    /** The next node that is not started yet joins. */
    record Joined() implements Deed {
        @Override
        public String words() {
            return "a node joins";
        }
    }

    /** A node is asked to make the configuration what it was at the end of a phase. */
    record RolledBack(String node, String phase) implements Deed {
        @Override
        public String words() {
            return node + " rolls back to the end of " + phase;
        }
    }

    /** The rollbacks among them. */
    Set<RolledBack> rollbacks() {
        return entries.stream()
                .flatMap(entry -> entry.deed() instanceof RolledBack rollback ? Stream.of(rollback) : Stream.empty())
                .collect(Collectors.toSet());
    }

    static Schedule of(Cast cast, long seed) {
        Random random = new Random(seed);
        List<Entry> entries = new ArrayList<>();
        List<Entry> chance = new ArrayList<>();
        Duration begin = Duration.ZERO;
        for (Phase phase : cast.scenario().phases()) {
            for (Step step : phase.steps()) {
                entries.add(entry(begin.plus(step.at()), step.lasts(), step.action(), cast, random));
            }
            if (phase.random().isPresent()) {
                chance.addAll(drawn(phase.random().get(), begin, begin.plus(phase.lasts()), cast, random));
            }
            begin = begin.plus(phase.lasts());
        }
        Set<String> drawn = kinds(chance);
        drawn.removeAll(kinds(entries));
        entries.addAll(chance);
        entries.sort(Comparator.comparing(Entry::at));
        return new Schedule(entries, drawn);
    }

    private static Set<String> kinds(List<Entry> entries) {
        return entries.stream()
                .flatMap(entry -> entry.fault().map(Fault::kind).stream())
                .collect(Collectors.toCollection(HashSet::new));
    }

    /** One after the other, none of them longer than the phase. */
    private static List<Entry> drawn(RandomFaults faults, Duration begin, Duration end, Cast cast, Random random) {
        List<Entry> entries = new ArrayList<>();
        Duration at = begin.plus(between(faults.pauseLeast(), faults.pauseMost(), random));
        while (true) {
            Duration lasts = between(faults.lastsLeast(), faults.lastsMost(), random);
            if (at.plus(lasts).compareTo(end) > 0) {
                return entries;
            }
            Action action = faults.from().get(random.nextInt(faults.from().size()));
            entries.add(entry(at, Optional.of(lasts), action, cast, random));
            at = at.plus(lasts).plus(between(faults.pauseLeast(), faults.pauseMost(), random));
        }
    }

    private static Entry entry(Duration at, Optional<Duration> lasts, Action action, Cast cast, Random random) {
        Deed deed;
        if (action instanceof Harm harm) {
            deed = new Harmed(harm.maker().make(cast, random));
        } else if (action instanceof Rollback rollback) {
            deed = new RolledBack(rollback.node(), rollback.phase());
        } else {
            deed = new Joined();
        }
        return new Entry(at, lasts.map(at::plus), deed);
    }

    private static Duration between(Duration least, Duration most, Random random) {
        return least.plusMillis(random.nextLong(most.minus(least).toMillis() + 1));
    }
}
