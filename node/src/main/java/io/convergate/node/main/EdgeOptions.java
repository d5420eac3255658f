package io.convergate.node.main;

import io.convergate.node.edge.Deadlines;
import io.convergate.node.edge.EdgeSettings;
import io.convergate.node.edge.Limits;
import io.convergate.node.edge.UnsafeRetries;
import io.convergate.node.limits.LimitSettings;
import io.convergate.node.limits.service.LimitServiceSettings;
import io.convergate.routing.request.PathNormalization;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The options of {@code convergate node} that concern the edge: how requests are taken and bounded. */
final class EdgeOptions {
    @ArgGroup(validate = false, heading = "%nThe edge:%n")
    final Wire wire = new Wire();

    @ArgGroup(validate = false, heading = "%nLimits (what is larger is refused with the status in brackets):%n")
    final Sizes sizes = new Sizes();

    @ArgGroup(validate = false, heading = "%nRate limits:%n")
    final RateLimits rateLimits = new RateLimits();

    @ArgGroup(validate = false, heading = "%nEnvoy's rate limit service:%n")
    final LimitService limitService = new LimitService();

    @ArgGroup(validate = false, heading = "%nWhat 'convergate impact' looks at:%n")
    final Samples samples = new Samples();

    @ArgGroup(validate = false, heading = "%nDeadlines:%n")
    final Times times = new Times();

    static final class Wire {
        @Setting(about = """
                `pekko-http` puts Pekko HTTP's own server in front of the same proxy, on loopback, `pekko-http-exposed` on
                any address; [what differs](life-of-a-request.md#--edge-wire-pekko-http).""")
        @Option(
                names = "--edge-wire",
                paramLabel = "netty|pekko-http|pekko-http-exposed",
                defaultValue = "netty",
                description =
                        "What takes connections. pekko-http is for comparison, on loopback only unless it is exposed."
                                + " Default: ${DEFAULT-VALUE}")
        String wire = "";

        @Setting(about = """
                How it talks to the kernel. `auto` takes epoll, else nio, and logs why; io_uring costs less CPU, but
                its tests are not clean yet (ADR 0001); nio sees some clients leave late (the life of a request, 11).
                Naming one that does not work stops the start. Seccomp profiles of containers often forbid io_uring.""")
        @Option(
                names = "--edge-transport",
                paramLabel = "auto|io_uring|epoll|nio",
                defaultValue = "auto",
                description = "How it talks to the kernel; auto takes the first that works. Default: ${DEFAULT-VALUE}")
        String transport = "";

        @Setting(least = 0, most = 1024, about = """
                Event loops, 0 to 1024; 0 is one a core. Fewer leave cores to others. Each loop has its own upstream
                connections, so more loops mean more of those.""")
        @Option(
                names = "--edge-loops",
                paramLabel = "N",
                defaultValue = "0",
                description = "Event loops, 0 to 1024; 0 is one a core. Default: ${DEFAULT-VALUE}")
        int loops;

        @Setting(about = """
                `NONE`, `BASE`, `MERGE_SLASHES`, `DECODE_AND_MERGE_SLASHES`: [what each
                does](life-of-a-request.md#4-target-and-path). Go as far as the most lenient server behind the
                gateway does; else a path can mean one thing to a rule and another to the server.""")
        @Option(
                names = "--path-normalization",
                paramLabel = "MODE",
                defaultValue = "BASE",
                description = "How paths are brought to one form before they are matched: ${COMPLETION-CANDIDATES}."
                        + " Default: ${DEFAULT-VALUE}")
        PathNormalization pathNormalization = PathNormalization.BASE;

        @Setting(about = """
                Peers whose `X-Forwarded-Proto`, `X-Forwarded-Host`, `Forwarded`, `x-envoy-*` and the like are
                believed, and whose `X-Forwarded-For` counts as the client's address in header variables. Only
                proxies of your own that overwrite these.""")
        @Option(
                names = "--trusted-proxies",
                paramLabel = "A,10.0.0.0/8",
                split = ",",
                hideParamSyntax = true,
                description = "Addresses and networks whose X-Forwarded headers are believed. Default: none")
        List<String> trustedProxies = List.of();

