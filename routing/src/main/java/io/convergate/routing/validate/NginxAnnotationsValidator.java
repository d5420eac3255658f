package io.convergate.routing.validate;

import io.convergate.routing.action.PathRewrite;
import io.convergate.routing.model.k8s.Ingress;
import io.convergate.routing.problem.Problem;
import io.convergate.routing.problem.ProblemCode;
import io.convergate.routing.regex.SafeRegex;
import io.convergate.routing.request.AddressRange;
import io.convergate.routing.resolve.NginxAnnotations;
import io.convergate.routing.resolve.NginxLimits;
import io.convergate.routing.resolve.NginxUpstream;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The annotations of ingress-nginx: those that are served, with their values; those that keep somebody out, which are an error
 * since leaving them out would let him in; all others, a warning each.
 */
final class NginxAnnotationsValidator {
    private static final Set<String> FLAGS = Set.of(
            "use-regex",
            "ssl-redirect",
            "force-ssl-redirect",
            "canary",
            "enable-cors",
            "cors-allow-credentials",
            "session-cookie-secure");
    private static final Set<String> COUNTS = Set.of(
            "proxy-connect-timeout",
            "proxy-read-timeout",
            "canary-weight",
            "canary-weight-total",
            "cors-max-age",
            "session-cookie-max-age",
            "session-cookie-expires",
            "limit-rps",
            "limit-rpm",
            "limit-connections",
            "limit-burst-multiplier");
    private static final Set<String> LIMITS =
            Set.of("limit-rps", "limit-rpm", "limit-connections", "limit-burst-multiplier");
    private static final Set<String> EXEMPT = Set.of("limit-whitelist", "limit-allowlist");
    private static final Set<String> REDIRECT_CODES = Set.of("301", "302", "303", "307", "308");
    private static final Set<String> TEXTS = Set.of(
            "rewrite-target",
            "app-root",
            "upstream-vhost",
            "canary-by-header",
            "canary-by-header-value",
            "canary-by-header-pattern",
            "canary-by-cookie",
            "cors-allow-origin",
            "cors-allow-methods",
            "cors-allow-headers",
            "cors-expose-headers",
            "permanent-redirect",
            "temporal-redirect",
            "permanent-redirect-code",
            "temporal-redirect-code",
            "session-cookie-name",
            "session-cookie-path",
            "session-cookie-domain",
            "session-cookie-samesite");

    /** Beginnings of the names of annotations that keep somebody out, or run code of the writer's. */
    private static final Map<String, String> SECURITY = Map.of(
            "auth-", "no authentication: it is not served yet, and without it everybody would come in",
            "whitelist-source-range", "no list of addresses: it is not served yet, and without it all would come in",
            "denylist-source-range", "no list of addresses: it is not served yet, and without it all would come in",
            "satisfy", "no authentication: it is not served yet",
            "enable-modsecurity", "no web application firewall",
            "modsecurity-", "no web application firewall",
            "configuration-snippet", "no snippet: whoever may write one may run anything",
            "server-snippet", "no snippet: whoever may write one may run anything",
            "stream-snippet", "no snippet: whoever may write one may run anything");

    /** What is most used and not served, and what to do about it. */
    private static final Map<String, String> INSTEAD = Map.ofEntries(
            Map.entry("proxy-send-timeout", "a request body without a byte is bounded by --stream-idle-timeout"),
            Map.entry("proxy-body-size", "bodies are bounded by --request-body-bytes-max, for all routes alike"),
            Map.entry("backend-protocol", "HTTP/1.1 is spoken to services"),
            Map.entry("affinity", "only cookie is there; requests of one client go to any endpoint"),
            Map.entry("affinity-mode", "endpoints follow from a hash, which moves as few clients as it can"),
            Map.entry(
                    "upstream-hash-by",
                    "one of $remote_addr, $http_NAME, $arg_NAME, $cookie_NAME alone is understood; requests of one key"
                            + " go to any endpoint"),
            Map.entry("mirror-target", "set mirrors in a VirtualService for the host"),
            Map.entry("server-alias", "write a rule for each host"));

    private NginxAnnotationsValidator() {}

    /** Reports what is wrong with an Ingress' annotations; whether those that are served are well-formed. */
    static boolean validate(Ingress ingress, Findings findings) {
        int before = findings.problems().size();
        Map<String, String> own = new TreeMap<>();
        ingress.metadata().annotations().forEach((name, value) -> {
            if (name.startsWith(Ingress.NGINX)) {
                own.put(name.substring(Ingress.NGINX.length()), value);
            }
        });
        own.forEach((name, value) -> annotation(name, value, ingress, findings));
        return findings.problems().stream().skip(before).noneMatch(Problem::isError);
    }

