package io.convergate.node.main;

import io.convergate.config.HistoryLimits;
import io.convergate.config.Limits;
import io.convergate.config.tls.PeerTls;
import io.convergate.node.admin.access.AccessSettings;
import io.convergate.routing.upstream.Locality;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The options of {@code convergate node} that concern the node itself. */
final class NodeOptions {
    @ArgGroup(validate = false, heading = "%nThe node:%n")
    final Identity identity = new Identity();

    @ArgGroup(validate = false, heading = "%nThe admin API:%n")
    final Admin admin = new Admin();

    @ArgGroup(validate = false, heading = "%nBetween nodes (the same on all of them):%n")
    final Cluster cluster = new Cluster();

    @ArgGroup(validate = false, heading = "%nSecrets (the same on all nodes):%n")
    final Secrets secrets = new Secrets();

    @ArgGroup(validate = false, heading = "%nHistory (whichever bound is met first; the same on all nodes):%n")
    final Past past = new Past();

    @ArgGroup(validate = false, heading = "%nStopping (SIGTERM; a second one ends the node at once):%n")
    final Stopping stopping = new Stopping();

    static final class Identity {
        @Option(
                names = "--host",
                paramLabel = "A",
                defaultValue = "127.0.0.1",
                description = "The node's address: listeners, admin API and cluster transport bind to it, and its"
                        + " cluster connections come from it. Default: ${DEFAULT-VALUE}")
        String host = "";

        @Option(names = "--name", paramLabel = "N", description = "Its name, for people. Default: the address")
        @Nullable
        String name;

        @Option(
                names = "--seeds",
                paramLabel = "A1,A2,A3",
                split = ",",
                hideParamSyntax = true,
                description =
                        "Where to look for a cluster: addresses, each with or without a port; its own may be"
                                + " among them. dns:NAME is every address of a name. Without seeds the node is a cluster of one.")
        List<String> seeds = List.of();

        @Option(
                names = "--seeds-min",
                paramLabel = "N",
                defaultValue = "1",
                description =
                        "How many nodes, itself included, must be known before a cluster is formed; with dns:NAME, say"
                                + " how many start together. Default: ${DEFAULT-VALUE}")
        int seedsMin;

        @Option(
                names = "--label",
                paramLabel = "k=v",
                split = ",",
                hideParamSyntax = true,
                description = "A label that a Gateway's selector is compared with; may be repeated."
                        + " Default: istio=ingressgateway")
        Map<String, String> labels = new LinkedHashMap<>();

        @Option(
                names = "--locality",
                paramLabel = "REGION/ZONE/SUBZONE",
                description = "Where it is, so that near endpoints come before far ones: as short for the labels"
                        + " topology.kubernetes.io/region, topology.kubernetes.io/zone and topology.istio.io/subzone.")
        @Nullable
        String locality;

        @Option(
                names = "--data",
                paramLabel = "DIR",
                description = "Where it keeps its configuration. Default: .convergate/NAME")
        @Nullable
        Path data;

        @Option(
                names = "--cluster-port",
                paramLabel = "P",
                defaultValue = "17355",
                description = "Port of the cluster transport. Default: ${DEFAULT-VALUE}")
        int clusterPort;

        @Option(
                names = "--port-map",
                paramLabel = "80=8080",
                split = ",",
                hideParamSyntax = true,
                description = "Bind another port than the one a Gateway names, so that a node without privileges"
                        + " serves port 80; may be repeated.")
        Map<Integer, Integer> portMap = new LinkedHashMap<>();
    }

    static final class Admin {
        @Option(
                names = "--admin-port",
                paramLabel = "P",
                defaultValue = "8001",
                description = "Port of the admin API. Default: ${DEFAULT-VALUE}")
        int port;

        @Option(
                names = "--admin-names",
                paramLabel = "NAME",
                split = ",",
                hideParamSyntax = true,
                description = "Host names under which it may be called, beside its address, localhost and names without"
                        + " a dot; '*.example.com' for all below one, '*' for any. Other names are refused: a web page"
                        + " could have invented them.")
        Set<String> names = Set.of();

