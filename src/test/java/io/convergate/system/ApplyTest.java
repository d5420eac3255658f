package io.convergate.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.convergate.loadgen.fleet.AdminReply;
import io.convergate.loadgen.fleet.Await;
import io.convergate.loadgen.fleet.Command;
import io.convergate.loadgen.fleet.Fleet;
import io.convergate.loadgen.fleet.GatewayNode;
import io.convergate.loadgen.fleet.ResourceKind;
import io.convergate.node.admin.api.ApplyReport;
import io.convergate.node.admin.api.ImpactReport;
import io.convergate.node.admin.api.NodeSample;
import io.convergate.node.admin.api.ProblemDocument;
import io.convergate.node.admin.api.ProblemView;
import io.convergate.node.admin.api.ResourceResult.Outcome;
import io.convergate.routing.explain.ImpactGroup;
import io.convergate.system.harness.SharedCluster;
import io.convergate.system.harness.Timeline;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A change is written to one node and is everywhere, or nowhere. */
@ExtendWith(SharedCluster.class)
class ApplyTest {
    @Test
    void whatIsAppliedToOneNodeIsReadFromTheOthersAndRoutedThere(Fleet cluster) {
        try (Bookinfo bookinfo = new Bookinfo()) {
            ApplyReport report = cluster.node(1)
                    .admin()
                    .post("/apply?wait=all&timeout=30s", bookinfo.everything())
                    .as(ApplyReport.class);
            assertThat(report.converged()).as("%s", report.nodes()).isTrue();
            Timeline.say("revision %s, held by %d of %d", report.revision(), report.heldBy(), report.members());
            assertThat(report.resources()).hasSize(7).allMatch(result -> result.outcome() == Outcome.CREATED);
            assertThat(report.heldBy()).isGreaterThanOrEqualTo(2);

            for (GatewayNode node : cluster.nodes()) {
                assertThat(node.admin().status().revision()).isEqualTo(report.revision());
                assertThat(node.admin().find(ResourceKind.VIRTUAL_SERVICE, "bookinfo"))
                        .hasValueSatisfying(resource -> assertThat(
                                        resource.at("/spec/hosts/0").asText())
                                .isEqualTo(Bookinfo.HOST));
                assertThat(Bookinfo.ask(node, "/productpage").origin()).isEqualTo("productpage");
                assertThat(Bookinfo.ask(node, "/static/a/b?c=d").body()).isEqualTo("productpage /static/a/b?c=d\n");
                assertThat(Bookinfo.ask(node, "/reviews/1").origin()).isEqualTo("reviews-v1");
                assertThat(Bookinfo.ask(node, "/reviews/1", "end-user", "jason").origin())
                        .isEqualTo("reviews-v2");
                assertThat(Bookinfo.ask(node, "/api/ratings/7").body()).isEqualTo("ratings /ratings/7\n");
                assertThat(Bookinfo.ask(node, "/nothing").status()).isEqualTo(404);
            }
        }
    }

    @Test
    void whatIsDeletedOnOneNodeIsGoneFromTheOthers(Fleet cluster) {
        cluster.node(1).admin().applyEverywhere(Bookinfo.small("short-lived", 80));
        int status = cluster.node(2)
                .admin()
                .delete(ResourceKind.SERVICE_ENTRY, "short-lived")
                .status();
        assertThat(status).isEqualTo(200);
        for (GatewayNode node : cluster.nodes()) {
            assertThat(node.admin().find(ResourceKind.SERVICE_ENTRY, "short-lived"))
                    .isEmpty();
        }
    }

