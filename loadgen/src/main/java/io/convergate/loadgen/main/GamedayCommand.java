package io.convergate.loadgen.main;

import io.convergate.loadgen.fleet.Driver;
import io.convergate.loadgen.report.HtmlReport;
import io.convergate.loadgen.report.ReportJson;
import io.convergate.loadgen.report.RunReport;
import io.convergate.loadgen.report.Words;
import io.convergate.loadgen.scenario.Library;
import io.convergate.loadgen.scenario.Rig;
import io.convergate.loadgen.scenario.Scenario;
import io.convergate.loadgen.scenario.ScenarioReader;
import io.convergate.loadgen.scenario.ScenarioRun;
import io.convergate.loadgen.verify.Finding;
import io.convergate.loadgen.yaml.BadYaml;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs scenarios against a cluster of its own and writes one report. */
@Command(
        name = "gameday",
        mixinStandardHelpOptions = true,
        header = "Puts the product's promises to the test: load, faults, and what was lost.",
        description =
                "Runs the scenarios of the library, or those of files, against a cluster that it starts and ends itself."
                        + " Exit code 1 says that a promise was broken, or that none could be judged.")
final class GamedayCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli fills it in
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", arity = "0..*", description = "Scenarios of your own, in place of the library's.")
    private List<Path> files = List.of();

    @Option(names = "--short", description = "Only the short set: two to three minutes.")
    private boolean isShort;

    @Option(
            names = "--scenario",
            paramLabel = "NAME",
            split = ",",
            description = "Only these, by name; --list shows the names.")
    private List<String> names = List.of();

    @Option(names = "--list", description = "Lists the library, and what waits for features, and ends.")
    private boolean isList;

    @Option(
            names = "--driver",
            paramLabel = "local|netns|docker:IMAGE",
            defaultValue = "local",
            description = "How nodes are run: processes on loopback addresses, processes in network namespaces (root),"
                    + " containers. Default: ${DEFAULT-VALUE}.")
    private String driver = "local";

    @Option(names = "--seed", paramLabel = "N", description = "Of everything random; a random one if left out.")
    private Long seed;

    @Option(
            names = "--report",
            paramLabel = "DIR",
            defaultValue = ".convergate/gameday",
            description = "Where gameday.html and gameday.json are written. Default: ${DEFAULT-VALUE}.")
    private Path report = Path.of(".convergate/gameday");

    @Option(names = "--verbose", description = "Says everything that is done, as it is done.")
    private boolean isVerbose;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        Library library = Library.load();
        if (isList) {
            list(library, out);
            return ExitCode.OK;
        }
        List<Scenario> chosen = chosen(library);
        Driver how = driver();
        how.unusable().ifPresent(reason -> {
            throw new CommandFailed(ExitCode.USAGE, "--driver " + driver + ": " + reason);
        });
        long root = seed == null ? new Random().nextInt(1_000_000) : seed;
        out.printf("%d scenarios, driver %s, seed %d%n", chosen.size(), how, root);
        out.flush();
        List<RunReport> runs = new ArrayList<>();
        Files.createDirectories(report);
        Path nodes = Files.createTempDirectory(report.toAbsolutePath(), "nodes");
        try (Rig rig = new Rig(how, nodes, said -> say(out, said))) {
            for (Scenario scenario : chosen) {
                runs.add(run(scenario, rig, root, out));
                write(runs);
            }
        }
        return summary(runs, nodes, out);
    }

    private RunReport run(Scenario scenario, Rig rig, long root, PrintWriter out) throws InterruptedException {
        out.printf("%n%s%n", scenario.title());
        out.flush();
        RunReport run = ScenarioRun.run(scenario, rig, root);
        for (Finding finding : run.findings()) {
            out.printf("  %-10s %s: %s%n", word(finding.state()), finding.promise(), finding.seen());
            if (finding.state() == Finding.State.BROKEN) {
                finding.evidence().forEach(line -> out.printf("             %s%n", line));
            }
        }
        out.printf("  %s %s%n", Words.lost(run), Words.seen(run));
        out.flush();
        return run;
    }

    private void write(List<RunReport> runs) throws IOException {
        HtmlReport.write(
                report.resolve("gameday.html"), runs.size() == 1 ? runs.get(0).title() : "Game day", runs);
        Files.writeString(report.resolve("gameday.json"), ReportJson.write(runs));
    }

    private int summary(List<RunReport> runs, Path nodes, PrintWriter out) throws IOException {
        long broken = count(runs, Finding.State.BROKEN);
        long held = count(runs, Finding.State.HELD);
        long whole = runs.stream().filter(GamedayCommand::isKeptWhole).count();
        out.printf(
                "%n%d kept all their promises,%s %d broke one, %d could not be judged. Report: %s%n",
                whole,
                held == whole ? "" : " " + (held - whole) + " those that could be judged,",
                broken,
                count(runs, Finding.State.NOT_JUDGED),
                report.resolve("gameday.html"));
        if (broken > 0) {
            out.printf("The nodes' logs are in %s%n", nodes);
        } else {
            delete(nodes);
        }
        out.flush();
        // A game day on which nothing could be judged has shown nothing.
        return broken > 0 || held == 0 ? ExitCode.FAILED : ExitCode.OK;
    }

    /** What the nodes left behind, which nobody needs when all went well. */
    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static boolean isKeptWhole(RunReport run) {
        return !run.findings().isEmpty()
                && run.findings().stream().allMatch(finding -> finding.state() == Finding.State.HELD);
    }

    private static long count(List<RunReport> runs, Finding.State verdict) {
        return runs.stream().filter(run -> run.verdict() == verdict).count();
    }

    private static String word(Finding.State state) {
        return switch (state) {
            case HELD -> "held";
            case BROKEN -> "BROKEN";
            case NOT_JUDGED -> "not judged";
        };
    }

    private void say(PrintWriter out, String said) {
        if (isVerbose) {
            out.printf("  %s %s%n", LocalTime.now().truncatedTo(ChronoUnit.MILLIS), said);
            out.flush();
        }
    }

    private static void list(Library library, PrintWriter out) {
        library.scenarios()
                .forEach(scenario -> out.printf(
                        "%-24s %s%s%n", scenario.name(), scenario.title(), scenario.isShort() ? " [short]" : ""));
        library.pending().forEach(pending -> out.printf("%-24s waits for %s%n", pending.name(), pending.waitsFor()));
        out.flush();
    }

    private List<Scenario> chosen(Library library) throws IOException {
        List<Scenario> chosen = new ArrayList<>();
        for (Path file : files) {
            try {
                chosen.add(ScenarioReader.read(file.toString(), Files.readString(file)));
            } catch (BadYaml e) {
                throw new CommandFailed(ExitCode.USAGE, e.getMessage());
            }
        }
        for (String name : names) {
            chosen.add(library.find(name)
                    .orElseThrow(() -> new CommandFailed(
                            ExitCode.USAGE,
                            "--scenario " + name + " (expected: one of "
                                    + library.scenarios().stream()
                                            .map(Scenario::name)
                                            .toList() + ")")));
        }
        if (chosen.isEmpty()) {
            chosen.addAll(library.scenarios().stream()
                    .filter(scenario -> !isShort || scenario.isShort())
                    .toList());
        }
        return chosen;
    }

    private Driver driver() {
        if (driver.startsWith("docker:")) {
            return Driver.docker(driver.substring("docker:".length()));
        }
        return switch (driver) {
            case "local" -> Driver.local();
            case "netns" -> Driver.namespaces();
            default ->
                throw new CommandFailed(
                        ExitCode.USAGE, "--driver " + driver + " (expected: local, netns or docker:IMAGE)");
        };
    }
}
