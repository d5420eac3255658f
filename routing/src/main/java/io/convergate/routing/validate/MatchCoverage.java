package io.convergate.routing.validate;

import io.convergate.routing.model.HttpMatch;
import io.convergate.routing.model.HttpRoute;
import io.convergate.routing.model.StringMatch;
import io.convergate.routing.model.VirtualService;
import io.convergate.routing.problem.ProblemCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Finds rules of a virtual service that earlier rules leave nothing for. Istio: analyzeUnreachableRules. */
final class MatchCoverage {
    private final Map<HttpMatch, String> seen = new HashMap<>();
    private final List<Prefix> prefixes = new ArrayList<>();
    private final Findings findings;

    private MatchCoverage(Findings findings) {
        this.findings = findings;
    }

    /** A match on a prefix and nothing else. */
    private record Prefix(String value, String path) {}

    static void check(VirtualService service, Findings findings) {
        MatchCoverage coverage = new MatchCoverage(findings);
        Optional<String> catchAll = Optional.empty();
        for (int i = 0; i < service.http().size(); i++) {
            String path = "spec.http[" + i + "]";
            HttpRoute route = service.http().get(i);
            if (catchAll.isPresent()) {
                String rule = "no rule after " + catchAll.get() + ", which takes everything";
                findings.warn(path, ProblemCode.UNREACHABLE_ROUTE, "a rule that is never reached", rule);
            } else {
                coverage.rule(path, route);
            }
            if (route.match().isEmpty()) {
                catchAll = catchAll.or(() -> Optional.of(path));
            }
        }
    }

    private void rule(String path, HttpRoute route) {
        int covered = 0;
        for (int j = 0; j < route.match().size(); j++) {
            String at = path + ".match[" + j + "]";
            HttpMatch condition = withoutNames(route.match().get(j));
            String earlier = seen.putIfAbsent(condition, at);
            Optional<Prefix> shorter = prefixBefore(condition);
            if (earlier != null || shorter.isPresent()) {
                covered++;
                String rule = "no match that " + shorter.map(Prefix::path).orElse(earlier) + " covers";
                findings.warn(at, ProblemCode.INEFFECTIVE_MATCH, "a match without effect", rule);
            }
            prefixOnly(condition).ifPresent(prefix -> prefixes.add(new Prefix(prefix, at)));
        }
        if (covered > 0 && covered == route.match().size()) {
            findings.warn(
                    path, ProblemCode.UNREACHABLE_ROUTE, "a rule that is never reached", "a match no other covers");
        }
    }

    private Optional<Prefix> prefixBefore(HttpMatch match) {
        return match.uri()
                .map(MatchCoverage::start)
                .filter(start -> !start.isEmpty() && !match.ignoreUriCase())
                .flatMap(start -> prefixes.stream()
                        .filter(prefix -> start.startsWith(prefix.value()))
                        .findFirst());
    }

    /** What every path that meets a condition begins with, as far as it can be seen. */
    private static String start(StringMatch uri) {
        if (uri instanceof StringMatch.Exact exact) {
            return exact.value();
        }
        return uri instanceof StringMatch.Prefix prefix ? prefix.value() : "";
    }

    private static Optional<String> prefixOnly(HttpMatch match) {
        boolean bare = match.uri().isPresent()
                && match.uri().get() instanceof StringMatch.Prefix
                && match.equals(withUriOnly(match));
        return bare ? Optional.of(start(match.uri().get())) : Optional.empty();
    }

    private static HttpMatch withoutNames(HttpMatch match) {
        return new HttpMatch(
                Optional.empty(),
                match.uri(),
                match.ignoreUriCase(),
                match.scheme(),
                match.method(),
                match.authority(),
                match.headers(),
                match.withoutHeaders(),
                match.queryParams(),
                match.port(),
                match.gateways(),
                match.sourceLabels(),
                match.sourceNamespace(),
                Optional.empty());
    }

    private static HttpMatch withUriOnly(HttpMatch match) {
        return new HttpMatch(
                Optional.empty(),
                match.uri(),
                match.ignoreUriCase(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                Map.of(),
                Map.of(),
                OptionalLong.empty(),
                List.of(),
                Map.of(),
                Optional.empty(),
                Optional.empty());
    }
}
