package io.convergate.routing.compile;

import io.convergate.routing.action.Action;
import io.convergate.routing.action.Filter;
import io.convergate.routing.action.Forward;
import io.convergate.routing.action.HeaderOperations;
import io.convergate.routing.action.Mirror;
import io.convergate.routing.action.PathRewrite;
import io.convergate.routing.action.Redirect;
import io.convergate.routing.action.Share;
import io.convergate.routing.action.ValueTemplate;
import io.convergate.routing.action.WeightedDestination;
import io.convergate.routing.match.CompiledRoute;
import io.convergate.routing.match.PathPattern;
import io.convergate.routing.match.RequestCondition;
import io.convergate.routing.match.RouteEntry;
import io.convergate.routing.match.RouteInfo;
import io.convergate.routing.match.ValueTest;
import io.convergate.routing.model.gatewayapi.BackendRef;
import io.convergate.routing.model.gatewayapi.GatewayRoute;
import io.convergate.routing.model.gatewayapi.RouteFilter;
import io.convergate.routing.regex.SafeRegex;
import io.convergate.routing.resolve.GatewayApi;
import io.convergate.routing.retry.Backoff;
import io.convergate.routing.retry.RetryCondition;
import io.convergate.routing.retry.RetryConditions;
import io.convergate.routing.retry.RetryPolicy;
import io.convergate.routing.upstream.Upstream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The routes of one HTTPRoute or GRPCRoute for one host. Gateway API: HTTPRouteRule, GRPCRouteRule. */
final class GatewayRoutes {
    private static final int FOUND = 302;
    private static final long CORS_MAX_AGE = 5;
    private static final int INTERNAL_SERVER_ERROR = 500;

    /** What a client of gRPC takes for UNAVAILABLE. */
    private static final int SERVICE_UNAVAILABLE = 503;

    private static final PathPattern EVERY_PATH = PathPattern.Elements.of("/");

    private final Block.Id id;
    private final GatewayRoute source;
    private final GatewayApi api;
    private final CompileSettings settings;
    private final Backends backends;
    private final List<RouteEntry> entries = new ArrayList<>();

    private GatewayRoutes(
            Block.Id id, GatewayRoute source, GatewayApi api, CompileSettings settings, Backends backends) {
        this.id = id;
        this.source = source;
        this.api = api;
        this.settings = settings;
        this.backends = backends;
    }

    /** The routes, in the order of the rules. */
    static List<RouteEntry> compile(
            Block.Id id, GatewayRoute source, GatewayApi api, CompileSettings settings, Backends backends) {
        return new GatewayRoutes(id, source, api, settings, backends).all();
    }

