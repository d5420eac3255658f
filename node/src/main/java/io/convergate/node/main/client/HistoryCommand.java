package io.convergate.node.main.client;

import io.convergate.node.admin.api.ChangeView;
import io.convergate.node.admin.api.HistoryReport;
import io.convergate.node.main.ExitCode;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code convergate history}: what was changed, by whom, and why. */
@Command(
        sortOptions = false,
        abbreviateSynopsis = true,
        optionListHeading = "%nOptions:%n",
        name = "history",
        header = "Show the changes that were made, the newest first.",
        description = {
            "",
            "Every node keeps the same past, as far back as --history-changes, --history-age and --history-bytes say."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  convergate history",
            "  convergate history vs/reviews --limit 5",
            "",
            "Exit codes: 0 found, 1 not kept or not found, 2 usage, 3 no answer"
        })
public final class HistoryCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli fills it in
    private CommandSpec spec;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "KIND/NAME",
            description = "Only changes of this resource; KIND/NAMESPACE/NAME outside 'default'.")
    private @Nullable String resource;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "20",
            description = "How many, at most 200. Default: ${DEFAULT-VALUE}")
    private int limit;

    @Mixin
    private OutputOption output = new OutputOption();

    @Mixin
    private ServerOption server = new ServerOption();

    @Override
    public Integer call() {
        String only = resource == null ? "" : "&resource=" + URLEncoder.encode(resource, StandardCharsets.UTF_8);
        AdminClient.Reply reply = server.connect().get("/history?limit=" + limit + only, "application/json");
        if (!reply.isSuccess()) {
            spec.commandLine().getErr().println(reply.problem().detail());
            return ExitCode.FAILED;
        }
        PrintWriter out = spec.commandLine().getOut();
        out.print(
                output.isJson()
                        ? new String(reply.body(), StandardCharsets.UTF_8)
                        : render(Ansi.AUTO, reply.as(HistoryReport.class)));
        out.flush();
        return ExitCode.OK;
    }

    /** The report for people. */
    static String render(Ansi ansi, HistoryReport report) {
        if (report.changes().isEmpty()) {
            return "no change is kept\n";
        }
        StringBuilder out = new StringBuilder();
        for (ChangeView change : report.changes()) {
            out.append(Palette.STRONG.paint(ansi, change.change())).append("  ").append(change.time());
            out.append("  ").append(change.author().isEmpty() ? "somebody" : plain(change.author()));
            if (!change.node().isEmpty()) {
                out.append(Palette.DIM.paint(ansi, "  at " + change.node() + " from " + change.client()));
            }
            out.append('\n');
            if (!change.message().isEmpty()) {
                out.append("  ").append(plain(change.message())).append('\n');
            }
            change.resources().forEach(resource -> out.append("    ")
                    .append(resource.resource())
                    .append(' ')
                    .append(resource.outcome().word())
                    .append('\n'));
            if (change.more() > 0) {
                out.append("    and ").append(change.more()).append(" more\n");
            }
        }
        return out.toString();
    }

    /** Without what a terminal would obey; later lines stand under the first, so that none passes for a change. */
    private static String plain(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.chars().forEach(c -> {
            if (c == '\n') {
                out.append("\n  ");
            } else {
                out.append(Character.isISOControl(c) && c != '\t' ? '?' : (char) c);
            }
        });
        return out.toString();
    }
}
