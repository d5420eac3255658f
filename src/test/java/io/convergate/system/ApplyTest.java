package io.convergate.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.loadgen.fleet.Fleet;
import io.convergate.loadgen.fleet.GatewayNode;
import io.convergate.loadgen.fleet.ResourceKind;
import io.convergate.node.admin.api.ApplyReport;
import io.convergate.node.admin.api.ProblemDocument;
import io.convergate.node.admin.api.ProblemView;
import io.convergate.node.admin.api.ResourceResult.Outcome;
import io.convergate.system.harness.SharedCluster;
import io.convergate.system.harness.Timeline;
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
}
