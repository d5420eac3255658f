package io.convergate.routing.read;

import io.convergate.routing.model.Metadata;
import io.convergate.routing.model.policy.RateLimitDomain;
import io.convergate.routing.model.policy.RateLimitDomain.Descriptor;
import io.convergate.routing.model.policy.RateLimitPolicy;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Reads the spec of a RateLimitDomain: a file of envoyproxy/ratelimit, whose fields have underscores, and what is ours. */
final class RateLimitDomainBinder {
    private RateLimitDomainBinder() {}

    static RateLimitDomain bind(String apiVersion, Metadata metadata, Fields spec) {
        return new RateLimitDomain(
                apiVersion,
                metadata,
                spec.requiredText("domain"),
                spec.list("descriptors", RateLimitDomainBinder::descriptor),
                RateLimitPolicyBinder.mode(spec).orElse(RateLimitPolicy.Mode.LEASED),
                RateLimitPolicyBinder.onUnavailable(spec),
                spec.flag("shadow"),
                spec.flag("responseHeaders"));
    }

    private static Descriptor descriptor(Fields fields) {
        return new Descriptor(
                fields.requiredText("key"),
                fields.numberOrText("value"), // there a number is a text, too
                fields.object("rate_limit", RateLimitDomainBinder::limit),
                fields.listOfTheSame("descriptors", RateLimitDomainBinder::descriptor),
                fields.flag("shadow_mode"),
                fields.flag("quota_mode"),
                fields.flag("share_threshold"),
                fields.flag("detailed_metric"),
                fields.flag("value_to_metric"),
                fields.unread("metadata"));
    }

    private static RateLimitDomain.Limit limit(Fields fields) {
        return new RateLimitDomain.Limit(
                fields.parsed(
                        "unit",
                        text -> Arrays.stream(RateLimitDomain.Unit.values())
                                .filter(unit -> unit.name().equalsIgnoreCase(text))
                                .findFirst(),
                        Arrays.stream(RateLimitDomain.Unit.values())
                                .map(unit -> unit.name().toLowerCase(Locale.ROOT))
                                .collect(Collectors.joining(", "))),
                fields.number("requests_per_unit"),
                fields.flag("unlimited"),
                fields.text("name"),
                fields.list("replaces", replaced -> replaced.requiredText("name")));
    }
}
