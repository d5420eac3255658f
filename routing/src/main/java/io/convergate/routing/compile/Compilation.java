package io.convergate.routing.compile;

import io.convergate.routing.match.RouteTable;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.problem.Problem;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What came of compiling a configuration.
 *
 * @param table what to serve
 * @param problems what is wrong with the wanted configuration, each with its resource, in a fixed order
 * @param heldBack the resources that are not served as wanted, and why; empty if all is well
 */
public record Compilation(RouteTable table, List<Problem> problems, Map<ResourceKey, HeldBack> heldBack) {
    public Compilation {
        Objects.requireNonNull(table, "table");
        problems = List.copyOf(problems);
        heldBack = Map.copyOf(heldBack);
    }
}
