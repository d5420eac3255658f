package io.convergate.routing.bench;

import io.convergate.routing.TestRequest;
import io.convergate.routing.action.DirectResponse;
import io.convergate.routing.action.HeaderOperations;
import io.convergate.routing.match.CompiledRoute;
import io.convergate.routing.match.PathPattern;
import io.convergate.routing.match.PortTable;
import io.convergate.routing.match.RouteEntry;
import io.convergate.routing.match.RouteInfo;
import io.convergate.routing.match.VirtualHost;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.regex.SafeRegex;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Time and allocation of one match: exact and prefix routes half and half, in one host or ten to a host, and regular
 * expressions in one host. Requests are drawn evenly over all routes from 4,096 that were made before, so that large tables do
 * not stay in the processor's caches.
 *
 * <pre>{@code
 * mvn -q -Pbench -pl routing test-compile dependency:build-classpath -Dmdep.outputFile=target/cp.txt
 * cp=routing/target/test-classes:routing/target/classes:$(cat routing/target/cp.txt)
 * javac -processor org.openjdk.jmh.generators.BenchmarkProcessor -cp $cp -d routing/target/bench \
 *     routing/src/test/java/io/convergate/routing/bench/*.java
 * java -cp routing/target/bench:$cp org.openjdk.jmh.Main MatchBenchmark -prof gc
 * }</pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class MatchBenchmark {
    private static final int REQUESTS = 1 << 12;
    private static final int ROUTES_PER_HOST = 10;

    /** What the table holds. */
    public enum Shape {
        /** Exact and prefix routes in one host. */
        ONE_HOST,
        /** Exact and prefix routes, ten to a host. */
        MANY_HOSTS,
        /** Regular expressions in one host, each with a beginning of its own. */
        REGEX_PREFIXES,
        /** Regular expressions in one host that all begin alike and differ at the end. */
        REGEX_SUFFIXES
    }

    @Param({
        "ONE_HOST:10",
        "ONE_HOST:1000",
        "ONE_HOST:100000",
        "MANY_HOSTS:10",
        "MANY_HOSTS:1000",
        "MANY_HOSTS:100000",
        "REGEX_PREFIXES:10",
        "REGEX_PREFIXES:100",
        "REGEX_PREFIXES:1000",
        "REGEX_SUFFIXES:10",
        "REGEX_SUFFIXES:100",
        "REGEX_SUFFIXES:1000"
    })
    public String table = "";

    private PortTable port = new PortTable(Map.of());
    private final TestRequest[] requests = new TestRequest[REQUESTS];
    private int next;

    /** Makes the table and the requests. */
    @Setup
    public void setUp() {
        Shape shape = Shape.valueOf(table.substring(0, table.indexOf(':')));
        int routes = Integer.parseInt(table.substring(table.indexOf(':') + 1));
        Map<String, List<RouteEntry>> entries = new HashMap<>();
        for (int i = 0; i < routes; i++) {
            entries.computeIfAbsent(host(shape, i), key -> new ArrayList<>()).add(entry(shape, i));
        }
        Map<String, VirtualHost> hosts = new HashMap<>();
        entries.forEach((host, list) -> hosts.put(host, new VirtualHost(list, null)));
        port = new PortTable(hosts);
        Random random = new Random(1);
        for (int i = 0; i < REQUESTS; i++) {
            int route = random.nextInt(routes);
            requests[i] = TestRequest.get(host(shape, route) + path(shape, route));
        }
    }

    private static String host(Shape shape, int route) {
        return shape == Shape.MANY_HOSTS ? "host-" + route / ROUTES_PER_HOST + ".example.com" : "www.example.com";
    }

    private static RouteEntry entry(Shape shape, int route) {
        String path = "/api/v" + route % 3 + "/service-" + route;
        PathPattern pattern =
                switch (shape) {
                    case ONE_HOST, MANY_HOSTS ->
                        route % 2 == 0
                                ? new PathPattern.Exact(path + "/items", false)
                                : new PathPattern.Prefix(path + "/", false);
                    case REGEX_PREFIXES -> new PathPattern.Regex(SafeRegex.compile(path + "/[0-9]+/items"));
                    case REGEX_SUFFIXES -> new PathPattern.Regex(SafeRegex.compile("/api/[^/]+/items-" + route));
                };
        RouteInfo info = new RouteInfo("r" + route, new ResourceKey("g", "K", "n", "x"), "*", 80);
        return new RouteEntry(
                pattern,
                List.of(),
                new CompiledRoute(info, new DirectResponse(200, new byte[0], HeaderOperations.NONE), info));
    }

    private static String path(Shape shape, int route) {
        return switch (shape) {
            case ONE_HOST, MANY_HOSTS -> "/api/v" + route % 3 + "/service-" + route + "/items";
            case REGEX_PREFIXES -> "/api/v" + route % 3 + "/service-" + route + "/4711/items";
            case REGEX_SUFFIXES -> "/api/4711/items-" + route;
        };
    }

    /** One match that finds a route. */
    @Benchmark
    public @Nullable CompiledRoute match() {
        next = next + 1 & REQUESTS - 1;
        return port.match(requests[next]);
    }
}
