package io.convergate.node.admin;

import io.convergate.routing.collect.SharedMap;
import io.convergate.routing.compile.CompileSettings;
import io.convergate.routing.explain.Analysis;
import io.convergate.routing.explain.HiddenRoutes;
import io.convergate.routing.model.Gateway;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.problem.Problem;
import io.convergate.routing.validate.ConfigurationAnalyzer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Judges how resources go together; each of them alone has been judged when it was read. Remembers what it found, so that
 * the next look at nearly the same configuration is cheap. Safe for use by any thread; one looks while the others wait.
 */
final class CrossCheck {
    private final CompileSettings settings;
    private final ConfigurationAnalyzer analyzer = new ConfigurationAnalyzer(CompileSettings.ISTIO_SYSTEM);

    /** @param settings the node's labels, by which gateways select it */
    CrossCheck(CompileSettings settings) {
        this.settings = settings;
    }

    /** What is wrong between some resources and any others of a configuration, and their routes that others hide. */
    List<Problem> problemsOf(SharedMap<ResourceKey, Resource> configuration, Collection<ResourceKey> interesting) {
        List<Problem> problems = new ArrayList<>(between(configuration, interesting));
        List<Gateway> gateways = interesting.stream()
                .map(configuration::get)
                .filter(Gateway.class::isInstance)
                .map(Gateway.class::cast)
                .toList();
        problems.addAll(ConfigurationAnalyzer.selection(gateways, settings.nodeLabels()));
        problems.addAll(HiddenRoutes.near(configuration, interesting, settings));
        return Analysis.once(problems);
    }

    private synchronized List<Problem> between(
            SharedMap<ResourceKey, Resource> configuration, Collection<ResourceKey> interesting) {
        return analyzer.analyze(configuration, interesting);
    }
}
