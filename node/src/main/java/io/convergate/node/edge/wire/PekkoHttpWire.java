package io.convergate.node.edge.wire;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.convergate.node.edge.EdgeSettings;
import io.convergate.node.edge.ListenerState;
import io.convergate.node.edge.http.Field;
import io.convergate.node.edge.http.Fields;
import io.convergate.node.edge.http.RequestTargets;
import io.convergate.node.telemetry.RequestRecord;
import io.convergate.routing.match.ListenerId;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.settings.ServerSettings;
import org.apache.pekko.http.scaladsl.model.HttpHeader;

/**
 * Pekko HTTP's own server in front of the same proxy: the baseline for measurements, and the proof that the proxy is a plain
 * handler. Not for the internet: its framing is more lenient than ours, so it binds to loopback addresses only, unless the
 * wire is called {@code pekko-http-exposed}. What else differs: no interim responses, no pass-through of bodies, header names
 * and paths as its parser understands them, one more thread hand-over each way.
 */
final class PekkoHttpWire implements Wire {
    private static final Duration UNBIND = Duration.ofSeconds(1);

    private final EdgeLoops loops;
    private final EdgeHandler handler;
    private final Consumer<RequestRecord> finished;
    private final ActorSystem system;
    private final boolean exposed;
    private final ServerSettings server;
    private final RequestTargets targets;
    private final ConcurrentHashMap<ListenerId, ServerBinding> bindings = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<ListenerId, ListenerState> states = new ConcurrentHashMap<>();

    PekkoHttpWire(
            EdgeSettings settings,
            EdgeLoops loops,
            EdgeHandler handler,
            Consumer<RequestRecord> finished,
            ActorSystem system) {
        this.exposed = settings.wire().equals("pekko-http-exposed");
        if (!exposed && !new InetSocketAddress(settings.host(), 0).getAddress().isLoopbackAddress()) {
            throw new IllegalArgumentException("edge wire pekko-http on " + settings.host()
                    + " (expected: a loopback address, or pekko-http-exposed if its lenient framing is acceptable)");
        }
        this.loops = loops;
        this.handler = handler;
        this.finished = finished;
        this.system = system;
        this.targets = new RequestTargets(settings.pathNormalization());
        Config config = ConfigFactory.parseString("pekko.http.server {\n"
                        + "  server-header = \"\", request-timeout = off, idle-timeout = "
                        + settings.deadlines().clientIdle().toMillis() + " ms\n"
                        + "  max-connections = " + settings.limits().connectionsMax() + ", backlog = 4096\n"
                        + "  remote-address-attribute = on, raw-request-uri-header = on\n"
                        + "  parsing { max-content-length = infinite, max-uri-length = 8k, max-header-count = 100\n"
                        + "    max-header-value-length = 16k, modeled-header-parsing = off, illegal-header-warnings = off\n"
                        + "    error-logging-verbosity = off, uri-parsing-mode = relaxed }\n"
                        + "}")
                .withFallback(system.settings().config());
        this.server = ServerSettings.create(config);
    }

    @Override
    public CompletionStage<ListenerState> open(ListenerId id, InetSocketAddress address) {
        if (!exposed && !address.getAddress().isLoopbackAddress()) {
            ListenerState refused =
                    ListenerState.failed(id, address, "edge wire pekko-http binds to loopback addresses only");
            states.put(id, refused);
            return CompletableFuture.completedFuture(refused);
        }
        return Http.get(system)
                .newServerAt(address.getAddress().getHostAddress(), address.getPort())
                .withSettings(server)
                .bind((org.apache.pekko.japi.function.Function<HttpRequest, CompletionStage<HttpResponse>>)
                        request -> serve(request, id, address))
                .handle((binding, failure) -> {
                    ListenerState state = failure == null
                            ? ListenerState.open(id, binding.localAddress())
                            : ListenerState.failed(id, address, String.valueOf(failure.getMessage()));
                    if (failure == null) {
                        bindings.put(id, binding);
                    }
                    states.put(id, state);
                    return state;
                });
    }

    private CompletionStage<HttpResponse> serve(HttpRequest request, ListenerId id, InetSocketAddress local) {
        WireLoop loop = loops.next();
        PekkoHttpExchange exchange;
        try {
            exchange = PekkoHttpExchange.of(request, id, local, loop, targets);
        } catch (RequestTargets.Refused refused) {
            return CompletableFuture.completedFuture(
                    HttpResponse.create().withStatus(StatusCodes.BAD_REQUEST).withEntity(refused.getMessage() + "\n"));
        }
        CompletableFuture<HttpResponse> reply = new CompletableFuture<>();
        loop.execute(() -> handler.apply(exchange.outgoing(request)).whenComplete((response, failure) -> {
            if (failure != null) {
                reply.completeExceptionally(failure);
                return;
            }
            exchange.record().status = response.status().intValue();
            exchange.record().endNanos = System.nanoTime();
            exchange.replied();
            finished.accept(exchange.record());
            reply.complete(rendered((org.apache.pekko.http.scaladsl.model.HttpResponse) response));
        }));
        return reply;
    }

    /** Without the fields that Pekko HTTP renders itself. */
    private static HttpResponse rendered(org.apache.pekko.http.scaladsl.model.HttpResponse response) {
        Fields kept = new Fields(response.headers().length());
        for (int i = 0; i < response.headers().length(); i++) {
            HttpHeader field = response.headers().apply(i);
            switch (Field.roleOf(field)) {
                case CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING, CONNECTION, HOP_BY_HOP, DATE, SERVER:
                    break;
                default:
                    kept.add(field);
                    break;
            }
        }
        return response.withHeaders(kept.toSeq());
    }

    @Override
    public CompletionStage<Void> close(ListenerId id) {
        states.remove(id);
        ServerBinding binding = bindings.remove(id);
        return binding == null
                ? CompletableFuture.completedFuture(null)
                : binding.terminate(UNBIND).handle((done, failure) -> null);
    }

    @Override
    public List<ListenerState> states() {
        List<ListenerState> list = new ArrayList<>(states.values());
        list.sort(Comparator.comparing(ListenerState::id));
        return list;
    }

    /** Pekko HTTP does not tell. */
    @Override
    public int connections() {
        return 0;
    }

    @Override
    public CompletionStage<Void> drain(Duration atMost) {
        List<CompletableFuture<?>> ending = new ArrayList<>();
        bindings.values()
                .forEach(binding -> ending.add(binding.terminate(atMost).toCompletableFuture()));
        return CompletableFuture.allOf(ending.toArray(CompletableFuture[]::new)).exceptionally(failure -> null);
    }

    @Override
    public void shutdown() {
        bindings.keySet().forEach(this::close);
    }
}
