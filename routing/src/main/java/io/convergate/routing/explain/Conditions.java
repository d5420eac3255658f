package io.convergate.routing.explain;

import io.convergate.routing.match.PathPattern;
import io.convergate.routing.match.RequestCondition;
import io.convergate.routing.match.RouteEntry;
import io.convergate.routing.match.ValueTest;
import io.convergate.routing.problem.Problem;
import io.convergate.routing.request.RequestFacts;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Compiled conditions in words. Whether they hold is asked of the conditions themselves. */
final class Conditions {
    private static final int SHOWN_MAX = 200;

    private Conditions() {}

    /** The first condition of a route that does not hold, as {@code found (expected: rule)}; empty if all hold. */
    static Optional<String> firstFailed(RouteEntry entry, RequestFacts request) {
        if (!entry.path().matches(request.path())) {
            return Optional.of("path " + Problem.expected(shown(request.path()), path(entry.path())));
        }
        return entry.conditions().stream()
                .filter(condition -> !condition.holds(request))
                .findFirst()
                .map(condition -> Problem.expected(found(condition, request), expected(condition)));
    }

    /** All that a route asks for. */
    static String all(RouteEntry entry) {
        List<String> conditions = Stream.concat(
                        entry.path().takesEverything() ? Stream.empty() : Stream.of("path " + path(entry.path())),
                        entry.conditions().stream().map(condition -> subject(condition) + ' ' + expected(condition)))
                .toList();
        return conditions.isEmpty() ? "everything" : String.join(", ", conditions);
    }

    private static String path(PathPattern path) {
        if (path instanceof PathPattern.Exact exact) {
            return "is " + exact.value() + anyCase(exact.ignoreCase());
        }
        if (path instanceof PathPattern.Prefix prefix) {
            return "starts with " + prefix.value() + anyCase(prefix.ignoreCase());
        }
        if (path instanceof PathPattern.Elements elements) {
            return "is " + elements.value() + " or below it";
        }
        return "matches " + ((PathPattern.Regex) path).regex();
    }

    private static String anyCase(boolean ignoreCase) {
        return ignoreCase ? " in any case" : "";
    }

    static String subject(RequestCondition condition) {
        if (condition instanceof RequestCondition.Method) {
            return "method";
        }
        if (condition instanceof RequestCondition.Scheme) {
            return "scheme";
        }
        if (condition instanceof RequestCondition.Authority) {
            return "authority";
        }
        if (condition instanceof RequestCondition.Target) {
            return ":path";
        }
        if (condition instanceof RequestCondition.Header header) {
            return "header " + header.name();
        }
        if (condition instanceof RequestCondition.WithoutHeader header) {
            return "header " + header.name();
        }
        if (condition instanceof RequestCondition.Cookie cookie) {
            return "cookie " + cookie.name();
        }
        return condition instanceof RequestCondition.QueryParameter parameter
                ? "query parameter " + parameter.name()
                : condition.getClass().getSimpleName();
    }

    private static String found(RequestCondition condition, RequestFacts request) {
        String subject = subject(condition) + ' ';
        if (condition instanceof RequestCondition.Method) {
            return subject + request.method();
        }
        if (condition instanceof RequestCondition.Scheme) {
            return subject + request.scheme();
        }
        if (condition instanceof RequestCondition.Authority) {
            return subject + request.authority();
        }
        if (condition instanceof RequestCondition.Header header) {
            return subject + orMissing(request.header(header.name()));
        }
        if (condition instanceof RequestCondition.WithoutHeader header) {
            return subject + orMissing(request.header(header.name()));
        }
        if (condition instanceof RequestCondition.Cookie) {
            return subject + "in " + orMissing(request.header("cookie"));
        }
        String query = request.query();
        if (condition instanceof RequestCondition.Target) {
            return subject + shown(query == null ? request.path() : request.path() + '?' + query);
        }
        return subject.strip() + (query == null ? ", no query" : " in ?" + shown(query));
    }

    private static String orMissing(@Nullable String value) {
        return value == null ? "missing" : '"' + shown(value) + '"';
    }

    private static String shown(String value) {
        return value.length() <= SHOWN_MAX ? value : value.substring(0, SHOWN_MAX) + "...";
    }

    private static String expected(RequestCondition condition) {
        if (condition instanceof RequestCondition.Method method) {
            return test(method.test());
        }
        if (condition instanceof RequestCondition.Scheme scheme) {
            return test(scheme.test());
        }
        if (condition instanceof RequestCondition.Authority authority) {
            return test(authority.test());
        }
        if (condition instanceof RequestCondition.Target target) {
            return test(target.test());
        }
        if (condition instanceof RequestCondition.Header header) {
            return test(header.test());
        }
        if (condition instanceof RequestCondition.WithoutHeader header) {
            return header.test() instanceof ValueTest.Any ? "missing" : "not: " + test(header.test());
        }
        if (condition instanceof RequestCondition.Cookie cookie) {
            return cookie.value();
        }
        return condition instanceof RequestCondition.QueryParameter parameter
                ? test(parameter.test())
                : condition.toString();
    }

    private static String test(ValueTest test) {
        if (test instanceof ValueTest.Exact exact) {
            return exact.value().isEmpty() ? "empty" : exact.value();
        }
        if (test instanceof ValueTest.Prefix prefix) {
            return "starts with " + prefix.value();
        }
        return test instanceof ValueTest.Regex regex ? "matches " + regex.regex() : "present";
    }

    /** Several texts in one. */
    static String joined(Stream<String> texts) {
        return texts.collect(Collectors.joining(", "));
    }
}
