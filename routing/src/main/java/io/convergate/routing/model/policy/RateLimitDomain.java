package io.convergate.routing.model.policy;

import io.convergate.routing.model.ConvergateResource;
import io.convergate.routing.model.Metadata;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What Envoy's rate limit service allows in one of its domains. Its spec is a configuration file of envoyproxy/ratelimit, as it is, and
 * beside it who counts; see {@code docs/envoy-rate-limit-service.md}.
 *
 * @param apiVersion the API group and version it was written in
 * @param metadata its name
 * @param domain the domain that requests name
 * @param descriptors what is limited; at each level a descriptor with the value of a request comes before one without a value
 * @param mode who counts
 * @param onUnavailable what holds while the owner of a key cannot be asked
 * @param shadow whether all of it only counts what it would refuse
 * @param responseHeaders whether answers have {@code RateLimit-Limit}, {@code RateLimit-Remaining} and {@code RateLimit-Reset}
 */
public record RateLimitDomain(
        String apiVersion,
        Metadata metadata,
        String domain,
        List<Descriptor> descriptors,
        RateLimitPolicy.Mode mode,
        Optional<RateLimitPolicy.OnUnavailable> onUnavailable,
        boolean shadow,
        boolean responseHeaders)
        implements ConvergateResource {
    public static final String KIND = "RateLimitDomain";

    public RateLimitDomain {
        Objects.requireNonNull(apiVersion, "apiVersion");
        Objects.requireNonNull(metadata, "metadata");
        Objects.requireNonNull(domain, "domain");
        descriptors = List.copyOf(descriptors);
        Objects.requireNonNull(mode, "mode");
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public RateLimitDomain with(Metadata metadata) {
        return new RateLimitDomain(
                apiVersion, metadata, domain, descriptors, mode, onUnavailable, shadow, responseHeaders);
    }

    /**
     * What is allowed to those entries of a request that are of one key.
     *
     * @param key the key
     * @param value the value, in which a star stands for anything; any value if empty
     * @param limit how much; nothing is limited at this level if empty
     * @param descriptors the next level
     * @param shadowMode whether the limit only counts what it would refuse
     * @param quotaMode whether a request is refused only if all such limits refuse it
     * @param shareThreshold whether all values that the star stands for count together
     * @param detailedMetric for metrics, without effect
     * @param valueToMetric for metrics, without effect
     * @param metadata whether there is metadata, which is not answered
     */
    public record Descriptor(
            String key,
            Optional<String> value,
            Optional<Limit> limit,
            List<Descriptor> descriptors,
            boolean shadowMode,
            boolean quotaMode,
            boolean shareThreshold,
            boolean detailedMetric,
            boolean valueToMetric,
            boolean metadata) {
        public Descriptor {
            // As there: an empty value is none.
            value = value.filter(text -> !text.isEmpty());
            descriptors = List.copyOf(descriptors);
        }

        /** Whether another says something about the same key and value. */
        public boolean isForTheSameAs(Descriptor other) {
            return key.equals(other.key) && value.equals(other.value);
        }

        /** The key, and the value if there is one, as metrics show it. */
        public String label() {
            return value.map(text -> key + '_' + text).orElse(key);
        }
    }

    /**
     * How much is allowed.
     *
     * @param unit in what time; empty only if unlimited
     * @param requestsPerUnit how many; 0 lets nothing pass
     * @param unlimited whether it is not limited at all
     * @param name its name, by which others replace it
     * @param replaces the names of those that do not count for a request that this one is for
     */
    public record Limit(
            Optional<Unit> unit,
            OptionalLong requestsPerUnit,
            boolean unlimited,
            Optional<String> name,
            List<String> replaces) {
        public Limit {
            name = name.filter(text -> !text.isEmpty());
            replaces = List.copyOf(replaces);
        }
    }

    /** The time of a limit, with the number it has in the protocol. */
    public enum Unit {
        SECOND(1),
        MINUTE(2),
        HOUR(3),
        DAY(4),
        WEEK(7),
        MONTH(5),
        YEAR(6);

        private final int number;

        Unit(int number) {
            this.number = number;
        }

        /** Its number in {@code envoy.service.ratelimit.v3.RateLimitResponse.RateLimit.Unit}. */
        public int number() {
            return number;
        }
    }
}
