package io.convergate.node.admin;

import io.convergate.node.admin.access.AdminAccess;
import io.convergate.node.admin.access.Decision;
import io.convergate.node.admin.kube.KubeApi;
import io.convergate.node.admin.kube.KubeSettings;
import io.convergate.routing.read.ReadSettings;
import io.convergate.routing.read.ResourceReader;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.http.javadsl.ConnectionContext;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.ServerBuilder;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.Host;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.server.AllDirectives;
import org.apache.pekko.http.javadsl.server.ExceptionHandler;
import org.apache.pekko.http.javadsl.server.MethodRejection;
import org.apache.pekko.http.javadsl.server.RejectionHandler;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.http.javadsl.settings.ServerSettings;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.SystemMaterializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The admin API's server. Its streams run on the node system's dispatchers, and what may take long, such as reading a
 * change of 64 MiB, on {@code convergate.admin.dispatcher}; health checks never wait behind it.
 */
public final class AdminServer {
    /** How long a request may take beyond reading its body and waiting for other nodes. */
    static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(20);

    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);
    private static final int CONNECTIONS_MAX = 256;

    /** Nothing passes while a caller waits for nodes to serve a change, which may be as long as it likes to wait. */
    private static final Duration IDLE_TIMEOUT = WaitFor.TIMEOUT_MAX.plus(REQUEST_TIMEOUT);
    /** A revision that names every writer there may be fits into a query. */
    private static final int URI_CHARS_MAX = 16 << 10;

    private final ActorSystem<?> system;
    private final AdminAccess access;
    private final Routes routes;

    /**
     * @param access who may do what
     * @param kubernetes bounds of Kubernetes' protocol
     */
    public AdminServer(ActorSystem<?> system, AdminAccess access, KubeSettings kubernetes, AdminBackend backend) {
        this.system = system;
        this.access = access;
        this.routes = new Routes(
                backend,
                access,
                kubernetes,
                SystemMaterializer.get(system).materializer(),
                background(system.dispatchers().lookup(DispatcherSelector.fromConfig("convergate.admin.dispatcher"))));
    }

    /**
     * Binds an address. All that are bound have one state, such as who watches.
     *
     * @param host the address to bind
     * @param port the port, 1 to 65535; 0 for any free one
     * @return where it listens; fails if the address cannot be bound
     */
    public CompletionStage<InetSocketAddress> bind(String host, int port) {
        ServerSettings defaults = ServerSettings.create(Adapter.toClassic(system));
        ServerSettings settings = defaults.withMaxConnections(CONNECTIONS_MAX)
                .withParserSettings(defaults.getParserSettings().withMaxUriLength(URI_CHARS_MAX))
                .withRemoteAddressAttribute(true)
                // Checks of load balancers speak HTTP/1.0 without a Host; a browser, which could be misled, always
                // sends one.
                .withDefaultHostHeader(Host.create("localhost"))
                .withTransparentHeadRequests(true)
                .withTimeouts(defaults.getTimeouts()
                        .withRequestTimeout(scala.concurrent.duration.Duration.create(
                                REQUEST_TIMEOUT.toSeconds(), TimeUnit.SECONDS))
                        .withIdleTimeout(
                                scala.concurrent.duration.Duration.create(IDLE_TIMEOUT.toSeconds(), TimeUnit.SECONDS)));
        ServerBuilder server = Http.get(system).newServerAt(host, port).withSettings(settings);
        return access.tls()
                .map(tls -> server.enableHttps(ConnectionContext.httpsServer(tls::engine)))
                .orElse(server)
                .bind(routes.sealed())
                .thenApply(ServerBinding::localAddress);
    }

    /** Its threads come after those that serve, where the JVM lets priorities count. */
    private static Executor background(Executor threads) {
        return task -> threads.execute(() -> {
            Thread.currentThread().setPriority(Thread.MIN_PRIORITY);
            task.run();
        });
    }

    /** Everything under one roof: who may call, then the routes, then errors in one form. */
    private static final class Routes extends AllDirectives {
        private final AdminAccess access;
        private final AuditLog audit = new AuditLog();
        private final Route all;

        Routes(
                AdminBackend backend,
                AdminAccess access,
                KubeSettings kubernetes,
                Materializer materializer,
                Executor executor) {
            this.access = access;
            ResourceReader reader = new ResourceReader(ReadSettings.DEFAULTS);
            Admission admission = new Admission(
                    reader,
                    backend.parser(),
                    new CrossCheck(backend.explanations().settings()),
                    backend.secrets(),
                    InstantSource.system());
            Changes changes = new Changes(backend.config(), reader, admission);
            WriteBodies bodies = new WriteBodies(materializer, executor);
            Statuses statuses = new Statuses(
                    backend.parser(), () -> Statuses.addresses(backend.config().status()));
            all = concat(
                    new HealthRoutes(backend).routes(),
                    new LiveRoutes(backend.live()).routes(),
                    new ExplainRoutes(backend, bodies, executor).routes(),
                    new ImpactRoutes(backend, changes, reader, bodies).routes(),
                    new ChangeRoutes(changes, reader, bodies).routes(),
                    new RevisionRoutes(backend.config()).routes(),
                    new BackupRoutes(backend.config(), changes, reader, bodies, executor).routes(),
                    new HistoryRoutes(backend.config(), changes, bodies, executor).routes(),
                    kubernetes(new KubeApi(
                            new KubeAdapter(backend, changes, admission, statuses),
                            kubernetes,
                            materializer,
                            executor)));
        }

        private Route kubernetes(KubeApi api) {
            return extractRequest(request -> KubeApi.serves(request.getUri().path())
                    ? withRequestTimeout(
                            WriteBodies.READ_TIMEOUT.plus(REQUEST_TIMEOUT).plus(WaitFor.TIMEOUT_MAX),
                            () -> completeWithFuture(api.answer(request)))
                    : reject());
        }

        Route sealed() {
            return extractRequest(request -> {
                Decision decision = access.decide(request);
                return mapResponse(
                        response -> {
                            audit.called(request, response, decision);
                            return response;
                        },
                        () -> handleExceptions(
                                exceptions(), () -> handleRejections(rejections(), () -> handle(request, decision))));
            });
        }

        private Route handle(HttpRequest request, Decision decision) {
            if (decision instanceof Decision.Allowed allowed) {
                return mapRequest(accepted -> allowed.who().on(accepted), () -> all);
            }
            Decision.Refused refused = (Decision.Refused) decision;
            HttpResponse reply = KubeApi.serves(request.getUri().path())
                    ? KubeApi.refusal(
                            request, refused.why().status(), refused.why().detail())
                    : Replies.problem(refused.why());
            for (Map.Entry<String, String> header : refused.headers().entrySet()) {
                reply = reply.addHeader(RawHeader.create(header.getKey(), header.getValue()));
            }
            return complete(reply);
        }

        private ExceptionHandler exceptions() {
            return ExceptionHandler.newBuilder()
                    .matchAny(failure -> complete(explain(failure)))
                    .build();
        }

        private static HttpResponse explain(Throwable failure) {
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            if (cause instanceof BadRequest bad) {
                return Replies.problem(bad.problem());
            }
            LOG.error("the admin API failed", cause);
            return Replies.problem(500, "Internal error", "see this node's log");
        }

        private RejectionHandler rejections() {
            return RejectionHandler.newBuilder()
                    .handleAll(MethodRejection.class, rejected -> {
                        String allowed = rejected.stream()
                                .map(rejection -> rejection.supported().name())
                                .distinct()
                                .sorted()
                                .collect(Collectors.joining(", "));
                        return complete(Replies.problem(405, "Method not allowed", "expected: " + allowed)
                                .addHeader(RawHeader.create("Allow", allowed)));
                    })
                    .handleNotFound(extractUnmatchedPath(
                            path -> complete(Replies.problem(404, "Not found", "nothing is at " + path))))
                    .build();
        }
    }
}
