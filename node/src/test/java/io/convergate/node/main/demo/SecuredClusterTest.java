package io.convergate.node.main.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.config.tls.Authorities;
import io.convergate.config.tls.TlsContexts;
import io.convergate.node.admin.api.ApplyReport;
import io.convergate.node.admin.api.StatusReport;
import io.convergate.node.main.CommandFailed;
import io.convergate.node.main.certs.Authority;
import io.convergate.node.main.certs.PemFiles;
import io.convergate.node.main.client.AdminClient;
import io.convergate.node.main.client.Credentials;
import io.convergate.routing.tls.TlsCredential;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Node processes that speak TLS with each other. */
@Tag("long")
class SecuredClusterTest {
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String HOST = "127.0.0.1";

    private final Authority authority = Authority.create("cluster", DAY);
    private final List<NodeProcess> running = new ArrayList<>();

    @TempDir
    private Path directory;

    @AfterEach
    void stop() {
        running.forEach(NodeProcess::tell);
        running.forEach(NodeProcess::close);
    }

    @Test
    void onlyNodesOfTheAuthorityJoinAndCertificatesAreExchangedWhileTheClusterRuns() throws Exception {
        PemFiles.write(directory, "ca", authority.own());
        List<Site> sites = sites("one", "two", "stranger");
        issue("one");
        issue("two");
        PemFiles.write(
                directory,
                "stranger",
                Authority.create("another cluster", DAY)
                        .issue("CN=stranger", Authority.Purpose.NODE, List.of(HOST), DAY));
        NodeProcess one = start(sites.get(0), sites);
        NodeProcess two = start(sites.get(1), sites);
        await("two nodes", () -> members(one) == 2 && members(two) == 2);

        NodeProcess stranger = start(sites.get(2), sites);
        await(
                "the stranger is refused",
                () -> log("stranger").contains("SSL") || log("one").contains("SSL"));
        assertThat(members(one)).isEqualTo(2);
        assertThat(members(stranger)).isLessThanOrEqualTo(1);
        assertThat(ready(stranger)).isFalse();

        TlsCredential renewed = issue("one");
        await("the certificate is read again", () -> log("one").contains("certificate of the cluster: read again"));
        assertThat(shown(sites.get(0))).isEqualTo(renewed.certificate());
        assertThat(apply(one, "a")).as("connections of before go on").isEqualTo(2);

        issue("two");
        two.tell();
        two.close();
        running.remove(two);
        NodeProcess again = start(sites.get(1), sites);
        await("two nodes again", () -> members(one) == 2 && members(again) == 2 && ready(again));
        assertThat(apply(again, "b")).isEqualTo(2);
        assertThat(members(stranger)).isLessThanOrEqualTo(1);
    }

    private TlsCredential issue(String name) throws IOException {
        TlsCredential made = authority.issue("CN=" + name, Authority.Purpose.NODE, List.of(HOST), DAY);
        PemFiles.write(directory, name, made);
        return made;
    }

    private NodeProcess start(Site site, List<Site> all) throws IOException {
        NodeProcess node = NodeProcess.start(
                site,
                all,
                directory,
                List.of(
                        "--seeds-min=2",
                        "--cluster-cert=" + directory.resolve(site.name() + ".crt"),
                        "--cluster-key=" + directory.resolve(site.name() + ".key"),
                        "--cluster-ca=" + directory.resolve("ca.crt")));
        running.add(node);
        return node;
    }

    /** What a node shows to one who comes with a node's certificate. */
    private X509Certificate shown(Site site) throws IOException {
        TlsCredential own = authority.issue("CN=probe", Authority.Purpose.NODE, List.of(HOST), DAY);
        try (SSLSocket socket = (SSLSocket) TlsContexts.of(
                        Optional.of(own),
                        Optional.of(new Authorities(List.of(authority.own().certificate()))))
                .getSocketFactory()
                .createSocket(HOST, site.clusterPort())) {
            socket.startHandshake();
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    private static int members(NodeProcess node) {
        return status(node).map(status -> status.nodes().size()).orElse(0);
    }

    private static boolean ready(NodeProcess node) {
        return status(node).map(StatusReport::ready).orElse(false);
    }

    private static Optional<StatusReport> status(NodeProcess node) {
        assertThat(node.isAlive()).as(node::lastWords).isTrue();
        try {
            return Optional.of(client(node).get("/status", "application/json").as(StatusReport.class));
        } catch (CommandFailed notYet) {
            return Optional.empty();
        }
    }

    /** Writes something, and tells on how many disks it is. */
    private static int apply(NodeProcess node, String name) {
        String map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: " + name + "}";
        return client(node)
                .post("/apply?wait=all&timeout=60s", map.getBytes(StandardCharsets.UTF_8), PATIENCE)
                .as(ApplyReport.class)
                .nodes()
                .size();
    }

    private static AdminClient client(NodeProcess node) {
        return new AdminClient(
                URI.create("http://" + node.site().host() + ":" + node.site().adminPort()), Credentials.NONE);
    }

    private String log(String name) {
        try (Stream<String> lines = Files.lines(directory.resolve(name + ".log"))) {
            return String.join("\n", lines.toList());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not so: " + what + "\n"
                        + String.join(
                                "\n\n",
                                running.stream().map(NodeProcess::lastWords).toList()));
            }
            LockSupport.parkNanos(200_000_000);
        }
    }

    /** All ports are taken before one is given back, so that no two are alike. */
    private static List<Site> sites(String... names) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        List<Site> sites = new ArrayList<>();
        for (String name : names) {
            int[] ports = new int[3];
            for (int i = 0; i < ports.length; i++) {
                ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST));
                sockets.add(socket);
                ports[i] = socket.getLocalPort();
            }
            sites.add(new Site(name, HOST, ports[0], ports[1], ports[2]));
        }
        for (ServerSocket socket : sockets) {
            socket.close();
        }
        return sites;
    }
}
