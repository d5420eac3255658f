package io.convergate.routing.validate;

import io.convergate.routing.model.gatewayapi.GatewayRoute;
import io.convergate.routing.regex.SafeRegex;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Gateway API's rules for the matches of HTTPRoutes and GRPCRoutes: HTTPRouteMatch, GRPCRouteMatch. */
final class RouteMatchesValidator {
    static final int PATH_LENGTH_MAX = 1024;

    private static final int PER_RULE_MAX = 64;
    private static final int CONDITIONS_MAX = 16;
    private static final int HEADER_LENGTH_MAX = 4096;
    private static final int PARAMETER_LENGTH_MAX = 1024;
    private static final int NAME_LENGTH_MAX = 1024;
    private static final Set<String> METHODS =
            new TreeSet<>(Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"));
    private static final Pattern PATH = Pattern.compile("(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|%[0-9a-fA-F]{2})*");
    private static final Pattern SERVICE = Pattern.compile("\\.?[A-Za-z_][A-Za-z_0-9]*(\\.[A-Za-z_][A-Za-z_0-9]*)*");
    private static final Pattern RPC = Pattern.compile("[A-Za-z_][A-Za-z_0-9]*");

    private RouteMatchesValidator() {}

    static void validate(String path, List<GatewayRoute.Match> matches, Findings findings) {
        findings.require(matches.size() <= PER_RULE_MAX, path, matches.size() + " matches", "at most " + PER_RULE_MAX);
        for (int i = 0; i < matches.size(); i++) {
            GatewayRoute.Match match = matches.get(i);
            String at = path + "[" + i + "]";
            match.path().ifPresent(condition -> path(at + ".path.value", condition, findings));
            match.rpc().ifPresent(condition -> rpc(at + ".method", condition, findings));
            values(at + ".headers", match.headers(), HEADER_LENGTH_MAX, findings);
            values(at + ".queryParams", match.queryParams(), PARAMETER_LENGTH_MAX, findings);
            match.method()
                    .ifPresent(method -> findings.require(
                            METHODS.contains(method), at + ".method", method, "one of " + String.join(", ", METHODS)));
        }
    }

    private static void path(String at, GatewayRoute.PathMatch condition, Findings findings) {
        String value = condition.value();
        length(at, value, PATH_LENGTH_MAX, findings);
        if (condition.type() == GatewayRoute.MatchType.REGULAR_EXPRESSION) {
            expression(at, value, findings);
            return;
        }
        findings.require(value.startsWith("/"), at, value, "an absolute path");
        for (String part : List.of("//", "/./", "/../", "%2f", "%2F", "#")) {
            findings.require(!value.contains(part), at, value, "no " + part);
        }
        findings.require(!value.endsWith("/..") && !value.endsWith("/."), at, value, "no dots at the end");
        findings.require(
                value.indexOf('#') >= 0 || PATH.matcher(value).matches(),
                at,
                value,
                "characters of a path, others as %XX");
    }

    private static void rpc(String at, GatewayRoute.RpcMatch condition, Findings findings) {
        if (condition.service().isEmpty() && condition.method().isEmpty()) {
            findings.missing(at, "service, method or both");
        }
        findings.require(
                condition.type() != GatewayRoute.MatchType.PATH_PREFIX,
                at + ".type",
                condition.type(),
                "Exact or RegularExpression");
        boolean exact = condition.type() == GatewayRoute.MatchType.EXACT;
        condition.service().ifPresent(service -> {
            rpcName(at + ".service", service, exact ? SERVICE : null, "a service such as pkg.v1.Service", findings);
        });
        condition
                .method()
                .ifPresent(method ->
                        rpcName(at + ".method", method, exact ? RPC : null, "a method such as Get", findings));
    }

    private static void rpcName(String at, String name, @Nullable Pattern form, String rule, Findings findings) {
        length(at, name, NAME_LENGTH_MAX, findings);
        if (form == null) {
            expression(at, name, findings);
        } else {
            findings.require(form.matcher(name).matches(), at, name, rule);
        }
    }

    private static void values(String path, List<GatewayRoute.ValueMatch> values, int lengthMax, Findings findings) {
        findings.require(
                values.size() <= CONDITIONS_MAX, path, values.size() + " conditions", "at most " + CONDITIONS_MAX);
        for (int i = 0; i < values.size(); i++) {
            GatewayRoute.ValueMatch value = values.get(i);
            String at = path + "[" + i + "]";
            findings.require(
                    Names.isHeader(value.name()),
                    at + ".name",
                    value.name(),
                    "a name of letters, digits and !#$%&'*+-.^_`|~");
            findings.require(
                    value.type() != GatewayRoute.MatchType.PATH_PREFIX,
                    at + ".type",
                    value.type(),
                    "Exact or RegularExpression");
            findings.require(!value.value().isEmpty(), at + ".value", "", "a value");
            length(at + ".value", value.value(), lengthMax, findings);
            if (value.type() == GatewayRoute.MatchType.REGULAR_EXPRESSION) {
                expression(at + ".value", value.value(), findings);
            }
        }
    }

    /** Reports a text that is longer than it may be; not the text itself, only how long it is. */
    static void length(String at, String text, int max, Findings findings) {
        findings.require(text.length() <= max, at, text.length() + " characters", "at most " + max);
    }

    private static void expression(String path, String expression, Findings findings) {
        try {
            SafeRegex.compile(expression);
        } catch (IllegalArgumentException e) {
            findings.invalid(path, expression, String.valueOf(e.getMessage()));
        }
    }
}
