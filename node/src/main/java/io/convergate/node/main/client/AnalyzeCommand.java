package io.convergate.node.main.client;

import io.convergate.node.admin.ProblemViews;
import io.convergate.node.admin.api.AdminJson;
import io.convergate.node.admin.api.AnalysisReport;
import io.convergate.node.admin.api.ProblemView;
import io.convergate.node.main.ExitCode;
import io.convergate.routing.compile.CompileSettings;
import io.convergate.routing.explain.Analysis;
import io.convergate.routing.read.ReadResult;
import io.convergate.routing.read.ReadSettings;
import io.convergate.routing.read.ResourceReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code convergate analyze}: looks for what is wrong, in files without a node or in what a node serves. */
@Command(
        sortOptions = false,
        abbreviateSynopsis = true,
        optionListHeading = "%nOptions:%n",
        name = "analyze",
        header = "Look for what is wrong: in files, without any node, or in what a cluster serves.",
        description = {
            "",
            "Finds mistakes in each resource, references to what is not there, gateways that contradict each other,",
            "and routes that others leave nothing for. Codes are istioctl's where it has one."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  convergate analyze -R -f config/ --fail-on warning",
            "  convergate analyze -f new.yaml --server http://10.0.0.1:8001",
            "  convergate analyze -o json --server http://10.0.0.1:8001",
            "",
            "Exit codes: 0 nothing found as bad as --fail-on says, 1 something was, 2 usage, 3 no answer"
        })
public final class AnalyzeCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli fills it in
    private CommandSpec spec;

    @Option(
            names = {"-f", "--filename"},
            arity = "1",
            paramLabel = "FILE",
            description = "Look at files: a file, a directory, a URL, or -. May be repeated. Alone without a node; with"
                    + " --server as if they had been applied there. Default: what the node at --server serves")
    private List<String> files = List.of();

    @Option(
            names = {"-R", "--recursive"},
            description = "With -f: look at the directories in a directory, too")
    private boolean recursive;

    @Option(
            names = "--label",
            paramLabel = "k=v",
            split = ",",
            hideParamSyntax = true,
            description = "With -f: a label of the nodes that shall serve them. Default: istio=ingressgateway")
    private Map<String, String> labels = new LinkedHashMap<>();

    @Option(
            names = "--fail-on",
            paramLabel = "error|warning",
            defaultValue = "ERROR",
            description = "How bad a problem must be for exit code 1. Default: error")
    private Threshold failOn = Threshold.ERROR;

    @Mixin
    private OutputOption output = new OutputOption();

    @Mixin
    private ServerOption server = new ServerOption();

    private static final Duration WAIT = Duration.ofSeconds(20);

    private enum Threshold {
        ERROR,
        WARNING
    }

    /**
     * A problem as istioctl writes it.
     *
     * @param code istioctl's code, or ours where it has none
     * @param level {@code Error} or {@code Warning}
     * @param origin whose problem it is
     * @param path where in the resource
     * @param message what was found, and in brackets what was expected
     * @param reference where in the files, as {@code file:line:column}; empty if unknown
     */
    record Line(String code, String level, String origin, String path, String message, String reference) {}

    @Override
    public Integer call() {
        Documents documents = files.isEmpty()
                ? Documents.of("", new byte[0])
                : Documents.read(files, System.in, recursive ? Documents.Depth.RECURSIVE : Documents.Depth.FLAT);
        ReadResult read = new ResourceReader(ReadSettings.DEFAULTS).read(documents.text());
        List<ProblemView> problems;
        if (files.isEmpty() || asksNode() && read.isAcceptable()) {
            AdminClient.Reply reply = files.isEmpty()
                    ? server.connect().get("/analyze", "application/json")
                    : server.connect().post("/analyze", documents.text(), WAIT);
            if (!reply.isSuccess()) {
                spec.commandLine().getErr().println(reply.problem().detail());
                return ExitCode.FAILED;
            }
            problems = reply.as(AnalysisReport.class).problems();
        } else {
            Map<String, String> nodeLabels = labels.isEmpty() ? Map.of("istio", "ingressgateway") : labels;
            problems = ProblemViews.of(Analysis.of(read, CompileSettings.of(nodeLabels)));
        }
        Set<String> own = read.documents().stream()
                .flatMap(document -> document.resource().stream())
                .map(resource -> ProblemViews.shortName(resource.key()))
                .collect(Collectors.toSet());
        print(documents, own, problems);
        boolean fails = problems.stream().anyMatch(problem -> failOn == Threshold.WARNING || problem.isError());
        return fails ? ExitCode.FAILED : ExitCode.OK;
    }

    /** Whether a node was named; the default alone does not make files be looked at together with what one serves. */
    private boolean asksNode() {
        return spec.commandLine().getParseResult().hasMatchedOption("--server");
    }

    /** The problems in their order; of what is in no file no file is named. */
    private static String text(Documents documents, Set<String> own, List<ProblemView> problems) {
        Report inFiles = new Report(Ansi.AUTO, documents);
        Report elsewhere = new Report(Ansi.AUTO, Documents.of("", new byte[0]));
        return problems.stream()
                .map(problem -> (problem.line() > 0 || own.contains(problem.resource()) ? inFiles : elsewhere)
                        .problems(List.of(problem)))
                .collect(Collectors.joining());
    }

    private void print(Documents documents, Set<String> own, List<ProblemView> problems) {
        String text;
        if (output.isJson()) {
            text = new String(
                    AdminJson.write(problems.stream()
                            .map(problem -> line(documents, problem))
                            .toList()),
                    StandardCharsets.UTF_8);
        } else {
            text = problems.isEmpty() ? "no problems found\n" : text(documents, own, problems);
        }
        spec.commandLine().getOut().print(text);
        spec.commandLine().getOut().flush();
    }

    private static Line line(Documents documents, ProblemView problem) {
        return new Line(
                problem.code(),
                problem.isError() ? "Error" : "Warning",
                problem.resource(),
                problem.path(),
                problem.message(),
                problem.line() == 0 ? "" : documents.locate(problem.line(), problem.column()));
    }
}