        @Setting(about = """
                When a POST, PATCH or other method that is not idempotent is sent again: `AS_CONFIGURED` by its
                route, as in Istio; `NOT_TAKEN` only if there was no connection or the upstream refused to take it.
                The latter where carrying out a request twice costs money; gRPC calls are then not repeated on
                `unavailable`.""")
        @Option(
                names = "--unsafe-retries",
                paramLabel = "MODE",
                defaultValue = "AS_CONFIGURED",
                description = "When a request of a method that is not idempotent (POST, PATCH) is sent again:"
                        + " ${COMPLETION-CANDIDATES}. NOT_TAKEN is only if there was no connection or the upstream"
                        + " refused to take it, whatever the route says. Default: ${DEFAULT-VALUE}")
        UnsafeRetries unsafeRetries = UnsafeRetries.AS_CONFIGURED;
    }

    static final class Sizes {
        @Setting(least = 256, most = 1 << 20, about = """
                A longer request line is a 414; bounds the line of a chunk's size, too (400). More for long queries; it is
                memory that a client decides on.""")
        @Option(
                names = "--request-line-bytes-max",
                paramLabel = "N",
                defaultValue = "8192",
                description = "A request line [414]. Default: ${DEFAULT-VALUE}")
        int requestLine;

        @Setting(least = 1024, most = 16 << 20, about = """
                More bytes in all header lines together, or in all trailers, are a 431; an upstream's a 502. More for large
                cookies.""")
        @Option(
                names = "--header-bytes-max",
                paramLabel = "N",
                defaultValue = "61440",
                description = "All header lines of a message together [431]. Default: ${DEFAULT-VALUE}")
        int headerBytes;

        @Setting(least = 10, most = 10_000, about = """
                More header lines, or trailers, are a 431; an upstream's a 502.""")
        @Option(
                names = "--headers-max",
                paramLabel = "N",
                defaultValue = "100",
                description = "Header lines of a message [431]. Default: ${DEFAULT-VALUE}")
        int headers;

        @Setting(least = 1, most = 16 << 20, about = """
                A larger body is streamed in place of taken whole. Only whole bodies can be sent again and mirrored; each one
                is memory.""")
        @Option(
                names = "--inline-body-bytes-max",
                paramLabel = "N",
                defaultValue = "65536",
                description = "A body that is taken whole; a larger one is streamed. Default: ${DEFAULT-VALUE}")
        int inlineBody;

        @Setting(least = 0, about = """
                A larger body is a 413; 0 is no bound. Set it where no route takes large uploads.""")
        @Option(
                names = "--request-body-bytes-max",
                paramLabel = "N",
                defaultValue = "0",
                description = "A request's body; 0 is no limit [413]. Default: ${DEFAULT-VALUE}")
        long requestBody;

        @Setting(least = 1, most = 10_000, about = """
                How many pieces of further requests of a connection are kept while one is answered; above it reading stops.""")
        @Option(
                names = "--pipelined-max",
                paramLabel = "N",
                defaultValue = "64",
                description = "Pieces of further requests kept while one is answered. Default: ${DEFAULT-VALUE}")
        int pipelined;

        @Setting(least = 1, most = 10_000_000, about = """
                Further client connections are closed at once. Mind the process's limit of open files: each request
                may need one more""")
        @Option(
                names = "--connections-max",
                paramLabel = "N",
                defaultValue = "50000",
                description = "Open client connections; further ones are closed at once. Default: ${DEFAULT-VALUE}")
        int connections;
    }

    static final class RateLimits {
        @Setting(least = 100, most = 10_000_000, about = """
                How many keys of [rate limits](rate-limits.md) the node remembers, some 500 bytes each; beyond,
                those make room that are not in use""")
        @Option(
                names = "--limit-keys-max",
                paramLabel = "N",
                defaultValue = "100000",
                description = "Keys of limits that the node remembers; beyond, those make room that are not in use."
                        + " Default: ${DEFAULT-VALUE}")
        int keys;

        @Setting(range = "more than 0", about = """
                How long a request waits for the owner of a key, in all; then `onUnavailable` of the rule holds""")
        @Option(
                names = "--limit-wait",
                paramLabel = "TIME",
                defaultValue = "50ms",
                description = "How long a request waits for the owner of a key before onUnavailable holds."
                        + " Default: ${DEFAULT-VALUE}")
        Duration wait = Duration.ZERO;