    @Test
    void oneBadDocumentRefusesTheWholeChangeAndSaysWhere(Fleet cluster) {
        try (Bookinfo bookinfo = new Bookinfo()) {
            String before = cluster.node(1)
                    .admin()
                    .applyEverywhere(bookinfo.everything())
                    .revision();
            String good = Bookinfo.small("good", 80);
            String bad = Bookinfo.routes(0, 100).replace("prefix: /reviews", "prefixx: /reviews");
            String documents = good + "---\n" + bad;

            ProblemDocument refusal =
                    cluster.node(2).admin().post("/apply", documents).as(ProblemDocument.class);
            Timeline.say("%d %s: %s", refusal.status(), refusal.detail(), refusal.problems());
            assertThat(refusal.status()).isEqualTo(422);
            assertThat(refusal.problems())
                    .filteredOn(ProblemView::isError)
                    .isNotEmpty()
                    .allSatisfy(problem -> {
                        assertThat(problem.resource()).isEqualTo("virtualservice/default/bookinfo");
                        assertThat(problem.path()).contains("match").contains("prefixx");
                        assertThat(problem.message()).contains("prefix");
                        assertThat(documents.lines().toList().get(problem.line() - 1))
                                .contains("prefixx");
                        assertThat(problem.column()).isPositive();
                    });

            for (GatewayNode node : cluster.nodes()) {
                assertThat(node.admin().status().revision()).isEqualTo(before);
                assertThat(node.admin().find(ResourceKind.SERVICE_ENTRY, "good"))
                        .isEmpty();
                assertThat(Bookinfo.ask(node, "/reviews/1").origin()).isEqualTo("reviews-v1");
            }
        }
    }

    @Test
    void everyNodeShowsTheSameEventsOfIt(Fleet cluster) {
        try (Bookinfo bookinfo = new Bookinfo()) {
            cluster.node(1).admin().applyEverywhere(bookinfo.everything());
            // Each node keeps its older version: there is no such subset.
            cluster.node(2).admin().post("/apply", Bookinfo.routes(100, 0).replace("subset: v3", "subset: v9"));
            Await.untilTrue("the same events on all nodes", Fleet.PATIENCE, () -> {
                List<JsonNode> lists = cluster.nodes().stream()
                        .map(node -> node.admin().get("/api/v1/events").json())
                        .toList();
                return lists.stream().distinct().count() == 1
                        && lists.get(0).path("items").findValuesAsText("message").stream()
                                .anyMatch(message ->
                                        message.startsWith("not served as written by node1, node2, node3: "));
            });
            Timeline.say(
                    "%d events on each node",
                    cluster.node(3)
                            .admin()
                            .get("/api/v1/events")
                            .json()
                            .path("items")
                            .size());
        }
    }

    @Test
    void impactAddsUpWhatTheSamplesOfAllNodesSay(Fleet cluster) {
        try (Bookinfo bookinfo = new Bookinfo()) {
            cluster.node(1).admin().applyEverywhere(bookinfo.everything());
            for (GatewayNode node : cluster.nodes()) {
                Bookinfo.ask(node, "/reviews/1");
            }
            GatewayNode asked = cluster.node(2);
            String printed = Command.must(
                    cluster.plan().home().resolve("convergate").toString(),
                    "impact",
                    "--delete=virtualservice/bookinfo",
                    "--output=json",
                    "--server=http://" + asked.host() + ":" + GatewayNode.ADMIN_PORT);
            ImpactReport report =
                    new AdminReply(200, "", printed.getBytes(StandardCharsets.UTF_8)).as(ImpactReport.class);

            assertThat(report.nodes())
                    .extracting(NodeSample::node)
                    .containsExactlyInAnyOrder("node1", "node2", "node3");
            assertThat(report.nodes()).allSatisfy(sample -> {
                assertThat(sample.problem()).isEmpty();
                assertThat(sample.sampled()).isPositive();
            });
            assertThat(report.impact().sampled())
                    .isEqualTo(report.nodes().stream()
                            .mapToLong(NodeSample::sampled)
                            .sum());
            assertThat(report.impact().requests())
                    .isCloseTo(
                            report.nodes().stream()
                                    .mapToDouble(NodeSample::requests)
                                    .sum(),
                            within(1e-6));
            assertThat(report.impact().groups())
                    .anySatisfy(group -> assertThat(group.kind()).isEqualTo(ImpactGroup.Kind.FAILS));
            Timeline.say(
                    "%.0f requests to %d nodes",
                    report.impact().requests(), report.nodes().size());
        }
    }
}
