package io.convergate.routing.action;

import io.convergate.routing.limit.KeyHash;
import io.convergate.routing.limit.KeyPart;
import io.convergate.routing.limit.LimitSpec;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.request.RequestFacts;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A limit of a policy, as a request meets it.
 *
 * @param info what it is called and what it allows
 * @param applies to which requests; null for all
 * @param key what its key is made of
 * @param secret two halves of what makes its keys its own
 * @param cost what a request costs
 * @param costHeader a header of the response that says what it cost in all; null for none
 * @param refusal how it refuses
 * @param attachment what the compiler's limit attachment function returned for it
 */
public record RateLimit(
        Info info,
        @Nullable Predicate<RequestFacts> applies,
        List<KeyPart> key,
        Secret secret,
        long cost,
        @Nullable String costHeader,
        Refusal refusal,
        Object attachment) {
    public RateLimit {
        Objects.requireNonNull(info, "info");
        key = List.copyOf(key);
        Objects.requireNonNull(secret, "secret");
        Objects.requireNonNull(refusal, "refusal");
        Objects.requireNonNull(attachment, "attachment");
    }

    /** Who counts. */
    public enum Mode {
        LEASED,
        STRICT,
        NODE
    }

    /** What holds while the owner of a key cannot be asked. */
    public enum OnUnavailable {
        LOCAL_SHARE,
        OPEN,
        CLOSED
    }

    /**
     * What a limit is called and what it allows.
     *
     * @param policy the policy
     * @param version of it; later ones have greater numbers
     * @param rule its name in the policy
     * @param spec what it allows
     * @param mode who counts
     * @param onUnavailable what holds while the owner of a key cannot be asked
     * @param shadow whether it only counts what it would refuse
     */
    public record Info(
            ResourceKey policy,
            long version,
            String rule,
            LimitSpec spec,
            Mode mode,
            OnUnavailable onUnavailable,
            boolean shadow) {}

    /** The secret of a rule's keys. */
    public record Secret(long k0, long k1) {
        /** The same for the same text, on all nodes. */
        public static Secret of(String identity) {
            try {
                ByteBuffer digest = ByteBuffer.wrap(
                        MessageDigest.getInstance("SHA-256").digest(identity.getBytes(StandardCharsets.UTF_8)));
                return new Secret(digest.getLong(), digest.getLong());
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("no SHA-256", e);
            }
        }
    }

    /** When responses say what is left. */
    public enum Tell {
        ON_REFUSAL,
        ALWAYS,
        NEVER
    }

    /**
     * How a request is refused.
     *
     * @param status the status
     * @param body the text; null for a line of the gateway's
     * @param headers more headers
     * @param tell when responses say what is left
     */
    public record Refusal(int status, @Nullable String body, Map<String, String> headers, Tell tell) {
        public Refusal {
            headers = Map.copyOf(headers);
        }
    }

    /** Whether it is for a request. */
    public boolean appliesTo(RequestFacts request) {
        return applies == null || applies.test(request);
    }

    /** Makes the key of a request. */
    public KeyHash key(KeyHash hash, RequestFacts request) {
        hash.begin(secret.k0(), secret.k1());
        for (int i = 0; i < key.size(); i++) { // an iterator would be an allocation
            key.get(i).add(hash, request);
        }
        return hash.end();
    }

    /** What it allows, in words. */
    public String says() {
        LimitSpec spec = info.spec();
        String allows = spec.toString();
        if (spec instanceof LimitSpec.Rate rate) {
            allows = rate.amount() + " in " + rate.seconds() + " s, burst " + rate.burst();
        } else if (spec instanceof LimitSpec.Quota quota) {
            allows = quota.amount() + " each " + quota.window().name().toLowerCase(Locale.ROOT) + " of UTC";
        } else if (spec instanceof LimitSpec.InFlight flight) {
            allows = flight.amount() + " in flight";
        }
        String by = key.isEmpty()
                ? "all together"
                : "by " + String.join(", ", key.stream().map(KeyPart::toString).toList());
        String costs = cost == 1 ? "" : ", " + cost + " for each request";
        return allows + costs + ", " + by + ", " + info.mode().name().toLowerCase(Locale.ROOT)
                + (info.shadow() ? ", shadow" : "");
    }
}
