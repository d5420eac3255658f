package io.convergate.routing.explain;

import io.convergate.routing.action.Action;
import io.convergate.routing.action.Cors;
import io.convergate.routing.action.DirectResponse;
import io.convergate.routing.action.Fault;
import io.convergate.routing.action.Filter;
import io.convergate.routing.action.Forward;
import io.convergate.routing.action.HeaderOperations;
import io.convergate.routing.action.PathRewrite;
import io.convergate.routing.action.RateLimits;
import io.convergate.routing.action.Redirect;
import io.convergate.routing.action.Share;
import io.convergate.routing.action.WeightedDestination;
import io.convergate.routing.explain.Explanation.Destination;
import io.convergate.routing.explain.Explanation.Verdict;
import io.convergate.routing.match.CompiledRoute;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.problem.GoDuration;
import io.convergate.routing.request.RequestFacts;
import io.convergate.routing.retry.RetryPolicy;
import io.convergate.routing.upstream.Upstream;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/** What happens to a request that a route takes, in words. */
final class Verdicts {
    private Verdicts() {}

    static Verdict of(CompiledRoute route, RequestFacts request, Function<Upstream, List<String>> known) {
        Action action = route.action();
        List<String> filters = new ArrayList<>();
        route.filters().forEach(filter -> filter(filter, request, filters));
        if (action instanceof Redirect redirect) {
            headers("response", redirect.response(), filters);
            String says = redirect.status() + " to " + redirect.location(request);
            return new Verdict("redirect", redirect.status(), "DR", says, List.of(), filters);
        }
        if (action instanceof DirectResponse direct) {
            headers("response", direct.response(), filters);
            String says = direct.status() + " with a body of " + direct.body().length + " bytes";
            return new Verdict("respond", direct.status(), "DR", says, List.of(), filters);
        }
        Forward forward = (Forward) action;
        if (forward.timeoutNanos() > 0) {
            filters.add("timeout " + time(forward.timeoutNanos()) + ", all attempts together");
        }
        retries(forward.retry(), filters);
        forward.mirrors()
                .forEach(mirror -> filters.add(percent(mirror.share()) + " of requests copied to "
                        + mirror.upstream().name()));
        PathRewrite rewrite = forward.rewrite();
        String path = rewrite == null ? request.path() : rewrite.rewrite(request.path());
        if (!path.equals(request.path())) {
            filters.add("path becomes " + path);
        }
        headers("request", forward.request(), filters);
        headers("response", forward.response(), filters);
        List<Destination> destinations = destinations(forward, path, request, known);
        return new Verdict("forward", 0, "", says(destinations), destinations, filters);
    }

    private static void filter(Filter filter, RequestFacts request, List<String> filters) {
        if (filter instanceof Fault fault) {
            if (fault.delayed().perMillion() > 0) {
                filters.add("fault: " + percent(fault.delayed()) + " wait " + time(fault.delayNanos()));
            }
            Fault.Abort abort = fault.abort();
            if (abort != null && fault.aborted().perMillion() > 0) {
                String answer = abort.grpcStatus() < 0 ? "" + abort.status() : "gRPC status " + abort.grpcStatus();
                filters.add("fault: " + percent(fault.aborted()) + " are answered " + answer);
            }
        } else if (filter instanceof RateLimits limits) {
            limits.limits().stream().filter(limit -> limit.appliesTo(request)).forEach(limit -> {
                ResourceKey policy = limit.info().policy();
                filters.add("limit " + policy.namespace() + '/' + policy.name() + ' '
                        + limit.info().rule() + ": " + limit.says());
            });
        } else if (filter instanceof Cors cors) {
            String origin = request.header("origin");
            filters.add("cross-origin rules: "
                    + (origin == null
                            ? "no Origin, nothing to do"
                            : origin + (cors.allows(origin) ? " is allowed" : " is not allowed")));
        }
    }

    private static String percent(Share share) {
        return BigDecimal.valueOf(share.perMillion(), 4).stripTrailingZeros().toPlainString() + " %";
    }

    private static String says(List<Destination> destinations) {
        return destinations.size() == 1
                ? "forwarded to "
                        + (destinations.get(0).upstream().isEmpty()
                                ? "nobody"
                                : destinations.get(0).upstream())
                : "forwarded to one of " + destinations.size() + " destinations, by weight";
    }

    private static void retries(RetryPolicy retry, List<String> filters) {
        if (retry.attempts() > 0) {
            String each = retry.perTryTimeoutNanos() > 0 ? ", each attempt " + time(retry.perTryTimeoutNanos()) : "";
            filters.add("up to " + retry.attempts() + " retries on " + retry.conditions() + each);
        }
    }

    private static List<Destination> destinations(
            Forward forward, String path, RequestFacts request, Function<Upstream, List<String>> known) {
        double sum = forward.destinations().stream()
                .mapToLong(WeightedDestination::weight)
                .sum();
        return forward.destinations().stream()
                .sorted(Comparator.comparing(WeightedDestination::weight).reversed())
                .map(destination -> destination(forward, destination, sum, path, request, known))
                .toList();
    }

    private static Destination destination(
            Forward forward,
            WeightedDestination destination,
            double sum,
            String path,
            RequestFacts request,
            Function<Upstream, List<String>> known) {
        Upstream upstream = destination.upstream();
        List<String> endpoints = upstream == null ? List.of() : known.apply(upstream);
        String problem = upstream == null
                ? destination.statusIfUnknown() + " NC: "
                        + (destination.unknownName().isEmpty() ? "the destination" : destination.unknownName())
                        + " is no host, port or subset that is known"
                : endpoints.isEmpty() ? "503 UH: it has no endpoint" : "";
        List<String> filters = new ArrayList<>();
        if (!destination.request().equals(forward.request())) {
            headers("request", destination.request(), filters);
        }
        if (!destination.response().equals(forward.response())) {
            headers("response", destination.response(), filters);
        }
        if (upstream != null) {
            upstream.info()
                    .breaking()
                    .ifPresent(breaking ->
                            filters.add("breaker " + breaking.policy() + ": " + breaking.says() + standIn(upstream)));
        }
        String authority = destination.authority();
        String query = request.query();
        return new Destination(
                upstream == null ? "" : upstream.name(),
                Math.round(destination.weight() * 10_000 / sum) / 100.0,
                authority == null ? request.authority() : authority,
                query == null ? path : path + '?' + query,
                endpoints,
                problem,
                filters);
    }

    private static String standIn(Upstream upstream) {
        Upstream other = upstream.standIn();
        return other == null ? "" : "; " + other.name() + " stands in";
    }

    static void headers(String message, HeaderOperations operations, Collection<String> filters) {
        operations.remove().forEach(name -> filters.add(message + " header " + name + " is removed"));
        operations
                .set()
                .forEach(header -> filters.add(message + " header " + header.name() + " is set to " + header.value()));
        operations
                .add()
                .forEach(header -> filters.add(message + " header " + header.name() + " is added: " + header.value()));
    }

    private static String time(long nanos) {
        return GoDuration.text(Duration.ofNanos(nanos));
    }
}
