package io.convergate.routing.compile;

import io.convergate.routing.action.Action;
import io.convergate.routing.action.DirectResponse;
import io.convergate.routing.action.Forward;
import io.convergate.routing.action.HeaderOperations;
import io.convergate.routing.action.Mirror;
import io.convergate.routing.action.PathRewrite;
import io.convergate.routing.action.Redirect;
import io.convergate.routing.action.Share;
import io.convergate.routing.action.ValueTemplate;
import io.convergate.routing.action.WeightedDestination;
import io.convergate.routing.match.PathPattern;
import io.convergate.routing.model.Destination;
import io.convergate.routing.model.Headers;
import io.convergate.routing.model.HttpDirectResponse;
import io.convergate.routing.model.HttpRedirect;
import io.convergate.routing.model.HttpRetry;
import io.convergate.routing.model.HttpRewrite;
import io.convergate.routing.model.HttpRoute;
import io.convergate.routing.model.HttpRouteDestination;
import io.convergate.routing.regex.SafeRegex;
import io.convergate.routing.retry.Backoff;
import io.convergate.routing.retry.RetryConditions;
import io.convergate.routing.retry.RetryPolicy;
import io.convergate.routing.upstream.Upstream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** From what a rule says to do to what is done. Istio: TranslateRoute. */
final class ActionCompiler {
    private final Function<Destination, @Nullable Upstream> upstreams;

    /** @param upstreams finds the upstream of a destination; null for one that is not known */
    ActionCompiler(Function<Destination, @Nullable Upstream> upstreams) {
        this.upstreams = upstreams;
    }

    /** The action of a rule for the requests of one of its matches; empty if the rule has none that is served yet. */
    Optional<Action> compile(HttpRoute route, PathPattern matched) {
        HeaderOperations response = operations(route.headers().response());
        if (route.redirect().isPresent()) {
            return Optional.of(redirect(route.redirect().get(), matched, response));
        }
        if (route.directResponse().isPresent()) {
            HttpDirectResponse direct = route.directResponse().get();
            return Optional.of(new DirectResponse((int) direct.status(), body(direct), response));
        }
        return route.route().isEmpty() ? Optional.empty() : Optional.of(forward(route, matched, response));
    }

    private Forward forward(HttpRoute route, PathPattern matched, HeaderOperations response) {
        HeaderOperations request = operations(route.headers().request());
        String authority = route.rewrite()
                .flatMap(HttpRewrite::authority)
                .or(() -> hostSetBy(route.headers().request()))
                .orElse(null);
        List<HttpRouteDestination> written = route.route();
        List<WeightedDestination> destinations = written.stream()
                .filter(destination ->
                        written.size() == 1 || destination.weight().orElse(0) > 0)
                .map(destination -> new WeightedDestination(
                                upstreams.apply(destination.destination()),
                                written.size() == 1 ? 1 : destination.weight().getAsInt(),
                                hostSetBy(destination.headers().request()).orElse(authority),
                                request.then(operations(destination.headers().request())),
                                response.then(operations(destination.headers().response())))
                        .named(destination.destination().toString()))
                .toList();
        return new Forward(
                destinations,
                route.timeout().map(Duration::toNanos).orElse(0L),
                route.retries().map(ActionCompiler::retry).orElse(RetryPolicy.DEFAULT),
                mirrors(route),
                route.rewrite().map(rewrite -> rewrite(rewrite, matched)).orElse(null),
                request,
                response);
    }

    /** Istio: all requests are copied unless a percentage says otherwise. Copies for nobody we know are not made. */
    private List<Mirror> mirrors(HttpRoute route) {
        List<Mirror> mirrors = new ArrayList<>();
        route.mirror().map(upstreams).ifPresent(to -> {
            boolean all =
                    route.mirrorPercentage().isEmpty() && route.mirrorPercent().isEmpty();
            mirrors.add(new Mirror(
                    to, all ? Share.ALL : FilterCompiler.share(route.mirrorPercentage(), route.mirrorPercent())));
        });
        for (HttpRoute.HttpMirror mirror : route.mirrors()) {
            Upstream to = upstreams.apply(mirror.destination());
            if (to != null) {
                mirrors.add(new Mirror(
                        to,
                        mirror.percentage().isEmpty()
                                ? Share.ALL
                                : FilterCompiler.share(mirror.percentage(), OptionalLong.empty())));
            }
        }
        mirrors.removeIf(mirror -> mirror.share().perMillion() == 0);
        return mirrors;
    }

