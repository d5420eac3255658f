package io.convergate.node.main;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.convergate.node.main.Kubectl.Run;
import io.convergate.node.main.Kubectl.Started;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sessions of the real kubectl against a node; each uses names of its own. */
@Timeout(120)
class KubectlTest {
    @TempDir
    private static Path directory;

    private static TestNode node;
    private static Kubectl kubectl;

    @BeforeAll
    static void start() throws Exception {
        Kubectl.assumeThere();
        node = new TestNode(directory.resolve("data"));
        kubectl = new Kubectl(node.address(), directory.resolve("home"));
    }

    @AfterAll
    static void stop() {
        if (node != null) {
            node.close();
        }
    }

    @Test
    void appliesDiffsWaitsAndDeletes() {
        assertThat(done(kubectl.with(gateway("session", 80), "apply", "-f", "-")))
                .isEqualTo("gateway.networking.istio.io/session created\n");
        assertThat(done(kubectl.with(gateway("session", 80), "apply", "-f", "-")))
                .contains("unchanged");
        done(kubectl.run("wait", "--for=condition=Converged", "gw/session", "--timeout=30s"));

        Run same = kubectl.with(gateway("session", 80), "diff", "-f", "-");
        Run diff = kubectl.with(gateway("session", 81), "diff", "-f", "-");
        assertThat(same.exitCode()).as(same.all()).isZero();
        assertThat(diff.exitCode()).as(diff.all()).isEqualTo(1);
        assertThat(diff.out().lines().filter(line -> line.matches("[-+] .*")))
                .extracting(String::strip)
                .containsExactly("-  generation: 1", "+  generation: 2", "-      number: 80", "+      number: 81");

        assertThat(done(kubectl.with(gateway("session", 81), "apply", "--dry-run=server", "-f", "-")))
                .contains("configured (server dry run)");
        assertThat(port("session")).isEqualTo("80");
        assertThat(done(kubectl.with(gateway("session", 81), "apply", "-f", "-")))
                .contains("configured");
        assertThat(port("session")).isEqualTo("81");

        assertThat(done(kubectl.run("delete", "gw", "session"))).contains("deleted");
        assertThat(kubectl.run("get", "gw", "session").err()).contains("NotFound");
        done(kubectl.run("wait", "--for=delete", "gw/session", "--timeout=10s"));
    }

    @Test
    void saysWhoOneIsAndWhatOneMayDo() {
        assertThat(done(kubectl.run("auth", "whoami"))).contains("system:anonymous", "convergate:admin");
        assertThat(done(kubectl.run("auth", "can-i", "create", "vs"))).isEqualTo("yes\n");
        assertThat(done(kubectl.run("auth", "can-i", "get", "/status"))).isEqualTo("yes\n");
        assertThat(done(kubectl.run("auth", "can-i", "--list"))).contains("gateways.networking.istio.io", "/apply");
        Run pods = kubectl.run("auth", "can-i", "get", "pods");
        assertThat(pods.exitCode()).as(pods.all()).isEqualTo(1);
        assertThat(pods.out()).startsWith("no");
    }

