package io.convergate.routing.validate;

import io.convergate.routing.model.HttpMatch;
import io.convergate.routing.model.StringMatch;
import io.convergate.routing.model.VirtualService;
import io.convergate.routing.problem.ProblemCode;
import io.convergate.routing.regex.SafeRegex;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Istio's rules for matches of HTTP rules: validateHTTPRouteMatchRequest. */
final class HttpMatchValidator {
    private static final String CLAIM = "@request.auth.claims";

    private HttpMatchValidator() {}

    static void validate(String path, HttpMatch match, VirtualService service, Findings findings) {
        List<String> gateways = match.gateways().isEmpty() ? service.gateways() : match.gateways();
        boolean onlyMesh = !service.isDelegate() && gateways.stream().allMatch(VirtualService.MESH::equals);
        boolean claims = Stream.of(match.headers(), match.withoutHeaders())
                .flatMap(headers -> headers.keySet().stream())
                .anyMatch(name -> name.startsWith(CLAIM));
        findings.conflict(onlyMesh && claims, path + ".headers", "JWT claims in the mesh", "a gateway");
        request(path, match, findings);
        match.port().ifPresent(port -> findings.port(path + ".port", port));
        VirtualServiceValidator.gateways(path + ".gateways", match.gateways(), findings);
        match.sourceNamespace()
                .ifPresent(namespace -> findings.require(
                        Names.isLabel(namespace), path + ".sourceNamespace", namespace, "a DNS label"));
        findings.labels(path + ".sourceLabels", match.sourceLabels());
        match.statPrefix()
                .ifPresent(prefix -> findings.require(
                        !prefix.isEmpty() && HeadersValidator.isValue(prefix),
                        path + ".statPrefix",
                        prefix,
                        "printable characters"));
    }

    /** The part that is about what a request itself says. */
    static void request(String path, HttpMatch match, Findings findings) {
        match.uri()
                .filter(uri -> !(uri instanceof StringMatch.Prefix prefix
                        && prefix.value().isEmpty()))
                .ifPresent(uri -> string(path + ".uri", uri, findings));
        path(path, match, findings);
        optional(path + ".scheme", match.scheme(), findings);
        optional(path + ".method", match.method(), findings);
        optional(path + ".authority", match.authority(), findings);
        headers(path + ".headers", match.headers(), findings);
        Stream.of("authority", "method", "scheme", "uri")
                .filter(match.headers()::containsKey)
                .forEach(field -> findings.warn(
                        path + ".headers[" + field + "]",
                        ProblemCode.NO_EFFECT,
                        field,
                        "the match's own " + field + ": Istio takes none of these names for a header's"));
        headers(path + ".withoutHeaders", match.withoutHeaders(), findings);
        match.queryParams().forEach((name, value) -> string(path + ".queryParams[" + name + "]", value, findings));
    }

    /** A request's path begins with a slash, but for that of {@code OPTIONS *}. */
    private static void path(String path, HttpMatch match, Findings findings) {
        match.uri().ifPresent(uri -> {
            String start = uri instanceof StringMatch.Exact exact
                    ? exact.value()
                    : uri instanceof StringMatch.Prefix prefix ? prefix.value() : "/";
            boolean possible = start.startsWith("/")
                    || start.equals("*")
                    || !(uri instanceof StringMatch.Exact) && start.isEmpty();
            if (!possible) {
                findings.warn(
                        path + ".uri",
                        ProblemCode.NO_EFFECT,
                        start.isEmpty() ? "\"\"" : start,
                        "a path that begins with a slash, as those of requests do");
            }
        });
        boolean folds =
                match.uri().filter(uri -> !(uri instanceof StringMatch.Regex)).isPresent();
        if (match.ignoreUriCase() && !folds) {
            findings.warn(
                    path + ".ignoreUriCase",
                    ProblemCode.NO_EFFECT,
                    "ignoreUriCase",
                    "uri with exact or prefix; an expression has (?i)");
        }
    }

    private static void headers(String path, Map<String, StringMatch> headers, Findings findings) {
        headers.forEach((name, value) -> {
            String at = path + "[" + name + "]";
            if (name.startsWith(CLAIM)) {
                findings.unserved(true, at, "JWT claims are not matched, so this match is left out");
                return;
            }
            String plain = name.startsWith(":") ? name.substring(1) : name;
            findings.require(Names.isHeader(plain), at, name, "a header's name");
            findings.require(name.equals(name.toLowerCase(Locale.ROOT)), at, name, "a name in lower case");
            string(at, value, findings);
        });
    }

    private static void optional(String path, Optional<StringMatch> match, Findings findings) {
        match.ifPresent(value -> string(path, value, findings));
    }

    private static void string(String path, StringMatch match, Findings findings) {
        if (match instanceof StringMatch.Prefix prefix) {
            findings.require(!prefix.value().isEmpty(), path + ".prefix", "\"\"", "a prefix");
        } else if (match instanceof StringMatch.Regex regex) {
            findings.require(!regex.value().isEmpty(), path + ".regex", "\"\"", "an expression");
            boolean isPresence = regex.value().equals("*") && !path.endsWith(".uri");
            if (!isPresence) {
                regex(path + ".regex", regex.value(), findings);
            }
        }
    }

    static void regex(String path, String expression, Findings findings) {
        try {
            SafeRegex.compile(expression);
        } catch (IllegalArgumentException e) {
            findings.unusable(path, String.valueOf(e.getMessage()));
        }
    }
}
