package io.convergate.loadgen.scenario;

import io.convergate.loadgen.load.Wire;
import io.convergate.loadgen.request.RequestSet;
import io.convergate.loadgen.verify.Promise;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A promise of the product and the way to put it to the test, as data.
 *
 * @param name a word, the name of its file
 * @param title the same for people
 * @param promise what the product promises here, in prose
 * @param isShort whether it is in the short set
 * @param fleet which nodes it starts with
 * @param upstreams labels of the origins behind the fleet
 * @param apply files of configuration, applied and served everywhere before the first load begins
 * @param loads that go on from the beginning to the end
 * @param writers of configuration, from the beginning of the first phase to the end of the last
 * @param phases one after the other
 * @param healWithin how long the fleet may take, once everything is healed, to be one cluster again
 * @param settle how long the loads go on after that
 * @param promises what must hold
 */
public record Scenario(
        String name,
        String title,
        String promise,
        boolean isShort,
        FleetSpec fleet,
        List<String> upstreams,
        List<String> apply,
        List<LoadSpec> loads,
        List<WriterSpec> writers,
        List<Phase> phases,
        Duration healWithin,
        Duration settle,
        List<Promise> promises) {
    public Scenario {
        upstreams = List.copyOf(upstreams);
        apply = List.copyOf(apply);
        loads = List.copyOf(loads);
        writers = List.copyOf(writers);
        phases = List.copyOf(phases);
        promises = List.copyOf(promises);
    }

    /**
     * The nodes of a scenario.
     *
     * @param nodes how many
     * @param options further options of every node
     * @param diskBytes the size of the disk that each one's data is on, so that it can be filled; 0 for no disk of its own
     * @param hasClocks whether each has a clock that can be set
     * @param heapMib the heap of each one's JVM, in MiB; 0 for what fleets have by themselves
     */
    public record FleetSpec(int nodes, List<String> options, long diskBytes, boolean hasClocks, int heapMib) {
        public FleetSpec {
            options = List.copyOf(options);
        }

        /** Nodes with these options, and nothing else that is special. */
        public static FleetSpec of(int nodes, List<String> options) {
            return new FleetSpec(nodes, options, 0, false, 0);
        }
    }

    /**
     * Traffic.
     *
     * @param rate how many requests start in a second
     * @param targets the names of the nodes, or the labels of the upstreams, that it goes to; empty for all nodes that the fleet starts with
     * @param wire what it speaks
     * @param isResent whether a request that may be sent twice is sent once more if its connection ended before an answer began, as a
     *     browser does
     */
    public record LoadSpec(
            String name,
            Rate rate,
            int connections,
            List<String> targets,
            Wire wire,
            Duration deadline,
            boolean isResent,
            RequestSet requests) {
        public LoadSpec {
            targets = List.copyOf(targets);
        }

        /** In words, for reports. */
        String description() {
            return rate.words() + " on " + connections + " connections of " + wire.description() + " to "
                    + (targets.isEmpty() ? "all nodes" : String.join(" and ", targets));
        }

        /** Where it goes, if these nodes are there from the beginning. */
        List<String> targetsAmong(List<String> nodes) {
            return targets.isEmpty() ? nodes : targets;
        }
    }

    /**
     * Somebody who writes configuration over and over, and keeps account of what was acknowledged.
     *
     * @param kind what it writes
     * @param perSecond how many changes, from all its nodes together; fewer if answers take longer
     * @param nodes who is asked, in turn; empty for all that the fleet starts with
     * @param resources how many resources it writes, in turn
     * @param prefix of their names; writers with the same prefix write the same resources
     * @param consistency {@code local}, or {@code majority} for changes that a majority must take
     * @param isAwaited whether it waits until all nodes serve each change
     * @param isInTurn whether it asks one node after the other, each when the last one has answered, in place of all of them at the same time
     * @param during the names of the phases in which it writes; empty for all
     * @param deletes which share of its changes are deletions, from 0 to 1; above 0 the seed draws the resource of each change, and what is written
     *     after a deletion is made anew
     */
    public record WriterSpec(
            String name,
            Kind kind,
            double perSecond,
            List<String> nodes,
            int resources,
            String prefix,
            String consistency,
            boolean isAwaited,
            boolean isInTurn,
            List<String> during,
            double deletes) {
        /** What is written. */
        public enum Kind {
            /** One ServiceEntry after the other, each change one of them. */
            ENTRIES("entries"),
            /** One VirtualService after the other, so that each change makes a new route table. */
            ROUTES("routes"),
            /** All of them in each change: a huge one. */
            ALL("all"),
            /** Documents that are wrong, and must be refused whole. */
            BROKEN("broken");

            private final String word;

            Kind(String word) {
                this.word = word;
            }

            static List<String> words() {
                return Arrays.stream(values()).map(kind -> kind.word).toList();
            }

            static Kind of(String word) {
                return values()[words().indexOf(word)];
            }
        }

        public WriterSpec {
            nodes = List.copyOf(nodes);
            during = List.copyOf(during);
        }

        /** Whether it writes in a phase; before the first one its name is empty. */
        boolean writesIn(String phase) {
            return during.isEmpty() || during.contains(phase);
        }
    }

    /**
     * A part of a run.
     *
     * @param steps what is done in it, at stated times
     * @param random what is done in it besides, drawn from the seed
     */
    public record Phase(String name, Duration lasts, List<Step> steps, Optional<RandomFaults> random) {
        public Phase {
            steps = List.copyOf(steps);
        }
    }

    /**
     * Something that is done.
     *
     * @param at counted from the beginning of its phase
     * @param lasts until it is ended; until healing if it is empty
     */
    public record Step(Duration at, Optional<Duration> lasts, Action action) {}

    /**
     * Faults drawn from a seed.
     *
     * @param pauseLeast the shortest time between the end of one and the beginning of the next
     * @param pauseMost the longest
     * @param lastsLeast how long one lasts at least
     * @param lastsMost how long at most
     * @param from what to draw from, equally often
     */
    public record RandomFaults(
            Duration pauseLeast, Duration pauseMost, Duration lastsLeast, Duration lastsMost, List<Action> from) {
        public RandomFaults {
            from = List.copyOf(from);
        }
    }

    /** The same on another fleet. */
    public Scenario on(FleetSpec other) {
        return new Scenario(
                name,
                title,
                promise,
                isShort,
                other,
                upstreams,
                apply,
                loads,
                writers,
                phases,
                healWithin,
                settle,
                promises);
    }

    /** Everything that may be done in it. */
    Stream<Action> actions() {
        return phases.stream()
                .flatMap(phase -> Stream.concat(
                        phase.steps().stream().map(Step::action),
                        phase.random().stream().flatMap(random -> random.from().stream())));
    }

    /** The load of that name. */
    Optional<LoadSpec> load(String wanted) {
        return loads.stream().filter(load -> load.name().equals(wanted)).findFirst();
    }

    /** How long its phases take together. */
    public Duration phasesLast() {
        return phases.stream().map(Phase::lasts).reduce(Duration.ZERO, Duration::plus);
    }
}
