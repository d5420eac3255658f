package io.convergate.node.admin.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How all nodes of a cluster are doing, as one of them found out.
 *
 * @param node the name of the node that asked the others
 * @param revision the newest configuration it knows
 * @param nodes every node, the one that asked first
 */
public record VitalsReport(String node, String revision, List<Answer> nodes) {
    public VitalsReport {
        nodes = List.copyOf(nodes);
    }

    /**
     * One node.
     *
     * @param progress who it is, and how far with the configuration
     * @param vitals what it answered; null if it did not
     * @param trouble why there is no answer; empty if there is one
     */
    public record Answer(NodeProgress progress, @Nullable NodeVitals vitals, String trouble) {}
}
