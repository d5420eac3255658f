package io.convergate.loadgen.scenario;

import io.convergate.loadgen.fleet.GatewayNode;
import io.convergate.loadgen.load.AnswerFields;
import io.convergate.loadgen.load.Deadlines;
import io.convergate.loadgen.load.Exchange;
import io.convergate.loadgen.load.LoadPlan;
import io.convergate.loadgen.load.LoadRun;
import io.convergate.loadgen.load.Outcome;
import io.convergate.loadgen.load.Profile;
import io.convergate.loadgen.load.Target;
import io.convergate.loadgen.request.RequestSet;
import io.convergate.loadgen.request.RequestSet.Single;
import io.convergate.loadgen.request.RequestSpec;
import io.convergate.loadgen.verify.ExpectedAnswer;
import io.convergate.loadgen.verify.HistoryRecorder;
import io.convergate.loadgen.verify.Routed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * Sends requests along the routes that writers write, to each node over one connection, so that its answers come in order, and records by which
 * write each was routed. Failures are nobody's concern here: a node may be down.
 */
final class RouteWatch implements AutoCloseable {
    /** The response header by which a written route tells its write. */
    static final String HEADER = "x-written";

    private static final AnswerFields FIELDS = new AnswerFields(HEADER, "x-origin-seq", "x-origin-version", "x-route");
    private static final Deadlines DEADLINES = new Deadlines(Duration.ofSeconds(1), Duration.ofSeconds(2));

    /** How often each route is asked for in a second, as long as a node's share allows it. */
    private static final double EACH_PER_SECOND = 5;

    /** The same for routes whose writers wait: the moments after an acknowledgement tell the most. */
    private static final int AWAITED_TIMES = 4;

    private static final double NODE_PER_SECOND = 100;
    private static final int NOT_FOUND = 404;
    private static final long PAUSE_NANOS = 20_000_000;

    private final List<LoadRun> runs = new ArrayList<>();
    private final List<Route> routes;
    private final List<String> nodes;
    private final HistoryRecorder recorder;

    /** By node and resource, when the request of the last answer began. */
    private final ConcurrentMap<String, Long> last = new ConcurrentHashMap<>();

    /**
     * Begins.
     *
     * @param routes keys and hosts of what is written; if there are none, nothing is sent
     * @param longest far longer than it is going to be
     */
    RouteWatch(List<GatewayNode> nodes, List<Route> routes, Duration longest, HistoryRecorder recorder) {
        this.routes = List.copyOf(routes);
        this.nodes = nodes.stream().map(GatewayNode::name).toList();
        this.recorder = recorder;
        if (routes.isEmpty()) {
            return;
        }
        RequestSet requests = new RequestSet(
                routes.stream()
                        .<RequestSet.Entry>map(route -> new Single(route.request(), 1))
                        .toList(),
                order(routes));
        double perSecond = Math.min(NODE_PER_SECOND, EACH_PER_SECOND * requests.order().length);
        for (GatewayNode node : nodes) {
            LoadPlan plan = LoadPlan.of(
                            "watch-" + node.name(),
                            List.of(new Target(node.host(), GatewayNode.HTTP_PORT)),
                            Profile.constant(perSecond, longest),
                            requests,
                            new ExpectedAnswer())
                    .withConnections(1, 1)
                    .withFields(FIELDS)
                    .withDeadlines(DEADLINES)
                    .withBounds(Long.MAX_VALUE, 1);
            runs.add(LoadRun.start(plan, List.of(exchange -> record(node.name(), exchange))));
        }
    }

    /**
     * A route that is written.
     *
     * @param resource its key
     * @param host it is for
     * @param isAwaited whether its writer waits until all nodes serve it
     */
    record Route(String resource, String host, boolean isAwaited) {
        private RequestSpec request() {
            RequestSpec get = RequestSpec.get("/").withHeader("host", host);
            return new RequestSpec(resource, get.method(), get.path(), get.headers(), get.body(), get.expect());
        }
    }

    /** Each in turn, those that are awaited more often. */
    private static int[] order(List<Route> routes) {
        return IntStream.range(0, AWAITED_TIMES)
                .flatMap(round -> IntStream.range(0, routes.size())
                        .filter(index -> round == 0 || routes.get(index).isAwaited()))
                .toArray();
    }

    /** Waits until every node has answered for every route with a request that begins from now on, or the deadline passes. */
    void awaitAnswers(Duration deadline) {
        long begun = System.nanoTime();
        while (System.nanoTime() - begun < deadline.toNanos()
                && !nodes.stream().allMatch(node -> routes.stream()
                        .allMatch(route -> last.getOrDefault(key(node, route.resource()), begun - 1) - begun > 0))) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private static String key(String node, String resource) {
        return node + ' ' + resource;
    }

    private void record(String node, Exchange exchange) {
        boolean isRouted =
                exchange.outcome() == Outcome.OK && !exchange.upstream().isEmpty();
        if (isRouted || exchange.status() == NOT_FOUND) {
            last.put(key(node, exchange.request()), exchange.startedNanos());
            recorder.routed(new Routed(
                    node,
                    exchange.request(),
                    isRouted ? exchange.upstream() : "",
                    exchange.startedNanos(),
                    exchange.endedNanos()));
        }
    }

    @Override
    public void close() {
        runs.forEach(LoadRun::close);
    }
}
