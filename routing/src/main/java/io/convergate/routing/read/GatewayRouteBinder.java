package io.convergate.routing.read;

import io.convergate.routing.model.Metadata;
import io.convergate.routing.model.gatewayapi.BackendRef;
import io.convergate.routing.model.gatewayapi.GatewayRoute;
import io.convergate.routing.model.gatewayapi.RouteFilter;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads the specs of Gateway API's routes. */
final class GatewayRouteBinder {
    private static final String MATCH_TYPES = Arrays.stream(GatewayRoute.MatchType.values())
            .map(GatewayRoute.MatchType::toString)
            .collect(Collectors.joining(", "));
    /** A type of filter: the field that says what it does, and that field's reader. */
    private record FilterForm(String type, String field, Function<Fields, RouteFilter> reader) {}

    private static final List<FilterForm> FILTERS = List.of(
            new FilterForm("RequestHeaderModifier", "requestHeaderModifier", headers -> headerModifier(headers, false)),
            new FilterForm(
                    "ResponseHeaderModifier", "responseHeaderModifier", headers -> headerModifier(headers, true)),
            new FilterForm("RequestMirror", "requestMirror", GatewayRouteBinder::mirror),
            new FilterForm("RequestRedirect", "requestRedirect", GatewayRouteBinder::redirect),
            new FilterForm("URLRewrite", "urlRewrite", GatewayRouteBinder::rewrite),
            new FilterForm("CORS", "cors", GatewayRouteBinder::cors));
    private static final Map<String, String> UNSERVED_FILTERS =
            new TreeMap<>(Map.of("ExternalAuth", "externalAuth", "ExtensionRef", "extensionRef"));
    private static final List<String> GRPC_FILTERS =
            List.of("RequestHeaderModifier", "ResponseHeaderModifier", "RequestMirror", "ExtensionRef");
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
        return backend(backend, backend.integer("weight").orElse(1), requests ? filters(type, backend) : List.of());
    }

    private static BackendRef backend(Fields backend, int weight, List<RouteFilter> filters) {
        return new BackendRef(
                backend.text("group").orElse(""),
                backend.text("kind").orElse("Service"),
                backend.text("namespace"),
                backend.requiredText("name"),
                backend.number("port"),
                weight,
                filters);
    }

    private static List<RouteFilter> filters(GatewayRoute.Type type, Fields fields) {
        List<String> known = type == GatewayRoute.Type.GRPC
                ? GRPC_FILTERS
                : Stream.concat(FILTERS.stream().map(FilterForm::type), UNSERVED_FILTERS.keySet().stream())
                        .toList();
        return fields.list("filters", filter -> filter(filter, known)).stream()
                .flatMap(Optional::stream)
                .toList();
    }

    /** Gateway API: of the fields that say what a filter does, only its own type's may be there. */
    private static Optional<RouteFilter> filter(Fields filter, List<String> known) {
        String type = filter.requiredText("type");
        Optional<String> named =
                filter.parsed("type", word -> Optional.of(word).filter(known::contains), String.join(", ", known));
        Optional<RouteFilter> found = Optional.empty();
        for (FilterForm form : FILTERS) {
            if (!known.contains(form.type())) {
                continue;
            }
            if (form.type().equals(type)) {
                found = filter.requiredObject(form.field(), form.reader());
            } else {
                filter.object(form.field(), form.reader());
                named.ifPresent(word -> filter.refuse(form.field(), "none with type " + word));
            }
        }
        for (Map.Entry<String, String> unserved : UNSERVED_FILTERS.entrySet()) {
            if (known.contains(unserved.getKey())) {
                filter.unread(unserved.getValue());
                if (unserved.getKey().equals(type)) {
                    found = Optional.of(new RouteFilter.Unknown(type));
                } else {
                    named.ifPresent(word -> filter.refuse(unserved.getValue(), "none with type " + word));
                }
            }
        }
        return found;
    }

    private static RouteFilter headerModifier(Fields headers, boolean ofResponse) {
        return new RouteFilter.HeaderModifier(
                ofResponse, headerValues(headers, "set"), headerValues(headers, "add"), headers.texts("remove"));
    }

    /** Gateway API: a list by name, so that a name written twice is refused. */
    private static Map<String, String> headerValues(Fields headers, String name) {
        Map<String, String> values = new LinkedHashMap<>();
        headers.keyed(name, List.of("name"), header -> {
            String found = header.requiredText("name");
            String value = header.requiredText("value");
            if (values.putIfAbsent(found, value) != null) {
                header.again("name", found);
            }
            return found;
        });
        values.remove("");
        return values;
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
        Optional<String> full = path.text("replaceFullPath");
        Optional<String> prefix = path.text("replacePrefixMatch");
        return switch (type) {
            case "ReplaceFullPath" -> {
                path.refuse("replacePrefixMatch", "none with type " + type);
                path.requiredText("replaceFullPath");
                yield full.map(value -> new RouteFilter.PathModifier(false, value));
            }
            case "ReplacePrefixMatch" -> {
                path.refuse("replaceFullPath", "none with type " + type);
                path.requiredText("replacePrefixMatch");
                yield prefix.map(value -> new RouteFilter.PathModifier(true, value));
            }
            default -> {
                path.parsed("type", word -> Optional.empty(), "ReplaceFullPath, ReplacePrefixMatch");
                yield Optional.empty();
            }
        };
    }

    private static RouteFilter mirror(Fields mirror) {
        mirror.atMostOne("percent", "fraction");
        BackendRef backend = mirror.requiredObject("backendRef", found -> backend(found, 1, List.of()))
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
