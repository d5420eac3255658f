package io.convergate.routing.compile;

import io.convergate.routing.action.Cors;
import io.convergate.routing.action.Filter;
import io.convergate.routing.action.RateLimit;
import io.convergate.routing.action.RateLimits;
import io.convergate.routing.limit.KeyPart;
import io.convergate.routing.limit.LimitSpec;
import io.convergate.routing.limit.Window;
import io.convergate.routing.match.CompiledRoute;
import io.convergate.routing.match.PathPattern;
import io.convergate.routing.match.RequestCondition;
import io.convergate.routing.match.RouteEntry;
import io.convergate.routing.match.RouteInfo;
import io.convergate.routing.model.HttpMatch;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.model.policy.RateLimitPolicy;
import io.convergate.routing.model.policy.TargetRef;
import io.convergate.routing.request.RequestFacts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** From what policies say to the limits of a route. */
final class RateLimitCompiler {
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int IPV4_BITS = 32;

    /** The part of an IPv6 address that a site gets at least; the rest its hosts choose. */
    private static final int IPV6_SITE_BITS = 64;

    /** One address of IPv4, one site of IPv6. */
    static final KeyPart CLIENT = new KeyPart.ClientAddress(IPV4_BITS, IPV6_SITE_BITS);

    private RateLimitCompiler() {}

    /**
     * A route with the limits that hold for it.
     *
     * @param gateways the gateways through which it is bound
     * @param policies those that name a gateway or a resource of it, oldest first
     * @param own those that its resource sets itself
     */
    static RouteEntry limit(
            RouteEntry entry,
            Set<ResourceKey> gateways,
            List<RateLimitPolicy> policies,
            List<RateLimit> own,
            CompileSettings settings) {
        if (policies.isEmpty() && own.isEmpty()) {
            return entry;
        }
        CompiledRoute route = entry.route();
        List<RateLimit> limits = new ArrayList<>(own);
        for (RateLimitPolicy policy : policies) {
            if (policy.targets().stream().anyMatch(target -> names(policy, target, route.info(), gateways))) {
                policy.rules().forEach(rule -> compile(policy, rule, settings).ifPresent(limits::add));
            }
        }
        return with(entry, limits);
    }

    /** A route under the limits of another one, too, as the canary of an Ingress is under those of the main one: who asks for it is not free of them. */
    static RouteEntry limitedToo(RouteEntry entry, CompiledRoute other) {
        List<RateLimit> limits = new ArrayList<>(limits(other));
        Set<RateLimit.Info> known = limits.stream().map(RateLimit::info).collect(Collectors.toSet());
        limits(entry.route()).stream()
                .filter(limit -> !known.contains(limit.info()))
                .forEach(limits::add);
        return with(entry, limits);
    }

    private static List<RateLimit> limits(CompiledRoute route) {
        return route.filters().stream()
                .flatMap(filter -> filter instanceof RateLimits some ? some.limits().stream() : Stream.empty())
                .toList();
    }

    private static RouteEntry with(RouteEntry entry, List<RateLimit> limits) {
        if (limits.isEmpty()) {
            return entry;
        }
        CompiledRoute route = entry.route();
        List<Filter> filters = new ArrayList<>(route.filters());
        filters.removeIf(RateLimits.class::isInstance);
        int after = !filters.isEmpty() && filters.get(0) instanceof Cors ? 1 : 0;
        filters.add(after, new RateLimits(limits));
        return new RouteEntry(
                entry.path(),
                entry.conditions(),
                new CompiledRoute(route.info(), filters, route.action(), route.attachment()));
    }

    private static boolean names(RateLimitPolicy policy, TargetRef target, RouteInfo route, Set<ResourceKey> gateways) {
        ResourceKey key = policy.keyOf(target);
        if (!gateways.contains(key)
                && !route.source().equals(key)
                && !route.writtenIn().equals(key)) {
            return false;
        }
        // Either the rule with all its matches, or one of these, whose name follows a dot.
        return target.sectionName()
                .map(section -> route.rule().equals(section) || route.name().equals(section))
                .orElse(true);
    }