    /** Istio: what a rule leaves open is the default's, its conditions too. */
    private static RetryPolicy retry(HttpRetry retry) {
        if (retry.attempts() == 0) {
            return RetryPolicy.NONE;
        }
        return new RetryPolicy(
                retry.attempts(),
                retry.retryOn()
                        .filter(conditions -> !conditions.isBlank())
                        .map(RetryConditions::parse)
                        .orElse(RetryConditions.DEFAULT),
                retry.perTryTimeout().map(Duration::toNanos).orElse(0L),
                retry.backoff().map(Backoff::of).orElse(Backoff.DEFAULT),
                retry.retryIgnorePreviousHosts().orElse(true),
                retry.retryRemoteLocalities().orElse(false));
    }

    private static @Nullable PathRewrite rewrite(HttpRewrite rewrite, PathPattern matched) {
        if (rewrite.uriRegexRewrite().isPresent()) {
            HttpRewrite.RegexRewrite regex = rewrite.uriRegexRewrite().get();
            return new PathRewrite.Regex(SafeRegex.compile(regex.match()).pattern(), regex.rewrite());
        }
        return rewrite.uri().map(uri -> replacement(uri, matched)).orElse(null);
    }

    /** What was matched by prefix is replaced; a path that was matched as a whole is replaced as a whole. */
    private static PathRewrite replacement(String uri, PathPattern matched) {
        return matched instanceof PathPattern.Prefix prefix
                ? new PathRewrite.Prefix(Math.max(1, prefix.value().length()), uri)
                : new PathRewrite.Whole(uri);
    }

    private static Redirect redirect(HttpRedirect redirect, PathPattern matched, HeaderOperations response) {
        Optional<PathRewrite> path = redirect.uri()
                .<PathRewrite>map(PathRewrite.Whole::new)
                .or(() -> redirect.prefixRewrite().map(prefix -> replacement(prefix, matched)));
        Redirect.Port port = redirect.derivePort()
                .map(derived -> switch (derived) {
                    case FROM_PROTOCOL_DEFAULT -> Redirect.Port.SCHEME_DEFAULT;
                    case FROM_REQUEST_PORT -> Redirect.Port.FROM_REQUEST;
                })
                .orElse(redirect.port().isPresent() ? Redirect.Port.EXPLICIT : Redirect.Port.KEEP);
        return new Redirect(
                (int) redirect.redirectCode().orElse(301),
                redirect.scheme(),
                redirect.authority(),
                port,
                port == Redirect.Port.EXPLICIT ? narrow(redirect.port()) : OptionalInt.empty(),
                path.orElse(null),
                response);
    }

    private static OptionalInt narrow(OptionalLong port) {
        return port.isPresent() ? OptionalInt.of((int) port.getAsLong()) : OptionalInt.empty();
    }

    private static byte[] body(HttpDirectResponse response) {
        HttpDirectResponse.Body body = response.body().orElse(new HttpDirectResponse.Body.Text(""));
        return body instanceof HttpDirectResponse.Body.Base64 base64
                ? Base64.getDecoder().decode(base64.value())
                : ((HttpDirectResponse.Body.Text) body).value().getBytes(StandardCharsets.UTF_8);
    }

    /** Setting or adding Host is how an authority is rewritten; it is no header operation here. */
    private static Optional<String> hostSetBy(Headers.Edits edits) {
        return hostIn(edits.set()).or(() -> hostIn(edits.add()));
    }

    private static Optional<String> hostIn(Map<String, String> headers) {
        for (Map.Entry<String, String> header : headers.entrySet()) {
            if (isHost(header.getKey())) {
                return Optional.of(header.getValue());
            }
        }
        return Optional.empty();
    }

    private static boolean isHost(String name) {
        return name.equalsIgnoreCase("host") || name.equalsIgnoreCase(":authority");
    }

    private static HeaderOperations operations(Headers.Edits edits) {
        if (edits.equals(Headers.Edits.NONE)) {
            return HeaderOperations.NONE;
        }
        List<String> removed = edits.remove().stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .toList();
        return new HeaderOperations(removed, values(edits.set()), values(edits.add()));
    }

    /** In the order of their names, as in Istio: a map has no other that all nodes share. */
    private static List<HeaderOperations.HeaderValue> values(Map<String, String> headers) {
        if (headers.isEmpty()) {
            return List.of();
        }
        return headers.entrySet().stream()
                .filter(header -> !isHost(header.getKey()))
                .sorted(Map.Entry.comparingByKey())
                .map(header -> new HeaderOperations.HeaderValue(
                        header.getKey().toLowerCase(Locale.ROOT), ValueTemplate.parse(header.getValue())))
                .toList();
    }
}
