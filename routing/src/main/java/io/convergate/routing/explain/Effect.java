package io.convergate.routing.explain;

import io.convergate.routing.action.Action;
import io.convergate.routing.action.DirectResponse;
import io.convergate.routing.action.Fault;
import io.convergate.routing.action.Filter;
import io.convergate.routing.action.Forward;
import io.convergate.routing.action.PathRewrite;
import io.convergate.routing.action.Redirect;
import io.convergate.routing.action.WeightedDestination;
import io.convergate.routing.explain.Explanation.Verdict;
import io.convergate.routing.match.CompiledRoute;
import io.convergate.routing.match.RouteInfo;
import io.convergate.routing.upstream.Upstream;
import io.convergate.routing.upstream.UpstreamInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What one configuration does to a request, in a form that can be compared with what another one does. Shares are of 1;
 * weights are taken as they are, nothing is drawn.
 *
 * @param route the route that takes it, and where it is written; empty if none does
 * @param origin the same without the place in its resource, which moves when a route before it goes
 * @param redirect the redirect; null if it is none
 * @param says what happens, in a line
 * @param places where it goes: names of upstreams, or answers of the gateway's own
 * @param failures which of these are errors, by status; 0 for a connection that is refused
 * @param endpoints the endpoints of each upstream
 * @param sent what the upstream gets to see of the target; empty if there is no upstream
 * @param words what else acts on it
 * @param settings how endpoints are treated, by {@code upstream: setting}
 */
