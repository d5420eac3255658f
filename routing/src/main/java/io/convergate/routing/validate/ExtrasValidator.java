package io.convergate.routing.validate;

import io.convergate.routing.action.GrpcStatus;
import io.convergate.routing.model.CorsPolicy;
import io.convergate.routing.model.HttpFault;
import io.convergate.routing.model.HttpRoute;
import io.convergate.routing.model.StringMatch;
import io.convergate.routing.problem.ProblemCode;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/** Istio's rules for faults, mirrors and CORS. */
final class ExtrasValidator {
    /** Expressions that every origin meets. */
    private static final Set<String> EVERYTHING = Set.of("*", ".*", ".+");

    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "*");
    private static final double SMALLEST_PERCENTAGE = 0.0001;

    private ExtrasValidator() {}

    static void validate(String path, HttpRoute route, Findings findings) {
        RetryValidator.validate(path, route, findings);
        route.fault().ifPresent(fault -> fault(path + ".fault", fault, findings));
        route.corsPolicy().ifPresent(cors -> cors(path + ".corsPolicy", cors, findings));
        mirrors(path, route, findings);
    }

    private static void fault(String path, HttpFault fault, Findings findings) {
        if (fault.delay().isEmpty() && fault.abort().isEmpty()) {
            findings.missing(path, "delay or abort");
        }
        fault.delay().ifPresent(delay -> {
            percent(path + ".delay.percentage", delay.percentage(), findings);
            findings.duration(path + ".delay.fixedDelay", delay.fixedDelay());
            findings.require(delay.exponentialDelay().isEmpty(), path + ".delay", "exponentialDelay", "fixedDelay");
            if (delay.percentage().isEmpty() && delay.percent().isEmpty()) {
                findings.warn(
                        path + ".delay.percentage", ProblemCode.INVALID_VALUE, "nothing", "a percentage: none is 0");
            }
            deprecatedPercent(path + ".delay.percent", delay.percent(), findings);
            if (delay.fixedDelay().isEmpty()) {
                findings.missing(path + ".delay.fixedDelay", "a duration");
            }
        });
        fault.abort().ifPresent(abort -> {
            percent(path + ".abort.percentage", abort.percentage(), findings);
            abort.httpStatus()
                    .ifPresent(status -> findings.require(
                            status >= 200 && status <= 599, path + ".abort.httpStatus", status, "200 to 599"));
            findings.require(abort.http2Error().isEmpty(), path + ".abort", "http2Error", "httpStatus or grpcStatus");
            findings.conflict(
                    abort.httpStatus().isPresent() && abort.grpcStatus().isPresent(),
                    path + ".abort",
                    "httpStatus and grpcStatus",
                    "one of them");
            abort.grpcStatus()
                    .ifPresent(status -> findings.require(
                            GrpcStatus.named(status.toUpperCase(Locale.ROOT)).isPresent(),
                            path + ".abort.grpcStatus",
                            status,
                            "the name of a gRPC status, such as UNAVAILABLE"));
            if (abort.percentage().isEmpty()) {
                findings.warn(
                        path + ".abort.percentage", ProblemCode.INVALID_VALUE, "nothing", "a percentage: none is 0");
            }
            if (abort.httpStatus().isEmpty() && abort.grpcStatus().isEmpty()) {
                findings.warn(path + ".abort", ProblemCode.INVALID_VALUE, "no error", "httpStatus or grpcStatus");
            }
        });
    }

    private static void percent(String path, Optional<HttpRoute.Percent> percent, Findings findings) {
        percent.map(HttpRoute.Percent::value).ifPresent(value -> {
            findings.require(value >= 0 && value <= 100, path, value, "0 to 100");
            findings.require(value <= 0 || value >= SMALLEST_PERCENTAGE, path, value, "0, or at least 0.0001");
        });
    }

    private static void deprecatedPercent(String path, OptionalLong percent, Findings findings) {
        percent.ifPresent(value -> {
            findings.require(value >= 0 && value <= 100, path, value, "0 to 100");
            findings.warn(path, ProblemCode.DEPRECATED, "percent", "percentage");
        });
    }

    private static void mirrors(String path, HttpRoute route, Findings findings) {
        boolean mirrors = !route.mirrors().isEmpty();
        findings.conflict(route.mirror().isPresent() && mirrors, path, "mirror and mirrors", "one of them");
        percent(path + ".mirrorPercentage", route.mirrorPercentage(), findings);
        route.mirrorPercent()
                .ifPresent(percent ->
                        findings.require(percent >= 0 && percent <= 100, path + ".mirrorPercent", percent, "0 to 100"));
        if (route.mirrorPercent().isPresent()) {
            findings.warn(path + ".mirrorPercent", ProblemCode.DEPRECATED, "mirrorPercent", "mirrorPercentage");
        }
        if (route.mirror().isEmpty()) {
            Stream.of(
                            route.mirrorPercentage().isPresent() ? "mirrorPercentage" : "",
                            route.mirrorPercent().isPresent() ? "mirrorPercent" : "")
                    .filter(name -> !name.isEmpty())
                    .forEach(name -> findings.missing(path + ".mirror", "a destination for " + name));
        }
        route.mirror().ifPresent(mirror -> HttpRouteValidator.destination(path + ".mirror", mirror, findings));
        for (int i = 0; i < route.mirrors().size(); i++) {
            HttpRoute.HttpMirror mirror = route.mirrors().get(i);
            String at = path + ".mirrors[" + i + "]";
            HttpRouteValidator.destination(at + ".destination", mirror.destination(), findings);
            percent(at + ".percentage", mirror.percentage(), findings);
        }
    }

    /** Envoy: an exact {@code *} stands for every origin. */
    private static boolean isAnything(StringMatch origin) {
        return origin instanceof StringMatch.Exact exact && exact.value().equals("*")
                || origin instanceof StringMatch.Regex regex && EVERYTHING.contains(regex.value());
    }

    private static void cors(String path, CorsPolicy cors, Findings findings) {
        if (!cors.allowOrigin().isEmpty()) {
            findings.warn(path + ".allowOrigin", ProblemCode.DEPRECATED, "allowOrigin", "allowOrigins");
        }
        boolean ignores = cors.unmatchedPreflights()
                .filter(CorsPolicy.UnmatchedPreflights.IGNORE::equals)
                .isPresent();
        if (cors.allowOrigins().isEmpty() && cors.allowOrigin().isEmpty() && !ignores) {
            findings.warn(
                    path,
                    ProblemCode.NO_EFFECT,
                    "no allowOrigins",
                    "some: a rule that no origin meets changes nothing");
        }
        for (int i = 0; i < cors.allowOrigins().size(); i++) {
            StringMatch origin = cors.allowOrigins().get(i);
            String at = path + ".allowOrigins[" + i + "]";
            boolean empty = origin instanceof StringMatch.Present
                    || origin instanceof StringMatch.Exact exact
                            && exact.value().isEmpty()
                    || origin instanceof StringMatch.Prefix prefix
                            && prefix.value().isEmpty()
                    || origin instanceof StringMatch.Regex regex
                            && regex.value().isEmpty();
            findings.require(!empty, at, "an empty origin", "exact, prefix or regex, not empty");
            if (origin instanceof StringMatch.Regex regex) {
                HttpMatchValidator.regex(at + ".regex", regex.value(), findings);
            }
            if (cors.allowCredentials().orElse(false) && isAnything(origin)) {
                findings.warn(
                        at,
                        ProblemCode.INVALID_VALUE,
                        "every origin, with allowCredentials",
                        "the origins that are trusted: scripts of any site may act with the cookies of whoever visits it");
            }
        }
        cors.allowMethods()
                .forEach(method -> findings.require(
                        METHODS.contains(method),
                        path + ".allowMethods",
                        method,
                        "one of " + String.join(", ", METHODS)));
        cors.allowHeaders()
                .forEach(name ->
                        findings.require(Names.isHeader(name), path + ".allowHeaders", name, "a header's name"));
        cors.exposeHeaders()
                .forEach(name ->
                        findings.require(Names.isHeader(name), path + ".exposeHeaders", name, "a header's name"));
        cors.maxAge()
                .ifPresent(age -> findings.require(
                        age.getNano() == 0 && !age.isNegative(), path + ".maxAge", age, "whole seconds"));
    }
}
