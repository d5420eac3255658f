package io.convergate.routing.explain;

import io.convergate.routing.compile.CompileSettings;
import io.convergate.routing.compile.RouteTableCompiler;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.problem.Problem;
import io.convergate.routing.problem.ProblemCode;
import io.convergate.routing.read.ReadResult;
import io.convergate.routing.resolve.Configuration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds all that is wrong with resources that nobody serves yet: each by itself, between them, and routes that others hide. */
public final class Analysis {
    private Analysis() {}

    /**
     * The problems of what was read: first those of the text, with positions, then those between resources.
     *
     * @param settings the node to serve them; its labels select gateways
     */
    public static List<Problem> of(ReadResult read, CompileSettings settings) {
        Map<ResourceKey, Resource> resources = new HashMap<>();
        read.documents().forEach(document -> document.resource()
                .ifPresent(resource -> resources.put(resource.key(), resource)));
        List<Problem> problems = new ArrayList<>(read.problems());
        var compilation = new RouteTableCompiler(settings).compile(resources);
        compilation.problems().stream()
                .filter(problem -> !problem.code().equals(ProblemCode.ACCEPTED_EARLIER)) // nobody has accepted it yet
                .forEach(problems::add);
        Configuration configuration =
                Configuration.empty(settings.rootNamespace()).become(resources);
        problems.addAll(HiddenRoutes.find(compilation.table(), configuration, settings));
        return once(problems);
    }

    /** The problems, each once: what is said of one place with one code is said by whoever says it first. */
    public static List<Problem> once(List<Problem> problems) {
        Set<List<Object>> seen = new HashSet<>();
        return problems.stream()
                .filter(problem -> problem.resource().isEmpty()
                        || seen.add(List.of(problem.resource(), problem.path(), problem.code(), told(problem))))
                .toList();
    }

    /** A place may lack several things, but is unreachable only once. */
    private static String told(Problem problem) {
        return problem.code().startsWith("IST013") ? "" : problem.message();
    }
}