        @Option(
                names = "--admin-cert",
                paramLabel = "FILE",
                description = "Its certificate and chain, PEM: it speaks HTTPS alone. Read again when it changes.")
        @Nullable
        Path certificate;

        @Option(names = "--admin-key", paramLabel = "FILE", description = "The key of --admin-cert, PEM.")
        @Nullable
        Path key;

        @Option(
                names = "--admin-client-ca",
                paramLabel = "FILE",
                description = "Whose client certificates count, PEM. The subject's CN is the name, O=convergate:view,"
                        + " O=convergate:edit or O=convergate:admin the role.")
        @Nullable
        Path clientAuthorities;

        @Option(
                names = "--admin-tokens",
                paramLabel = "FILE",
                description = "Bearer tokens, hashed, a line for each; 'convergate token' makes them.")
        @Nullable
        Path tokens;

        @Option(
                names = "--admin-insecure",
                arity = "0..1",
                fallbackValue = "true",
                defaultValue = "false",
                hideParamSyntax = true,
                description = "Without tokens and client certificates: let everybody in who reaches the port, not only"
                        + " callers on loopback.")
        boolean insecure;

        @Option(
                names = "--admin-loopback",
                arity = "0..1",
                fallbackValue = "true",
                defaultValue = "false",
                hideParamSyntax = true,
                description =
                        "Listen on 127.0.0.1 beside the node's address, so that commands on its machine need no proof.")
        boolean loopback;

        AccessSettings toSettings() {
            return new AccessSettings(
                    Optional.ofNullable(certificate),
                    Optional.ofNullable(key),
                    Optional.ofNullable(clientAuthorities),
                    Optional.ofNullable(tokens),
                    insecure ? AccessSettings.Trust.EVERYBODY : AccessSettings.Trust.LOOPBACK,
                    names,
                    loopback);
        }
    }

    static final class Cluster {
        @Option(
                names = "--cluster-cert",
                paramLabel = "FILE",
                description =
                        "This node's certificate, PEM: nodes speak TLS with each other, and let nobody in without a"
                                + " certificate of --cluster-ca. Read again when it changes.")
        @Nullable
        Path certificate;

        @Option(names = "--cluster-key", paramLabel = "FILE", description = "The key of --cluster-cert, PEM.")
        @Nullable
        Path key;

        @Option(names = "--cluster-ca", paramLabel = "FILE", description = "Whose certificates are nodes', PEM.")
        @Nullable
        Path authorities;

        @Option(
                names = "--cluster-any-address",
                arity = "0..1",
                fallbackValue = "true",
                defaultValue = "false",
                hideParamSyntax = true,
                description =
                        "Take a node's certificate that does not name its address: for addresses that nobody knows"
                                + " in advance.")
        boolean anyAddress;

        Optional<ClusterTls> toSettings() {
            if (certificate == null && key == null && authorities == null) {
                return Optional.empty();
            }
            if (certificate == null || key == null || authorities == null) {
                throw new IllegalArgumentException(
                        "--cluster-cert, --cluster-key and --cluster-ca (expected: all of them or none)");
            }
            return Optional.of(new ClusterTls(
                    certificate, key, authorities, anyAddress ? PeerTls.Addresses.ANY : PeerTls.Addresses.CHECKED));
        }
    }

    static final class Secrets {
        @Option(
                names = "--encryption-key-file",
                paramLabel = "FILE",
                description =
                        "Keys that Secrets are sealed with on disk and between nodes: a line for each, a name and 32"
                                + " bytes in base64; the first is used. Read again when it changes.")
        @Nullable
        Path keys;

        @Option(
                names = "--secrets-unencrypted",
                arity = "0..1",
                fallbackValue = "true",
                defaultValue = "false",
                hideParamSyntax = true,
                description = "Without keys: keep Secrets as they are. Otherwise none is taken.")
        boolean unencrypted;
    }