        @Setting(range = "more than 0", about = """
                How long a request waits for the owner of a key whose limit is `mode: strict`; then `onUnavailable` of the rule
                holds.""")
        @Option(
                names = "--limit-strict-wait",
                paramLabel = "TIME",
                defaultValue = "1s",
                description = "The same for limits of mode strict. Default: ${DEFAULT-VALUE}")
        Duration strictWait = Duration.ZERO;
    }

    static final class LimitService {
        @Setting(least = 0, most = 65535, about = """
                Serves `envoy.service.ratelimit.v3` on this port of the node's address, to [Envoys that are no part of the
                cluster](envoy-rate-limit-service.md); 0 takes any free port. Nothing of gRPC is loaded unless it is set.""")
        @Option(
                names = "--limit-service-port",
                paramLabel = "P",
                description =
                        "Serves envoy.service.ratelimit.v3 on this port, to Envoys that are no part of the cluster;"
                                + " 0 takes any free port. Default: none, not served")
        @Nullable
        Integer port;

        @Setting(about = """
                Certificate and chain of that port, PEM. It then speaks TLS alone. Like all files here it is [read
                again](security.md#renewing) when it changes.""")
        @Option(
                names = "--limit-service-cert",
                paramLabel = "FILE",
                description = "Its certificate and chain, PEM: it then speaks TLS alone. Read again when it changes.")
        @Nullable
        Path certificate;

        @Setting(about = """
                The key of `--limit-service-cert`, PEM, not readable by everybody.""")
        @Option(
                names = "--limit-service-key",
                paramLabel = "FILE",
                description = "The key of --limit-service-cert, PEM.")
        @Nullable
        Path key;

        @Setting(about = """
                Authorities whose client certificates are let in, and nobody else, PEM.""")
        @Option(
                names = "--limit-service-client-ca",
                paramLabel = "FILE",
                description = "Whose client certificates are let in, and nobody else, PEM. Read again when it changes.")
        @Nullable
        Path clientAuthorities;

        @Setting(about = """
                Without client certificates: answers everybody who reaches the port, and warns of it. Otherwise only callers
                on loopback are answered; `grpc.health.v1` answers everybody.""")
        @Option(
                names = "--limit-service-insecure",
                arity = "0..1",
                paramLabel = "true|false",
                fallbackValue = "true",
                defaultValue = "false",
                hideParamSyntax = true,
                description = "Without client certificates: answer everybody, and not callers on loopback alone.")
        boolean insecure;

        Optional<LimitServiceSettings> toSettings(String host) {
            if (port == null) {
                if (certificate != null || key != null || clientAuthorities != null || insecure) {
                    throw new IllegalArgumentException(
                            "--limit-service options without --limit-service-port (expected: a port, or none of them)");
                }
                return Optional.empty();
            }
            return Optional.of(new LimitServiceSettings(
                    host,
                    Addresses.port("--limit-service-port", port, 0),
                    Optional.ofNullable(certificate),
                    Optional.ofNullable(key),
                    Optional.ofNullable(clientAuthorities),
                    insecure ? LimitServiceSettings.Trust.EVERYBODY : LimitServiceSettings.Trust.LOOPBACK));
        }
    }

    static final class Samples {
        @Setting(least = 0, most = 100_000, about = """
                About how many recent requests the node keeps in mind for [`convergate impact`](impact.md), some kilobytes each at
                most, without bodies and secrets; `0` keeps none. More where a change must be judged by rare requests.""")
        @Option(
                names = "--sample-requests",
                paramLabel = "N",
                defaultValue = "1000",
                description = "About how many recent requests are kept in mind, without bodies and secrets; 0 is none."
                        + " Default: ${DEFAULT-VALUE}")
        int requests;
    }

    static final class Times {
        @Setting(range = "more than 0", about = """
                From a request's first byte to the end of its head [408]. Shorter is harder on slow attackers and on
                slow networks.""")
        @Option(
                names = "--header-read-timeout",
                paramLabel = "TIME",
                defaultValue = "10s",
                description = "From a request's first byte to the end of its head [408]. Default: ${DEFAULT-VALUE}")
        Duration headerRead = Duration.ZERO;

        @Setting(range = "more than 0", about = """
                A client connection without a request. Longer than that of the load balancer in front, or it meets
                closed connections.""")
        @Option(
                names = "--client-idle-timeout",
                paramLabel = "TIME",
                defaultValue = "60s",
                description = "A client connection without a request. Default: ${DEFAULT-VALUE}")
        Duration clientIdle = Duration.ZERO;

