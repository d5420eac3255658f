package io.convergate.routing.compile;

import io.convergate.routing.action.Cors;
import io.convergate.routing.action.Fault;
import io.convergate.routing.action.Filter;
import io.convergate.routing.action.GrpcStatus;
import io.convergate.routing.action.Share;
import io.convergate.routing.match.ValueTest;
import io.convergate.routing.model.CorsPolicy;
import io.convergate.routing.model.HttpFault;
import io.convergate.routing.model.HttpRoute;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** From what a rule says about its requests to what acts on them before the rule's action. */
final class FilterCompiler {
    private FilterCompiler() {}

    /** The filters of a rule, in the order in which they act. CORS is first, so that a script can read a fault. */
    static List<Filter> compile(HttpRoute route) {
        List<Filter> filters = new ArrayList<>(2);
        route.corsPolicy().map(FilterCompiler::cors).ifPresent(filters::add);
        route.fault().map(FilterCompiler::fault).filter(FilterCompiler::acts).ifPresent(filters::add);
        return List.copyOf(filters);
    }

    private static Cors cors(CorsPolicy policy) {
        List<Predicate<String>> origins = new ArrayList<>();
        if (policy.allowOrigins().isEmpty()) {
            policy.allowOrigin().forEach(origin -> origins.add(origin::equals));
        } else {
            policy.allowOrigins().forEach(origin -> {
                ValueTest test = MatchCompiler.test(origin);
                origins.add(test::test);
            });
        }
        return new Cors(
                origins,
                list(policy.allowMethods()),
                list(policy.allowHeaders()),
                list(policy.exposeHeaders()),
                policy.maxAge().map(Duration::toSeconds).map(Object::toString).orElse(null),
                policy.allowCredentials().orElse(false),
                policy.unmatchedPreflights()
                        .filter(unmatched -> unmatched == CorsPolicy.UnmatchedPreflights.IGNORE)
                        .isEmpty());
    }

    /**
     * CORS as Kubernetes' dialects write it.
     *
     * @param origins the origins; {@code *} for all, or within one for anything
     * @param maxAgeSeconds how long a browser may remember
     */
    static Cors cors(
            List<String> origins,
            List<String> methods,
            List<String> headers,
            List<String> exposed,
            long maxAgeSeconds,
            boolean credentials) {
        return new Cors(
                origins.stream().map(FilterCompiler::origin).toList(),
                list(methods),
                list(headers),
                list(exposed),
                Long.toString(maxAgeSeconds),
                credentials,
                false);
    }

    private static Predicate<String> origin(String pattern) {
        int star = pattern.indexOf('*');
        if (star < 0) {
            return pattern::equalsIgnoreCase;
        }
        String beginning = pattern.substring(0, star);
        String ending = pattern.substring(star + 1);
        return origin -> origin.length() > beginning.length() + ending.length()
                        && origin.startsWith(beginning)
                        && origin.endsWith(ending)
                || pattern.equals(origin);
    }

    private static @Nullable String list(List<String> values) {
        return values.isEmpty() ? null : String.join(",", values);
    }

    private static Fault fault(HttpFault fault) {
        Optional<HttpFault.Delay> delay = fault.delay();
        Optional<HttpFault.Abort> abort = fault.abort();
        return new Fault(
                delay.map(waits -> share(waits.percentage(), waits.percent())).orElse(Share.NONE),
                delay.flatMap(HttpFault.Delay::fixedDelay)
                        .map(Duration::toNanos)
                        .orElse(0L),
                abort.map(fails -> share(fails.percentage(), OptionalLong.empty()))
                        .orElse(Share.NONE),
                abort.flatMap(FilterCompiler::answer).orElse(null));
    }

    /** Whether it does anything to anybody. Istio: what is injected without a percentage is injected never. */
    private static boolean acts(Fault fault) {
        return fault.delayed().perMillion() > 0 || fault.aborted().perMillion() > 0 && fault.abort() != null;
    }

    private static Optional<Fault.Abort> answer(HttpFault.Abort abort) {
        if (abort.httpStatus().isPresent()) {
            return Optional.of(new Fault.Abort((int) abort.httpStatus().getAsLong(), -1));
        }
        return abort.grpcStatus()
                .flatMap(name -> GrpcStatus.named(name.toUpperCase(Locale.ROOT)))
                .map(status -> new Fault.Abort(status.httpStatus(), status.code()));
    }

    /** A percentage, or its deprecated form in whole percent; nobody if neither is there. */
    static Share share(Optional<HttpRoute.Percent> percentage, OptionalLong percent) {
        return percentage
                .map(value -> Share.ofPercent(value.value()))
                .orElseGet(() -> percent.isPresent() ? Share.ofPercent(percent.getAsLong()) : Share.NONE);
    }
}
