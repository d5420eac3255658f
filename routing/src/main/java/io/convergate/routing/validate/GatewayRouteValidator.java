package io.convergate.routing.validate;

import io.convergate.routing.model.gatewayapi.BackendRef;
import io.convergate.routing.model.gatewayapi.GatewayRoute;
import io.convergate.routing.model.gatewayapi.RouteFilter;
import io.convergate.routing.problem.ProblemCode;
import io.convergate.routing.regex.SafeRegex;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Gateway API's rules for routes: the schemas of its resource definitions. */
final class GatewayRouteValidator {
    private static final int RULES_MAX = 16;
    private static final int MATCHES_MAX = 128;
    private static final int PER_MATCH_MAX = 16;
    private static final int BACKENDS_MAX = 16;
    private static final int WEIGHT_MAX = 1_000_000;
    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH");
    private static final Set<Long> REDIRECTS = Set.of(301L, 302L, 303L, 307L, 308L);

    private GatewayRouteValidator() {}

    static void validate(GatewayRoute route, Findings findings) {
        for (int i = 0; i < route.parents().size(); i++) {
            String path = "spec.parentRefs[" + i + "]";
            GatewayApiValidator.parent(path, route.parents().get(i), findings);
            findings.require(
                    route.parents().indexOf(route.parents().get(i)) == i, path, "the same again", "each parent once");
        }
        for (int i = 0; i < route.hostnames().size(); i++) {
            GatewayApiValidator.hostname(
                    "spec.hostnames[" + i + "]", route.hostnames().get(i), findings);
        }
        if (route.type() == GatewayRoute.Type.TLS && route.hostnames().isEmpty()) {
            findings.missing("spec.hostnames", "at least one server name");
        }
        findings.unserved(
                route.type() != GatewayRoute.Type.HTTP,
                "spec.rules",
                switch (route.type()) {
                    case GRPC -> "gRPC needs HTTP/2, which is not spoken yet";
                    case TLS -> "TLS is not passed through yet";
                    default -> "only HTTP is listened for yet";
                });
        rules(route, findings);
    }

    private static void rules(GatewayRoute route, Findings findings) {
        List<GatewayRoute.Rule> rules = route.rules();
        if (rules.isEmpty()) {
            findings.missing("spec.rules", "at least one rule");
        }
        findings.require(rules.size() <= RULES_MAX, "spec.rules", rules.size() + " rules", "at most " + RULES_MAX);
        int matches = rules.stream().mapToInt(rule -> rule.matches().size()).sum();
        findings.require(matches <= MATCHES_MAX, "spec.rules", matches + " matches", "at most " + MATCHES_MAX);
        Set<String> names = new HashSet<>();
        for (int i = 0; i < rules.size(); i++) {
            String path = "spec.rules[" + i + "]";
            GatewayRoute.Rule rule = rules.get(i);
            rule.name()
                    .ifPresent(name ->
                            findings.require(names.add(name), path + ".name", name + " again", "each name once"));
            rule(path, route.type(), rule, findings);
        }
    }

    private static void rule(String path, GatewayRoute.Type type, GatewayRoute.Rule rule, Findings findings) {
        for (int i = 0; i < rule.matches().size(); i++) {
            match(path + ".matches[" + i + "]", rule.matches().get(i), findings);
        }
        filters(path + ".filters", rule.filters(), rule, findings);
        boolean replaces = rule.filters().stream().anyMatch(RouteFilter.RequestRedirect.class::isInstance);
        findings.conflict(
                replaces && !rule.backends().isEmpty(), path, "RequestRedirect with backendRefs", "one of them");
        findings.require(
                rule.backends().size() <= BACKENDS_MAX,
                path + ".backendRefs",
                rule.backends().size() + " backends",
                "at most " + BACKENDS_MAX);
        for (int i = 0; i < rule.backends().size(); i++) {
            String at = path + ".backendRefs[" + i + "]";
            BackendRef backend = rule.backends().get(i);
            backend(at, backend, findings);
            filters(at + ".filters", backend.filters(), rule, findings);
            for (RouteFilter filter : backend.filters()) {
                boolean placed = !(filter instanceof RouteFilter.RequestRedirect)
                        || rule.backends().size() == 1;
                findings.require(placed, at + ".filters", filter.type() + " beside other backends", "the only backend");
                findings.unserved(
                        filter instanceof RouteFilter.RequestMirror || filter instanceof RouteFilter.Cors,
                        at + ".filters",
                        filter.type() + " acts on rules only");
            }
        }
        timeouts(path + ".timeouts", rule, findings);
        rule.unserved()
                .forEach(field -> findings.unserved(true, path + "." + field, "it is experimental in Gateway API"));
        if (type == GatewayRoute.Type.HTTP && !replaces && rule.backends().isEmpty()) {
            findings.warn(path + ".backendRefs", ProblemCode.MISSING_FIELD, "none", "a backend; until then 500");
        }
    }

