package io.convergate.routing.validate;

import io.convergate.routing.action.PathRewrite;
import io.convergate.routing.model.k8s.Ingress;
import io.convergate.routing.problem.Problem;
import io.convergate.routing.problem.ProblemCode;
import io.convergate.routing.regex.SafeRegex;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The annotations of ingress-nginx: those that are served, with their values; those that keep somebody out, which are an error
 * since leaving them out would let him in; all others, a warning each.
 */
final class NginxAnnotationsValidator {
    private static final Set<String> FLAGS = Set.of(
            "use-regex", "ssl-redirect", "force-ssl-redirect", "canary", "enable-cors", "cors-allow-credentials");
    private static final Set<String> COUNTS =
            Set.of("proxy-read-timeout", "canary-weight", "canary-weight-total", "cors-max-age");
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
            "cors-expose-headers");

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
    private static final Map<String, String> INSTEAD = Map.of(
            "proxy-connect-timeout", "set connectTimeout in a DestinationRule for the service",
            "proxy-send-timeout", "a request body without a byte is bounded by --stream-idle-timeout",
            "proxy-body-size", "bodies are bounded by --request-body-bytes-max, for all routes alike",
            "backend-protocol", "HTTP/1.1 is spoken to services",
            "affinity", "requests of one client go to any endpoint",
            "upstream-hash-by", "requests of one key go to any endpoint");

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
        } else if (name.equals("backend-protocol") && value.equals("HTTP")) {
            return;
        } else {
            unserved(path, name, value, findings);
        }
        if (name.startsWith("canary-") && !"true".equals(ingress.nginx("canary").orElse(""))) {
            findings.warn(
                    path, ProblemCode.INVALID_VALUE, name, "canary: \"true\" beside it; without, it does nothing");
        }
    }

    private static void text(String path, String name, String value, Findings findings) {
        switch (name) {
            case "rewrite-target", "app-root" ->
                findings.require(
                        value.startsWith("/") && HeadersValidator.isValue(value), path, value, "an absolute path");
            case "upstream-vhost" -> findings.require(Names.isHost(value), path, value, "a host name");
            case "canary-by-header" -> findings.require(Names.isHeader(value), path, value, "the name of a header");
            case "canary-by-cookie" -> findings.require(Names.isHeader(value), path, value, "the name of a cookie");
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
