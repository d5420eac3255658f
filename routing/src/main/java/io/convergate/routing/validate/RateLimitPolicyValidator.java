package io.convergate.routing.validate;

import io.convergate.routing.limit.LimitSpec;
import io.convergate.routing.model.Gateway;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.VirtualService;
import io.convergate.routing.model.gatewayapi.GatewayClass;
import io.convergate.routing.model.k8s.Ingress;
import io.convergate.routing.model.policy.RateLimitPolicy;
import io.convergate.routing.model.policy.RateLimitPolicy.KeyPart;
import io.convergate.routing.model.policy.RateLimitPolicy.Rule;
import io.convergate.routing.model.policy.TargetRef;
import io.convergate.routing.problem.ProblemCode;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;

/** The rules for RateLimitPolicy. */
final class RateLimitPolicyValidator {
    private static final int TARGETS_MAX = 64;
    private static final int RULES_MAX = 16;
    private static final int MATCHES_MAX = 16;
    private static final int PARTS_MAX = 8;
    private static final int SEGMENTS_MAX = 32;
    private static final int TEXT_MAX = 256;
    private static final int BODY_MAX = 8 * 1024;
    private static final long COST_MAX = 1_000_000;
    private static final String AMOUNTS = "1 to " + LimitSpec.AMOUNT_MAX;
    private static final Pattern TOKEN = Pattern.compile("[-!#$%&'*+.^_`|~0-9A-Za-z\\[\\]]+");

    /** What may be named, as group and kind. */
    private static final Set<List<String>> TARGETS = Set.of(
            List.of(Resource.ISTIO_NETWORKING, Gateway.KIND),
            List.of(GatewayClass.GROUP, Gateway.KIND),
            List.of(Resource.ISTIO_NETWORKING, VirtualService.KIND),
            List.of(GatewayClass.GROUP, "HTTPRoute"),
            List.of(GatewayClass.GROUP, "GRPCRoute"),
            List.of(Ingress.GROUP, Ingress.KIND));

    private RateLimitPolicyValidator() {}

    static void validate(RateLimitPolicy policy, Findings findings) {
        size("spec.targetRefs", policy.targets().size(), TARGETS_MAX, findings);
        for (int i = 0; i < policy.targets().size(); i++) {
            target("spec.targetRefs[" + i + "]", policy.targets().get(i), findings);
        }
        size("spec.rules", policy.rules().size(), RULES_MAX, findings);
        Set<String> names = new HashSet<>();
        for (int i = 0; i < policy.rules().size(); i++) {
            Rule rule = policy.rules().get(i);
            String path = "spec.rules[" + i + "]";
            findings.require(
                    Names.isLabel(rule.name()),
                    path + ".name",
                    rule.name(),
                    "lower-case letters, digits and inner hyphens");
            findings.require(names.add(rule.name()), path + ".name", rule.name(), "a name that no other rule has");
            rule(path, rule, findings);
        }
        policy.response()
                .status()
                .ifPresent(status ->
                        findings.require(status >= 400 && status <= 599, "spec.response.status", status, "400 to 599"));
        policy.response()
                .body()
                .ifPresent(body -> findings.require(
                        body.length() <= BODY_MAX,
                        "spec.response.body",
                        body.length() + " characters",
                        "at most " + BODY_MAX));
        policy.response()
                .earlierHeaders()
                .ifPresent(tell -> findings.invalid(
                        "spec.response.headers",
                        tell,
                        "a mapping; when responses tell what is left, rateLimitHeaders says"));
        PolicyFields.headers("spec.response.headers", policy.response().headers(), findings);
    }

    private static void size(String path, int size, int most, Findings findings) {
        if (size == 0) {
            findings.missing(path, "one or more");
        }
        findings.require(size <= most, path, size + " items", "at most " + most);
    }

    private static void target(String path, TargetRef target, Findings findings) {
        if (target.group().isEmpty() && target.kind().equals(Gateway.KIND)) {
            findings.missing(path + ".group", Resource.ISTIO_NETWORKING + " or " + GatewayClass.GROUP);
        } else {
            findings.require(
                    TARGETS.contains(List.of(target.group(), target.kind())),
                    path + ".kind",
                    (target.group() + "/" + target.kind()).replaceFirst("^/", ""),
                    "a Gateway of Istio or Gateway API, VirtualService, HTTPRoute, GRPCRoute or Ingress");
        }
        findings.require(Names.isResourceName(target.name()), path + ".name", target.name(), "the name of a resource");
        target.sectionName().ifPresent(section -> {
            findings.require(!section.isEmpty(), path + ".sectionName", "\"\"", "the name of a route");
            findings.require(
                    !target.kind().equals(Gateway.KIND) && !target.kind().equals(Ingress.KIND),
                    path + ".sectionName",
                    section,
                    "none; routes with names are in a VirtualService, an HTTPRoute or a GRPCRoute");
        });
    }

