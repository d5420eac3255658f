package io.convergate.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.convergate.loadgen.fleet.Fleet;
import io.convergate.loadgen.fleet.GatewayNode;
import io.convergate.node.admin.api.ApplyReport;
import io.convergate.node.admin.api.ProblemView;
import io.convergate.node.admin.api.ResourceResult;
import io.convergate.system.harness.HttpConnection;
import io.convergate.system.harness.SharedCluster;
import io.convergate.system.harness.Timeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Istio's own files for bookinfo serve as they are. They are looked for in the directory that {@code CONVERGATE_SAMPLES}
 * names, or in {@code ../shared/samples} beside the project.
 */
@ExtendWith(SharedCluster.class)
class IstioSamplesTest {
    private static final int PORT = 8080;

    @Test
    void istiosFilesForBookinfoServeUnchanged(Fleet cluster) throws IOException {
        Path files = bookinfoOrSkip();
        try (Bookinfo bookinfo = new Bookinfo()) {
            cluster.node(1).admin().applyEverywhere(bookinfo.endpoints());
            for (String file : List.of(
                    "bookinfo-gateway",
                    "destination-rule-all",
                    "virtual-service-all-v1",
                    "virtual-service-reviews-90-10",
                    "virtual-service-reviews-test-v2",
                    "virtual-service-ratings-test-abort",
                    "virtual-service-ratings-test-delay")) {
                ApplyReport report = cluster.node(2)
                        .admin()
                        .post("/apply?wait=all&timeout=30s", Files.readString(files.resolve(file + ".yaml")))
                        .as(ApplyReport.class);
                assertThat(report.converged()).as("%s", report.nodes()).isTrue();
                for (ResourceResult result : report.resources()) {
                    Timeline.say("%s: %s %s %s", file, result.kind(), result.name(), result.problems());
                    assertThat(result.problems()).noneMatch(ProblemView::isError);
                    if (file.startsWith("virtual-service-ratings-test")) {
                        assertThat(result.problems())
                                .as("warnings: their faults act, but they are for the mesh, not for a gateway")
                                .extracting(ProblemView::path)
                                .contains("spec.gateways")
                                .doesNotContain("spec.http[0].fault");
                    }
                }
            }
            for (GatewayNode node : cluster.nodes()) {
                try (HttpConnection connection = new HttpConnection(node.listener(PORT))) {
                    for (String path : List.of("/productpage", "/static/site.css", "/login", "/api/v1/products/0")) {
                        assertThat(connection.get("any.name", path).body()).isEqualTo("productpage " + path + "\n");
                    }
                    assertThat(connection.get("any.name", "/productpage/x").status())
                            .isEqualTo(404);
                }
            }
        }
    }

    private static Path bookinfoOrSkip() {
        Path samples = Optional.ofNullable(System.getenv("CONVERGATE_SAMPLES"))
                .map(Path::of)
                .orElseGet(() -> Path.of(System.getProperty("convergate.home"), "..", "shared", "samples"));
        Path files = samples.resolve("istio/bookinfo/networking");
        boolean here = Files.isDirectory(files);
        if (!here) {
            Timeline.say("SKIPPED: Istio's samples are not at %s; CONVERGATE_SAMPLES may say where they are", files);
        }
        assumeTrue(here, "no samples");
        return files;
    }
}