record Effect(
        String route,
        String origin,
        @Nullable Redirect redirect,
        String says,
        SortedMap<String, Double> places,
        SortedMap<Integer, Double> failures,
        SortedMap<String, List<String>> endpoints,
        List<String> sent,
        Set<String> words,
        SortedMap<String, Object> settings) {
    private static final double HUNDRED = 100;
    private static final int PER_MILLION = 1_000_000;
    private static final int ERROR = 400;
    private static final int UNAVAILABLE = 503;

    /** A request that no route takes. */
    static Effect refused(int status, String says) {
        return new Effect(
                "",
                "",
                null,
                says,
                new TreeMap<>(Map.of(says, 1.0)),
                new TreeMap<>(Map.of(status, 1.0)),
                new TreeMap<>(),
                List.of(),
                Set.of(),
                new TreeMap<>());
    }

    /**
     * What a route does.
     *
     * @param known the endpoints of an upstream
     */
    static Effect of(CompiledRoute route, SampledRequest request, Function<Upstream, List<String>> known) {
        Verdict verdict = Verdicts.of(route, request, known);
        SortedMap<String, Double> places = new TreeMap<>();
        SortedMap<Integer, Double> failures = new TreeMap<>();
        SortedMap<String, List<String>> endpoints = new TreeMap<>();
        List<String> sent = new ArrayList<>();
        Set<String> words = new LinkedHashSet<>(verdict.filters());
        SortedMap<String, Object> settings = new TreeMap<>();
        double passing = 1;
        for (Filter filter : route.filters()) {
            if (filter instanceof Fault fault && fault.abort() != null) {
                double share = (double) fault.aborted().perMillion() / PER_MILLION;
                fail(failures, fault.abort().status(), passing * share);
                passing *= 1 - share;
            }
        }
        Action action = route.action();
        String says = verdict.says();
        if (action instanceof Forward forward) {
            destinations(forward, request, places, failures, endpoints, sent, words, settings, passing, known);
            says = shares(places);
            words.removeIf(word -> word.startsWith("path becomes "));
        } else if (action instanceof DirectResponse direct) {
            says = "the gateway answers " + direct.status();
            places.put(says, 1.0);
            fail(failures, direct.status(), passing);
            words.add("a body of " + direct.body().length + " bytes, hash "
                    + Integer.toHexString(Arrays.hashCode(direct.body())));
        } else {
            says = Redaction.text(request, says);
            places.put(says, 1.0);
        }
        RouteInfo info = route.info();
        String name = info.name().isEmpty() ? "" : " (" + info.name() + ')';
        String written = Explainer.text(info.writtenIn());
        return new Effect(
                written + (info.path().isEmpty() ? "" : ' ' + info.path()) + name,
                Explainer.text(info.source()) + ' ' + written + name,
                action instanceof Redirect redirect ? redirect : null,
                says,
                places,
                failures,
                endpoints,
                sent,
                words,
                settings);
    }

    private static void destinations(
            Forward forward,
            SampledRequest request,
            SortedMap<String, Double> places,
            SortedMap<Integer, Double> failures,
            SortedMap<String, List<String>> endpoints,
            List<String> sent,
            Set<String> words,
            SortedMap<String, Object> settings,
            double passing,
            Function<Upstream, List<String>> known) {
        double sum = forward.destinations().stream()
                .mapToLong(WeightedDestination::weight)
                .sum();
        for (WeightedDestination destination : forward.destinations()) {
            double share = destination.weight() / sum;
            Upstream upstream = destination.upstream();
            if (upstream == null) {
                String unknown = destination.statusIfUnknown() + ": "
                        + (destination.unknownName().isEmpty() ? "a destination" : destination.unknownName())
                        + " is not known";
                places.merge(unknown, share, Double::sum);
                fail(failures, destination.statusIfUnknown(), passing * share);
                continue;
            }
            List<String> there = known.apply(upstream);
            String name = name(upstream.info()) + (there.isEmpty() ? ", which has no endpoint (503)" : "");
            places.merge(name, share, Double::sum);
            endpoints.put(name, there);
            if (there.isEmpty()) {
                fail(failures, UNAVAILABLE, passing * share);
            }
            PathRewrite rewrite = destination.rewrite() == null ? forward.rewrite() : destination.rewrite();
            String path = rewrite == null ? request.path() : rewrite.rewrite(request.path());
            String authority = destination.authority() == null ? request.authority() : destination.authority();
            sent.add(path + " for " + authority + (forward.destinations().size() > 1 ? " at " + name : ""));
            Verdicts.headers("request", destination.request(), words);
            Verdicts.headers("response", destination.response(), words);
            settings(name, upstream.info(), settings);
        }
    }

    private static void fail(SortedMap<Integer, Double> failures, int status, double share) {
        if (status >= ERROR && share > 0) {
            failures.merge(status, share, Double::sum);
        }
    }

    private static void settings(String name, UpstreamInfo info, SortedMap<String, Object> settings) {
        settings.put(name + ": balancing", info.hash().<Object>map(hash -> hash).orElse(info.loadBalancing()));
        settings.put(name + ": connection pool", info.pool());
        settings.put(name + ": warm-up", info.slowStart());
        settings.put(name + ": outlier detection", info.outliers());
        settings.put(name + ": health check", info.healthCheck());
        settings.put(name + ": circuit breaker", List.of(info.breaking(), info.standIn()));
        settings.put(name + ": TLS", info.tls());
    }

    /** An upstream as people speak of it. */
    private static String name(UpstreamInfo info) {
        return info.host()
                + ':'
                + info.port()
                + info.subset().map(subset -> " subset " + subset).orElse("");
    }

    private static String shares(SortedMap<String, Double> places) {
        if (places.size() == 1) {
            return places.firstKey();
        }
        return String.join(
                ", ",
                places.entrySet().stream()
                        .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
                        .map(place ->
                                Math.round(place.getValue() * HUNDRED * HUNDRED) / HUNDRED + " % " + place.getKey())
                        .map(text -> text.replace(".0 %", " %"))
                        .toList());
    }

    /** What tells it from other effects when it stands for many requests: a location is each request's own. */
    String key() {
        return redirect == null ? says : redirect.status() + " by " + origin;
    }

    /** How likely a request is answered with an error. */
    double failing() {
        return failures.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    /** How much of the traffic goes to another place there than here: half of what the shares differ by. */
    double moved(Effect other) {
        SortedMap<String, Double> difference = new TreeMap<>(places);
        other.places.forEach((place, share) -> difference.merge(place, -share, Double::sum));
        return difference.values().stream().mapToDouble(Math::abs).sum() / 2;
    }
}
