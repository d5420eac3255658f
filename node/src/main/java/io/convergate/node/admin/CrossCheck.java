package io.convergate.node.admin;

import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.problem.Problem;
import java.util.List;
import java.util.Map;

/** Judges how resources go together; each of them alone has been judged already. Must be safe for use by any thread. */
@FunctionalInterface
public interface CrossCheck {
    /** What is wrong with the whole, each problem with the resource it belongs to. */
    List<Problem> problemsOf(Map<ResourceKey, Resource> configuration);
}
