package io.convergate.node.edge.traffic;

import static io.convergate.node.edge.fixture.ConfiguredEdge.nobody;
import static io.convergate.node.edge.fixture.ConfiguredEdge.policy;
import static io.convergate.node.edge.fixture.ConfiguredEdge.routeTo;
import static io.convergate.node.edge.fixture.ConfiguredEdge.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.edge.EdgeSettings;
import io.convergate.node.edge.RevisionGate;
import io.convergate.node.edge.fixture.ConfiguredEdge;
import io.convergate.node.edge.fixture.OriginConnection;
import io.convergate.node.edge.fixture.RawClient;
import io.convergate.node.edge.fixture.RecordingOrigin;
import io.convergate.node.edge.fixture.Wire;
import io.convergate.node.limits.LimitSettings;
import io.convergate.node.limits.Owners;
import io.convergate.node.limits.OwnersInProcess;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A client that leaves ends its request, whatever that waits for and however the client leaves: nothing of it is in flight any
 * more.
 */
class ClientsThatLeaveTest {
    private static final int CLIENTS = 4;
    private static final int ROUNDS = Integer.getInteger("edge.rounds", 10);
    private static final String IN_FLIGHT = "convergate_upstream_requests_in_flight";
    private static final String FLAGS = "convergate_response_flags_total";
    private static final String NO_RETRIES = "retries: {attempts: 0}";
    private static final AtomicInteger NAMES = new AtomicInteger();

    @RegisterExtension
    static final ConfiguredEdge edge = ConfiguredEdge.with(ClientsThatLeaveTest::transport, Map.of())
            .withLimits(new LimitSettings(1_000, Duration.ofMinutes(10)));

    private static EdgeSettings transport(EdgeSettings defaults) {
        return new EdgeSettings(
                defaults.nodeName(),
                defaults.host(),
                defaults.portMap(),
                defaults.wire(),
                System.getProperty("edge.transport", defaults.transport()),
                defaults.loops(),
                defaults.pathNormalization(),
                defaults.trustedProxies(),
                defaults.unsafeRetries(),
                defaults.limits(),
                defaults.deadlines(),
                defaults.sampledRequests());
    }

    private final Deque<Closeable> open = new ArrayDeque<>();
    private final String name = "l" + NAMES.incrementAndGet();
    private final CountDownLatch over = new CountDownLatch(1);
    private final AtomicInteger seen = new AtomicInteger();
    private final AtomicInteger asked = new AtomicInteger();
    private final Queue<CompletableFuture<Boolean>> revisions = new ConcurrentLinkedQueue<>();

    /** What a request can wait for. */
    enum State {
        RESPONSE,
        CONNECTION_OF_THE_POOL,
        CONNECTION_BEING_MADE,
        BACK_OFF,
        FALLBACKS_RESPONSE,
        STRICT_LIMIT,
        LEASED_LIMIT,
        DELAY,
        REVISION,
        REST_OF_THE_RESPONSE,
        REST_OF_THE_REQUEST,
        UPSTREAM_TO_READ,
        CLIENT_TO_READ
    }

    /** How a client leaves. */
    enum Leave {
        RESET,
        CLOSE,
        HALF_CLOSE,
        RESET_BEHIND_ANOTHER_REQUEST,
        CLOSE_BEHIND_ANOTHER_REQUEST,
        RESET_BEHIND_MORE_THAN_IS_READ;

        void leave(RawClient client) throws IOException {
            switch (this) {
                case CLOSE -> client.close();
                case HALF_CLOSE -> client.finish();
                case RESET_BEHIND_ANOTHER_REQUEST -> client.send(GET).reset();
                case CLOSE_BEHIND_ANOTHER_REQUEST -> client.send(GET).close();
                case RESET_BEHIND_MORE_THAN_IS_READ ->
                    client.send(GET.repeat(1_500)).reset();
                default -> client.reset();
            }
        }
    }

    private static final String GET = "GET /next HTTP/1.1\r\nHost: a\r\n\r\n";

