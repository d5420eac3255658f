package io.convergate.node.main.client;

import io.convergate.node.admin.api.AdminJson;
import io.convergate.node.admin.api.ImpactReport;
import io.convergate.node.admin.api.NodeProgress;
import io.convergate.node.admin.api.NodeSample;
import io.convergate.node.main.CommandFailed;
import io.convergate.node.main.ExitCode;
import io.convergate.routing.explain.Impact;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code convergate impact}: says what a change would do to the requests of the last minutes. */
@Command(
        sortOptions = false,
        abbreviateSynopsis = true,
        optionListHeading = "%nOptions:%n",
        name = "impact",
        header = "Say what a change would do to the requests of the last minutes, before it is made.",
        description = {
            "",
            "Every node keeps a small sample of its recent requests. This asks all nodes which of them would fail, go",
            "elsewhere or be treated otherwise, had the change been applied, and adds up what they say. Writes nothing."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  convergate impact -f new.yaml",
            "  convergate impact --delete virtualservice/shop/site",
            "  convergate impact -f new.yaml -n 100 --node node-2 -o json",
            "",
            "Exit codes: 0 told, 1 the change would be refused, 2 usage, 3 no answer"
        })
public final class ImpactCommand implements Callable<Integer> {
    private static final Duration WAIT = Duration.ofSeconds(20);
    private static final int AT_ONCE = 16;
    private static final int SAMPLES_MAX = 100_000;
    private static final String ALL = "all";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli fills it in
    private CommandSpec spec;

    @Option(
            names = {"-f", "--filename"},
            arity = "1",
            paramLabel = "FILE",
            description = "What would be applied: a file, a directory, a URL, or -. May be repeated.")
    private List<String> files = List.of();

    @Option(
            names = "--delete",
            arity = "1",
            paramLabel = "KIND/[NS/]NAME",
            description = "What would be deleted. May be repeated.")
    private List<String> deleted = List.of();

    @Option(
            names = {"-n", "--requests"},
            paramLabel = "N",
            description = "Look at the last N sampled requests of each node. Default: all there are")
    private @Nullable Integer requests;

    @Option(
            names = "--node",
            paramLabel = "all|NAME",
            defaultValue = ALL,
            description = "Look at the requests of this node alone. Default: all")
    private String node = ALL;

    @Mixin
    private OutputOption output = new OutputOption();

    @Mixin
    private ServerOption server = new ServerOption();

    /** What a node answered, or why it did not. */
    private record Answer(String node, AdminClient.@Nullable Reply reply, String problem) {
        boolean isReport() {
            return reply != null && reply.isSuccess();
        }

        List<NodeSample> samples() {
            return reply != null && reply.isSuccess()
                    ? reply.as(ImpactReport.class).nodes()
                    : List.of(NodeSample.missing(
                            node, reply == null ? problem : reply.problem().detail()));
        }
    }

    @Override
    public Integer call() {
        if (files.isEmpty() && deleted.isEmpty()) {
            throw new CommandFailed(ExitCode.USAGE, "impact of what? (expected: -f FILE, --delete KIND/NAME, or both)");
        }
        if (requests != null && (requests < 1 || requests > SAMPLES_MAX)) {
            throw new CommandFailed(ExitCode.USAGE, "-n " + requests + " (expected: 1 to " + SAMPLES_MAX + ")");
        }
        Documents documents = files.isEmpty() ? Documents.of("", new byte[0]) : Documents.read(files, System.in);
        OtherNodes nodes = OtherNodes.of(server);
        List<NodeProgress> asked = node.equals(ALL) ? nodes.all() : List.of(nodes.progress(node));
        List<Answer> answers = ask(nodes, asked, documents);
        List<ImpactReport> reports = answers.stream()
                .filter(Answer::isReport)
                .map(answer -> answer.reply().as(ImpactReport.class))
                .toList();
        if (reports.isEmpty()) {
            return none(answers, documents);
        }
        ImpactReport all = new ImpactReport(
                reports.get(0).revision(),
                reports.get(0).resources(),
                answers.stream().flatMap(answer -> answer.samples().stream()).toList(),
                Impact.merge(reports.stream().map(ImpactReport::impact).toList()));
        spec.commandLine()
                .getOut()
                .print(
                        output.isJson()
                                ? new String(AdminJson.write(all), StandardCharsets.UTF_8)
                                : new ImpactText(Ansi.AUTO, documents).of(all));
        spec.commandLine().getOut().flush();
        return ExitCode.OK;
    }

    /** All of them at once; each call has its deadline. */
    private List<Answer> ask(OtherNodes nodes, List<NodeProgress> asked, Documents documents) {
        ExecutorService callers = Executors.newFixedThreadPool(Math.min(AT_ONCE, Math.max(1, asked.size())));
        try {
            return asked.stream()
                    .map(one -> CompletableFuture.supplyAsync(() -> ask(nodes, one, documents), callers))
                    .toList()
                    .stream()
                    .map(CompletableFuture::join)
                    .toList();
        } finally {
            callers.shutdownNow();
        }
    }

    private Answer ask(OtherNodes nodes, NodeProgress one, Documents documents) {
        if (one.state() == NodeProgress.State.UNREACHABLE) {
            return new Answer(one.node(), null, "the cluster does not reach it");
        }
        try {
            return new Answer(one.node(), nodes.client(one).post(path(), documents.text(), WAIT), "");
        } catch (CommandFailed e) {
            return new Answer(one.node(), null, String.valueOf(e.getMessage()));
        }
    }

    private String path() {
        List<String> parameters = new ArrayList<>();
        deleted.forEach(name -> parameters.add("delete=" + URLEncoder.encode(name, StandardCharsets.UTF_8)));
        if (requests != null) {
            parameters.add("samples=" + requests);
        }
        return "/impact" + (parameters.isEmpty() ? "" : "?" + String.join("&", parameters));
    }

    /** No node has a report: the change is refused, or nobody answered. */
    private int none(List<Answer> answers, Documents documents) {
        for (Answer answer : answers) {
            if (answer.reply() != null) {
                spec.commandLine()
                        .getErr()
                        .print(new Report(Ansi.AUTO, documents)
                                .refused(answer.reply().problem()));
                spec.commandLine().getErr().flush();
                return ExitCode.FAILED;
            }
        }
        throw new CommandFailed(
                ExitCode.UNREACHABLE,
                String.join(
                        "; ",
                        answers.stream()
                                .map(answer -> answer.node() + ": " + answer.problem())
                                .toList()));
    }
}
