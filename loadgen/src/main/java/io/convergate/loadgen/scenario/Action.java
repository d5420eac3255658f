package io.convergate.loadgen.scenario;

import io.convergate.loadgen.fault.Fault;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Something that a scenario does to its fleet, with names that may be left to chance. */
public sealed interface Action {
    /** Its word in a scenario. */
    String word();

    /**
     * A fault.
     *
     * @param maker makes it for the fleet's nodes; draws from chance only if the scenario says {@code any}
     * @param spoiled what goes through the fault proxy so that it can be done, all the time
     */
    record Harm(String word, Optional<Spoiled> spoiled, Maker maker) implements Action {}

    /** A node is added to the fleet, which must become one of the cluster by itself. */
    record Join(String word) implements Action {}

    /**
     * The configuration is made what it was at the end of a phase.
     *
     * @param node who is asked to
     * @param phase the name of an earlier phase
     */
    record Rollback(String word, String node, String phase) implements Action {}

    /** Makes a fault. */
    @FunctionalInterface
    interface Maker {
        Fault make(Cast cast, Random random);
    }

    /**
     * The nodes of a run.
     *
     * @param all the names of all of them, those that join later at the end
     */
    record Cast(Scenario scenario, List<String> all) {
        public Cast {
            all = List.copyOf(all);
        }

        /** Those that are there from the beginning. */
        List<String> first() {
            return all.subList(0, scenario.fleet().nodes());
        }

        /** The node of that name, or one of the first. */
        String chosen(String name, Random random) {
            return name.equals(ActionReader.ANY) ? first().get(random.nextInt(first().size())) : name;
        }
    }

    /** Traffic that can be spoiled outside of the cluster. */
    sealed interface Spoiled {
        /** The names at the fault proxy of its links. */
        List<String> links(Cast cast);
    }

    /** Between the nodes and an upstream. */
    record ToUpstream(String label) implements Spoiled {
        @Override
        public List<String> links(Cast cast) {
            return List.of(link());
        }

        String link() {
            return "upstream-" + label;
        }
    }

    /** Between the clients of a load and whatever it goes to. */
    record ToClients(String load) implements Spoiled {
        @Override
        public List<String> links(Cast cast) {
            return cast.scenario().load(load).orElseThrow().targetsAmong(cast.first()).stream()
                    .map(this::link)
                    .toList();
        }

        String link(String target) {
            return load + "-" + target;
        }
    }
}
