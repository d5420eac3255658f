package io.convergate.node.main.client;

import io.convergate.node.admin.api.DiffReport;
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
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code convergate diff}: how two configurations differ. */
@Command(
        sortOptions = false,
        abbreviateSynopsis = true,
        optionListHeading = "%nOptions:%n",
        name = "diff",
        header = "Show how two revisions of the configuration differ.",
        description = {
            "",
            "A revision is one that a change returned or 'history' lists; the short name of a change means right after it."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  convergate diff 038164b018d6a9de.4",
            "  convergate diff 038164b018d6a9de.4 038164b018d6a9de.6",
            "",
            "Exit codes: 0 shown, 1 not kept, 2 usage, 3 no answer"
        })
public final class DiffCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli fills it in
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "REV", description = "The revision before.")
    private String from = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "REV", description = "The one after. Default: the newest")
    private @Nullable String to;

    @Mixin
    private OutputOption output = new OutputOption();

    @Mixin
    private ServerOption server = new ServerOption();

    @Override
    public Integer call() {
        String path = "/diff?from=" + URLEncoder.encode(from, StandardCharsets.UTF_8)
                + (to == null ? "" : "&to=" + URLEncoder.encode(to, StandardCharsets.UTF_8));
        AdminClient.Reply reply = server.connect().get(path, "application/json");
        if (!reply.isSuccess()) {
            spec.commandLine().getErr().println(reply.problem().detail());
            return ExitCode.FAILED;
        }
        PrintWriter out = spec.commandLine().getOut();
        out.print(
                output.isJson()
                        ? new String(reply.body(), StandardCharsets.UTF_8)
                        : render(Ansi.AUTO, reply.as(DiffReport.class)));
        out.flush();
        return ExitCode.OK;
    }

    /** The report for people. */
    static String render(Ansi ansi, DiffReport report) {
        StringBuilder out = new StringBuilder();
        for (DiffReport.ResourceDiff diff : report.resources()) {
            out.append(Palette.STRONG.paint(
                            ansi, diff.resource() + " " + diff.outcome().word()))
                    .append('\n');
            diff.diff().lines().forEach(line -> out.append(colour(line).paint(ansi, line))
                    .append('\n'));
        }
        return out.length() == 0 ? "no difference\n" : out.toString();
    }

    private static Palette colour(String line) {
        return switch (line.charAt(0)) {
            case '-' -> Palette.BAD;
            case '+' -> Palette.GOOD;
            default -> Palette.PLAIN;
        };
    }
}
