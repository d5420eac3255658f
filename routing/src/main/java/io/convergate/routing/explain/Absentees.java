package io.convergate.routing.explain;

import io.convergate.routing.compile.Applicability;
import io.convergate.routing.compile.CompileSettings;
import io.convergate.routing.explain.Explanation.Candidate;
import io.convergate.routing.explain.Explanation.Outcome;
import io.convergate.routing.match.RouteEntry;
import io.convergate.routing.model.HttpMatch;
import io.convergate.routing.model.Metadata;
import io.convergate.routing.model.VirtualService;
import io.convergate.routing.resolve.Configuration;
import io.convergate.routing.resolve.Delegation;
import io.convergate.routing.resolve.EffectiveRule;
import io.convergate.routing.resolve.HostNames;
import io.convergate.routing.resolve.ServerHosts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the rules of virtual services for a host that are not among its routes, and says why: what a match asks of the
 * port or of the node is decided when it is compiled.
 */
public final class Absentees {
    private final Configuration configuration;
    private final CompileSettings settings;

    /**
     * @param configuration the resources that the table was made of
     * @param settings those it was compiled with
     */
    public Absentees(Configuration configuration, CompileSettings settings) {
        this.configuration = configuration;
        this.settings = settings;
    }

    List<Candidate> of(String pattern, List<RouteEntry> routes, int port) {
        Set<String> present = new HashSet<>();
        routes.forEach(entry -> present.add(id(
                entry.route().source(),
                entry.route().info().writtenIn(),
                entry.route().info().path())));
        List<Candidate> absent = new ArrayList<>();
        configuration.resources().values().stream()
                .filter(VirtualService.class::isInstance)
                .map(VirtualService.class::cast)
                .filter(service -> isMeantFor(pattern, service))
                .sorted(Comparator.comparing(VirtualService::metadata, Metadata.OLDEST_FIRST))
                .forEach(service -> add(service, pattern, port, present, absent));
        return absent;
    }

    /** Whether a virtual service names the host, or one of its gateways leaves just that of what it names. */
    private boolean isMeantFor(String pattern, VirtualService service) {
        if (service.hosts().stream().map(HostNames::canonical).anyMatch(pattern::equals)) {
            return true;
        }
        String namespace = service.metadata().namespace();
        return Configuration.gatewayKeys(service).stream()
                .flatMap(key -> configuration.gateway(key).stream())
                .flatMap(gateway -> gateway.servers().stream()
                        .map(server -> new ServerHosts(gateway.metadata().namespace(), server)))
                .anyMatch(server -> service.hosts().stream()
                        .anyMatch(host -> server.served(host, namespace).contains(pattern)));
    }

    private void add(VirtualService service, String pattern, int port, Set<String> present, List<Candidate> absent) {
        for (EffectiveRule rule : Delegation.rules(service, configuration)) {
            for (int i = 0; i < Math.max(1, rule.route().match().size()); i++) {
                boolean bare = rule.route().match().isEmpty();
                String path = bare ? rule.path() : rule.matchPaths().get(i);
                if (present.contains(id(service.key(), rule.writtenIn().key(), path))) {
                    continue;
                }
                Optional<HttpMatch> match = bare
                        ? Optional.empty()
                        : Optional.of(rule.route().match().get(i));
                String why = match.flatMap(condition -> Applicability.objection(condition, port, settings))
                        .orElseGet(() -> otherwise(service, match, pattern));
                absent.add(new Candidate(
                        rule.route().name().orElse(""),
                        Explainer.text(service.key()),
                        Explainer.text(rule.writtenIn().key()) + ' ' + path,
                        "",
                        Outcome.NOT_HERE,
                        why));
            }
        }
    }

    private String otherwise(VirtualService service, Optional<HttpMatch> match, String pattern) {
        List<String> gateways =
                match.map(HttpMatch::gateways).filter(names -> !names.isEmpty()).orElse(service.gateways());
        boolean known = gateways.stream()
                .filter(name -> !name.equals(VirtualService.MESH))
                .map(name -> Configuration.gatewayKey(name, service.metadata().namespace()))
                .anyMatch(key -> configuration.gateway(key).isPresent());
        return known
                ? "its gateways " + gateways + " do not serve it for " + pattern
                        + " on this listener, or a route before it takes everything"
                : "none of its gateways " + gateways + " exists";
    }

    private static String id(Object source, Object writtenIn, String path) {
        return source + " " + writtenIn + ' ' + path;
    }
}
