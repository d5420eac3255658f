package io.convergate.routing.validate;

import io.convergate.routing.model.gatewayapi.BackendRef;
import io.convergate.routing.model.gatewayapi.GatewayRoute;
import io.convergate.routing.model.gatewayapi.ParentRef;
import io.convergate.routing.model.gatewayapi.RouteFilter;
import io.convergate.routing.problem.GoDuration;
import io.convergate.routing.problem.Problem;
import io.convergate.routing.problem.ProblemCode;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Gateway API's rules for routes: the schemas of its resource definitions. */
final class GatewayRouteValidator {
    private static final int PARENTS_MAX = 32;
    private static final int HOSTNAMES_MAX = 16;
    private static final int SERVER_NAMES_MAX = 1024;
    private static final int RULES_MAX = 16;
    private static final int MATCHES_MAX = 128;
    private static final int BACKENDS_MAX = 16;
    private static final int WEIGHT_MAX = 1_000_000;
    private static final int ATTEMPTS_MAX = 1000;

    private GatewayRouteValidator() {}

    static void validate(GatewayRoute route, Findings findings) {
        parents(route.parents(), findings);
        boolean tls = route.type() == GatewayRoute.Type.TLS;
        int hostnamesMax = tls ? SERVER_NAMES_MAX : HOSTNAMES_MAX;
        findings.require(
                route.hostnames().size() <= hostnamesMax,
                "spec.hostnames",
                route.hostnames().size() + " hostnames",
                "at most " + hostnamesMax);
        for (int i = 0; i < route.hostnames().size(); i++) {
            GatewayApiValidator.hostname(
                    "spec.hostnames[" + i + "]", route.hostnames().get(i), findings);
        }
        if (tls && route.hostnames().isEmpty()) {
            findings.missing("spec.hostnames", "at least one server name");
        }
        unserved(route.type(), findings);
        rules(route, findings);
    }

    private static void unserved(GatewayRoute.Type type, Findings findings) {
        switch (type) {
            case HTTP -> {}
            case GRPC ->
                findings.problems()
                        .add(Problem.warning(
                                "spec.rules",
                                ProblemCode.NOT_SERVED_YET,
                                "gRPC needs HTTP/2, which is not spoken yet: the rules act on HTTP/1.1 only"));
            case UDP -> findings.unserved(true, "spec.rules", "UDP is not proxied");
            default -> findings.unserved(true, "spec.rules", type + " is not listened for yet");
        }
    }

    /** Gateway API: several references to one parent must say which listeners each means, and each in the same way. */
    private static void parents(List<ParentRef> parents, Findings findings) {
        if (parents.isEmpty()) {
            findings.warn(
                    "spec.parentRefs",
                    ProblemCode.MISSING_FIELD,
                    "nothing",
                    "a Gateway or a ListenerSet; until then the route acts nowhere");
        }
        findings.require(
                parents.size() <= PARENTS_MAX,
                "spec.parentRefs",
                parents.size() + " parents",
                "at most " + PARENTS_MAX);
        for (int i = 0; i < parents.size(); i++) {
            String path = "spec.parentRefs[" + i + "]";
            ParentRef parent = parents.get(i);
            GatewayApiValidator.parent(path, parent, findings);
            findings.require(parents.indexOf(parent) == i, path, "the same again", "each parent once");
            boolean several = parents.stream()
                            .filter(other -> sameResource(parent, other))
                            .count()
                    > 1;
            findings.require(
                    !several
                            || parent.sectionName().isPresent()
                            || parent.port().isPresent(),
                    path,
                    parent.name() + " as a whole, and again",
                    "sectionName or port where a parent is named several times");
        }
    }

    private static boolean sameResource(ParentRef one, ParentRef other) {
        return one.group().equals(other.group())
                && one.kind().equals(other.kind())
                && one.namespace().equals(other.namespace())
                && one.name().equals(other.name());
    }

    private static void rules(GatewayRoute route, Findings findings) {
        List<GatewayRoute.Rule> rules = route.rules();
        boolean requests = route.type().carriesRequests();
        int max = requests ? RULES_MAX : 1;
        if (rules.isEmpty() && route.type() != GatewayRoute.Type.GRPC) {
            findings.missing("spec.rules", requests ? "at least one rule" : "one rule");
        }
        findings.require(rules.size() <= max, "spec.rules", rules.size() + " rules", "at most " + max);
        int matches = rules.stream().mapToInt(rule -> rule.matches().size()).sum();
        findings.require(matches <= MATCHES_MAX, "spec.rules", matches + " matches", "at most " + MATCHES_MAX);
        Set<String> names = new HashSet<>();
        for (int i = 0; i < rules.size(); i++) {
            String path = "spec.rules[" + i + "]";
            GatewayRoute.Rule rule = rules.get(i);
            rule.name().ifPresent(name -> {
                findings.require(Names.isResourceName(name), path + ".name", name, "a name in lower case");
                findings.require(names.add(name), path + ".name", name + " again", "each name once");
            });
            rule(path, route.type(), rule, findings);
        }
    }

