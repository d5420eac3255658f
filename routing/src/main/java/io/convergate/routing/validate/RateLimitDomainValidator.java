package io.convergate.routing.validate;

import io.convergate.routing.limit.LimitSpec;
import io.convergate.routing.model.policy.RateLimitDomain;
import io.convergate.routing.model.policy.RateLimitDomain.Descriptor;
import io.convergate.routing.model.policy.RateLimitPolicy;
import io.convergate.routing.problem.ProblemCode;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The rules for RateLimitDomain: those of envoyproxy/ratelimit, and what the limiter bounds. */
final class RateLimitDomainValidator {
    private static final int DESCRIPTORS_MAX = 10_000;
    private static final int LEVELS_MAX = 16;
    private static final int TEXT_MAX = 1_024;
    private static final char WILDCARD = '*';

    private final Findings findings;
    private int descriptors;

    private RateLimitDomainValidator(Findings findings) {
        this.findings = findings;
    }

    static void validate(RateLimitDomain domain, Findings findings) {
        if (domain.domain().isEmpty()) {
            findings.invalid("spec.domain", "\"\"", "the name of a domain");
        }
        size("spec.domain", domain.domain(), findings);
        RateLimitDomainValidator validator = new RateLimitDomainValidator(findings);
        validator.level("spec", domain.descriptors(), 1);
        findings.require(
                validator.descriptors <= DESCRIPTORS_MAX,
                "spec.descriptors",
                validator.descriptors + " descriptors",
                "at most " + DESCRIPTORS_MAX);
        if (domain.mode() == RateLimitPolicy.Mode.NODE && domain.onUnavailable().isPresent()) {
            findings.warn(
                    "spec.onUnavailable",
                    ProblemCode.NO_EFFECT,
                    domain.onUnavailable().get(),
                    "nothing; a node that counts for itself asks nobody");
        }
    }

    private static void size(String path, String text, Findings findings) {
        findings.require(text.length() <= TEXT_MAX, path, text.length() + " characters", "at most " + TEXT_MAX);
    }

    private record Place(String key, Optional<String> value) {}

    private void level(String above, List<Descriptor> level, int depth) {
        if (depth > LEVELS_MAX && !level.isEmpty()) {
            findings.invalid(above + ".descriptors", "level " + depth, "at most " + LEVELS_MAX + " levels");
            return;
        }
        Set<Place> places = new HashSet<>();
        for (int i = 0; i < level.size(); i++) {
            Descriptor descriptor = level.get(i);
            String path = above + ".descriptors[" + i + "]";
            findings.require(
                    places.add(new Place(descriptor.key(), descriptor.value())),
                    path,
                    descriptor.label() + " again",
                    "each key and value once in a list");
            descriptor(path, descriptor);
            level(path, descriptor.descriptors(), depth + 1);
        }
        descriptors += level.size();
    }

    private void descriptor(String path, Descriptor descriptor) {
        findings.require(!descriptor.key().isEmpty(), path + ".key", "\"\"", "a key");
        size(path + ".key", descriptor.key(), findings);
        findings.require(
                descriptor.key().indexOf(WILDCARD) < 0, path + ".key", descriptor.key(), "no *, which is for values");
        String value = descriptor.value().orElse("");
        size(path + ".value", value, findings);
        findings.require(
                !descriptor.shareThreshold() || value.indexOf(WILDCARD) >= 0,
                path + ".share_threshold",
                "true",
                "false, or a value with a *: it is about the values that the star stands for");
        descriptor.limit().ifPresent(limit -> limit(path + ".rate_limit", limit));
        withoutEffect(descriptor.detailedMetric(), path + ".detailed_metric", "metrics are by descriptor");
        withoutEffect(descriptor.valueToMetric(), path + ".value_to_metric", "metrics are by descriptor");
        withoutEffect(descriptor.metadata(), path + ".metadata", "answers have no dynamic metadata");
        boolean unused = descriptor.limit().isEmpty();
        needsLimit(unused && descriptor.shadowMode(), path + ".shadow_mode");
        needsLimit(unused && descriptor.quotaMode(), path + ".quota_mode");
    }

    private void limit(String path, RateLimitDomain.Limit limit) {
        findings.conflict(limit.unlimited() && limit.unit().isPresent(), path, "unit and unlimited", "one of them");
        if (!limit.unlimited()) {
            if (limit.unit().isEmpty()) {
                findings.missing(path + ".unit", "a unit of time, or unlimited: true");
            }
            if (limit.requestsPerUnit().isEmpty()) {
                findings.missing(path + ".requests_per_unit", "how many, 0 for none");
            }
        }
        limit.name().ifPresent(name -> size(path + ".name", name, findings));
        limit.requestsPerUnit()
                .ifPresent(requests -> findings.require(
                        requests >= 0 && requests <= LimitSpec.AMOUNT_MAX,
                        path + ".requests_per_unit",
                        requests,
                        "0 to " + LimitSpec.AMOUNT_MAX + ", or unlimited: true"));
        for (int i = 0; i < limit.replaces().size(); i++) {
            String name = limit.replaces().get(i);
            String at = path + ".replaces[" + i + "].name";
            findings.require(!name.isEmpty(), at, "\"\"", "the name of a rate_limit");
            size(at, name, findings);
            findings.require(limit.name().filter(name::equals).isEmpty(), at, name, "the name of another rate_limit");
        }
    }

    private void withoutEffect(boolean used, String path, String why) {
        if (used) {
            findings.warn(path, ProblemCode.NO_EFFECT, path.substring(path.lastIndexOf('.') + 1), "nothing; " + why);
        }
    }

    private void needsLimit(boolean alone, String path) {
        if (alone) {
            findings.warn(path, ProblemCode.NO_EFFECT, "nothing", "a rate_limit beside it");
        }
    }
}
