package io.convergate.node.main.client;

import io.convergate.node.admin.api.ListenerView;
import io.convergate.node.admin.api.NodeProgress;
import io.convergate.node.admin.api.ProblemView;
import io.convergate.node.admin.api.RevisionReport;
import io.convergate.node.admin.api.StatusReport;
import io.convergate.node.main.CommandFailed;
import io.convergate.node.main.ExitCode;
import io.convergate.node.main.client.TextTable.Cell;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code convergate status}: the cluster as one node sees it. */
@Command(
        sortOptions = false,
        abbreviateSynopsis = true,
        optionListHeading = "%nOptions:%n",
        name = "status",
        header = "Show the cluster as one node sees it: who serves what, its listeners, its problems.",
        footerHeading = "%nExit codes:%n",
        footer = "  0 the node is ready, or all serve REV; 1 it is not, 2 usage, 3 no answer, 4 not all serve REV")
public final class StatusCommand implements Callable<Integer> {
    private static final String CLEAR_SCREEN = "\033[H\033[2J";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli fills it in
    private CommandSpec spec;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "REV",
            description = "Who serves this revision, instead of the whole status.")
    private @Nullable String revision;

    @Option(names = "--watch", description = "Print it again every second, until Ctrl-C, also while no node answers.")
    private boolean watch;

    @Mixin
    private OutputOption output = new OutputOption();

    @Mixin
    private ServerOption server = new ServerOption();

    @Override
    public Integer call() throws InterruptedException {
        AdminClient client = server.connect();
        CountDownLatch never = new CountDownLatch(1);
        int exitCode;
        do {
            exitCode = watch ? askPatiently(client) : ask(client);
        } while (watch && !never.await(1, TimeUnit.SECONDS));
        return exitCode;
    }

    private int ask(AdminClient client) {
        return revision == null
                ? show(client.get("/status", "application/json"))
                : showRevision(client.get(
                        "/revisions/" + URLEncoder.encode(revision, StandardCharsets.UTF_8), "application/json"));
    }

    /** A node that is about to start, or that starts again, is just what one watches. */
    private int askPatiently(AdminClient client) {
        try {
            return ask(client);
        } catch (CommandFailed noAnswer) {
            PrintWriter err = spec.commandLine().getErr();
            err.println(noAnswer.getMessage());
            err.flush();
            return noAnswer.exitCode();
        }
    }

    private int showRevision(AdminClient.Reply reply) {
        PrintWriter out = spec.commandLine().getOut();
        if (!reply.isSuccess()) {
            spec.commandLine().getErr().println(reply.problem().detail());
            return ExitCode.FAILED;
        }
        RevisionReport report = reply.as(RevisionReport.class);
        Documents nothingSent = Documents.of("", new byte[0]);
        out.print(
                output.isJson()
                        ? new String(reply.body(), StandardCharsets.UTF_8)
                        : "revision " + report.revision() + (report.known() ? "" : ", not known here") + "\n"
                                + new Report(Ansi.AUTO, nothingSent).progress(report.nodes()));
        out.flush();
        return report.converged() ? ExitCode.OK : ExitCode.NOT_CONVERGED;
    }

    private int show(AdminClient.Reply reply) {
        PrintWriter out = spec.commandLine().getOut();
        if (!reply.isSuccess()) {
            spec.commandLine().getErr().println(reply.problem().detail());
            return ExitCode.FAILED;
        }
        StatusReport status = reply.as(StatusReport.class);
        if (watch && Ansi.AUTO.enabled()) {
            out.print(CLEAR_SCREEN);
        }
        out.print(output.isJson() ? new String(reply.body(), StandardCharsets.UTF_8) : render(Ansi.AUTO, status));
        out.flush();
        return status.ready() ? ExitCode.OK : ExitCode.FAILED;
    }

    /** The report for people. */
    static String render(Ansi ansi, StatusReport status) {
        StringBuilder out = new StringBuilder();
        out.append(Palette.STRONG.paint(ansi, status.node()))
                .append("  convergate ")
                .append(status.version())
                .append("  ");
        out.append(status.ready() ? Palette.GOOD.paint(ansi, "ready") : Palette.BAD.paint(ansi, "not ready"));
        out.append("  ").append(status.resources()).append(" resources\n");
        status.notReadyBecause()
                .forEach(reason -> out.append("  ").append(reason).append('\n'));
        out.append("revision ").append(status.revision()).append('\n');
        List<String> worries = worries(status);
        out.append("health ")
                .append(
                        worries.isEmpty()
                                ? Palette.GOOD.paint(ansi, "good")
                                : Palette.WARN.paint(ansi, String.join(", ", worries)))
                .append("\n\n");

        TextTable nodes = new TextTable().heading("NODE", "ADDRESS", "STATE", "REVISION", "");
        for (NodeProgress node : status.nodes()) {
            nodes.row(
                    Cell.of(node.node()),
                    Cell.of(node.address()),
                    new Cell(node.state().word(), Report.colour(node.state())),
                    Cell.of(node.revision().equals(status.revision()) ? "same" : node.revision()),
                    Cell.of(node.reason()));
        }
        out.append(nodes.render(ansi)).append('\n');

        status.conflicts().forEach(conflict -> out.append(Palette.WARN.paint(ansi, "conflict"))
                .append("  ")
                .append(conflict.resource())
                .append(": ")
                .append(conflict.sentence())
                .append('\n'));
        TextTable listeners = new TextTable().heading("PORT", "BOUND", "STATE", "");
        for (ListenerView listener : status.listeners()) {
            listeners.row(
                    Cell.of(String.valueOf(listener.port())),
                    Cell.of(listener.address()),
                    listener.open() ? new Cell("open", Palette.GOOD) : new Cell("failed", Palette.BAD),
                    Cell.of(listener.reason()));
        }
        out.append(
                status.listeners().isEmpty() ? "no listeners: no Gateway selects this node\n" : listeners.render(ansi));
        if (!status.leftOut().isEmpty()) {
            TextTable endpoints = new TextTable().heading("LEFT OUT", "OF", "");
            status.leftOut()
                    .forEach(endpoint -> endpoints.row(
                            new Cell(endpoint.address(), Palette.WARN),
                            Cell.of(endpoint.upstream()),
                            Cell.of(endpoint.reason())));
            out.append('\n').append(endpoints.render(ansi));
        }
        if (!status.breakers().isEmpty()) {
            TextTable breakers = new TextTable().heading("BREAKER", "STATE", "");
            status.breakers()
                    .forEach(breaker -> breakers.row(
                            Cell.of(breaker.upstream()),
                            new Cell(breaker.state(), Palette.WARN),
                            Cell.of(breaker.says())));
            out.append('\n').append(breakers.render(ansi));
        }
        return out.append(problems(ansi, status.problems())).toString();
    }

    /** What somebody should look at; warnings are none of it. */
    private static List<String> worries(StatusReport status) {
        List<String> worries = new ArrayList<>();
        for (NodeProgress.State state : NodeProgress.State.values()) {
            long nodes = status.nodes().stream()
                    .filter(node -> node.state() == state)
                    .count();
            if (state != NodeProgress.State.SERVING && nodes > 0) {
                worries.add(nodes + " of " + status.nodes().size() + " nodes " + state.word());
            }
        }
        add(
                worries,
                status.listeners().stream().filter(port -> !port.open()).count(),
                "port not open",
                "ports not open");
        add(worries, status.leftOut().size(), "endpoint left out", "endpoints left out");
        add(worries, status.breakers().size(), "breaker not closed", "breakers not closed");
        add(worries, status.conflicts().size(), "conflict", "conflicts");
        add(worries, status.problems().stream().filter(ProblemView::isError).count(), "error", "errors");
        return worries;
    }

    private static void add(List<String> worries, long count, String one, String several) {
        if (count > 0) {
            worries.add(count + " " + (count == 1 ? one : several));
        }
    }

    private static String problems(Ansi ansi, List<ProblemView> problems) {
        Documents nothingSent = Documents.of("", new byte[0]);
        return problems.isEmpty() ? "" : "\n" + new Report(ansi, nothingSent).problems(problems);
    }
}
