package io.convergate.routing.model.policy;

import io.convergate.routing.model.ConvergateResource;
import io.convergate.routing.model.HttpMatch;
import io.convergate.routing.model.Metadata;
import io.convergate.routing.model.ResourceKey;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How many requests may pass, by what key, and who counts. A kind of Convergate's own; see {@code docs/rate-limits.md}.
 *
 * @param apiVersion the API group and version it was written in
 * @param metadata its name; what it names is in its own namespace
 * @param targets whose routes it holds for
 * @param rules the limits; a request must pass all that it meets the match of
 * @param response how a request is refused
 */
public record RateLimitPolicy(
        String apiVersion, Metadata metadata, List<TargetRef> targets, List<Rule> rules, Response response)
        implements ConvergateResource {
    public static final String KIND = "RateLimitPolicy";

    public RateLimitPolicy {
        Objects.requireNonNull(apiVersion, "apiVersion");
        Objects.requireNonNull(metadata, "metadata");
        targets = List.copyOf(targets);
        rules = List.copyOf(rules);
        Objects.requireNonNull(response, "response");
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public RateLimitPolicy with(Metadata metadata) {
        return new RateLimitPolicy(apiVersion, metadata, targets, rules, response);
    }

    /** The resource that a target names. */
    public ResourceKey keyOf(TargetRef target) {
        return target.key(metadata.namespace());
    }

    /**
     * A limit.
     *
     * @param name its name; unique in the policy
     * @param match the requests it is for, any of these; empty for all
     * @param key what tells one count from another; empty for one count of all requests
     * @param limit so many in a time
     * @param inFlight so many at a time
     * @param mode who counts
     * @param onUnavailable what holds while the owner of a key cannot be asked
     * @param shadow whether it only counts what it would refuse
     * @param cost what a request costs
     */
    public record Rule(
            String name,
            List<HttpMatch> match,
            List<KeyPart> key,
            Optional<Amount> limit,
            OptionalLong inFlight,
            Mode mode,
            Optional<OnUnavailable> onUnavailable,
            boolean shadow,
            Cost cost) {
        public Rule {
            match = List.copyOf(match);
            key = List.copyOf(key);
        }
    }

    /**
     * A part of a key; exactly one of these is there.
     *
     * @param clientAddress the network of the client's address
     * @param header the value of a header, by name
     * @param cookie the value of a cookie, by name
     * @param query the value of a parameter of the query, by name
     * @param pathSegment a segment of the path, from 1
     * @param constant this text
     * @param claim a claim of a JWT, which is not read yet
     * @param consumer the API consumer, of which there are none yet
     */
    public record KeyPart(
            Optional<ClientAddress> clientAddress,
            Optional<String> header,
            Optional<String> cookie,
            Optional<String> query,
            OptionalLong pathSegment,
            Optional<String> constant,
            Optional<String> claim,
            boolean consumer) {}

    /**
     * How much of a client's address counts.
     *
     * @param ipv4Prefix the bits of an IPv4 address; 32 if empty
     * @param ipv6Prefix the bits of an IPv6 address; 64 if empty
     */
    public record ClientAddress(OptionalLong ipv4Prefix, OptionalLong ipv6Prefix) {}

    /**
     * So many in a time.
     *
     * @param requests how many
     * @param per in what time
     * @param algorithm whether they are spread or counted by the calendar
     * @param burst how many at once after a pause; as many as {@code requests} if empty
     */
    public record Amount(long requests, Per per, Algorithm algorithm, OptionalLong burst) {}

    /** The time of an amount. */
    public enum Per {
        SECOND,
        MINUTE,
        HOUR,
        DAY,
        MONTH
    }

    /** How an amount is counted. */
    public enum Algorithm {
        /** A bucket that fills evenly. */
        TOKEN_BUCKET,
        /** A quota that begins anew with each minute, hour, day or month of UTC. */
        FIXED_WINDOW
    }

    /** Who counts. */
    public enum Mode {
        /** The owner of the key for the cluster; nodes hold leases of it. */
        LEASED("leased"),
        /** The owner of the key, asked for every request. */
        STRICT("strict"),
        /** Every node by itself. */
        NODE("node");

        private final String word;

        Mode(String word) {
            this.word = word;
        }

        @Override
        public String toString() {
            return word;
        }
    }

    /** What holds while the owner of a key cannot be asked. */
    public enum OnUnavailable {
        /** Each node allows its share of the limit. */
        LOCAL_SHARE("localShare"),
        /** Everything passes. */
        OPEN("open"),
        /** Nothing passes. */
        CLOSED("closed");

        private final String word;

        OnUnavailable(String word) {
            this.word = word;
        }

        @Override
        public String toString() {
            return word;
        }
    }

    /**
     * What a request costs.
     *
     * @param requests as many as so many requests; 1 if empty
     * @param responseHeader a header of the response that says what it cost in all, if it is there
     */
    public record Cost(OptionalLong requests, Optional<String> responseHeader) {
        public static final Cost ONE = new Cost(OptionalLong.empty(), Optional.empty());
    }

    /**
     * How a request is refused.
     *
     * @param status the status; 429 if empty
     * @param body the text; a line of the gateway's if empty
     * @param headers more headers
     * @param rateLimitHeaders when responses say what is left
     * @param earlierHeaders the same as a policy says it that an earlier version stored, where {@code headers} are now; it is not taken again
     */
    public record Response(
            OptionalLong status,
            Optional<String> body,
            Map<String, String> headers,
            Optional<Tell> rateLimitHeaders,
            Optional<Tell> earlierHeaders) {
        public static final Response DEFAULT =
                new Response(OptionalLong.empty(), Optional.empty(), Map.of(), Optional.empty(), Optional.empty());

        public Response {
            headers = Map.copyOf(headers);
        }
    }

    /** When responses have {@code RateLimit} and {@code RateLimit-Policy}. */
    public enum Tell {
        ON_REFUSAL("onRefusal"),
        ALWAYS("always"),
        NEVER("never");

        private final String word;

        Tell(String word) {
            this.word = word;
        }

        @Override
        public String toString() {
            return word;
        }
    }
}