    private static void match(String path, GatewayRoute.Match match, Findings findings) {
        match.path().ifPresent(condition -> {
            String value = condition.value();
            if (condition.type() == GatewayRoute.MatchType.REGULAR_EXPRESSION) {
                expression(path + ".path.value", value, findings);
                return;
            }
            findings.require(value.startsWith("/"), path + ".path.value", value, "an absolute path");
            for (String part : List.of("//", "/./", "/../", "%2f", "%2F", "#")) {
                findings.require(!value.contains(part), path + ".path.value", value, "no " + part);
            }
            findings.require(
                    !value.endsWith("/..") && !value.endsWith("/."), path + ".path.value", value, "no dots at the end");
        });
        values(path + ".headers", match.headers(), findings);
        values(path + ".queryParams", match.queryParams(), findings);
        match.method()
                .ifPresent(method -> findings.require(
                        METHODS.contains(method), path + ".method", method, "one of " + String.join(", ", METHODS)));
    }

    private static void values(String path, List<GatewayRoute.ValueMatch> values, Findings findings) {
        findings.require(
                values.size() <= PER_MATCH_MAX, path, values.size() + " conditions", "at most " + PER_MATCH_MAX);
        for (int i = 0; i < values.size(); i++) {
            GatewayRoute.ValueMatch value = values.get(i);
            String at = path + "[" + i + "]";
            findings.require(Names.isHeader(value.name()), at + ".name", value.name(), "the name of a header");
            findings.require(
                    value.type() != GatewayRoute.MatchType.PATH_PREFIX,
                    at + ".type",
                    value.type(),
                    "Exact or RegularExpression");
            if (value.type() == GatewayRoute.MatchType.REGULAR_EXPRESSION) {
                expression(at + ".value", value.value(), findings);
            }
        }
    }

    private static void expression(String path, String expression, Findings findings) {
        try {
            SafeRegex.compile(expression);
        } catch (IllegalArgumentException e) {
            findings.invalid(path, expression, String.valueOf(e.getMessage()));
        }
    }

    private static void backend(String path, BackendRef backend, Findings findings) {
        boolean isService = backend.group().isEmpty() && backend.kind().equals("Service");
        if (isService && backend.port().isEmpty()) {
            findings.missing(path + ".port", "the port of the service");
        }
        backend.port().ifPresent(port -> findings.port(path + ".port", port));
        findings.require(
                backend.weight() >= 0 && backend.weight() <= WEIGHT_MAX,
                path + ".weight",
                backend.weight(),
                "0 to " + WEIGHT_MAX);
        findings.require(!backend.name().isEmpty(), path + ".name", "nothing", "the name of a service");
    }

