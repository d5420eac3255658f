package io.convergate.node.limits.service;

import io.convergate.config.tls.Authorities;
import io.convergate.config.tls.CredentialFiles;
import io.convergate.config.tls.FileWatch;
import io.convergate.config.tls.NamedFile;
import io.convergate.config.tls.Watched;
import io.convergate.node.limits.service.LimitServiceSettings.Trust;
import io.convergate.node.telemetry.Telemetry;
import io.convergate.routing.descriptor.Domains;
import io.convergate.routing.tls.TlsCredential;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.ServerCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server of the rate limit service. It has loops of its own, which it shares with nobody, and one thread for deadlines. Any thread.
 */
public final class LimitServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LimitServer.class);

    /** grpc-java writes a stack trace for each message that is too large or no message: nobody may fill the log from outside. */
    private static final java.util.logging.Logger GRPC = java.util.logging.Logger.getLogger("io.grpc");

    private static final long HANDSHAKE_SECONDS = 10;
    private static final long KEEP_ALIVE_SECONDS = 60;

    /** Clients that ask whether the connection is alive more often than this are cut off. */
    private static final long PINGS_SECONDS_MIN = 5;

    private final Server server;
    private final RateLimiter limiter;
    private final ScheduledThreadPoolExecutor timer;
    private final FileWatch files;
    private final LimitServiceSettings settings;
    private volatile boolean serving;
    private volatile boolean leaving;

    private LimitServer(LimitServiceSettings settings, Telemetry telemetry, BooleanSupplier isReady, FileWatch files) {
        this.settings = settings;
        this.files = files;
        OpenedFiles opened = OpenedFiles.of(settings, files);
        this.timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "limit-service-deadlines");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        GRPC.setLevel(Level.SEVERE);
        DescriptorCounters counters = new DescriptorCounters(telemetry);
        this.limiter = new RateLimiter(timer, counters, System::currentTimeMillis);
        Callers callers = new Callers(settings.trust(), opened.authorities());
        this.server = NettyServerBuilder.forAddress(
                        new InetSocketAddress(settings.host(), settings.port()), opened.credentials())
                .directExecutor() // nothing that a call does waits
                .addService(RateLimitCalls.service(limiter, counters, callers))
                .addService(HealthCalls.service(() -> serving && !leaving && isReady.getAsBoolean()))
                .addTransportFilter(callers)
                .maxInboundMessageSize(LimitServiceSettings.MESSAGE_BYTES_MAX)
                .maxInboundMetadataSize(LimitServiceSettings.HEADER_BYTES_MAX)
                .maxConcurrentCallsPerConnection(LimitServiceSettings.CALLS_MAX_PER_CONNECTION)
                .handshakeTimeout(HANDSHAKE_SECONDS, TimeUnit.SECONDS)
                .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                .permitKeepAliveTime(PINGS_SECONDS_MIN, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .build();
    }

    /**
     * Starts the server; until {@link #serve} it knows no domain, and its health says so.
     *
     * @param isReady whether owners of keys can be asked without delay; until then its health says that calls should go elsewhere
     * @throws IOException if the address cannot be bound
     * @throws IllegalArgumentException if a file cannot be used: the message says which option, what was found and what was expected
     */
    public static LimitServer start(LimitServiceSettings settings, Telemetry telemetry, BooleanSupplier isReady)
            throws IOException {
        FileWatch files = FileWatch.start();
        LimitServer made;
        try {
            made = new LimitServer(settings, telemetry, isReady, files);
        } catch (IllegalArgumentException e) {
            files.close();
            throw e;
        }
        try {
            made.server.start();
        } catch (IOException e) {
            made.close();
            throw e;
        }
        if (settings.trust() == Trust.EVERYBODY && settings.clientAuthorities().isEmpty()) {
            LOG.warn("--limit-service-insecure: whoever reaches the rate limit service may use up everybody's limits");
        }
        LOG.info("rate limit service on {}, {}", made.address(), made.description());
        return made;
    }

    /**
     * Reads the files that the settings name, as a start does.
     *
     * @throws IllegalArgumentException if one cannot be used: the message says which option, what was found and what was expected
     */
    public static void check(LimitServiceSettings settings) {
        try (FileWatch files = FileWatch.start()) {
            OpenedFiles.of(settings, files);
        }
    }

    private record OpenedFiles(Optional<Watched<TlsCredential>> own, Optional<Watched<Authorities>> authorities) {
        static OpenedFiles of(LimitServiceSettings settings, FileWatch files) {
            Optional<Watched<Authorities>> authorities = settings.clientAuthorities()
                    .map(path -> files.add(Authorities.watch(
                            "authorities of the rate limit service's clients",
                            NamedFile.open("--limit-service-client-ca", path))));
            Optional<Watched<TlsCredential>> own = settings.certificate()
                    .map(path -> new CredentialFiles(
                            NamedFile.open("--limit-service-cert", path),
                            NamedFile.secret(
                                    "--limit-service-key", settings.key().orElseThrow())))
                    .map(pair ->
                            files.add(pair.watch("certificate of the rate limit service", InstantSource.system())));
            return new OpenedFiles(own, authorities);
        }

        ServerCredentials credentials() {
            if (own.isEmpty()) {
                return InsecureServerCredentials.create();
            }
            TlsServerCredentials.Builder tls = TlsServerCredentials.newBuilder().keyManager(new WatchedKey(own.get()));
            authorities.ifPresent(trusted ->
                    tls.trustManager(new WatchedTrust(trusted)).clientAuth(TlsServerCredentials.ClientAuth.REQUIRE));
            return tls.build();
        }
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return (InetSocketAddress) server.getListenSockets().get(0);
    }

    /** How it is guarded; for the first lines that a person sees. */
    public String description() {
        String callers = settings.clientAuthorities().isPresent()
                ? "for client certificates"
                : settings.trust() == Trust.EVERYBODY
                        ? "open to everybody (--limit-service-insecure)"
                        : "loopback only, as nobody can prove who he is";
        return (settings.certificate().isPresent() ? "TLS, " : "not encrypted, ") + callers;
    }

    /** Decides by these domains from now on. */
    public void serve(Domains domains) {
        limiter.serve(domains);
        serving = true;
    }

    /** Its health says from now on that calls should go elsewhere; those that come are answered. */
    public void leave() {
        leaving = true;
    }

    /** Takes no more calls and lets those under way finish; done when they have, or when the time is over and they were cut off. */
    public CompletionStage<Void> drain(Duration atMost) {
        leave();
        server.shutdown();
        CompletableFuture<Void> drained = new CompletableFuture<>();
        Thread waiter = new Thread(
                () -> {
                    try {
                        if (!server.awaitTermination(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
                            server.shutdownNow();
                        }
                    } catch (InterruptedException e) {
                        server.shutdownNow();
                    }
                    drained.complete(null);
                },
                "limit-service-drain");
        waiter.setDaemon(true);
        waiter.start();
        return drained;
    }

    @Override
    public void close() {
        server.shutdownNow();
        timer.shutdownNow();
        files.close();
    }
}
