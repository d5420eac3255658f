package io.convergate.routing.read;

import io.convergate.routing.model.Metadata;
import io.convergate.routing.model.gatewayapi.BackendRef;
import io.convergate.routing.model.gatewayapi.GatewayRoute;
import io.convergate.routing.model.gatewayapi.RouteFilter;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads the specs of Gateway API's routes. */
final class GatewayRouteBinder {
    private static final String MATCH_TYPES = Arrays.stream(GatewayRoute.MatchType.values())
            .map(GatewayRoute.MatchType::toString)
            .collect(Collectors.joining(", "));
    private static final String FILTERS = "RequestHeaderModifier, ResponseHeaderModifier, RequestRedirect, URLRewrite,"
            + " RequestMirror, CORS, ExternalAuth, ExtensionRef";
    private static final String GRPC_FILTERS =
            "RequestHeaderModifier, ResponseHeaderModifier, RequestMirror, ExtensionRef";
    private static final String SESSION_PERSISTENCE = "sessionPersistence";

    /** Gateway API's durations are these of Go's only: GEP-2257. */
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,5}(h|m|s|ms)){1,4}");

    private static final BackendRef NO_BACKEND =
            new BackendRef("", "Service", Optional.empty(), "", OptionalLong.empty(), 1, List.of());

    private GatewayRouteBinder() {}

    /** The reader of one kind of route. */
    static Kinds.SpecBinder of(GatewayRoute.Type type) {
        return (apiVersion, metadata, spec) -> bind(type, apiVersion, metadata, spec);
    }

    private static GatewayRoute bind(GatewayRoute.Type type, String apiVersion, Metadata metadata, Fields spec) {
        spec.refuse("useDefaultGateways", "parentRefs: there are no default gateways");
        boolean hosts = type != GatewayRoute.Type.TCP && type != GatewayRoute.Type.UDP;
        return new GatewayRoute(
                apiVersion,
                metadata,
                type,
                spec.list("parentRefs", GatewayApiBinder::parent),
                hosts ? spec.texts("hostnames") : List.of(),
                spec.list("rules", rule -> rule(type, rule)));
    }

    private static GatewayRoute.Rule rule(GatewayRoute.Type type, Fields rule) {
        boolean http = type == GatewayRoute.Type.HTTP;
        boolean requests = http || type == GatewayRoute.Type.GRPC;
        Timeouts timeouts = !http
                ? Timeouts.NONE
                : rule.object(
                                "timeouts",
                                found -> new Timeouts(duration(found, "request"), duration(found, "backendRequest")))
                        .orElse(Timeouts.NONE);
        return new GatewayRoute.Rule(
                rule.text("name"),
                requests ? rule.list("matches", match -> http ? httpMatch(match) : grpcMatch(match)) : List.of(),
                requests ? filters(type, rule) : List.of(),
                rule.list("backendRefs", backend -> backend(backend, type)),
                timeouts.request(),
                timeouts.backend(),
                http ? rule.object("retry", GatewayRouteBinder::retry) : Optional.empty(),
                requests && rule.unread(SESSION_PERSISTENCE) ? List.of(SESSION_PERSISTENCE) : List.of());
    }

    /** The timeouts of a rule. */
    private record Timeouts(Optional<Duration> request, Optional<Duration> backend) {
        static final Timeouts NONE = new Timeouts(Optional.empty(), Optional.empty());
    }

    private static GatewayRoute.Retry retry(Fields retry) {
        return new GatewayRoute.Retry(retry.numbers("codes"), retry.number("attempts"), duration(retry, "backoff"));
    }

    private static Optional<Duration> duration(Fields fields, String name) {
        return fields.duration(
                name, DURATION, "a duration such as 1h, 1m30s, 250ms: up to four whole numbers with h, m, s, ms");
    }

    private static GatewayRoute.Match httpMatch(Fields match) {
        return new GatewayRoute.Match(
                match.object(
                        "path",
                        path -> new GatewayRoute.PathMatch(
                                type(path, GatewayRoute.MatchType.PATH_PREFIX),
                                path.text("value").orElse("/"))),
                Optional.empty(),
                match.list("headers", GatewayRouteBinder::value),
                match.list("queryParams", GatewayRouteBinder::value),
                match.text("method"));
    }

    private static GatewayRoute.Match grpcMatch(Fields match) {
        return new GatewayRoute.Match(
                Optional.empty(),
                match.object(
                        "method",
                        method -> new GatewayRoute.RpcMatch(
                                type(method, GatewayRoute.MatchType.EXACT),
                                method.text("service").filter(name -> !name.isEmpty()),
                                method.text("method").filter(name -> !name.isEmpty()))),
                match.list("headers", GatewayRouteBinder::value),
                List.of(),
                Optional.empty());
    }

    private static GatewayRoute.ValueMatch value(Fields value) {
        return new GatewayRoute.ValueMatch(
                type(value, GatewayRoute.MatchType.EXACT), value.requiredText("name"), value.requiredText("value"));
    }

    private static GatewayRoute.MatchType type(Fields fields, GatewayRoute.MatchType otherwise) {
        return fields.parsed(
                        "type",
                        word -> Arrays.stream(GatewayRoute.MatchType.values())
                                .filter(type -> type.toString().equals(word))
                                .findFirst(),
                        MATCH_TYPES)
                .orElse(otherwise);
    }

    /** A backend; of routes of requests with filters of its own. */
    private static BackendRef backend(Fields backend, GatewayRoute.Type type) {
        boolean requests = type == GatewayRoute.Type.HTTP || type == GatewayRoute.Type.GRPC;
        return backend(backend, requests ? filters(type, backend) : List.of());
    }

    private static BackendRef backend(Fields backend, List<RouteFilter> filters) {
        return new BackendRef(
                backend.text("group").orElse(""),
                backend.text("kind").orElse("Service"),
                backend.text("namespace"),
                backend.requiredText("name"),
                backend.number("port"),
                backend.integer("weight").orElse(1),
                filters);
    }

    private static List<RouteFilter> filters(GatewayRoute.Type type, Fields fields) {
        String known = type == GatewayRoute.Type.HTTP ? FILTERS : GRPC_FILTERS;
        return fields.list("filters", filter -> filter(filter, known)).stream()
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<RouteFilter> filter(Fields filter, String known) {
        String type = filter.requiredText("type");
        return switch (List.of(known.split(", ")).contains(type) ? type : "") {
            case "RequestHeaderModifier" ->
                config(filter, "requestHeaderModifier", headers -> headerModifier(headers, false));
            case "ResponseHeaderModifier" ->
                config(filter, "responseHeaderModifier", headers -> headerModifier(headers, true));
            case "RequestRedirect" -> config(filter, "requestRedirect", GatewayRouteBinder::redirect);
            case "URLRewrite" -> config(filter, "urlRewrite", GatewayRouteBinder::rewrite);
            case "RequestMirror" -> config(filter, "requestMirror", GatewayRouteBinder::mirror);
            case "CORS" -> config(filter, "cors", GatewayRouteBinder::cors);
            case "ExternalAuth" -> {
                filter.ignored("externalAuth");
                yield Optional.of(new RouteFilter.Unknown(type));
            }
            case "ExtensionRef" -> {
                filter.ignored("extensionRef");
                yield Optional.of(new RouteFilter.Unknown(type));
            }
            default -> {
                filter.parsed("type", word -> Optional.empty(), known);
                yield Optional.empty();
            }
        };
    }

    private static Optional<RouteFilter> config(Fields filter, String name, Function<Fields, RouteFilter> reader) {
        return filter.requiredObject(name, reader);
    }

    private static RouteFilter headerModifier(Fields headers, boolean ofResponse) {
        return new RouteFilter.HeaderModifier(
                ofResponse, headerValues(headers, "set"), headerValues(headers, "add"), headers.texts("remove"));
    }

    /** The first of several with one name counts. */
    private static Map<String, String> headerValues(Fields headers, String name) {
        return headers
                .list(name, header -> Map.entry(header.requiredText("name"), header.requiredText("value")))
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (first, second) -> first));
    }

    private static RouteFilter redirect(Fields redirect) {
        return new RouteFilter.RequestRedirect(
                redirect.text("scheme"),
                redirect.text("hostname"),
                redirect.object("path", GatewayRouteBinder::pathModifier).flatMap(path -> path),
                redirect.number("port"),
                redirect.number("statusCode"));
    }

    private static RouteFilter rewrite(Fields rewrite) {
        return new RouteFilter.UrlRewrite(
                rewrite.text("hostname"),
                rewrite.object("path", GatewayRouteBinder::pathModifier).flatMap(path -> path));
    }

    private static Optional<RouteFilter.PathModifier> pathModifier(Fields path) {
        String type = path.requiredText("type");
        return switch (type) {
            case "ReplaceFullPath" ->
                Optional.of(new RouteFilter.PathModifier(false, path.requiredText("replaceFullPath")));
            case "ReplacePrefixMatch" ->
                Optional.of(new RouteFilter.PathModifier(true, path.requiredText("replacePrefixMatch")));
            default -> {
                path.parsed("type", word -> Optional.empty(), "ReplaceFullPath, ReplacePrefixMatch");
                yield Optional.empty();
            }
        };
    }

    private static RouteFilter mirror(Fields mirror) {
        mirror.atMostOne("percent", "fraction");
        BackendRef backend = mirror.requiredObject("backendRef", found -> backend(found, List.of()))
                .orElse(NO_BACKEND);
        OptionalLong percent = mirror.number("percent");
        return mirror.object(
                        "fraction",
                        fraction -> new RouteFilter.RequestMirror(
                                backend,
                                fraction.requiredNumber("numerator"),
                                fraction.number("denominator").orElse(100)))
                .orElse(new RouteFilter.RequestMirror(backend, percent.orElse(100), 100));
    }

    private static RouteFilter cors(Fields cors) {
        return new RouteFilter.Cors(
                cors.texts("allowOrigins"),
                cors.texts("allowMethods"),
                cors.texts("allowHeaders"),
                cors.texts("exposeHeaders"),
                cors.flag("allowCredentials"),
                cors.number("maxAge"));
    }
}