    static final class Past {
        @Option(
                names = "--history-changes",
                paramLabel = "N",
                defaultValue = "1000",
                description = "The most changes that are kept, 1 to 100000. Default: ${DEFAULT-VALUE}")
        int changes;

        @Option(
                names = "--history-age",
                paramLabel = "TIME",
                defaultValue = "2160h",
                description = "How old a change may be. Default: ${DEFAULT-VALUE}, 90 days")
        Duration age = Duration.ZERO;

        @Option(
                names = "--history-bytes",
                paramLabel = "N",
                defaultValue = "33554432",
                description = "The most bytes that are kept for the past alone, in memory and on disk."
                        + " Default: ${DEFAULT-VALUE}")
        long bytes;
    }

    static final class Stopping {
        @Option(
                names = "--unready-for",
                paramLabel = "TIME",
                defaultValue = "5s",
                description = "How long /readyz is off before connections are closed, so that a load balancer notices."
                        + " Default: ${DEFAULT-VALUE}")
        Duration unreadyFor = Duration.ZERO;

        @Option(
                names = "--drain-timeout",
                paramLabel = "TIME",
                defaultValue = "30s",
                description = "How long requests in flight may take to finish. Default: ${DEFAULT-VALUE}")
        Duration drainTimeout = Duration.ZERO;

        @Option(
                names = "--leave-timeout",
                paramLabel = "TIME",
                defaultValue = "10s",
                description = "How long leaving the cluster may take. Default: ${DEFAULT-VALUE}")
        Duration leaveTimeout = Duration.ZERO;
    }

    /**
     * The settings these options amount to.
     *
     * @throws IllegalArgumentException if one of them makes no sense; the message names the option
     */
    NodeSettings toSettings() {
        String host = Addresses.bindable("--host", identity.host);
        String name = identity.name == null ? host : Addresses.name("--name", identity.name);
        return new NodeSettings(
                name,
                host,
                identity.seeds.stream()
                        .map(seed -> Addresses.seed("--seeds", seed))
                        .toList(),
                seedsMin(),
                labels(),
                identity.data == null ? Path.of(".convergate", name.replace(':', '_')) : identity.data,
                Addresses.port("--admin-port", admin.port, 0),
                Addresses.port("--cluster-port", identity.clusterPort, 1),
                portMap(),
                admin.toSettings(),
                cluster.toSettings(),
                SecretsSettings.of(Optional.ofNullable(secrets.keys), secrets.unencrypted),
                history(),
                new NodeSettings.Stopping(stopping.unreadyFor, stopping.drainTimeout, stopping.leaveTimeout));
    }

    private Map<String, String> labels() {
        Map<String, String> labels =
                new HashMap<>(identity.labels.isEmpty() ? Map.of("istio", "ingressgateway") : identity.labels);
        if (identity.locality != null) {
            if (!identity.locality.matches("[^/*\\s]+(/[^/*\\s]+){0,2}")) {
                throw new IllegalArgumentException(
                        "--locality " + identity.locality + " (expected: region, region/zone or region/zone/subzone)");
            }
            Locality.parse(identity.locality).labels().forEach((label, value) -> {
                String written = value.isEmpty() ? null : labels.putIfAbsent(label, value);
                if (written != null && !written.equals(value)) {
                    throw new IllegalArgumentException("--locality " + identity.locality + " (expected: what --label "
                            + label + "=" + written + " says)");
                }
            });
        }
        return labels;
    }

    private int seedsMin() {
        if (identity.seedsMin < 1 || identity.seedsMin > Limits.MEMBERS_MAX) {
            throw new IllegalArgumentException(
                    "--seeds-min " + identity.seedsMin + " (expected: 1 to " + Limits.MEMBERS_MAX + ")");
        }
        return identity.seedsMin;
    }

    private HistoryLimits history() {
        try {
            return new HistoryLimits(past.changes, past.age, past.bytes);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--history: " + e.getMessage(), e);
        }
    }

    private PortMap portMap() {
        try {
            return new PortMap(identity.portMap);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--port-map: " + e.getMessage(), e);
        }
    }
}