    private static void annotation(String name, String value, Ingress ingress, Findings findings) {
        String path = "metadata.annotations[" + Ingress.NGINX + name + "]";
        if (FLAGS.contains(name)) {
            findings.require(value.equals("true") || value.equals("false"), path, value, "true or false");
        } else if (COUNTS.contains(name)) {
            findings.require(value.matches("[0-9]{1,9}"), path, value, "a whole number");
        } else if (TEXTS.contains(name)) {
            text(path, name, value, findings);
        } else if (EXEMPT.contains(name)) {
            NginxLimits.ranges(value)
                    .forEach(range -> findings.require(
                            Names.isIpOrCidr(range) && AddressRange.parse(range).isPresent(),
                            path,
                            range,
                            "IP addresses and ranges of them, with commas"));
        } else if (isServed(name, value)) {
            return;
        } else {
            unserved(path, name, value, findings);
        }
        boolean ofAffinity = name.startsWith("session-cookie-");
        if (ofAffinity && !"cookie".equals(ingress.nginx("affinity").orElse(""))) {
            findings.warn(
                    path, ProblemCode.INVALID_VALUE, name, "affinity: \"cookie\" beside it; without, it does nothing");
        }
        boolean isCanary = "true".equals(ingress.nginx("canary").orElse(""));
        boolean ofLimits = name.equals("limit-burst-multiplier") || EXEMPT.contains(name);
        if (ofLimits && !isCanary && NginxLimits.of(ingress).isEmpty()) {
            findings.warn(
                    path,
                    ProblemCode.INVALID_VALUE,
                    name,
                    "limit-rps, limit-rpm or limit-connections beside it; without, it does nothing");
        }
        if (isCanary && (LIMITS.contains(name) || EXEMPT.contains(name))) {
            findings.warn(
                    path, ProblemCode.INVALID_VALUE, name, "the limits on the main Ingress; a canary is under those");
        }
        if (name.startsWith("canary-") && !isCanary) {
            findings.warn(
                    path, ProblemCode.INVALID_VALUE, name, "canary: \"true\" beside it; without, it does nothing");
        }
    }

    /** Those of which some values are served, and others are not. */
    private static boolean isServed(String name, String value) {
        return switch (name) {
            case "backend-protocol" -> value.equals("HTTP");
            case "affinity" -> value.equals("cookie");
            case "upstream-hash-by" -> NginxUpstream.hashBy(value).isPresent();
            default -> false;
        };
    }

    private static void text(String path, String name, String value, Findings findings) {
        switch (name) {
            case "rewrite-target", "app-root" ->
                findings.require(
                        value.startsWith("/") && HeadersValidator.isValue(value), path, value, "an absolute path");
            case "upstream-vhost" -> findings.require(Names.isHost(value), path, value, "a host name");
            case "canary-by-header" -> findings.require(Names.isHeader(value), path, value, "the name of a header");
            case "canary-by-cookie" -> findings.require(Names.isHeader(value), path, value, "the name of a cookie");
            case "permanent-redirect", "temporal-redirect" ->
                findings.require(
                        NginxAnnotations.RedirectTo.parse(value, 301)
                                .filter(to ->
                                        to.port().orElse(1) >= 1 && to.port().orElse(1) <= 65535)
                                .isPresent(),
                        path,
                        value,
                        "http(s)://host, with a port, and with a path or $request_uri");
            case "permanent-redirect-code", "temporal-redirect-code" ->
                findings.require(REDIRECT_CODES.contains(value), path, value, "301, 302, 303, 307 or 308");
            case "session-cookie-name" -> findings.require(Names.isHeader(value), path, value, "the name of a cookie");
            case "session-cookie-domain" -> findings.require(Names.isHost(value), path, value, "a host name");
            case "session-cookie-samesite" ->
                findings.require(Set.of("None", "Lax", "Strict").contains(value), path, value, "None, Lax or Strict");
            case "session-cookie-path" ->
                findings.require(
                        value.startsWith("/") && value.indexOf(';') < 0 && HeadersValidator.isValue(value),
                        path,
                        value,
                        "an absolute path without semicolon");
            case "canary-by-header-pattern" -> expression(path, ".*(?:" + value + ").*", findings);
            default -> findings.require(HeadersValidator.isValue(value), path, value, "printable characters");
        }
    }

    private static void unserved(String path, String name, String value, Findings findings) {
        for (Map.Entry<String, String> refused : SECURITY.entrySet()) {
            if (name.startsWith(refused.getKey()) && !value.equals("false")) {
                findings.invalid(path, name, refused.getValue());
                return;
            }
        }
        findings.problems()
                .add(Problem.warning(
                        path,
                        ProblemCode.NOT_SERVED_YET,
                        name + " does not act: " + INSTEAD.getOrDefault(name, "it is not served")));
    }

    /** Reports an expression that is none, or too costly a one. */
    static void expression(String path, String expression, Findings findings) {
        try {
            new PathRewrite.Regex(SafeRegex.compile(expression).pattern(), "");
        } catch (IllegalArgumentException e) {
            findings.unusable(path, String.valueOf(e.getMessage()));
        }
    }
}
