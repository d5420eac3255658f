package io.convergate.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.convergate.loadgen.fleet.Fleet;
import io.convergate.loadgen.fleet.GatewayNode;
import io.convergate.system.harness.HttpConnection;
import io.convergate.system.harness.Prometheus;
import io.convergate.system.harness.SharedCluster;
import io.convergate.system.harness.Timeline;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a real Prometheus sees of real nodes. */
@ExtendWith(SharedCluster.class)
class MonitoringTest {
    /** Top of the tree: the module lies at {@code src/test}. */
    private static final Path TREE = Path.of("../..").toAbsolutePath().normalize();

    private static final int REQUESTS = 20;

    @Test
    void prometheusSeesTheClusterAndItsRequestsAndEveryPanelOfTheDashboardHasAnAnswer(
            Fleet cluster, @TempDir Path directory) throws IOException {
        requireProgram("prometheus");
        try (Bookinfo bookinfo = new Bookinfo();
                Prometheus prometheus = Prometheus.of(cluster.nodes(), directory)) {
            cluster.node(1).admin().applyEverywhere(bookinfo.everything());
            prometheus.await("sum(up{job=\"convergate\"})", 3);
            prometheus.await("sum(convergate_ready)", 3);
            prometheus.await("min(convergate_cluster_members{presence=\"up\"})", 3);
            prometheus.await("min(convergate_config_members{state=\"serving\"})", 3);
            JsonNode vitals = cluster.node(1).admin().get("/vitals?timeout=10s").json();
            assertThat(vitals.path("nodes"))
                    .hasSize(3)
                    .allMatch(node -> node.path("vitals").path("ready").asBoolean());
            String ok = "sum(istio_requests_total{response_code=\"200\"})";
            JsonNode before = prometheus.ask(ok);
            double count =
                    before.isEmpty() ? 0 : before.get(0).get("value").get(1).asDouble();
            for (GatewayNode node : cluster.nodes()) {
                try (HttpConnection connection = new HttpConnection(node.http())) {
                    for (int i = 0; i < REQUESTS; i++) {
                        connection.get("bookinfo.test", "/details/0");
                    }
                }
            }
            prometheus.await(ok, count + 3 * REQUESTS);
            for (String expression : dashboard()) {
                prometheus.ask(expression.replace("$__rate_interval", "1m"));
            }
            assertThat(Files.readString(TREE.resolve("docs/api.md")))
                    .contains(metrics(cluster.node(1)).stream()
                            .map(name -> '`' + name + '`')
                            .toList());
            Timeline.say(
                    "Prometheus scraped 3 nodes; %d expressions of the dashboard answered",
                    dashboard().size());
        }
    }

    @Test
    void everyAlertFiresWhenItShouldAndHasAPage() throws IOException {
        requireProgram("promtool");
        Path rules = TREE.resolve("docker/prometheus/alerts.yml");
        Prometheus.promtool("check", "rules", rules.toString());
        Prometheus.promtool(
                "test",
                "rules",
                TREE.resolve("docker/prometheus/alerts.test.yml").toString());
        String tested = Files.readString(TREE.resolve("docker/prometheus/alerts.test.yml"));
        List<String> pages = new ArrayList<>();
        for (String line : Files.readAllLines(rules)) {
            if (line.strip().startsWith("- alert: ")) {
                assertThat(tested).contains(line.strip().substring("- alert: ".length()) + " fires");
            } else if (line.strip().startsWith("runbook: ")) {
                pages.add(line.strip().substring("runbook: ".length()));
            }
        }
        assertThat(pages).isNotEmpty().allSatisfy(page -> assertThat(TREE.resolve(page))
                .exists());
        try (Stream<Path> written = Files.list(TREE.resolve("docs/runbooks"))) {
            assertThat(written.map(page -> TREE.relativize(page).toString()))
                    .containsExactlyInAnyOrderElementsOf(pages);
        }
    }

    /** The metrics of our own that a node exports, histograms without their suffixes. */
    private static List<String> metrics(GatewayNode node) {
        String text = new String(node.admin().get("/metrics").body(), StandardCharsets.UTF_8);
        List<String> names = text.lines()
                .filter(line -> line.startsWith("# TYPE convergate_"))
                .map(line -> line.split(" ")[2])
                .toList();
        assertThat(names).hasSizeGreaterThan(20);
        return names;
    }

    private static List<String> dashboard() throws IOException {
        JsonNode panels = new ObjectMapper()
                .readTree(TREE.resolve("docker/grafana/dashboards/convergate.json")
                        .toFile())
                .get("panels");
        List<String> expressions = new ArrayList<>();
        panels.forEach(panel -> panel.get("targets")
                .forEach(target -> expressions.add(target.get("expr").asText())));
        return expressions;
    }

    private static void requireProgram(String program) {
        boolean there = Prometheus.has(program);
        if (!there) {
            Timeline.say("SKIPPED: %s is not installed", program);
        }
        assumeTrue(there, program + " is not installed");
    }
}
