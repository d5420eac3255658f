package io.convergate.routing.validate;

import io.convergate.routing.model.TlsRoute;
import io.convergate.routing.model.VirtualService;
import io.convergate.routing.problem.ProblemCode;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Server names in {@code tls} rules that an earlier match for the same gateways takes already. */
final class ServerNames {
    private ServerNames() {}

    /** A name, in lower case, and the gateways it is matched for. */
    private record Taken(String name, List<String> gateways) {}

    static void validate(VirtualService service, Findings findings) {
        Map<Taken, String> taken = new HashMap<>();
        for (int i = 0; i < service.tls().size(); i++) {
            List<TlsRoute.Match> matches = service.tls().get(i).match();
            for (int j = 0; j < matches.size(); j++) {
                String path = "spec.tls[" + i + "].match[" + j + "]";
                match(path, matches.get(j), taken, findings);
            }
        }
    }

    private static void match(String path, TlsRoute.Match match, Map<Taken, String> taken, Findings findings) {
        boolean asksForNothingElse = match.port().isEmpty()
                && match.destinationSubnets().isEmpty()
                && match.sourceLabels().isEmpty()
                && match.sourceNamespace().isEmpty();
        for (int k = 0; k < match.sniHosts().size(); k++) {
            String name = match.sniHosts().get(k);
            Taken key = new Taken(name.toLowerCase(Locale.ROOT), match.gateways());
            String earlier = taken.get(key);
            if (earlier != null) {
                findings.warn(
                        path + ".sniHosts[" + k + "]",
                        ProblemCode.UNREACHABLE_ROUTE,
                        name + " again",
                        "a name that " + earlier + " does not take already");
            } else if (asksForNothingElse) {
                taken.put(key, path);
            }
        }
    }
}
