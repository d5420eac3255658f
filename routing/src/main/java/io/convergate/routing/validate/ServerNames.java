package io.convergate.routing.validate;

import io.convergate.routing.model.Metadata;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.model.TlsRoute;
import io.convergate.routing.model.VirtualService;
import io.convergate.routing.problem.Problem;
import io.convergate.routing.problem.ProblemCode;
import io.convergate.routing.resolve.Configuration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/** Server names in {@code tls} rules that an earlier match for the same gateways takes already, in the same virtual service or an older one. */
final class ServerNames {
    private ServerNames() {}

    /** A name, in lower case, at a gateway, and at one of its ports or at all. */
    private record Taken(ResourceKey gateway, OptionalLong port, String name) {}

    /** A match, and the place of one of its names. */
    private record Owner(VirtualService service, String match) {}

    /** What is taken twice within one virtual service. */
    static void validate(VirtualService service, Findings findings) {
        find(List.of(service), false)
                .forEach(problem ->
                        findings.warn(problem.path(), ProblemCode.UNREACHABLE_ROUTE, problem.found(), problem.rule()));
    }

    /** What virtual services take that an older one has taken. */
    static List<Problem> between(Collection<VirtualService> services) {
        List<VirtualService> oldestFirst = services.stream()
                .sorted(Comparator.comparing(VirtualService::metadata, Metadata.OLDEST_FIRST))
                .toList();
        return find(oldestFirst, true).stream()
                .map(problem -> Problem.warning(
                                problem.path(),
                                ProblemCode.UNREACHABLE_ROUTE,
                                Problem.expected(problem.found(), problem.rule()))
                        .of(problem.service()))
                .toList();
    }

    /** A name that is taken already. */
    private record Repeated(ResourceKey service, String path, String found, String rule) {}

    private static List<Repeated> find(List<VirtualService> services, boolean ofOthers) {
        Map<Taken, Owner> taken = new HashMap<>();
        List<Repeated> repeated = new ArrayList<>();
        for (VirtualService service : services) {
            for (int i = 0; i < service.tls().size(); i++) {
                List<TlsRoute.Match> matches = service.tls().get(i).match();
                for (int j = 0; j < matches.size(); j++) {
                    Owner owner = new Owner(service, "spec.tls[" + i + "].match[" + j + "]");
                    repeated.addAll(match(owner, matches.get(j), taken, ofOthers));
                }
            }
        }
        return repeated;
    }

    private static List<Repeated> match(Owner owner, TlsRoute.Match match, Map<Taken, Owner> taken, boolean ofOthers) {
        List<Repeated> found = new ArrayList<>();
        List<String> gateways = match.gateways().isEmpty() ? owner.service().gateways() : match.gateways();
        boolean asksForNothingElse = match.destinationSubnets().isEmpty()
                && match.sourceLabels().isEmpty()
                && match.sourceNamespace().isEmpty();
        Map<Taken, Owner> own = new HashMap<>();
        for (int k = 0; k < match.sniHosts().size(); k++) {
            String written = match.sniHosts().get(k);
            String name = written.toLowerCase(Locale.ROOT);
            List<Owner> earlier = new ArrayList<>();
            for (String reference : gateways) {
                ResourceKey gateway = Configuration.gatewayKey(
                        reference, owner.service().metadata().namespace());
                Owner first = taken.getOrDefault(
                        new Taken(gateway, OptionalLong.empty(), name),
                        taken.get(new Taken(gateway, match.port(), name)));
                if (first != null) {
                    earlier.add(first);
                } else if (asksForNothingElse) {
                    own.put(new Taken(gateway, match.port(), name), owner);
                }
            }
            earlier.removeIf(first -> ofOthers == (first.service() == owner.service()));
            if (!earlier.isEmpty() && (ofOthers || earlier.size() == gateways.size())) {
                Owner first = earlier.get(0);
                String service = ofOthers ? first.service().key().shortName() + " " : "";
                found.add(new Repeated(
                        owner.service().key(),
                        owner.match() + ".sniHosts[" + k + "]",
                        written + " again",
                        "a name that " + service + first.match() + " does not take already"));
            }
        }
        taken.putAll(own);
        return found;
    }
}
