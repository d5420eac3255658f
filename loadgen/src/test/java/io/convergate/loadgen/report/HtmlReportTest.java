package io.convergate.loadgen.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergate.loadgen.load.LoadResult;
import io.convergate.loadgen.verify.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HtmlReportTest {
    private static final Path TARGET = Path.of("target");

    @Test
    void oneRunIsOneFileThatNeedsNoNetwork() throws IOException {
        Path file = TARGET.resolve("sample-run.html");
        HtmlReport.write(file, "One run", List.of(Samples.run("kill-a-node", 1, 80, 3)));
        String page = Files.readString(file);
        assertThat(page)
                .contains("default-src 'none'")
                .doesNotContain("src=\"http")
                .doesNotContain("href=\"http");
        assertThat(page).doesNotContain("{{").contains("./convergate gameday --scenario kill-a-node --seed 1");
    }

    @Test
    void textOfARunCannotEndTheScriptItStandsIn() {
        String page = HtmlReport.page("runs", "<b>", List.of(Samples.run("x", 1, 8, 0)));
        assertThat(page.split("</script>", -1)).as("its own two scripts").hasSize(3);
        assertThat(page).contains("\\u003c/script>").contains("<title>&lt;b&gt;</title>");
    }

    @Test
    void aGamedayOfTwentyLongRunsStaysBelow200Kilobytes() throws IOException {
        List<RunReport> runs = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            runs.add(Samples.run("scenario-" + i, i, 600, i == 7 ? 25 : i % 3));
        }
        Path file = TARGET.resolve("sample-gameday.html");
        HtmlReport.write(file, "Game day", runs);
        assertThat(Files.size(file)).isLessThan(200_000);
    }

    @Test
    void twoRunsAreComparedOnOnePage() throws IOException {
        Path file = TARGET.resolve("sample-comparison.html");
        HtmlReport.writeComparison(file, Samples.run("before", 1, 80, 3), Samples.run("after", 2, 80, 0));
        assertThat(Files.readString(file)).contains("\"mode\":\"comparison\"");
    }

    @Test
    void aReportReadsBackAsItWasWritten() throws IOException {
        RunReport run = Samples.run("kill-a-node", 1, 8, 3);
        Path file = Files.createTempFile("run", ".json");
        Files.writeString(file, ReportJson.write(List.of(run, run)));
        assertThat(ReportJson.read(file)).containsExactly(run, run);
        Files.writeString(file, ReportJson.write(run));
        assertThat(ReportJson.read(file)).containsExactly(run);
        Files.delete(file);
    }

    /** Service times of a load that was late itself are drawn as what they are; its latency is nowhere on the page. */
    @Test
    void aLoadThatWasLateShowsServiceTimesInPlaceOfLatency() throws IOException {
        Path file = Files.createTempFile("run", ".json");
        String honest = ReportJson.write(Samples.run("x", 1, 8, 0));
        assertThat(honest)
                .contains("\"isHonest\" : true")
                .contains("\"latency\"")
                .contains("\"service\"");
        JsonNode tree = new ObjectMapper().readTree(honest.replace("\"isHonest\" : true", "\"isHonest\" : false"));
        tree.findParents("service").forEach(parent -> ((ObjectNode) parent.get("service")).put("p50", 123_000.0));
        Files.writeString(file, tree.toString());
        String page = HtmlReport.page("runs", "x", ReportJson.read(file));
        assertThat(page).contains("\"honest\":false").contains("\"p50\":[123000,123000");
        Files.writeString(file, tree.toString().replace("\"isHonest\":false", "\"isHonest\":true"));
        assertThat(HtmlReport.page("runs", "x", ReportJson.read(file))).doesNotContain("\"p50\":[123000,123000");
        Files.delete(file);
    }

    @Test
    void aLatencyThatIsNotToBeReportedIsInNoReport() {
        LoadResult load = Samples.late(Samples.run("x", 1, 8, 0).loads().get(0));
        RunReport report = RunReport.ofLoad(load, List.of(), Map.of());

        LoadResult kept = report.loads().get(0);
        assertThat(kept.latency()).isEqualTo(LoadResult.Percentiles.NONE);
        assertThat(kept.intervals()).allMatch(interval -> interval.latency().count() == 0);
        assertThat(kept.service()).isEqualTo(load.service());
        assertThat(kept.outcomes()).isEqualTo(load.outcomes());
    }

    @Test
    void theVerdictSaysWhatWasLost() {
        assertThat(Words.lost(Samples.run("x", 1, 8, 0))).isEqualTo("Nothing was lost.");
        assertThat(Words.lost(Samples.run("x", 1, 8, 3)))
                .matches("3 of [\\d,]+ requests failed \\(3 reset\\), no more than the promise allows\\.");
        RunReport broken = Samples.run("x", 1, 8, 25);
        assertThat(Words.lost(broken)).startsWith("A promise was broken: at most 20 requests fail");
        assertThat(broken.verdict()).isEqualTo(Finding.State.BROKEN);
    }
}
