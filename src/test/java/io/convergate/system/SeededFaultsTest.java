package io.convergate.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.convergate.loadgen.fleet.Driver;
import io.convergate.loadgen.report.RunReport;
import io.convergate.loadgen.report.Words;
import io.convergate.loadgen.scenario.Rig;
import io.convergate.loadgen.scenario.Scenario;
import io.convergate.loadgen.scenario.ScenarioReader;
import io.convergate.loadgen.scenario.ScenarioRun;
import io.convergate.loadgen.verify.Finding;
import io.convergate.system.harness.Timeline;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * Random writes on all nodes under random faults, ten times with seeds of their own, drawn anew each time and printed. {@code
 * -Dconvergate.seed=N} runs N alone, {@code -Dconvergate.seeds=M} so many.
 */
@Tag("long")
class SeededFaultsTest {
    private static final Path DIRECTORY = Path.of("target", "seeds");
    private static final String FILE = "random-writes.yaml";
    private static final int SEEDS = Integer.getInteger("convergate.seeds", 10);

    private static Rig rig;
    private static Scenario scenario;

    @BeforeAll
    static void prepare() throws Exception {
        Files.createDirectories(DIRECTORY);
        rig = new Rig(
                Driver.local(),
                Files.createTempDirectory(DIRECTORY.toAbsolutePath(), "nodes"),
                said -> Timeline.say("%s", said));
        scenario = ScenarioReader.read(FILE, resource("/" + FILE));
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = SeededFaultsTest.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @AfterAll
    static void end() {
        rig.close();
    }

    @TestFactory
    Stream<DynamicTest> whateverTheSeedDrawsNothingAcknowledgedIsLostAndAllNodesAgree() {
        Long one = Long.getLong("convergate.seed");
        LongStream seeds = one == null ? new Random().ints(SEEDS, 0, 1_000_000).asLongStream() : LongStream.of(one);
        return seeds.mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> keepsItsPromises(seed)));
    }

    private static void keepsItsPromises(long seed) throws InterruptedException {
        long begun = System.nanoTime();
        RunReport run = ScenarioRun.run(scenario, rig, seed);
        Timeline.say(
                "seed %d took %d s",
                seed, Duration.ofNanos(System.nanoTime() - begun).toSeconds());
        run.findings()
                .forEach(finding -> Timeline.say("%s: %s: %s", finding.state(), finding.promise(), finding.seen()));
        assertThat(run.findings())
                .as("run again with -Dconvergate.seed=%d", seed)
                .allSatisfy(
                        finding -> assertThat(finding.state()).as("%s", finding).isNotEqualTo(Finding.State.BROKEN));
        assumeTrue(run.verdict() == Finding.State.HELD, Words.lost(run));
    }
}
