package io.convergate.node.main.client;

import io.convergate.node.admin.api.ApplyReport;
import io.convergate.node.main.CommandFailed;
import io.convergate.node.main.ExitCode;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/**
 * What {@code apply} and {@code delete} share: where to send the change, what to wait for, what history says of it, and how
 * its answer is printed.
 */
final class ChangeOptions {
    @Option(
            names = {"-w", "--wait"},
            paramLabel = "all|majority|N",
            description = "Wait until that many nodes serve the change.")
    private @Nullable String waitFor;

    @Option(
            names = {"-t", "--timeout"},
            paramLabel = "TIME",
            defaultValue = "30s",
            description = "How long to wait, such as 500ms or 10s; at most 5m. Default: ${DEFAULT-VALUE}")
    private Duration timeout = Duration.ofSeconds(30);

    @Option(
            names = {"-m", "--message"},
            paramLabel = "TEXT",
            defaultValue = "",
            description = "Why: kept with the change.")
    private String message = "";

    @Option(
            names = "--consistency",
            paramLabel = "local|majority",
            defaultValue = "LOCAL",
            description = "With majority, nothing is written unless a majority of the nodes takes it. Default: local")
    private Consistency consistency = Consistency.LOCAL;

    private enum Consistency {
        LOCAL,
        MAJORITY
    }

    @Option(names = "--dry-run", description = "Validate against the running configuration and write nothing.")
    private boolean dryRun;

    @Mixin
    private OutputOption output = new OutputOption();

    @Mixin
    private ServerOption server = new ServerOption();

    /** A client for the node, once the options are known to make sense. */
    AdminClient connect() {
        if (waitFor != null && !waitFor.matches("all|majority|[1-9]\\d{0,3}")) {
            throw new CommandFailed(
                    ExitCode.USAGE, "--wait " + waitFor + " (expected: all, majority or a number of nodes)");
        }
        return server.connect();
    }

    /** Sends the documents to {@code path} and prints the reply; the exit code says what became of the change. */
    int send(CommandSpec spec, AdminClient client, String path, Documents documents) {
        Duration patience = waitFor == null ? Duration.ZERO : timeout;
        AdminClient.Reply reply =
                client.post(path + (path.contains("?") ? "&" : "?") + query(), documents.text(), patience);
        PrintWriter out = spec.commandLine().getOut();
        Report report = new Report(Ansi.AUTO, documents);
        if (output.isJson()) {
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
        return reply.status() == 200 ? ExitCode.OK : ExitCode.NOT_CONVERGED;
    }

    private String query() {
        List<String> parameters = new ArrayList<>();
        if (waitFor != null) {
            parameters.add("wait=" + waitFor);
            parameters.add("timeout=" + timeout.toMillis() + "ms");
        }
        if (consistency == Consistency.MAJORITY) {
            parameters.add("consistency=majority");
        }
        if (dryRun) {
            parameters.add("dryRun=true");
        }
        if (!message.isEmpty()) {
            parameters.add("message=" + encode(message));
        }
        Optional.ofNullable(System.getProperty("user.name"))
                .ifPresent(user -> parameters.add("author=" + encode(user)));
        return String.join("&", parameters);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
