package io.convergate.routing.validate;

import io.convergate.routing.model.gatewayapi.GatewayRoute;
import io.convergate.routing.model.gatewayapi.RouteFilter;
import io.convergate.routing.problem.ProblemCode;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Gateway API's rules for the filters of HTTPRoutes and GRPCRoutes: HTTPRouteFilter, GRPCRouteFilter. */
final class RouteFiltersValidator {
    private static final int FILTERS_MAX = 16;
    private static final int HEADERS_MAX = 16;
    private static final int HEADER_LENGTH_MAX = 4096;
    private static final int CORS_NAMES_MAX = 64;
    private static final int CORS_METHODS_MAX = 9;
    private static final Set<Long> REDIRECTS = new TreeSet<>(Set.of(301L, 302L, 303L, 307L, 308L));
    private static final Set<String> CORS_METHODS =
            new TreeSet<>(Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "*"));

    private RouteFiltersValidator() {}

    static void validate(String path, List<RouteFilter> filters, GatewayRoute.Rule rule, Findings findings) {
        findings.require(filters.size() <= FILTERS_MAX, path, filters.size() + " filters", "at most " + FILTERS_MAX);
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
            mirror(path + ".requestMirror", mirror, findings);
        } else if (filter instanceof RouteFilter.Cors cors) {
            cors(path + ".cors", cors, findings);
        } else if (filter instanceof RouteFilter.Unknown) {
            findings.invalid(
                    path + ".type", filter.type(), "a filter that acts here; one left out would let more through");
        }
    }

    private static void mirror(String path, RouteFilter.RequestMirror mirror, Findings findings) {
        GatewayRouteValidator.backend(path + ".backendRef", mirror.backend(), findings);
        findings.require(
                mirror.denominator() >= 1 && mirror.numerator() >= 0 && mirror.numerator() <= mirror.denominator(),
                path,
                mirror.numerator() + " of " + mirror.denominator(),
                "a part from none to all");
    }

    private static void cors(String path, RouteFilter.Cors cors, Findings findings) {
        for (int i = 0; i < cors.allowOrigins().size(); i++) {
            String origin = cors.allowOrigins().get(i);
            findings.require(
                    origin.equals("*")
                            || origin.matches("https?://((\\*\\.)?[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)*|\\*)(:[0-9]{1,5})?"),
                    path + ".allowOrigins[" + i + "]",
                    origin,
                    "http(s)://host, with a wildcard as the first label at most, or *");
        }
        alone(path + ".allowOrigins", cors.allowOrigins(), CORS_NAMES_MAX, findings);
        alone(path + ".allowMethods", cors.allowMethods(), CORS_METHODS_MAX, findings);
        alone(path + ".allowHeaders", cors.allowHeaders(), CORS_NAMES_MAX, findings);
        cors.allowMethods()
                .forEach(method -> findings.require(
                        CORS_METHODS.contains(method),
                        path + ".allowMethods",
                        method,
                        "one of " + String.join(", ", CORS_METHODS)));
        names(path + ".allowHeaders", cors.allowHeaders(), findings);
        names(path + ".exposeHeaders", cors.exposeHeaders(), findings);
        for (List<String> values : List.of(cors.allowMethods(), cors.allowHeaders(), cors.exposeHeaders())) {
            findings.require(
                    !cors.allowCredentials() || !values.contains("*"),
                    path,
                    "* with allowCredentials",
                    "names: with credentials a browser takes * for a name");
        }
        cors.maxAgeSeconds().ifPresent(age -> findings.require(age >= 1, path + ".maxAge", age, "at least 1"));
    }

    private static void alone(String path, List<String> values, int max, Findings findings) {
        findings.require(values.size() <= max, path, values.size() + " values", "at most " + max);
        findings.conflict(values.contains("*") && values.size() > 1, path, "* with others", "* alone");
    }

    private static void names(String path, List<String> names, Findings findings) {
        names.forEach(name ->
                findings.require(name.equals("*") || Names.isHeader(name), path, name, "the name of a header, or *"));
    }

    private static void headers(String path, RouteFilter.HeaderModifier headers, Findings findings) {
        String at = path + (headers.ofResponse() ? ".responseHeaderModifier" : ".requestHeaderModifier");
        if (headers.set().isEmpty()
                && headers.add().isEmpty()
                && headers.remove().isEmpty()) {
            findings.warn(at, ProblemCode.NO_EFFECT, "nothing", "set, add or remove");
        }
        few(at + ".set", headers.set().size(), findings);
        few(at + ".add", headers.add().size(), findings);
        few(at + ".remove", headers.remove().size(), findings);
        Set<String> seen = new HashSet<>();
        headers.set().forEach((name, value) -> headerValue(at + ".set", name, value, seen, findings));
        headers.add().forEach((name, value) -> headerValue(at + ".add", name, value, seen, findings));
        headers.remove().forEach(name -> header(at + ".remove", name, seen, findings));
    }

    private static void few(String path, int headers, Findings findings) {
        findings.require(headers <= HEADERS_MAX, path, headers + " headers", "at most " + HEADERS_MAX);
    }

    private static void headerValue(String path, String name, String value, Set<String> seen, Findings findings) {
        header(path, name, seen, findings);
        findings.require(!value.isEmpty(), path, name + " with \"\"", "a value");
        RouteMatchesValidator.length(path, value, HEADER_LENGTH_MAX, findings);
        findings.require(HeadersValidator.isValue(value), path, "control characters", "printable characters");
    }

    private static void header(String path, String name, Set<String> seen, Findings findings) {
        String lower = name.toLowerCase(Locale.ROOT);
        findings.require(
                Names.isHeader(name) && !lower.equals("host"),
                path,
                name,
                "a header that may be changed; Host is changed by URLRewrite");
        findings.require(seen.add(lower), path, name + " again", "one action for a header");
        HeadersValidator.framing(path, name, findings);
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
                Names.isKubernetesHost(hostname) && !hostname.startsWith("*"),
                path,
                hostname,
                "a host name in lower case");
    }

    /** Gateway API: what is replaced must be clear, so that a prefix is replaced where the rule's only match is one. */
    private static void pathModifier(
            String path, Optional<RouteFilter.PathModifier> modifier, GatewayRoute.Rule rule, Findings findings) {
        modifier.ifPresent(change -> {
            RouteMatchesValidator.length(path, change.value(), RouteMatchesValidator.PATH_LENGTH_MAX, findings);
            findings.require(
                    HeadersValidator.isValue(change.value())
                            && (change.value().isEmpty() && change.prefixOnly()
                                    || change.value().startsWith("/")),
                    path,
                    change.value(),
                    "an absolute path");
            boolean onePrefix = rule.matches().isEmpty()
                    || rule.matches().size() == 1
                            && rule.matches()
                                    .get(0)
                                    .path()
                                    .map(match -> match.type() == GatewayRoute.MatchType.PATH_PREFIX)
                                    .orElse(true);
            findings.conflict(
                    change.prefixOnly() && !onePrefix,
                    path,
                    "ReplacePrefixMatch with " + rule.matches().size() + " matches or another type of path",
                    "one match, of type PathPrefix");
        });
    }
}
