package io.convergate.routing.match;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.routing.TestRequest;
import io.convergate.routing.action.DirectResponse;
import io.convergate.routing.action.HeaderOperations;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.regex.SafeRegex;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tree against the plain reading of the rule: the first route of the list that matches wins. */
class FirstMatchTest {
    private static final int TABLES = 200;
    private static final int REQUESTS = 200;
    private static final String[] REGEXES = {
        "/a.*",
        ".*",
        "/[ab]+",
        "/a/(b|c)/.*",
        "/ab?",
        "/a\\.b",
        "^/a$",
        "/(?:a|b)c",
        "/.*/c",
        "/a|/b",
        "/ab{2}",
        ".*c",
        "/A.*",
        "/.*bc",
        "/[ab]*bc",
        "/[a-c]*/b",
        "/a.*/bc"
    };

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void theTreeFindsWhatReadingTheListFinds(long seed) {
        Random random = new Random(seed);
        for (int table = 0; table < TABLES; table++) {
            List<RouteEntry> entries = new ArrayList<>();
            int size = 1 + random.nextInt(40);
            for (int i = 0; i < size; i++) {
                entries.add(entry(i, random));
            }
            VirtualHost host = new VirtualHost(entries, null);
            for (int i = 0; i < REQUESTS; i++) {
                TestRequest request = request(random);
                assertThat(host.match(request))
                        .as("seed %d, table %d: %s in %s", seed, table, request, entries)
                        .isSameAs(naive(entries, request));
            }
        }
    }

    private static CompiledRoute naive(List<RouteEntry> entries, TestRequest request) {
        for (RouteEntry entry : entries) {
            if (pathMatches(entry.path(), request.path())
                    && entry.conditions().stream().allMatch(condition -> condition.holds(request))) {
                return entry.route();
            }
        }
        return null;
    }

    private static boolean pathMatches(PathPattern pattern, String path) {
        if (pattern instanceof PathPattern.Regex regex) {
            return path.matches(regex.regex().toString());
        }
        if (pattern instanceof PathPattern.Exact exact) {
            return exact.ignoreCase() ? path.equalsIgnoreCase(exact.value()) : path.equals(exact.value());
        }
        if (pattern instanceof PathPattern.Elements elements) {
            return path.equals(elements.value()) || path.startsWith(elements.value() + "/");
        }
        PathPattern.Prefix prefix = (PathPattern.Prefix) pattern;
        return prefix.ignoreCase()
                ? path.toLowerCase(Locale.ROOT).startsWith(prefix.value().toLowerCase(Locale.ROOT))
                : path.startsWith(prefix.value());
    }

    private static RouteEntry entry(int number, Random random) {
        boolean ignoreCase = random.nextInt(4) == 0;
        PathPattern path =
                switch (random.nextInt(7)) {
                    case 5, 6 -> PathPattern.Elements.of(path(random));
                    case 0, 1 -> new PathPattern.Exact(path(random), ignoreCase);
                    case 2, 3 -> new PathPattern.Prefix(path(random), ignoreCase);
                    default -> new PathPattern.Regex(SafeRegex.compile(REGEXES[random.nextInt(REGEXES.length)]));
                };
        List<RequestCondition> conditions = random.nextInt(3) > 0
                ? List.of()
                : List.of(new RequestCondition.Method(new ValueTest.Exact(random.nextBoolean() ? "GET" : "PUT")));
        RouteInfo info = new RouteInfo("r" + number, new ResourceKey("g", "K", "n", "x"), "*", 80);
        return new RouteEntry(
                path,
                conditions,
                new CompiledRoute(info, new DirectResponse(200, new byte[0], HeaderOperations.NONE), info));
    }

    private static TestRequest request(Random random) {
        return TestRequest.get("x.io" + path(random)).method(random.nextBoolean() ? "GET" : "PUT");
    }

    private static String path(Random random) {
        StringBuilder path = new StringBuilder("/");
        int length = random.nextInt(6);
        for (int i = 0; i < length; i++) {
            path.append("abAbc/.".charAt(random.nextInt(7)));
        }
        return path.toString();
    }
}
