package io.convergate.node.main.client;

import io.convergate.node.admin.api.ApplyReport;
import io.convergate.node.main.ExitCode;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code convergate apply}: sends resources to a node as one change. */
@Command(
        sortOptions = false,
        abbreviateSynopsis = true,
        optionListHeading = "%nOptions:%n",
        name = "apply",
        header = "Apply resources to the cluster, as one change: all of them or none.",
        description = {
            "",
            "Any node takes them. The answer comes once they are on its disk and on another node's;",
            "with --wait, once that many nodes serve them."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  convergate apply -f routes.yaml",
            "  convergate apply -f gateway.yaml -f services/ --wait all",
            "  generate-routes | convergate apply -f - --dry-run",
            "",
            "Exit codes: 0 done, 1 refused, 2 usage, 3 no answer, 4 accepted but not served in time"
        })
public final class ApplyCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli fills it in
    private CommandSpec spec;

    @Option(
            names = {"-f", "--filename"},
            required = true,
            arity = "1",
            hideParamSyntax = true,
            paramLabel = "FILE",
            description = "A YAML or JSON file, a directory of them, a URL, or - for standard input. May be repeated.")
    private List<String> files = List.of();

    @Mixin
    private ChangeOptions change = new ChangeOptions();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "text|json",
            defaultValue = "TEXT",
            description = "How to print the answer. Default: text")
    private Output output = Output.TEXT;

    @Mixin
    private ServerOption server = new ServerOption();

    /** How the answer is printed. */
    enum Output {
        TEXT,
        JSON
    }

    @Override
    public Integer call() {
        String query = change.query();
        AdminClient client = server.connect();
        Documents documents = Documents.read(files, System.in);
        AdminClient.Reply reply = client.post("/apply" + query, documents.text(), change.patience());
        return print(spec, output, documents, reply);
    }

    /** Prints the reply to a change; the exit code says what became of it. */
    static int print(CommandSpec spec, Output output, Documents documents, AdminClient.Reply reply) {
        PrintWriter out = spec.commandLine().getOut();
        boolean converged = reply.isSuccess() && reply.as(ApplyReport.class).converged();
        Report report = new Report(Ansi.AUTO, documents);
        if (output == Output.JSON) {
            out.print(new String(reply.body(), StandardCharsets.UTF_8));
        } else if (reply.isSuccess()) {
            out.print(report.accepted(reply.as(ApplyReport.class)));
        } else {
            spec.commandLine().getErr().print(report.refused(reply.problem()));
        }
        out.flush();
        spec.commandLine().getErr().flush();
        if (!reply.isSuccess()) {
            return ExitCode.FAILED;
        }
        return converged ? ExitCode.OK : ExitCode.NOT_CONVERGED;
    }
}