    private static void rule(String path, GatewayRoute.Type type, GatewayRoute.Rule rule, Findings findings) {
        RouteMatchesValidator.validate(path + ".matches", rule.matches(), findings);
        RouteFiltersValidator.validate(path + ".filters", rule.filters(), rule, findings);
        boolean replaces = rule.filters().stream().anyMatch(RouteFilter.RequestRedirect.class::isInstance);
        findings.conflict(
                replaces && !rule.backends().isEmpty(), path, "RequestRedirect with backendRefs", "one of them");
        if (replaces) {
            withoutEffect(
                    rule.filters().stream().anyMatch(RouteFilter.RequestMirror.class::isInstance),
                    path + ".filters",
                    "RequestMirror",
                    findings);
            withoutEffect(
                    rule.requestTimeout().isPresent() || rule.backendTimeout().isPresent(),
                    path + ".timeouts",
                    "timeouts",
                    findings);
            withoutEffect(rule.retry().isPresent(), path + ".retry", "retry", findings);
        }
        findings.require(
                rule.backends().size() <= BACKENDS_MAX,
                path + ".backendRefs",
                rule.backends().size() + " backends",
                "at most " + BACKENDS_MAX);
        for (int i = 0; i < rule.backends().size(); i++) {
            String at = path + ".backendRefs[" + i + "]";
            backend(at, rule.backends().get(i), findings);
            filtersOfBackend(at + ".filters", rule.backends().get(i), rule, findings);
        }
        if (!rule.backends().isEmpty() && rule.backends().stream().allMatch(backend -> backend.weight() == 0)) {
            findings.warn(
                    path + ".backendRefs",
                    ProblemCode.INVALID_VALUE,
                    "weights that sum to 0",
                    "more than 0; until then " + unanswered(type));
        }
        timeouts(path + ".timeouts", rule, findings);
        rule.retry().ifPresent(retry -> retry(path + ".retry", retry, rule, findings));
        rule.unserved()
                .forEach(field -> findings.unserved(true, path + "." + field, "it is experimental in Gateway API"));
        if (!rule.backends().isEmpty() || replaces) {
            return;
        }
        if (type.carriesRequests()) {
            findings.warn(
                    path + ".backendRefs",
                    ProblemCode.MISSING_FIELD,
                    "none",
                    "a backend; until then " + unanswered(type));
        } else {
            findings.missing(path + ".backendRefs", "at least one backend");
        }
    }

    /** What becomes of a request, or a connection, for which there is no backend. */
    private static String unanswered(GatewayRoute.Type type) {
        return switch (type) {
            case HTTP -> "500";
            case GRPC -> "UNAVAILABLE";
            default -> "connections are refused";
        };
    }

    /** What is about a backend, in a rule that redirects and so has none. */
    private static void withoutEffect(boolean there, String path, String what, Findings findings) {
        if (there) {
            findings.warn(path, ProblemCode.NO_EFFECT, what + " with RequestRedirect", "a rule with backendRefs");
        }
    }

    private static void filtersOfBackend(String path, BackendRef backend, GatewayRoute.Rule rule, Findings findings) {
        RouteFiltersValidator.validate(path, backend.filters(), rule, findings);
        for (int i = 0; i < backend.filters().size(); i++) {
            RouteFilter filter = backend.filters().get(i);
            String at = path + "[" + i + "].type";
            boolean placed = !(filter instanceof RouteFilter.RequestRedirect)
                    || rule.backends().size() == 1;
            findings.require(placed, at, filter.type() + " beside other backends", "the only backend");
            findings.unserved(
                    filter instanceof RouteFilter.RequestMirror || filter instanceof RouteFilter.Cors,
                    at,
                    filter.type() + " acts on rules only");
        }
    }

    /** A backend of a rule or of a mirror. */
    static void backend(String path, BackendRef backend, Findings findings) {
        boolean isService = backend.group().isEmpty() && backend.kind().equals("Service");
        if (isService && backend.port().isEmpty()) {
            findings.missing(path + ".port", "the port of the service");
        }
        backend.port().ifPresent(port -> findings.port(path + ".port", port));
        backend.namespace()
                .ifPresent(namespace -> findings.require(
                        Names.isLabel(namespace), path + ".namespace", namespace, "the name of a namespace"));
        findings.require(
                backend.weight() >= 0 && backend.weight() <= WEIGHT_MAX,
                path + ".weight",
                backend.weight(),
                "0 to " + WEIGHT_MAX);
        findings.require(!backend.name().isEmpty(), path + ".name", "", "the name of a service");
    }

    private static void timeouts(String path, GatewayRoute.Rule rule, Findings findings) {
        Duration request = rule.requestTimeout().orElse(Duration.ZERO);
        Duration backend = rule.backendTimeout().orElse(Duration.ZERO);
        boolean bounded = !request.isZero() && !backend.isZero();
        findings.require(
                !bounded || backend.compareTo(request) <= 0,
                path + ".backendRequest",
                backend,
                "no longer than request, " + GoDuration.text(request));
    }

    private static void retry(String path, GatewayRoute.Retry retry, GatewayRoute.Rule rule, Findings findings) {
        for (int i = 0; i < retry.codes().size(); i++) {
            long code = retry.codes().get(i);
            String at = path + ".codes[" + i + "]";
            findings.require(code >= 400 && code <= 599, at, code, "400 to 599");
            findings.require(retry.codes().indexOf(code) == i, at, code + " again", "each status once");
        }
        retry.attempts()
                .ifPresent(attempts -> findings.require(
                        attempts >= 1 && attempts <= ATTEMPTS_MAX,
                        path + ".attempts",
                        attempts,
                        "1 to " + ATTEMPTS_MAX));
        boolean anyMethod = rule.matches().isEmpty()
                || !rule.matches().stream().allMatch(match -> match.method()
                        .filter(RetryValidator.IDEMPOTENT::contains)
                        .isPresent());
        if (anyMethod) {
            findings.warn(
                    path,
                    ProblemCode.UNSAFE_RETRY,
                    "retries for any method",
                    "matches on idempotent methods: a POST may be carried out twice");
        }
    }
}
