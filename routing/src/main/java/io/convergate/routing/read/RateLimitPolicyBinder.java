package io.convergate.routing.read;

import io.convergate.routing.model.Metadata;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.VirtualService;
import io.convergate.routing.model.gatewayapi.GatewayClass;
import io.convergate.routing.model.k8s.Ingress;
import io.convergate.routing.model.policy.RateLimitPolicy;
import io.convergate.routing.model.policy.RateLimitPolicy.KeyPart;
import io.convergate.routing.model.policy.TargetRef;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Reads the spec of a RateLimitPolicy. */
final class RateLimitPolicyBinder {
    private RateLimitPolicyBinder() {}

    static RateLimitPolicy bind(String apiVersion, Metadata metadata, Fields spec) {
        return new RateLimitPolicy(
                apiVersion,
                metadata,
                spec.list("targetRefs", RateLimitPolicyBinder::target),
                spec.list("rules", RateLimitPolicyBinder::rule),
                spec.object("response", RateLimitPolicyBinder::response).orElse(RateLimitPolicy.Response.DEFAULT));
    }

    private static TargetRef target(Fields target) {
        String kind = target.requiredText("kind");
        return new TargetRef(
                target.text("group").orElse(groupOf(kind)),
                kind,
                target.requiredText("name"),
                target.text("sectionName"));
    }

    /** Of a Gateway there are two kinds, so its group must be said. */
    private static String groupOf(String kind) {
        return switch (kind) {
            case VirtualService.KIND -> Resource.ISTIO_NETWORKING;
            case "HTTPRoute", "GRPCRoute" -> GatewayClass.GROUP;
            case Ingress.KIND -> Ingress.GROUP;
            default -> "";
        };
    }

    private static RateLimitPolicy.Rule rule(Fields rule) {
        rule.atMostOne("limit", "inFlight");
        return new RateLimitPolicy.Rule(
                rule.requiredText("name"),
                rule.list("match", HttpRouteBinder::requestMatch),
                rule.list("key", RateLimitPolicyBinder::part),
                rule.object("limit", RateLimitPolicyBinder::amount),
                rule.number("inFlight"),
                mode(rule).orElse(RateLimitPolicy.Mode.LEASED),
                onUnavailable(rule),
                rule.flag("shadow"),
                rule.object(
                                "cost",
                                cost -> new RateLimitPolicy.Cost(cost.number("requests"), cost.text("responseHeader")))
                        .orElse(RateLimitPolicy.Cost.ONE));
    }

    /** Who counts. */
    static Optional<RateLimitPolicy.Mode> mode(Fields fields) {
        return word(fields, "mode", RateLimitPolicy.Mode.values());
    }

    /** What holds while the owner of a key cannot be asked. */
    static Optional<RateLimitPolicy.OnUnavailable> onUnavailable(Fields fields) {
        return word(fields, "onUnavailable", RateLimitPolicy.OnUnavailable.values());
    }

    private static KeyPart part(Fields part) {
        part.atMostOne("clientAddress", "header", "cookie", "query", "pathSegment", "constant", "claim", "consumer");
        return new KeyPart(
                part.object(
                        "clientAddress",
                        address -> new RateLimitPolicy.ClientAddress(
                                address.number("ipv4Prefix"), address.number("ipv6Prefix"))),
                part.text("header"),
                part.text("cookie"),
                part.text("query"),
                part.number("pathSegment"),
                part.text("constant"),
                part.text("claim"),
                part.flag("consumer"));
    }

    private static RateLimitPolicy.Amount amount(Fields limit) {
        limit.requiredText("per");
        return new RateLimitPolicy.Amount(
                limit.requiredNumber("requests"),
                limit.choice("per", RateLimitPolicy.Per.class).orElse(RateLimitPolicy.Per.SECOND),
                limit.choice("algorithm", RateLimitPolicy.Algorithm.class)
                        .orElse(RateLimitPolicy.Algorithm.TOKEN_BUCKET),
                limit.number("burst"));
    }

    private static RateLimitPolicy.Response response(Fields response) {
        Optional<RateLimitPolicy.Tell> earlier = response.earlierText("headers")
                .flatMap(text -> Arrays.stream(RateLimitPolicy.Tell.values())
                        .filter(tell -> tell.toString().equals(text))
                        .findFirst());
        return new RateLimitPolicy.Response(
                response.number("status"),
                response.text("body"),
                earlier.isPresent() ? Map.of() : response.textMap("headers"),
                word(response, "rateLimitHeaders", RateLimitPolicy.Tell.values()),
                earlier);
    }

    static <E extends Enum<E>> Optional<E> word(Fields fields, String name, E[] choices) {
        return fields.parsed(
                name,
                text -> Arrays.stream(choices)
                        .filter(choice -> choice.toString().equals(text))
                        .findFirst(),
                Arrays.stream(choices).map(Enum::toString).collect(Collectors.joining(", ")));
    }
}
