package io.convergate.routing.compile;

import io.convergate.routing.match.PathPattern;
import io.convergate.routing.match.RequestCondition;
import io.convergate.routing.match.ValueTest;
import io.convergate.routing.model.HttpMatch;
import io.convergate.routing.model.StringMatch;
import io.convergate.routing.regex.SafeRegex;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** From what a rule says to match to what is tested. */
final class MatchCompiler {
    /** Header names that Istio ignores in a match: their own fields are meant for that. */
    private static final Set<String> NOT_HEADERS = Set.of("uri", "scheme", "method", "authority");

    private static final String CLAIM = "@request.auth.claims";

    private MatchCompiler() {}

    /**
     * Whether a match depends on something that is not evaluated yet. Its rule must not apply then: leaving the condition out
     * would let more requests through than was meant.
     */
    static boolean isUnserved(HttpMatch match) {
        return match.headers().keySet().stream().anyMatch(name -> name.startsWith(CLAIM))
                || match.withoutHeaders().keySet().stream().anyMatch(name -> name.startsWith(CLAIM));
    }

    /** The condition on the path. */
    static PathPattern path(HttpMatch match) {
        if (match.uri().isEmpty()) {
            return PathPattern.ANY;
        }
        StringMatch uri = match.uri().get();
        if (uri instanceof StringMatch.Exact exact) {
            return new PathPattern.Exact(exact.value(), match.ignoreUriCase());
        }
        if (uri instanceof StringMatch.Prefix prefix) {
            return new PathPattern.Prefix(prefix.value(), match.ignoreUriCase());
        }
        return uri instanceof StringMatch.Regex regex
                ? new PathPattern.Regex(SafeRegex.compile(regex.value()))
                : PathPattern.ANY;
    }

    /** The conditions on everything else, cheap ones first. The port is decided when the rule is compiled for it. */
    static List<RequestCondition> conditions(HttpMatch match) {
        List<RequestCondition> conditions = new ArrayList<>();
        match.method().ifPresent(method -> conditions.add(new RequestCondition.Method(test(method))));
        match.scheme().ifPresent(scheme -> conditions.add(new RequestCondition.Scheme(test(scheme))));
        match.authority().ifPresent(authority -> conditions.add(new RequestCondition.Authority(test(authority))));
        match.headers().entrySet().stream()
                .filter(header -> !NOT_HEADERS.contains(header.getKey()))
                .sorted(Map.Entry.comparingByKey())
                .forEach(header -> conditions.add(header(header.getKey(), test(header.getValue()))));
        match.withoutHeaders().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(header -> conditions.add(new RequestCondition.WithoutHeader(
                        header.getKey().toLowerCase(Locale.ROOT), test(header.getValue()))));
        match.queryParams().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(parameter -> conditions.add(
                        new RequestCondition.QueryParameter(parameter.getKey(), test(parameter.getValue()))));
        return conditions;
    }

    /** Pseudo headers are other words for what a request has apart from its headers. */
    private static RequestCondition header(String name, ValueTest test) {
        return switch (name) {
            case ":method" -> new RequestCondition.Method(test);
            case ":scheme" -> new RequestCondition.Scheme(test);
            case ":authority", "host" -> new RequestCondition.Authority(test);
            case ":path" -> new RequestCondition.Target(test);
            default -> new RequestCondition.Header(name.toLowerCase(Locale.ROOT), test);
        };
    }

    static ValueTest test(StringMatch match) {
        if (match instanceof StringMatch.Exact exact) {
            return new ValueTest.Exact(exact.value());
        }
        if (match instanceof StringMatch.Prefix prefix) {
            return new ValueTest.Prefix(prefix.value());
        }
        return match instanceof StringMatch.Regex regex && !regex.value().equals("*")
                ? new ValueTest.Regex(SafeRegex.compile(regex.value()))
                : new ValueTest.Any();
    }
}
