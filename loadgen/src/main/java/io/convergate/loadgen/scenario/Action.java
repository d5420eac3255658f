package io.convergate.loadgen.scenario;

import io.convergate.loadgen.fault.Fault;
import java.util.List;
import java.util.Random;

/** Something that a scenario does to its fleet, with names that may be left to chance. */
public sealed interface Action {
    /** Its word in a scenario. */
    String word();

    /**
     * A fault.
     *
     * @param maker makes it for the fleet's nodes; draws from chance only if the scenario says {@code any}
     */
    record Harm(String word, Maker maker) implements Action {}

    /** A node is added to the fleet, which must become one of the cluster by itself. */
    record Join(String word) implements Action {}

    /** Makes a fault. */
    @FunctionalInterface
    interface Maker {
        Fault make(List<String> nodes, Random random);
    }
}