    /** The routes of a GRPCRoute, with what they are ordered by. */
    static List<RpcRoutes.Ranked> compileRpcs(
            Block.Id id, GatewayRoute source, GatewayApi api, CompileSettings settings, Backends backends) {
        List<RouteEntry> entries = compile(id, source, api, settings, backends);
        List<Optional<GatewayRoute.RpcMatch>> matches = source.rules().stream()
                .flatMap(rule -> rule.matches().isEmpty()
                        ? Stream.of(Optional.<GatewayRoute.RpcMatch>empty())
                        : rule.matches().stream().map(GatewayRoute.Match::rpc))
                .toList();
        List<RpcRoutes.Ranked> ranked = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            ranked.add(RpcRoutes.Ranked.of(entries.get(i), matches.get(i)));
        }
        return ranked;
    }

    private List<RouteEntry> all() {
        for (int i = 0; i < source.rules().size(); i++) {
            GatewayRoute.Rule rule = source.rules().get(i);
            String path = "spec.rules[" + i + "]";
            if (rule.matches().isEmpty()) {
                add(path, rule, EVERY_PATH, List.of());
            }
            for (int j = 0; j < rule.matches().size(); j++) {
                GatewayRoute.Match match = rule.matches().get(j);
                add(path + ".matches[" + j + "]", rule, pattern(match), conditions(match));
            }
        }
        return entries;
    }

    private void add(String path, GatewayRoute.Rule rule, PathPattern pattern, List<RequestCondition> conditions) {
        RouteInfo info = new RouteInfo(
                rule.name().orElse(""),
                rule.name().orElse(""),
                id.source(),
                id.host(),
                id.port(),
                Optional.empty(),
                id.source(),
                path,
                pattern.template());
        Action action = action(rule, pattern);
        entries.add(new RouteEntry(
                pattern,
                conditions,
                new CompiledRoute(
                        info, filters(rule), action, settings.routeAttachment().apply(info))));
    }

    private static List<Filter> filters(GatewayRoute.Rule rule) {
        return only(rule.filters(), RouteFilter.Cors.class)
                .<Filter>map(cors -> FilterCompiler.cors(
                        cors.allowOrigins(),
                        cors.allowMethods(),
                        cors.allowHeaders(),
                        cors.exposeHeaders(),
                        cors.maxAgeSeconds().orElse(CORS_MAX_AGE),
                        cors.allowCredentials()))
                .stream()
                .toList();
    }

    /** Copies for nobody we know are not made; the request itself goes its way. */
    private List<Mirror> mirrors(GatewayRoute.Rule rule) {
        List<Mirror> mirrors = new ArrayList<>();
        for (RouteFilter filter : rule.filters()) {
            if (filter instanceof RouteFilter.RequestMirror mirror && mirror.numerator() > 0) {
                Upstream to = upstream(mirror.backend());
                if (to != null) {
                    mirrors.add(new Mirror(to, Share.ofPercent(100.0 * mirror.numerator() / mirror.denominator())));
                }
            }
        }
        return mirrors;
    }

    private static PathPattern pattern(GatewayRoute.Match match) {
        return match.path()
                .<PathPattern>map(path -> switch (path.type()) {
                    case EXACT -> new PathPattern.Exact(path.value(), false);
                    case PATH_PREFIX -> PathPattern.Elements.of(path.value());
                    case REGULAR_EXPRESSION -> new PathPattern.Regex(SafeRegex.compile(path.value()));
                })
                .or(() -> match.rpc().map(RpcRoutes::pattern))
                .orElse(EVERY_PATH);
    }

    /** Of several conditions on one name the first counts. */
    private static List<RequestCondition> conditions(GatewayRoute.Match match) {
        List<RequestCondition> conditions = new ArrayList<>();
        match.method().ifPresent(method -> conditions.add(new RequestCondition.Method(new ValueTest.Exact(method))));
        Set<String> seen = new HashSet<>();
        for (GatewayRoute.ValueMatch header : match.headers()) {
            String name = header.name().toLowerCase(Locale.ROOT);
            if (seen.add(name)) {
                conditions.add(
                        name.equals("host")
                                ? new RequestCondition.Authority(test(header))
                                : new RequestCondition.Header(name, test(header)));
            }
        }
        seen.clear();
        for (GatewayRoute.ValueMatch parameter : match.queryParams()) {
            if (seen.add(parameter.name())) {
                conditions.add(new RequestCondition.QueryParameter(parameter.name(), test(parameter)));
            }
        }
        return conditions;
    }

    private static ValueTest test(GatewayRoute.ValueMatch match) {
        return match.type() == GatewayRoute.MatchType.REGULAR_EXPRESSION
                ? new ValueTest.Regex(SafeRegex.compile(match.value()))
                : new ValueTest.Exact(match.value());
    }

    private Action action(GatewayRoute.Rule rule, PathPattern pattern) {
        HeaderOperations response = headers(rule.filters(), true);
        Optional<Redirect> redirect = only(rule.filters(), RouteFilter.RequestRedirect.class)
                .or(() -> rule.backends().size() == 1
                        ? only(rule.backends().get(0).filters(), RouteFilter.RequestRedirect.class)
                        : Optional.empty())
                .map(filter -> redirect(filter, pattern, response));
        return redirect.isPresent() ? redirect.get() : forward(rule, pattern, response);
    }

    private static <T extends RouteFilter> Optional<T> only(List<RouteFilter> filters, Class<T> type) {
        return filters.stream().filter(type::isInstance).map(type::cast).findFirst();
    }

    /** Gateway API: the port is the one that is given, else the new scheme's own, else the listener's. */
    private static Redirect redirect(
            RouteFilter.RequestRedirect redirect, PathPattern pattern, HeaderOperations response) {
        Redirect.Port port = redirect.port().isPresent()
                ? Redirect.Port.EXPLICIT
                : redirect.scheme().isPresent() ? Redirect.Port.SCHEME_DEFAULT : Redirect.Port.FROM_REQUEST;
        return new Redirect(
                (int) redirect.status().orElse(FOUND),
                redirect.scheme(),
                redirect.hostname(),
                port,
                port == Redirect.Port.EXPLICIT
                        ? OptionalInt.of((int) redirect.port().getAsLong())
                        : OptionalInt.empty(),
                redirect.path().map(path -> rewrite(path, pattern)).orElse(null),
                response);
    }

    private static PathRewrite rewrite(RouteFilter.PathModifier path, PathPattern pattern) {
        int matched = pattern instanceof PathPattern.Elements elements
                ? elements.value().length()
                : 0;
        return path.prefixOnly()
                ? new PathRewrite.Elements(matched, path.value())
                : new PathRewrite.Whole(path.value());
    }

    private Forward forward(GatewayRoute.Rule rule, PathPattern pattern, HeaderOperations response) {
        HeaderOperations request = headers(rule.filters(), false);
        Optional<RouteFilter.UrlRewrite> rewrite = only(rule.filters(), RouteFilter.UrlRewrite.class);
        List<WeightedDestination> destinations = new ArrayList<>();
        for (BackendRef backend : rule.backends()) {
            if (backend.weight() > 0) {
                destinations.add(destination(backend, rewrite, pattern, request, response));
            }
        }
        if (destinations.isEmpty()) { // nowhere to go is an error of whoever wrote it
            destinations.add(new WeightedDestination(null, statusWithoutBackend(), 1, null, null, request, response));
        }
        return new Forward(
                destinations,
                nanos(rule.requestTimeout()),
                retry(rule.retry(), nanos(rule.backendTimeout())),
                mirrors(rule),
                rewrite.flatMap(RouteFilter.UrlRewrite::path)
                        .map(path -> rewrite(path, pattern))
                        .orElse(null),
                request,
                response);
    }

    private static long nanos(Optional<Duration> time) {
        return time.map(Duration::toNanos).orElse(0L);
    }

    private int statusWithoutBackend() {
        return source.type() == GatewayRoute.Type.GRPC ? SERVICE_UNAVAILABLE : INTERNAL_SERVER_ERROR;
    }

    /** Where a rule says what is retried, that and every attempt without a response are. */
    private static RetryPolicy retry(Optional<GatewayRoute.Retry> written, long perTryTimeoutNanos) {
        RetryPolicy defaults = RetryPolicy.DEFAULT;
        return new RetryPolicy(
                written.map(GatewayRoute.Retry::attempts)
                        .filter(OptionalLong::isPresent)
                        .map(attempts -> (int) attempts.getAsLong())
                        .orElse(defaults.attempts()),
                written.map(retry -> new RetryConditions(
                                EnumSet.of(RetryCondition.RESET, RetryCondition.REFUSED_STREAM),
                                retry.codes().stream().map(Long::intValue).toList()))
                        .orElse(RetryConditions.DEFAULT),
                perTryTimeoutNanos,
                written.flatMap(GatewayRoute.Retry::backoff)
                        .filter(pause -> !pause.isZero())
                        .map(Backoff::atLeast)
                        .orElse(Backoff.DEFAULT),
                true,
                false);
    }

    private WeightedDestination destination(
            BackendRef backend,
            Optional<RouteFilter.UrlRewrite> ofRule,
            PathPattern pattern,
            HeaderOperations request,
            HeaderOperations response) {
        Optional<RouteFilter.UrlRewrite> own = only(backend.filters(), RouteFilter.UrlRewrite.class);
        return new WeightedDestination(
                        upstream(backend),
                        statusWithoutBackend(),
                        backend.weight(),
                        own.flatMap(RouteFilter.UrlRewrite::hostname)
                                .or(() -> ofRule.flatMap(RouteFilter.UrlRewrite::hostname))
                                .orElse(null),
                        own.flatMap(RouteFilter.UrlRewrite::path)
                                .map(path -> rewrite(path, pattern))
                                .orElse(null),
                        request.then(headers(backend.filters(), false)),
                        response.then(headers(backend.filters(), true)))
                .named(backend.kind()
                        + ' '
                        + backend.name()
                        + (backend.port().isPresent() ? ":" + backend.port().getAsLong() : ""));
    }

    private @Nullable Upstream upstream(BackendRef backend) {
        return api.destination(source, backend)
                .map(destination -> backends.find(destination, source.metadata().namespace()))
                .orElse(null);
    }

    private static HeaderOperations headers(List<RouteFilter> filters, boolean ofResponse) {
        return filters.stream()
                .filter(RouteFilter.HeaderModifier.class::isInstance)
                .map(RouteFilter.HeaderModifier.class::cast)
                .filter(filter -> filter.ofResponse() == ofResponse)
                .map(filter -> new HeaderOperations(
                        filter.remove().stream()
                                .map(name -> name.toLowerCase(Locale.ROOT))
                                .toList(),
                        values(filter.set()),
                        values(filter.add())))
                .reduce(HeaderOperations.NONE, HeaderOperations::then);
    }

    /** The values are text here, without variables. */
    private static List<HeaderOperations.HeaderValue> values(Map<String, String> headers) {
        Function<String, ValueTemplate> text = value -> ValueTemplate.parse(value.replace("%", "%%"));
        return headers.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(header -> new HeaderOperations.HeaderValue(
                        header.getKey().toLowerCase(Locale.ROOT), text.apply(header.getValue())))
                .toList();
    }
}