    private static Optional<RateLimit> compile(
            RateLimitPolicy policy, RateLimitPolicy.Rule rule, CompileSettings settings) {
        if (rule.key().stream().anyMatch(part -> part.claim().isPresent() || part.consumer())
                || rule.match().stream().anyMatch(MatchCompiler::isUnserved)) {
            return Optional.empty();
        }
        RateLimit.Info info = new RateLimit.Info(
                policy.key(),
                policy.metadata().generation(),
                rule.name(),
                spec(rule),
                RateLimit.Mode.valueOf(rule.mode().name()),
                RateLimit.OnUnavailable.valueOf(rule.onUnavailable()
                        .orElse(RateLimitPolicy.OnUnavailable.LOCAL_SHARE)
                        .name()),
                rule.shadow());
        RateLimitPolicy.Response response = policy.response();
        return Optional.of(new RateLimit(
                info,
                rule.match().isEmpty() ? null : applies(rule.match()),
                rule.key().stream().map(RateLimitCompiler::part).toList(),
                secret(policy, rule.name()),
                rule.cost().requests().orElse(1),
                rule.cost().responseHeader().orElse(null),
                new RateLimit.Refusal(
                        (int) response.status().orElse(TOO_MANY_REQUESTS),
                        response.body().orElse(null),
                        response.headers(),
                        RateLimit.Tell.valueOf(response.rateLimitHeaders()
                                .or(response::earlierHeaders)
                                .orElse(RateLimitPolicy.Tell.ON_REFUSAL)
                                .name())),
                settings.limitAttachment().apply(info)));
    }

    private static LimitSpec spec(RateLimitPolicy.Rule rule) {
        if (rule.limit().isEmpty()) {
            return new LimitSpec.InFlight(rule.inFlight().orElseThrow());
        }
        RateLimitPolicy.Amount limit = rule.limit().get();
        if (limit.algorithm() == RateLimitPolicy.Algorithm.FIXED_WINDOW) {
            return new LimitSpec.Quota(
                    limit.requests(), Window.valueOf(limit.per().name()));
        }
        Duration period =
                switch (limit.per()) {
                    case SECOND -> Duration.ofSeconds(1);
                    case MINUTE -> Duration.ofMinutes(1);
                    case HOUR -> Duration.ofHours(1);
                    case DAY -> Duration.ofDays(1);
                    case MONTH -> Duration.ofDays(30);
                };
        return LimitSpec.Rate.of(limit.requests(), period, limit.burst().orElse(limit.requests()));
    }

    private static KeyPart part(RateLimitPolicy.KeyPart part) {
        if (part.clientAddress().isPresent()) {
            RateLimitPolicy.ClientAddress address = part.clientAddress().get();
            return new KeyPart.ClientAddress((int) address.ipv4Prefix().orElse(IPV4_BITS), (int)
                    address.ipv6Prefix().orElse(IPV6_SITE_BITS));
        }
        if (part.header().isPresent()) {
            return new KeyPart.Header(part.header().get().toLowerCase(Locale.ROOT));
        }
        if (part.cookie().isPresent()) {
            return new KeyPart.Cookie(part.cookie().get());
        }
        if (part.query().isPresent()) {
            return new KeyPart.Query(part.query().get());
        }
        return part.pathSegment().isPresent()
                ? new KeyPart.PathSegment((int) part.pathSegment().getAsLong())
                : new KeyPart.Constant(part.constant().orElse(""));
    }

    private static Predicate<RequestFacts> applies(List<HttpMatch> matches) {
        List<Test> tests = matches.stream()
                .map(match -> new Test(MatchCompiler.path(match), MatchCompiler.conditions(match)))
                .toList();
        return request -> {
            for (int i = 0; i < tests.size(); i++) { // an iterator would be an allocation
                if (tests.get(i).holds(request)) {
                    return true;
                }
            }
            return false;
        };
    }

    private record Test(PathPattern path, List<RequestCondition> conditions) {
        boolean holds(RequestFacts request) {
            if (!path.matches(request.path())) {
                return false;
            }
            for (int i = 0; i < conditions.size(); i++) {
                if (!conditions.get(i).holds(request)) {
                    return false;
                }
            }
            return true;
        }
    }

    /** The same on all nodes and for all versions of what sets a limit, and another for what takes its place. */
    static RateLimit.Secret secret(Resource owner, String rule) {
        return RateLimit.Secret.of(
                owner.key() + "\n" + rule + "\n" + owner.metadata().uid().orElse(""));
    }
}
