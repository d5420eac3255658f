package io.convergate.routing.compile;

import io.convergate.routing.match.RouteTable;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.problem.Problem;
import io.convergate.routing.problem.ProblemCode;
import io.convergate.routing.resolve.Configuration;
import io.convergate.routing.validate.ConfigurationAnalyzer;
import io.convergate.routing.validate.ResourceValidator;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Compiles configurations into route tables, one after the other. It remembers what it compiled: parts of the table whose
 * inputs did not change are the same instances as before, and of 10,000 virtual services only the changed one is compiled. A
 * resource counts as unchanged if it is the same instance as before or equal to it; the same instance is found faster.
 *
 * <p>A resource that cannot be compiled keeps its last good version, and so do those that belong to it; see {@link HeldBack}.
 * Nothing that a resource says makes compiling throw. Confined to one thread; never the thread of a request.
 */
public final class RouteTableCompiler {
    private static final Comparator<Problem> ORDER = Comparator.comparing((Problem problem) ->
                    problem.resource().map(ResourceKey::toString).orElse(""))
            .thenComparing(Problem::path);

    private final CompileSettings settings;
    private final Assembler assembler;
    private final ConfigurationAnalyzer analyzer;
    private final Map<ResourceKey, Checked> checked = new HashMap<>();
    private final Map<Resource, String> failures = new IdentityHashMap<>();
    private Configuration served;

    public RouteTableCompiler(CompileSettings settings) {
        this.settings = settings;
        this.assembler = new Assembler(settings);
        this.analyzer = new ConfigurationAnalyzer(settings.rootNamespace());
        this.served = Configuration.of(Map.of(), settings.rootNamespace());
    }

    /** A version of a resource and what is wrong with it. */
    private record Checked(Resource resource, List<Problem> problems) {}

    /**
     * Compiles what is wanted, as far as it can be, and serves the rest as before.
     *
     * @param wanted the whole configuration, by key; later compilations compare with it
     */
    public Compilation compile(Map<ResourceKey, ? extends Resource> wanted) {
        check(wanted);
        failures.keySet()
                .removeIf(resource -> wanted.get(resource.key()) != resource
                        && served.resources().get(resource.key()) != resource);
        while (true) {
            Activation.Decision decision = Activation.decide(served, wanted, this::failure, settings.rootNamespace());
            try {
                RouteTable table = assembler.assemble(decision.configuration());
                served = decision.configuration();
                return new Compilation(table, problems(wanted, decision.heldBack()), decision.heldBack());
            } catch (CompileFailure e) {
                failures.put(e.resource(), e.getMessage());
            }
        }
    }

    private void check(Map<ResourceKey, ? extends Resource> wanted) {
        checked.keySet().retainAll(wanted.keySet());
        wanted.forEach((key, resource) -> {
            Checked known = checked.get(key);
            if (known == null || known.resource() != resource) {
                checked.put(key, new Checked(resource, ResourceValidator.validate(resource)));
            }
        });
    }

    private Optional<String> failure(Resource resource) {
        String failure = failures.get(resource);
        if (failure != null) {
            return Optional.of(failure);
        }
        Checked known = checked.get(resource.key());
        return known == null || known.resource() != resource
                ? Optional.empty()
                : known.problems().stream()
                        .filter(Problem::isError)
                        .findFirst()
                        .map(problem -> problem.path() + ": " + problem.message());
    }

    private List<Problem> problems(Map<ResourceKey, ? extends Resource> wanted, Map<ResourceKey, HeldBack> heldBack) {
        List<Problem> problems = new ArrayList<>();
        checked.values().forEach(known -> problems.addAll(known.problems()));
        Configuration analyzed = heldBack.isEmpty() ? served : served.with(wanted, settings.rootNamespace());
        problems.addAll(analyzer.analyze(analyzed));
        problems.addAll(analyzer.selection(analyzed, settings.nodeLabels()));
        heldBack.forEach((key, held) -> problems.add(
                Problem.warning("", ProblemCode.HELD_BACK, held.message()).of(key)));
        problems.sort(ORDER);
        return problems;
    }
}