    static Stream<Arguments> cases() {
        return Arrays.stream(State.values()).flatMap(state -> Arrays.stream(Leave.values())
                .filter(leave -> state != State.REST_OF_THE_REQUEST || leave.ordinal() <= Leave.HALF_CLOSE.ordinal())
                // An end behind bytes that nobody reads is not seen before they are read.
                .filter(leave -> state != State.UPSTREAM_TO_READ || leave == Leave.RESET)
                .map(leave -> Arguments.of(state, leave)));
    }

    @AfterEach
    void forget() throws IOException {
        over.countDown();
        for (Closeable closed = open.poll(); closed != null; closed = open.poll()) {
            closed.close();
        }
        edge.limits().share(Owners.NONE);
        edge.gate(RevisionGate.CLOSED);
        edge.serve(service("a", nobody()), routeTo("a", ""));
    }

    /** Has requests wait, and counts those that do. */
    private DoubleSupplier serve(State state) throws IOException {
        switch (state) {
            case RESPONSE:
                edge.serve(service("a", hanging()), routeTo("a", ""));
                return seen::get;
            case CONNECTION_OF_THE_POOL:
                edge.serve(
                        service("a", hanging()),
                        policy("a", "connectionPool: {tcp: {maxConnections: 1, connectTimeout: 10m}}"),
                        routeTo("a", ""));
                return () -> edge.metric(IN_FLIGHT, "");
            case CONNECTION_BEING_MADE:
                edge.serve(
                        service("a", full()),
                        policy("a", "connectionPool: {tcp: {connectTimeout: 10m}}"),
                        routeTo("a", ""));
                return () -> edge.metric(IN_FLIGHT, "");
            case BACK_OFF:
                edge.serve(
                        service("a", answering("HTTP/1.1 503 E|Content-Length: 0||")),
                        policy("a", "connectionPool: {http: {maxRetries: 1000}}"),
                        routeTo("a", "retries: {attempts: 9, backoff: 10m, retryOn: 5xx}"));
                return seen::get;
            case FALLBACKS_RESPONSE:
                edge.serve(
                        service("a", nobody()),
                        service("b", hanging()),
                        ConfiguredEdge.breaker(
                                "a",
                                "minimumCalls: 1\nfailureRateThreshold: 1\nopen: {duration: 10m}\n"
                                        + "fallback: {destination: {host: b.test}}"),
                        routeTo("a", NO_RETRIES));
                edge.get("/x");
                return seen::get;
            case STRICT_LIMIT, LEASED_LIMIT:
                OwnersInProcess owners = new OwnersInProcess(3);
                open.add(owners::close);
                owners.silent(true);
                edge.limits().share(owners);
                edge.serve(
                        service("a", hanging()),
                        routeTo("a", ""),
                        limit("mode: " + (state == State.STRICT_LIMIT ? "strict" : "leased")
                                + ", key: [{header: x-key}]"));
                return owners::asks;
            case DELAY:
                edge.serve(
                        service("a", hanging()),
                        routeTo("a", "fault: {delay: {percentage: {value: 100}, fixedDelay: 10m}}"),
                        limit("mode: node"));
                return () -> edge.metric("convergate_rate_limit_allowed_total", "default/" + name);
            case REVISION:
                edge.serve(service("a", hanging()), routeTo("a", ""));
                edge.gate(gate());
                return asked::get;
            case REST_OF_THE_RESPONSE:
                edge.serve(service("a", sending("HTTP/1.1 200 OK|Content-Length: 9||x")), routeTo("a", ""));
                return seen::get;
            case REST_OF_THE_REQUEST, UPSTREAM_TO_READ:
                edge.serve(service("a", deaf()), routeTo("a", ""));
                return seen::get;
            default:
                edge.serve(service("a", endless()), routeTo("a", ""));
                return seen::get;
        }
    }

    private static String request(State state, int number) {
        String more =
                switch (state) {
                    case REVISION -> "X-Config-At-Least: 00000000000000aa.1\r\n";
                    case REST_OF_THE_REQUEST, UPSTREAM_TO_READ -> "Content-Length: 100000000\r\n";
                    default -> "";
                };
        String method = more.startsWith("Content") ? "POST" : "GET";
        return method + " /x HTTP/1.1\r\nHost: a\r\nX-Key: " + number + "\r\n" + more + "\r\n"
                + (method.equals("POST") ? "begun" : "");
    }

