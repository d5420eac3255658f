package io.convergate.routing.compile;

import io.convergate.routing.action.RateLimit;
import io.convergate.routing.limit.LimitSpec;
import io.convergate.routing.model.k8s.Ingress;
import io.convergate.routing.request.AddressRange;
import io.convergate.routing.request.RequestFacts;
import io.convergate.routing.resolve.NginxLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * From the limits that an Ingress' annotations set to those of its routes: by the client's address, all routes together, as at
 * ingress-nginx (limit_req with nodelay, limit_conn); but for the whole cluster, where nginx counts in each replica.
 */
final class IngressLimits {
    /** What ingress-nginx answers unless it is told otherwise. */
    private static final int SERVICE_UNAVAILABLE = 503;

    private final Ingress ingress;
    private final CompileSettings settings;
    private final @Nullable Predicate<RequestFacts> applies;

    private IngressLimits(Ingress ingress, NginxLimits written, CompileSettings settings) {
        this.ingress = ingress;
        this.settings = settings;
        List<AddressRange> exempt = written.exempt().stream()
                .flatMap(range -> AddressRange.parse(range).stream())
                .toList();
        this.applies = exempt.isEmpty()
                ? null
                : request -> {
                    byte[] client = request.clientAddress();
                    return exempt.stream().noneMatch(range -> range.contains(client));
                };
    }

    /** The limits of an Ingress. */
    static List<RateLimit> of(Ingress ingress, CompileSettings settings) {
        NginxLimits written = NginxLimits.of(ingress);
        if (written.isEmpty()) {
            return List.of();
        }
        IngressLimits limits = new IngressLimits(ingress, written, settings);
        List<RateLimit> found = new ArrayList<>();
        if (written.inFlight() > 0) {
            found.add(limits.limit("limit-connections", new LimitSpec.InFlight(written.inFlight())));
        }
        if (written.perSecond() > 0) {
            found.add(limits.limit("limit-rps", rate(written.perSecond(), Duration.ofSeconds(1), written)));
        }
        if (written.perMinute() > 0) {
            found.add(limits.limit("limit-rpm", rate(written.perMinute(), Duration.ofMinutes(1), written)));
        }
        return found;
    }

    /** Nginx lets one request pass before it counts the burst. */
    private static LimitSpec rate(long amount, Duration period, NginxLimits written) {
        return LimitSpec.Rate.of(
                amount, period, Math.min(LimitSpec.AMOUNT_MAX, amount * written.burstMultiplier() + 1));
    }

    private RateLimit limit(String annotation, LimitSpec spec) {
        RateLimit.Info info = new RateLimit.Info(
                ingress.key(),
                ingress.metadata().generation(),
                annotation,
                spec,
                RateLimit.Mode.LEASED,
                RateLimit.OnUnavailable.LOCAL_SHARE,
                false);
        return new RateLimit(
                info,
                applies,
                List.of(RateLimitCompiler.CLIENT),
                RateLimitCompiler.secret(ingress, annotation),
                1,
                null,
                new RateLimit.Refusal(SERVICE_UNAVAILABLE, null, Map.of(), RateLimit.Tell.ON_REFUSAL),
                settings.limitAttachment().apply(info));
    }
}