    private static void rule(String path, Rule rule, Findings findings) {
        findings.require(
                rule.match().size() <= MATCHES_MAX,
                path + ".match",
                rule.match().size() + " items",
                "at most " + MATCHES_MAX);
        for (int i = 0; i < rule.match().size(); i++) {
            HttpMatchValidator.request(path + ".match[" + i + "]", rule.match().get(i), findings);
        }
        findings.require(
                rule.key().size() <= PARTS_MAX, path + ".key", rule.key().size() + " items", "at most " + PARTS_MAX);
        for (int i = 0; i < rule.key().size(); i++) {
            part(path + ".key[" + i + "]", rule.key().get(i), findings);
        }
        if (rule.limit().isEmpty() && rule.inFlight().isEmpty()) {
            findings.missing(path, "limit or inFlight");
        }
        rule.limit().ifPresent(limit -> amount(path + ".limit", limit, findings));
        rule.inFlight().ifPresent(amount -> {
            between(path + ".inFlight", amount, LimitSpec.AMOUNT_MAX, findings);
            findings.conflict(
                    rule.mode() == RateLimitPolicy.Mode.STRICT, path, "inFlight in mode strict", "leased or node");
            findings.conflict(
                    rule.cost().responseHeader().isPresent(), path, "inFlight and cost.responseHeader", "one of them");
        });
        cost(path, rule, findings);
        if (rule.mode() == RateLimitPolicy.Mode.NODE && rule.onUnavailable().isPresent()) {
            findings.warn(
                    path + ".onUnavailable",
                    ProblemCode.NO_EFFECT,
                    rule.onUnavailable().get(),
                    "nothing; a node that counts for itself asks nobody");
        }
    }

    private static void amount(String path, RateLimitPolicy.Amount limit, Findings findings) {
        between(path + ".requests", limit.requests(), LimitSpec.AMOUNT_MAX, findings);
        limit.burst().ifPresent(burst -> between(path + ".burst", burst, LimitSpec.AMOUNT_MAX, findings));
        if (limit.algorithm() == RateLimitPolicy.Algorithm.FIXED_WINDOW) {
            findings.conflict(limit.burst().isPresent(), path, "burst and FIXED_WINDOW", "one of them");
            findings.conflict(
                    limit.per() == RateLimitPolicy.Per.SECOND, path, "FIXED_WINDOW per SECOND", "MINUTE or longer");
        }
    }

    private static void cost(String path, Rule rule, Findings findings) {
        rule.cost().requests().ifPresent(cost -> {
            between(path + ".cost.requests", cost, COST_MAX, findings);
            long capacity = rule.limit()
                    .map(limit -> limit.burst().orElse(limit.requests()))
                    .orElse(rule.inFlight().orElse(Long.MAX_VALUE));
            findings.require(
                    cost <= capacity, path + ".cost.requests", cost, "at most what may pass at once, " + capacity);
        });
        rule.cost().responseHeader().ifPresent(name -> header(path + ".cost.responseHeader", name, findings));
    }

    private static void part(String path, KeyPart part, Findings findings) {
        part.clientAddress().ifPresent(address -> {
            prefix(path + ".clientAddress.ipv4Prefix", address.ipv4Prefix(), 32, findings);
            prefix(path + ".clientAddress.ipv6Prefix", address.ipv6Prefix(), 128, findings);
        });
        part.header().ifPresent(name -> header(path + ".header", name, findings));
        part.cookie()
                .ifPresent(name -> findings.require(
                        name.length() <= TEXT_MAX && TOKEN.matcher(name).matches(),
                        path + ".cookie",
                        name,
                        "the name of a cookie"));
        part.query()
                .ifPresent(name -> findings.require(
                        name.length() <= TEXT_MAX && TOKEN.matcher(name).matches() && name.indexOf('&') < 0,
                        path + ".query",
                        name,
                        "the name of a parameter, as it is received"));
        part.pathSegment().ifPresent(number -> between(path + ".pathSegment", number, SEGMENTS_MAX, findings));
        part.constant()
                .ifPresent(text -> findings.require(
                        text.length() <= TEXT_MAX,
                        path + ".constant",
                        text.length() + " characters",
                        "at most " + TEXT_MAX));
        findings.unserved(part.claim().isPresent(), path + ".claim", "JWTs are not read, so this rule is left out");
        findings.unserved(part.consumer(), path + ".consumer", "there are no API consumers, so this rule is left out");
        boolean nothing = part.clientAddress().isEmpty()
                && part.header().isEmpty()
                && part.cookie().isEmpty()
                && part.query().isEmpty()
                && part.pathSegment().isEmpty()
                && part.constant().isEmpty()
                && part.claim().isEmpty()
                && !part.consumer();
        if (nothing) {
            findings.missing(path, "clientAddress, header, cookie, query, pathSegment or constant");
        }
    }

    private static void prefix(String path, OptionalLong bits, int most, Findings findings) {
        bits.ifPresent(count -> findings.require(count >= 0 && count <= most, path, count, "0 to " + most));
    }

    private static void header(String path, String name, Findings findings) {
        findings.require(
                Names.isHeader(name) && name.equals(name.toLowerCase(Locale.ROOT)),
                path,
                name,
                "the name of a header, in lower case");
    }

    private static void between(String path, long value, long most, Findings findings) {
        findings.require(
                value >= 1 && value <= most, path, value, most == LimitSpec.AMOUNT_MAX ? AMOUNTS : "1 to " + most);
    }
}