    @Test
    void printsTablesListsAndWhatSelectorsChoose() {
        done(kubectl.with(gateway("print-a", 80) + "---\n" + gateway("print-b", 81), "apply", "-f", "-"));
        done(kubectl.run("label", "gw", "print-b", "tier=edge"));
        done(kubectl.run("wait", "--for=condition=Converged", "gw/print-a", "gw/print-b", "--timeout=30s"));

        assertThat(done(kubectl.run("get", "gw", "print-a")))
                .containsPattern("NAME +PORTS +CONVERGED +AGE\nprint-a +80 +True +\\d+s\n");
        assertThat(done(kubectl.run("get", "gw", "print-a", "-o", "wide")))
                .contains("HOSTS", "served by the only node");
        assertThat(done(kubectl.run("get", "gw", "-A", "-l", "tier in (edge,core)", "-o", "name")))
                .isEqualTo("gateway.networking.istio.io/print-b\n");
        assertThat(done(kubectl.run("get", "gw", "--field-selector", "metadata.name=print-a", "-o", "name")))
                .isEqualTo("gateway.networking.istio.io/print-a\n");
        assertThat(done(kubectl.run("get", "gw", "--chunk-size=1", "--sort-by=.metadata.name", "-o", "name")))
                .contains("print-a", "print-b");
        assertThat(done(kubectl.run("get", "gw", "print-a", "-o", "yaml"))).contains("kind: Gateway\n");
        assertThat(kubectl.run("get", "gw", "--field-selector", "spec.x=y").err())
                .contains("field label not supported: spec.x");
        assertThat(done(kubectl.run("describe", "gw", "print-a"))).contains("Reason:", "Converged", "Events:");
        TestNode.await(() -> done(kubectl.run("get", "events", "--field-selector", "involvedObject.name=print-a"))
                .matches("(?s).*Normal +Converged +gateway/print-a +served by the only node.*"));
        assertThat(done(kubectl.run("delete", "gw", "-l", "tier=edge"))).contains("print-b");
        assertThat(done(kubectl.run("get", "gw", "-o", "name")))
                .contains("print-a")
                .doesNotContain("print-b");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "merge | {\"spec\":{\"servers\":[{\"port\":{\"number\":90,\"name\":\"x\",\"protocol\":\"HTTP\"},\"hosts\":[\"*\"]}]}} | 90",
                "json | [{\"op\":\"test\",\"path\":\"/spec/servers/0/port/number\",\"value\":80},"
                        + "{\"op\":\"replace\",\"path\":\"/spec/servers/0/port/number\",\"value\":91}] | 91"
            })
    void patches(String type, String patch, String port) {
        String name = "patch-" + type;
        done(kubectl.with(gateway(name, 80), "apply", "-f", "-"));

        assertThat(done(kubectl.run("patch", "gw", name, "--type=" + type, "-p", patch)))
                .contains("patched");

        assertThat(port(name)).isEqualTo(port);
    }

    @Test
    void patchesThatDoNotFitAreRefused() {
        done(kubectl.with(gateway("unfit", 80), "apply", "-f", "-"));

        Run failed = kubectl.run(
                "patch", "gw", "unfit", "--type=json", "-p", "[{\"op\":\"test\",\"path\":\"/kind\",\"value\":\"x\"}]");
        Run strategic = kubectl.run("patch", "gw", "unfit", "-p", "{}");

        assertThat(failed.err()).contains("the JSON patch cannot be applied");
        assertThat(strategic.err()).contains("is not supported by networking.istio.io/v1, Kind=Gateway");
    }

    @Test
    void kubernetesOwnKindsAreMergedStrategicallyAndCreatedByCommands() {
        done(kubectl.run("create", "service", "clusterip", "shop", "--tcp=80:8080"));
        done(kubectl.run("create", "ingress", "shop", "--rule=shop.example/a*=shop:80"));
        done(kubectl.run("create", "configmap", "shop", "--from-literal=a=b"));
        done(kubectl.run("create", "secret", "generic", "shop", "--from-literal=password=hunter2"));
        done(kubectl.run("create", "namespace", "team"));

        done(kubectl.run(
                "patch",
                "svc",
                "shop",
                "-p",
                "{\"spec\":{\"ports\":[{\"port\":81,\"name\":\"b\"}," + "{\"port\":80,\"name\":\"a\"}]}}"));
        assertThat(done(kubectl.run(
                        "get", "svc", "shop", "-o", "jsonpath={.spec.ports[*].port} {.spec.ports[*].targetPort}")))
                .isEqualTo("80 81 8080");
        done(kubectl.run("patch", "svc", "shop", "-p", "{\"spec\":{\"ports\":[{\"port\":80,\"$patch\":\"delete\"}]}}"));
        assertThat(done(kubectl.run("get", "svc", "shop", "-o", "jsonpath={.spec.ports[*].port}")))
                .isEqualTo("81");

        assertThat(done(kubectl.run("get", "ing", "shop"))).contains("shop.example");
        assertThat(done(kubectl.run("get", "cm", "shop", "-o", "jsonpath={.data.a}")))
                .isEqualTo("b");
        assertThat(done(kubectl.run("get", "secret", "shop"))).containsPattern("shop +Opaque +1");
        assertThat(done(kubectl.run("get", "ns"))).contains("default", "team");
        assertThat(done(kubectl.run("describe", "svc", "shop"))).contains("b  81");
        assertThat(kubectl.run("delete", "ns", "default").err()).contains("are in it");
        done(kubectl.run("delete", "svc/shop", "ing/shop", "cm/shop", "secret/shop", "ns/team"));
    }

    @Test
    void editsInAnEditor() throws Exception {
        Path script = Files.writeString(directory.resolve("sed"), "s/number: 80/number: 8080/");
        done(kubectl.with(gateway("edit", 80), "apply", "-f", "-"));

        Run edited = kubectl.run(Map.of("EDITOR", "sed -i -f " + script), "", "edit", "gw", "edit");

        assertThat(edited.exitCode()).as(edited.all()).isZero();
        assertThat(port("edit")).isEqualTo("8080");
    }

    @Test
    void serverSideApplyKeepsOwnersAndReportsConflicts() {
        done(kubectl.with(gateway("owned", 80), "apply", "-f", "-"));
        done(kubectl.with(gateway("owned", 80), "apply", "--server-side", "-f", "-"));
        assertThat(owners("owned")).isEqualTo("kubectl-last-applied Apply kubectl Apply ");

        Run conflict = kubectl.with(gateway("owned", 81), "apply", "--server-side", "--field-manager=other", "-f", "-");
        assertThat(conflict.exitCode()).isEqualTo(1);
        assertThat(conflict.err()).contains("Apply failed with 1 conflict: conflict with \"kubectl\": .spec.servers");
        assertThat(port("owned")).isEqualTo("80");

        done(kubectl.with(
                gateway("owned", 81),
                "apply",
                "--server-side",
                "--field-manager=other",
                "--force-conflicts",
                "-f",
                "-"));
        assertThat(port("owned")).isEqualTo("81");
        String version = done(kubectl.run("get", "gw", "owned", "-o", "jsonpath={.metadata.generation}"));
        done(kubectl.with(gateway("owned", 81), "apply", "--server-side", "--field-manager=other", "-f", "-"));
        assertThat(done(kubectl.run("get", "gw", "owned", "-o", "jsonpath={.metadata.generation}")))
                .isEqualTo(version);
    }

    @Test
    void unknownFieldsAreRefusedWarnedOfOrLeftOutAsAsked() {
        String misspelt = gateway("strict", 80).replace("  selector:", "  selektor:");

        Run strict = kubectl.with(misspelt, "apply", "-f", "-");
        Run warned = kubectl.with(misspelt, "create", "--validate=warn", "-f", "-");
        Run ignored = kubectl.with(misspelt, "replace", "--validate=ignore", "-f", "-");

        assertThat(strict.exitCode()).isEqualTo(1);
        assertThat(strict.err())
                .contains("strict decoding error: unknown field \"spec.selektor\" (expected: did you mean selector?)");
        assertThat(warned.exitCode()).as(warned.all()).isZero();
        assertThat(warned.err()).contains("Warning: unknown field \"spec.selektor\"");
        assertThat(ignored.exitCode()).as(ignored.all()).isZero();
        assertThat(ignored.err()).doesNotContain("selektor");
        Run invalid = kubectl.with(gateway("strict", 99999), "apply", "-f", "-");
        assertThat(invalid.err()).contains("The Gateway \"strict\" is invalid:", "spec.servers[0].port.number: 99999");
        Run again = kubectl.with(gateway("strict", 80), "create", "-f", "-");
        assertThat(again.err()).contains("AlreadyExists");
    }

    @Test
    void watchesUntilItIsStopped() throws Exception {
        Started watch = kubectl.start("get", "gw", "--watch", "--output-watch-events", "-l", "app=watched");
        try {
            done(kubectl.with(gateway("watched", 80), "apply", "-f", "-"));
            done(kubectl.run("label", "gw", "watched", "app=watched"));
            TestNode.await(() -> watch.printed().matches("(?s).*ADDED +watched.*"));
            done(kubectl.run("label", "gw", "watched", "more=labels"));
            TestNode.await(() -> watch.printed().matches("(?s).*MODIFIED +watched.*"));
            done(kubectl.run("label", "gw", "watched", "app-"));
            TestNode.await(() -> watch.printed().matches("(?s).*DELETED +watched.*"));
        } finally {
            watch.stop();
        }
    }

    @Test
    void tellsWhatThereIs() {
        assertThat(done(kubectl.run("api-resources", "--categories=istio-io", "-o", "name")))
                .contains("gateways.networking.istio.io", "virtualservices.networking.istio.io");
        assertThat(done(kubectl.run("api-versions"))).contains("networking.istio.io/v1\n", "v1\n");
        assertThat(done(kubectl.run("explain", "vs.spec.http.timeout")))
                .contains("FIELD: timeout <string>", "A duration such as");
        assertThat(done(kubectl.run("explain", "svc.spec.ports"))).contains("targetPort", "A whole number or a string");
        assertThat(done(kubectl.run("version"))).contains("Server Version: v1.32");
        assertThat(done(kubectl.run("cluster-info"))).contains("is running at");
        done(kubectl.run("get", "all,secrets,configmaps", "-A"));
    }

    @Test
    void replacesOnlyTheVersionItHasSeen() throws Exception {
        done(kubectl.with(gateway("locked", 80), "apply", "-f", "-"));
        Path seen = Files.writeString(
                directory.resolve("locked.yaml"), done(kubectl.run("get", "gw", "locked", "-o", "yaml")));
        done(kubectl.run("label", "gw", "locked", "changed=meanwhile"));

        Run outdated = kubectl.run("apply", "--server-side=false", "-f", seen.toString());
        Run replaced = kubectl.with(gateway("locked", 81), "replace", "-f", "-");

        assertThat(outdated.err()).contains("the object has been modified");
        assertThat(replaced.exitCode()).as(replaced.all()).isZero();
        assertThat(port("locked")).isEqualTo("81");
    }

    @Test
    void theExamplesOfTheDocumentationCanBeApplied() {
        done(kubectl.run("apply", "-R", "-f", "../docs/examples"));
        done(kubectl.run("delete", "-R", "-f", "../docs/examples"));
    }

    /** Istio's own samples, where a copy lies beside the project. */
    @Test
    void istiosSamplesCanBeApplied() {
        Optional<Path> samples = Stream.iterate(Path.of("").toAbsolutePath(), path -> path != null, Path::getParent)
                .map(path -> path.resolve("shared/samples/istio"))
                .filter(Files::isDirectory)
                .findFirst();
        assumeTrue(samples.isPresent(), "no shared/samples/istio in a directory above");

        done(kubectl.run("apply", "-R", "-f", samples.get().toString()));
        done(kubectl.run(
                "delete", "-R", "--ignore-not-found", "-f", samples.get().toString()));
    }

    private static String done(Run run) {
        assertThat(run.exitCode()).as(run.all()).isZero();
        return run.out();
    }

    private static String port(String name) {
        return done(kubectl.run("get", "gw", name, "-o", "jsonpath={.spec.servers[0].port.number}"));
    }

    private static String owners(String name) {
        return done(kubectl.run(
                "get",
                "gw",
                name,
                "-o",
                "jsonpath={range .metadata.managedFields[*]}{.manager} {.operation} {end}",
                "--show-managed-fields"));
    }

    private static String gateway(String name, int port) {
        return """
                apiVersion: networking.istio.io/v1
                kind: Gateway
                metadata:
                  name: %s
                spec:
                  selector:
                    istio: ingressgateway
                  servers:
                    - port:
                        number: %d
                        name: http
                        protocol: HTTP
                      hosts: ["%s.example"]
                """.formatted(name, port, name);
    }
}
