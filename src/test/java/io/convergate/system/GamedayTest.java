package io.convergate.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.convergate.loadgen.fleet.Driver;
import io.convergate.loadgen.report.HtmlReport;
import io.convergate.loadgen.report.RunReport;
import io.convergate.loadgen.report.Words;
import io.convergate.loadgen.scenario.Library;
import io.convergate.loadgen.scenario.Rig;
import io.convergate.loadgen.scenario.Scenario;
import io.convergate.loadgen.scenario.Scenario.FleetSpec;
import io.convergate.loadgen.scenario.ScenarioRun;
import io.convergate.loadgen.verify.Finding;
import io.convergate.loadgen.verify.UnsafeNeverTwice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The library of scenarios, against a cluster on this machine. The report is in target/gameday. */
class GamedayTest {
    private static final Path DIRECTORY = Path.of("target", "gameday");

    /** Drawn anew each time, and printed; {@code -Dconvergate.seed=N} does the same again. */
    private static final long SEED = Long.getLong("convergate.seed", new Random().nextInt(1_000_000));

    private static final List<RunReport> RUNS = new ArrayList<>();
    private static Rig rig;

    @BeforeAll
    static void prepare() throws IOException {
        Files.createDirectories(DIRECTORY);
        rig = new Rig(
                Driver.local(),
                Files.createTempDirectory(DIRECTORY.toAbsolutePath(), "nodes"),
                said -> System.out.println("gameday: " + said));
        System.out.println("gameday: seed " + SEED);
    }

    @AfterAll
    static void report() throws IOException {
        rig.close();
        if (!RUNS.isEmpty()) {
            HtmlReport.write(DIRECTORY.resolve("gameday.html"), "Game day", RUNS);
        }
    }

    @TestFactory
    Stream<DynamicTest> thePromisesOfTheShortSetAreKept() {
        return tests(Scenario::isShort);
    }

    @TestFactory
    @Tag("long")
    Stream<DynamicTest> thePromisesOfTheOthersAreKept() {
        return tests(scenario -> !scenario.isShort());
    }

    /** Whether a run can fail at all: the same orders, by nodes that may send them twice as Istio does. */
    @Test
    @Tag("long")
    void anOrderThatIsCarriedOutTwiceIsFound() throws InterruptedException {
        Scenario scenario = Library.load().find("orders-never-twice").orElseThrow();
        RunReport run =
                ScenarioRun.run(scenario.on(FleetSpec.of(3, List.of("--unsafe-retries=AS_CONFIGURED"))), rig, SEED);
        assertThat(run.findings())
                .filteredOn(finding -> finding.state() == Finding.State.BROKEN)
                .extracting(Finding::promise)
                .containsExactly(new UnsafeNeverTwice().words());
    }

    private static Stream<DynamicTest> tests(Predicate<Scenario> which) {
        return Library.load().scenarios().stream()
                .filter(which)
                .map(scenario -> DynamicTest.dynamicTest(scenario.name(), () -> keepsItsPromises(scenario)));
    }

    private static void keepsItsPromises(Scenario scenario) throws InterruptedException {
        RunReport run = ScenarioRun.run(scenario, rig, SEED);
        RUNS.add(run);
        run.findings()
                .forEach(finding ->
                        System.out.println(finding.state() + ": " + finding.promise() + ": " + finding.seen()));
        System.out.println(Words.lost(run) + " " + Words.seen(run));
        assertThat(run.findings()).as("seed %d", SEED).allSatisfy(finding -> assertThat(finding.state())
                .as("%s", finding)
                .isNotEqualTo(Finding.State.BROKEN));
        assumeTrue(run.verdict() == Finding.State.HELD, Words.lost(run));
    }
}