        @Setting(range = "more than 0", about = """
                A request or reply under way without a byte in either direction [408, 504]. Long polling needs more.""")
        @Option(
                names = "--stream-idle-timeout",
                paramLabel = "TIME",
                defaultValue = "5m",
                description = "A request or response without a byte either way [408, 504]. Default: ${DEFAULT-VALUE}")
        Duration streamIdle = Duration.ZERO;

        @Setting(range = "more than 0", about = """
                An unused upstream connection. Keep it below the keep-alive time of the upstreams, or requests meet
                connections that they are just closing; those are sent again only if that is safe.""")
        @Option(
                names = "--upstream-idle-timeout",
                paramLabel = "TIME",
                defaultValue = "55s",
                description =
                        "An unused upstream connection; keep it below the upstreams' own. Default: ${DEFAULT-VALUE}")
        Duration upstreamIdle = Duration.ZERO;

        @Setting(range = "more than 0", about = """
                What a client gets to stop sending after a last reply, so that a reset does not take that reply away
                from it.""")
        @Option(
                names = "--linger-timeout",
                paramLabel = "TIME",
                defaultValue = "2s",
                description = "What a client gets to stop sending after a last response. Default: ${DEFAULT-VALUE}")
        Duration linger = Duration.ZERO;

        @Setting(range = "more than 0", about = """
                How long an idle client connection stays open once the node or its listener is going: long enough
                for a request that is on its way, short enough for `--drain-timeout`""")
        @Option(
                names = "--drain-idle-timeout",
                paramLabel = "TIME",
                defaultValue = "1s",
                description = "An idle client connection once the node is going. Default: ${DEFAULT-VALUE}")
        Duration drainIdle = Duration.ZERO;
    }

    /**
     * The edge's settings these options amount to.
     *
     * @throws IllegalArgumentException if one of them makes no sense; the message names the option
     */
    EdgeSettings toEdgeSettings(NodeSettings node) {
        return new EdgeSettings(
                node.name(),
                node.host(),
                node.portMap().bound(),
                Ranges.oneOf("--edge-wire", wire.wire, Set.of("netty", "pekko-http", "pekko-http-exposed")),
                Ranges.oneOf("--edge-transport", wire.transport, Set.of("auto", "io_uring", "epoll", "nio")),
                Ranges.between("--edge-loops", wire.loops, 0, 1024),
                wire.pathNormalization,
                wire.trustedProxies,
                wire.unsafeRetries,
                limits(),
                deadlines(),
                Ranges.between("--sample-requests", samples.requests, 0, 100_000));
    }

    /** The settings of rate limits these options amount to. */
    LimitSettings toLimitSettings() {
        return new LimitSettings(
                Ranges.between("--limit-keys-max", rateLimits.keys, 100, 10_000_000),
                Ranges.positive("--limit-wait", rateLimits.wait),
                Ranges.positive("--limit-strict-wait", rateLimits.strictWait));
    }

    /** The settings of the rate limit service these options amount to; empty if it is off. */
    Optional<LimitServiceSettings> toLimitServiceSettings(NodeSettings node) {
        return limitService.toSettings(node.host());
    }

    private Limits limits() {
        return new Limits(
                Ranges.between("--request-line-bytes-max", sizes.requestLine, 256, 1 << 20),
                Ranges.between("--header-bytes-max", sizes.headerBytes, 1024, 16 << 20),
                Ranges.between("--headers-max", sizes.headers, 10, 10_000),
                Ranges.between("--inline-body-bytes-max", sizes.inlineBody, 1, 16 << 20),
                Ranges.between("--pipelined-max", sizes.pipelined, 1, 10_000),
                Ranges.between("--connections-max", sizes.connections, 1, 10_000_000),
                Ranges.atLeastZero("--request-body-bytes-max", sizes.requestBody));
    }

    private Deadlines deadlines() {
        return new Deadlines(
                Ranges.positive("--header-read-timeout", times.headerRead),
                Ranges.positive("--client-idle-timeout", times.clientIdle),
                Ranges.positive("--stream-idle-timeout", times.streamIdle),
                Ranges.positive("--upstream-idle-timeout", times.upstreamIdle),
                Ranges.positive("--linger-timeout", times.linger),
                Ranges.positive("--drain-idle-timeout", times.drainIdle));
    }
}
