package io.convergate.node.main.client;

import io.convergate.node.admin.api.BlameReport;
import io.convergate.node.main.ExitCode;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code convergate blame}: which change wrote which line of a resource. */
@Command(
        sortOptions = false,
        abbreviateSynopsis = true,
        optionListHeading = "%nOptions:%n",
        name = "blame",
        header = "Show which change wrote each line of a resource.",
        description = {""},
        footerHeading = "%nExamples:%n",
        footer = {
            "  convergate blame vs/reviews",
            "",
            "Exit codes: 0 found, 1 not kept or not found, 2 usage, 3 no answer"
        })
public final class BlameCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli fills it in
    private CommandSpec spec;

    @Parameters(
            index = "0",
            paramLabel = "KIND/NAME",
            description = "Which resource; KIND/NAMESPACE/NAME outside 'default'.")
    private String resource = "";

    @Mixin
    private OutputOption output = new OutputOption();

    @Mixin
    private ServerOption server = new ServerOption();

    @Override
    public Integer call() {
        String path = "/blame?resource=" + URLEncoder.encode(resource, StandardCharsets.UTF_8);
        AdminClient.Reply reply = server.connect().get(path, "application/json");
        if (!reply.isSuccess()) {
            spec.commandLine().getErr().println(reply.problem().detail());
            return ExitCode.FAILED;
        }
        PrintWriter out = spec.commandLine().getOut();
        out.print(
                output.isJson()
                        ? new String(reply.body(), StandardCharsets.UTF_8)
                        : render(Ansi.AUTO, reply.as(BlameReport.class)));
        out.flush();
        return ExitCode.OK;
    }

    /** The report for people. */
    static String render(Ansi ansi, BlameReport report) {
        TextTable table = new TextTable();
        for (BlameReport.BlameLine line : report.lines()) {
            table.row(
                    new TextTable.Cell(line.change(), Palette.DIM),
                    TextTable.Cell.of(Instant.parse(line.time())
                            .truncatedTo(ChronoUnit.SECONDS)
                            .toString()),
                    TextTable.Cell.of(line.author()),
                    TextTable.Cell.of(line.text()));
        }
        return table.render(ansi);
    }
}
