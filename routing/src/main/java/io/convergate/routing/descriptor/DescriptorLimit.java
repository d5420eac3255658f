package io.convergate.routing.descriptor;

import io.convergate.routing.action.RateLimit;
import io.convergate.routing.limit.LimitSpec;
import io.convergate.routing.limit.Window;
import io.convergate.routing.model.policy.RateLimitDomain;
import io.convergate.routing.model.policy.RateLimitDomain.Unit;
import io.convergate.routing.model.policy.RateLimitPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a descriptor allows. So many in a second are a bucket that fills evenly; all other times are windows of the clock.
 *
 * @param label the domain and the descriptors that lead here, as metrics show them: {@code domain.key_value.key}
 * @param requestsPerUnit how many, as it is answered; 0 lets nothing pass
 * @param unit in what time; empty if it is unlimited
 * @param counted how it is counted; empty if there is nothing to count, because all passes or nothing does
 * @param shadow whether it only counts what it would refuse
 * @param quota whether a request is refused only if all such limits refuse it
 * @param name its name; empty if it has none
 * @param replaces the names of those that do not count for a request that this one is for
 */
public record DescriptorLimit(
        String label,
        long requestsPerUnit,
        Optional<Unit> unit,
        Optional<Counted> counted,
        boolean shadow,
        boolean quota,
        String name,
        List<String> replaces) {
    private static final int SECOND_MILLIS = 1_000;

    public DescriptorLimit {
        Objects.requireNonNull(label, "label");
        Objects.requireNonNull(name, "name");
        replaces = List.copyOf(replaces);
    }

    /**
     * How a limit is counted.
     *
     * @param info what it is called and what it allows
     * @param secret what makes its keys its own
     * @param attachment what the limit attachment function returned for it
     */
    public record Counted(RateLimit.Info info, RateLimit.Secret secret, Object attachment) {}

    /** Whether all passes. */
    public boolean isUnlimited() {
        return unit.isEmpty();
    }

    /** In how many seconds its window is over; of a limit in a second, which has none, in one. */
    public long secondsUntilReset(long epochMillis) {
        return unit.flatMap(DescriptorLimit::window)
                .map(window ->
                        (window.endMillis(window.id(epochMillis)) - epochMillis + SECOND_MILLIS - 1) / SECOND_MILLIS)
                .orElse(1L);
    }

    /** What is written. */
    static DescriptorLimit written(
            RateLimitDomain by,
            String label,
            RateLimitDomain.Descriptor descriptor,
            RateLimitDomain.Limit limit,
            Function<RateLimit.Info, Object> attachment) {
        long requests = limit.requestsPerUnit().orElse(0);
        boolean shadow = descriptor.shadowMode() || by.shadow();
        Optional<Unit> unit = limit.unlimited() ? Optional.empty() : limit.unit();
        return new DescriptorLimit(
                label,
                requests,
                unit,
                unit.filter(any -> requests > 0).map(in -> counted(by, label, "", requests, in, shadow, attachment)),
                shadow,
                descriptor.quotaMode(),
                limit.name().orElse(""),
                limit.replaces());
    }

    /** What a request brings itself. */
    static DescriptorLimit brought(
            RateLimitDomain to, long requests, Unit unit, Function<RateLimit.Info, Object> attachment) {
        String rule = "(" + requests + " a " + unit + " by the request)";
        return new DescriptorLimit(
                to.domain() + ".(limit of the request)",
                requests,
                Optional.of(unit),
                requests == 0
                        ? Optional.empty()
                        : Optional.of(counted(to, rule, rule, requests, unit, to.shadow(), attachment)),
                to.shadow(),
                false,
                "",
                List.of());
    }

    /** @param keysOf whose keys these are; what is written shares them, so that a descriptor can be moved without losing its count */
    private static Counted counted(
            RateLimitDomain by,
            String rule,
            String keysOf,
            long requests,
            Unit unit,
            boolean shadow,
            Function<RateLimit.Info, Object> attachment) {
        LimitSpec spec = window(unit)
                .<LimitSpec>map(window -> new LimitSpec.Quota(requests, window))
                .orElseGet(() -> LimitSpec.Rate.of(requests, Duration.ofSeconds(1), requests));
        RateLimit.Info info = new RateLimit.Info(
                by.key(),
                by.metadata().generation(),
                rule,
                spec,
                RateLimit.Mode.valueOf(by.mode().name()),
                RateLimit.OnUnavailable.valueOf(by.onUnavailable()
                        .orElse(RateLimitPolicy.OnUnavailable.LOCAL_SHARE)
                        .name()),
                shadow);
        // Another one for a resource that takes the place of this one: versions are numbered anew there.
        RateLimit.Secret secret = RateLimit.Secret.of(by.key() + "\n" + by.domain() + "\n" + keysOf + "\n"
                + by.metadata().uid().orElse(""));
        return new Counted(info, secret, attachment.apply(info));
    }

    private static Optional<Window> window(Unit unit) {
        return switch (unit) {
            case SECOND -> Optional.empty();
            case MINUTE -> Optional.of(Window.MINUTE);
            case HOUR -> Optional.of(Window.HOUR);
            case DAY -> Optional.of(Window.DAY);
            case WEEK -> Optional.of(Window.WEEK);
            case MONTH -> Optional.of(Window.MONTH);
            case YEAR -> Optional.of(Window.YEAR);
        };
    }
}