    private static void filters(String path, List<RouteFilter> filters, GatewayRoute.Rule rule, Findings findings) {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < filters.size(); i++) {
            RouteFilter filter = filters.get(i);
            String at = path + "[" + i + "]";
            boolean repeatable = filter instanceof RouteFilter.RequestMirror || filter instanceof RouteFilter.Unknown;
            findings.require(
                    seen.add(filter.type()) || repeatable, at + ".type", filter.type() + " again", "each type once");
            filter(at, filter, rule, findings);
        }
        findings.conflict(
                seen.contains("RequestRedirect") && seen.contains("URLRewrite"),
                path,
                "RequestRedirect and URLRewrite",
                "one of them");
    }

    private static void filter(String path, RouteFilter filter, GatewayRoute.Rule rule, Findings findings) {
        if (filter instanceof RouteFilter.HeaderModifier headers) {
            headers(path, headers, findings);
        } else if (filter instanceof RouteFilter.RequestRedirect redirect) {
            redirect(path + ".requestRedirect", redirect, rule, findings);
        } else if (filter instanceof RouteFilter.UrlRewrite rewrite) {
            rewrite.hostname().ifPresent(host -> hostname(path + ".urlRewrite.hostname", host, findings));
            pathModifier(path + ".urlRewrite.path", rewrite.path(), rule, findings);
        } else if (filter instanceof RouteFilter.RequestMirror mirror) {
            String at = path + ".requestMirror";
            backend(at + ".backendRef", mirror.backend(), findings);
            findings.require(
                    mirror.denominator() >= 1 && mirror.numerator() >= 0 && mirror.numerator() <= mirror.denominator(),
                    at,
                    mirror.numerator() + " of " + mirror.denominator(),
                    "a part from none to all");
        } else if (filter instanceof RouteFilter.Cors cors) {
            cors(path + ".cors", cors, findings);
        } else if (filter instanceof RouteFilter.Unknown) {
            findings.invalid(
                    path + ".type", filter.type(), "a filter that acts here; one left out would let more through");
        }
    }

    private static void cors(String path, RouteFilter.Cors cors, Findings findings) {
        for (int i = 0; i < cors.allowOrigins().size(); i++) {
            String origin = cors.allowOrigins().get(i);
            findings.require(
                    origin.equals("*") || origin.matches("[a-z][a-z0-9+.-]*://(\\*\\.)?[A-Za-z0-9.-]+(:[0-9]{1,5})?"),
                    path + ".allowOrigins[" + i + "]",
                    origin,
                    "scheme://host, with a wildcard as the first label at most, or *");
        }
        for (List<String> values : List.of(cors.allowMethods(), cors.allowHeaders(), cors.exposeHeaders())) {
            values.forEach(value -> findings.require(
                    value.equals("*") || Names.isHeader(value), path, value, "the name of a method or header"));
            findings.require(
                    !cors.allowCredentials() || !values.contains("*"),
                    path,
                    "* with allowCredentials",
                    "names: with credentials a browser takes * for a name");
        }
        cors.maxAgeSeconds().ifPresent(age -> findings.require(age >= 1, path + ".maxAge", age, "at least 1"));
    }

    private static void headers(String path, RouteFilter.HeaderModifier headers, Findings findings) {
        String at = path + (headers.ofResponse() ? ".responseHeaderModifier" : ".requestHeaderModifier");
        Set<String> seen = new HashSet<>();
        headers.set().forEach((name, value) -> header(at + ".set", name, value, seen, findings));
        headers.add().forEach((name, value) -> header(at + ".add", name, value, seen, findings));
        headers.remove().forEach(name -> header(at + ".remove", name, "", seen, findings));
    }

    private static void header(String path, String name, String value, Set<String> seen, Findings findings) {
        String lower = name.toLowerCase(Locale.ROOT);
        findings.require(
                Names.isHeader(name) && !lower.equals("host"),
                path,
                name,
                "a header that may be changed; Host is changed by URLRewrite");
        findings.require(HeadersValidator.isValue(value), path, "control characters", "printable characters");
        findings.require(seen.add(lower), path, name + " again", "one action for a header");
    }

    private static void redirect(
            String path, RouteFilter.RequestRedirect redirect, GatewayRoute.Rule rule, Findings findings) {
        redirect.scheme()
                .ifPresent(scheme -> findings.require(
                        scheme.equals("http") || scheme.equals("https"), path + ".scheme", scheme, "http or https"));
        redirect.hostname().ifPresent(host -> hostname(path + ".hostname", host, findings));
        redirect.port().ifPresent(port -> findings.port(path + ".port", port));
        redirect.status()
                .ifPresent(status -> findings.require(
                        REDIRECTS.contains(status), path + ".statusCode", status, "301, 302, 303, 307 or 308"));
        pathModifier(path + ".path", redirect.path(), rule, findings);
    }

    private static void hostname(String path, String hostname, Findings findings) {
        findings.require(
                Names.isHost(hostname) && hostname.equals(hostname.toLowerCase(Locale.ROOT)),
                path,
                hostname,
                "a host name in lower case");
    }

    private static void pathModifier(
            String path, Optional<RouteFilter.PathModifier> modifier, GatewayRoute.Rule rule, Findings findings) {
        modifier.ifPresent(change -> {
            findings.require(
                    HeadersValidator.isValue(change.value())
                            && (change.value().isEmpty() && change.prefixOnly()
                                    || change.value().startsWith("/")),
                    path,
                    change.value(),
                    "an absolute path");
            boolean prefixes = rule.matches().stream()
                    .flatMap(match -> match.path().stream())
                    .allMatch(match -> match.type() == GatewayRoute.MatchType.PATH_PREFIX);
            findings.conflict(
                    change.prefixOnly() && !prefixes,
                    path,
                    "ReplacePrefixMatch with another path match",
                    "PathPrefix in all matches");
        });
    }

    private static void timeouts(String path, GatewayRoute.Rule rule, Findings findings) {
        Duration request = rule.requestTimeout().orElse(Duration.ZERO);
        Duration backend = rule.backendTimeout().orElse(Duration.ZERO);
        findings.require(!request.isNegative(), path + ".request", request, "not below 0");
        findings.require(!backend.isNegative(), path + ".backendRequest", backend, "not below 0");
        boolean bounded = !request.isZero() && !backend.isZero();
        findings.require(
                !bounded || backend.compareTo(request) <= 0,
                path + ".backendRequest",
                backend,
                "no longer than request, " + request);
    }
}
