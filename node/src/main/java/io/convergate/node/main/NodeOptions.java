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
        @Setting(about = """
                A file of settings: lines of `name = value`, the name being that of an option without its dashes, `#` before
                what is to be ignored. The environment wins over it, the command line over both.""")
        @Option(
                names = "--config",
                paramLabel = "FILE",
                description =
                        "Settings in a file, lines of 'name = value' with the names of options; the environment and"
                                + " the command line win over it.")
        @Nullable
        Path config;

        @Setting(about = """
                The node's one address. Listeners, admin API and cluster transport bind to it, its cluster
                connections come from it, and the others know it by it; so no wildcard. A Gateway server's `bind`
                may name another address of the machine for its listener.""")
        @Option(
                names = "--host",
                paramLabel = "A",
                defaultValue = "127.0.0.1",
                description = "The node's address: listeners, admin API and cluster transport bind to it, and its"
                        + " cluster connections come from it. Default: ${DEFAULT-VALUE}")
        String host = "";

        @Setting(unset = "the address", about = """
                For people: in `/status`, in logs, as `%HOSTNAME%` in header values.""")
        @Option(names = "--name", paramLabel = "N", description = "Its name, for people. Default: the address")
        @Nullable
        String name;

        @Setting(about = """
                Where to look for a cluster, each with or without a port. Give all nodes the same list, their own
                address included. Without seeds a node that was never in a cluster is one by itself; [how a cluster
                is formed](adr/0003-forming-a-cluster-once.md). `dns:NAME` or `dns:NAME:PORT` stands for every
                address of a name (A and AAAA records, as of a compose service or a headless service), looked up
                every second; a lookup that fails changes nothing.""")
        @Option(
                names = "--seeds",
                paramLabel = "A1,A2,A3",
                split = ",",
                hideParamSyntax = true,
                description =
                        "Where to look for a cluster: addresses, each with or without a port; its own may be"
                                + " among them. dns:NAME is every address of a name. Without seeds the node is a cluster of one.")
        List<String> seeds = List.of();

        @Setting(least = 1, most = 256, about = """
                How many nodes, itself included, must be known before a cluster is formed, 1 to 256. With `dns:NAME`
                say how many start together: a name may show only some of them at first.""")
        @Option(
                names = "--seeds-min",
                paramLabel = "N",
                defaultValue = "1",
                description =
                        "How many nodes, itself included, must be known before a cluster is formed; with dns:NAME, say"
                                + " how many start together. Default: ${DEFAULT-VALUE}")
        int seedsMin;

        @Setting(unset = "`istio=ingressgateway`", about = """
                Labels that a Gateway's selector is compared with; several by repeating it. The default makes
                Istio's own files serve unchanged. Given once, the default is gone. A match's `sourceLabels` are
                compared with them too, its `sourceNamespace` with the label `convergate.io/namespace`, which counts
                as `default` where it is missing.""")
        @Option(
                names = "--label",
                paramLabel = "k=v",
                split = ",",
                hideParamSyntax = true,
                description = "A label that a Gateway's selector is compared with; may be repeated."
                        + " Default: istio=ingressgateway")
        Map<String, String> labels = new LinkedHashMap<>();

        @Setting(about = """
                Where the node is, so that [near endpoints come before far
                ones](life-of-a-request.md#9-pick-an-endpoint-send). Short for the labels
                `topology.kubernetes.io/region`, `topology.kubernetes.io/zone` and `topology.istio.io/subzone`; zone
                and subzone may be left out.""")
        @Option(
                names = "--locality",
                paramLabel = "REGION/ZONE/SUBZONE",
                description = "Where it is, so that near endpoints come before far ones: as short for the labels"
                        + " topology.kubernetes.io/region, topology.kubernetes.io/zone and topology.istio.io/subzone.")
        @Nullable
        String locality;

        @Setting(unset = "`.convergate/NAME`", about = """
                Where the configuration is kept: `config.log`, `members`, `promise`, `lock`. One process at a time;
                never a copy of another node's. On a disk that loses it the node is a new writer each time.""")
        @Option(
                names = "--data",
                paramLabel = "DIR",
                description = "Where it keeps its configuration. Default: .convergate/NAME")
        @Nullable
        Path data;

        @Setting(least = 1, most = 65535, about = """
                TCP port of the cluster transport. Without `--cluster-cert` neither encrypted nor authenticated:
                whoever reaches it is a node. Two halves of a cluster that removed each other also need to reach
                ports that the kernel chooses, to become one again.""")
        @Option(
                names = "--cluster-port",
                paramLabel = "P",
                defaultValue = "17355",
                description = "Port of the cluster transport. Default: ${DEFAULT-VALUE}")
        int clusterPort;

        @Setting(about = """
                Binds another port than the one a Gateway names; several by repeating it. Routes still see the
                Gateway's port. For nodes without root.""")
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
        @Setting(least = 0, most = 65535, about = """
                0 takes any free port.""")
        @Option(
                names = "--admin-port",
                paramLabel = "P",
                defaultValue = "8001",
                description = "Port of the admin API. Default: ${DEFAULT-VALUE}")
        int port;

        @Setting(about = """
                Host names under which the API may be called over plain HTTP, beside IP addresses, `localhost` and
                names without a dot; `*.example.com` for all below one, `*` for any. Any other name could be a
                stranger's that points here. Calls over TLS and with a token need none of it.""")
        @Option(
                names = "--admin-names",
                paramLabel = "NAME",
                split = ",",
                hideParamSyntax = true,
                description = "Host names under which it may be called, beside its address, localhost and names without"
                        + " a dot; '*.example.com' for all below one, '*' for any. Other names are refused: a web page"
                        + " could have invented them.")
        Set<String> names = Set.of();

        @Setting(about = """
                Certificate and chain, PEM. The port then speaks HTTPS alone. Like all files here it is [read
                again](security.md#renewing) when it changes.""")
        @Option(
                names = "--admin-cert",
                paramLabel = "FILE",
                description = "Its certificate and chain, PEM: it speaks HTTPS alone. Read again when it changes.")
        @Nullable
        Path certificate;

        @Setting(about = """
                The key of `--admin-cert`, PEM, not readable by everybody.""")
        @Option(names = "--admin-key", paramLabel = "FILE", description = "The key of --admin-cert, PEM.")
        @Nullable
        Path key;

        @Setting(about = """
                Authorities whose client certificates count, PEM. The subject's `CN` is the name,
                `O=convergate:view`, `O=convergate:edit` or `O=convergate:admin` the role.""")
        @Option(
                names = "--admin-client-ca",
                paramLabel = "FILE",
                description = "Whose client certificates count, PEM. The subject's CN is the name, O=convergate:view,"
                        + " O=convergate:edit or O=convergate:admin the role.")
        @Nullable
        Path clientAuthorities;

        @Setting(about = """
                Bearer tokens, hashed, a line for each, as `convergate token create` writes them. Without
                `--admin-cert` only on a loopback address.""")
        @Option(
                names = "--admin-tokens",
                paramLabel = "FILE",
                description = "Bearer tokens, hashed, a line for each; 'convergate token' makes them.")
        @Nullable
        Path tokens;

        @Setting(about = """
                With neither tokens nor client certificates: lets everybody in, as an admin, and warns of it.
                Otherwise only callers on loopback are served, and everybody gets `/livez`, `/readyz` and
                `/metrics`.""")
        @Option(
                names = "--admin-insecure",
                arity = "0..1",
                paramLabel = "true|false",
                fallbackValue = "true",
                defaultValue = "false",
                hideParamSyntax = true,
                description = "Without tokens and client certificates: let everybody in who reaches the port, not only"
                        + " callers on loopback.")
        boolean insecure;

        @Setting(about = """
                Listens on 127.0.0.1 beside the node's address, so that commands on its machine, or in its
                container, are served without a proof. The [image](../docker/README.md) sets it.""")
        @Option(
                names = "--admin-loopback",
                arity = "0..1",
                paramLabel = "true|false",
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
        @Setting(about = """
                This node's certificate and chain, PEM. Nodes then speak TLS 1.3 with each other and let nobody in
                without a certificate of `--cluster-ca`. Certificates for clients alone (extended key usage) make no
                node. All three files are [read again](security.md#renewing) when they change.""")
        @Option(
                names = "--cluster-cert",
                paramLabel = "FILE",
                description =
                        "This node's certificate, PEM: nodes speak TLS with each other, and let nobody in without a"
                                + " certificate of --cluster-ca. Read again when it changes.")
        @Nullable
        Path certificate;

        @Setting(about = """
                The key of `--cluster-cert`, PEM, not readable by everybody.""")
        @Option(names = "--cluster-key", paramLabel = "FILE", description = "The key of --cluster-cert, PEM.")
        @Nullable
        Path key;

        @Setting(about = """
                Authorities whose certificates are nodes', PEM. Best one that signs nothing else.""")
        @Option(names = "--cluster-ca", paramLabel = "FILE", description = "Whose certificates are nodes', PEM.")
        @Nullable
        Path authorities;

        @Setting(about = """
                A node's certificate need not name its address (as an IP address among its alternative names). For
                containers whose addresses nobody knows in advance; a stolen certificate is then good anywhere.""")
        @Option(
                names = "--cluster-any-address",
                arity = "0..1",
                paramLabel = "true|false",
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
        @Setting(about = """
                Keys that [Secrets are sealed with](security.md#secrets-at-rest), the same on all nodes, not
                readable by everybody: a line for each, a name and 32 random bytes in base64. The first is used, the
                others open what was sealed with them. Read again when it changes.""")
        @Option(
                names = "--encryption-key-file",
                paramLabel = "FILE",
                description =
                        "Keys that Secrets are sealed with on disk and between nodes: a line for each, a name and 32"
                                + " bytes in base64; the first is used. Read again when it changes.")
        @Nullable
        Path keys;

        @Setting(about = """
                Without keys: keeps Secrets as they are, on every disk and between nodes, and warns of it. Otherwise
                a change with a Secret is refused.""")
        @Option(
                names = "--secrets-unencrypted",
                arity = "0..1",
                paramLabel = "true|false",
                fallbackValue = "true",
                defaultValue = "false",
                hideParamSyntax = true,
                description = "Without keys: keep Secrets as they are. Otherwise none is taken.")
        boolean unencrypted;
    }

    static final class Past {
        @Setting(least = 1, most = 100_000, about = """
                The most changes that are kept, 1 to 100,000.""")
        @Option(
                names = "--history-changes",
                paramLabel = "N",
                defaultValue = "1000",
                description = "The most changes that are kept, 1 to 100000. Default: ${DEFAULT-VALUE}")
        int changes;

        @Setting(range = "more than 0", about = """
                How old a change may be. The default is 90 days.""")
        @Option(
                names = "--history-age",
                paramLabel = "TIME",
                defaultValue = "2160h",
                description = "How old a change may be. Default: ${DEFAULT-VALUE}, 90 days")
        Duration age = Duration.ZERO;

        @Setting(least = 0, about = """
                The most bytes that are kept for the past alone, in memory and on disk. `0` keeps the present only.""")
        @Option(
                names = "--history-bytes",
                paramLabel = "N",
                defaultValue = "33554432",
                description = "The most bytes that are kept for the past alone, in memory and on disk."
                        + " Default: ${DEFAULT-VALUE}")
        long bytes;
    }

    static final class Stopping {
        @Setting(range = "0 or more", about = """
                How long `/readyz` is off before anything is closed. Longer than your load balancer takes to notice;
                `0` for none.""")
        @Option(
                names = "--unready-for",
                paramLabel = "TIME",
                defaultValue = "5s",
                description = "How long /readyz is off before connections are closed, so that a load balancer notices."
                        + " Default: ${DEFAULT-VALUE}")
        Duration unreadyFor = Duration.ZERO;

        @Setting(range = "0 or more", about = """
                How long requests in flight may take. What is left is cut.""")
        @Option(
                names = "--drain-timeout",
                paramLabel = "TIME",
                defaultValue = "30s",
                description = "How long requests in flight may take to finish. Default: ${DEFAULT-VALUE}")
        Duration drainTimeout = Duration.ZERO;

        @Setting(range = "0 or more", about = """
                How long leaving the cluster may take; a node that did not leave is removed by the others after some
                seconds.""")
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
        return new HistoryLimits(
                Ranges.between("--history-changes", past.changes, 1, 100_000),
                Ranges.positive("--history-age", past.age),
                Ranges.atLeastZero("--history-bytes", past.bytes));
    }

    private PortMap portMap() {
        try {
            return new PortMap(identity.portMap);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--port-map " + e.getMessage(), e);
        }
    }
}