    private String limit(String fields) {
        return "apiVersion: convergate.io/v1\nkind: RateLimitPolicy\nmetadata: {name: " + name
                + "}\nspec: {targetRefs: [{kind: VirtualService, name: vs}], rules: [{name: all, " + fields
                + ", limit: {requests: 1000000, per: HOUR}}]}\n";
    }

    private RevisionGate gate() {
        return new RevisionGate() {
            @Override
            public long patienceNanos(int port) {
                return TimeUnit.MINUTES.toNanos(10);
            }

            @Override
            public CompletionStage<Boolean> served(String text, long nanos) {
                CompletableFuture<Boolean> served = new CompletableFuture<>();
                revisions.add(served);
                asked.incrementAndGet();
                return served;
            }
        };
    }

    private InetSocketAddress hanging() throws IOException {
        return sending("");
    }

    private InetSocketAddress sending(String spelt) throws IOException {
        return edge.origin(connection -> {
                    connection.request();
                    connection.send(spelt);
                    seen.incrementAndGet();
                    connection.hang();
                })
                .address();
    }

    private InetSocketAddress answering(String spelt) throws IOException {
        return edge.origin(connection -> {
                    connection.request();
                    connection.send(spelt);
                    seen.incrementAndGet();
                })
                .address();
    }

    /** Reads the head of a request and no more. */
    private InetSocketAddress deaf() throws IOException {
        RecordingOrigin origin = edge.origin(connection -> {
            connection.requestHead();
            seen.incrementAndGet();
            OriginConnection.await(over);
        });
        return origin.address();
    }

    private InetSocketAddress endless() throws IOException {
        return edge.origin(connection -> {
                    connection.request();
                    connection.send("HTTP/1.1 200 OK|Content-Length: 1000000000||");
                    seen.incrementAndGet();
                    byte[] piece = new byte[100_000];
                    while (true) {
                        connection.send(piece);
                    }
                })
                .address();
    }

    /** Accepts nobody, and has no room for anybody else to wait. */
    private InetSocketAddress full() throws IOException {
        ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        open.add(server);
        for (int i = 0; i < 2; i++) {
            Socket waiting = new Socket();
            open.add(waiting);
            waiting.connect(server.getLocalSocketAddress());
        }
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    @ParameterizedTest
    @EnumSource
    void clientThatResetsEndsItsRequest(State state) throws IOException {
        rounds(1, state, Leave.RESET);
    }

    @ParameterizedTest
    @EnumSource
    void howeverAClientLeavesItsRequestEnds(Leave leave) throws IOException {
        rounds(1, State.RESPONSE, leave);
    }

    /** Every case many times on the same edge; {@code -Dedge.rounds} says how often. */
    @Tag("long")
    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("cases")
    void clientThatLeavesEndsItsRequest(State state, Leave leave) throws IOException {
        rounds(ROUNDS, state, leave);
    }

    private void rounds(int rounds, State state, Leave leave) throws IOException {
        DoubleSupplier waiting = serve(state);
        for (int round = 1; round <= rounds; round++) {
            double gone = edge.metric(FLAGS, "flag=\"DC\"");
            double before = waiting.getAsDouble();
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(edge.connect().send(request(state, i + round * CLIENTS)));
            }
            until(() -> waiting.getAsDouble() >= before + CLIENTS);
            if (state == State.UPSTREAM_TO_READ) {
                for (RawClient client : clients) {
                    client.offerUntilFull();
                }
            }
            for (RawClient client : clients) {
                leave.leave(client);
            }
            edge.awaitMetric(FLAGS, "flag=\"DC\"", gone + CLIENTS);
            if (state == State.REVISION) {
                // What comes for them now comes too late.
                revisions.forEach(served -> served.complete(true));
                passEveryLoop();
            }
            edge.awaitMetric(IN_FLIGHT, "", 0);
        }
    }

    /** Waits until each loop has done what it had to do by now. New connections are dealt out to the loops in turn. */
    private static void passEveryLoop() throws IOException {
        for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors(); i++) {
            edge.connect().send("no HTTP\r\n\r\n").readToEnd();
        }
    }

    private static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + Wire.DEADLINE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(end - System.nanoTime()).as("time that is left").isPositive();
            LockSupport.parkNanos(5_000_000);
        }
    }
}
