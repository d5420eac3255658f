package io.convergate.node.main.client;

import io.convergate.node.main.CommandFailed;
import io.convergate.node.main.ExitCode;
import java.net.URI;
import picocli.CommandLine.Option;

/** The option that says which node to talk to. */
final class ServerOption {
    @Option(
            names = {"-s", "--server"},
            paramLabel = "URL",
            defaultValue = "${env:CONVERGATE_SERVER:-http://127.0.0.1:8001}",
            description =
                    "The admin address of any node (environment: CONVERGATE_SERVER). Now: @|bold ${DEFAULT-VALUE}|@")
    @SuppressWarnings("NullAway.Init") // picocli fills it in
    private URI server;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    private boolean help;

    /** A client for that node. */
    AdminClient connect() {
        String scheme = server.getScheme();
        if (server.getHost() == null || !("http".equals(scheme) || "https".equals(scheme))) {
            throw new CommandFailed(
                    ExitCode.USAGE, "--server " + server + " (expected: a URL such as http://127.0.0.1:8001)");
        }
        return new AdminClient(server);
    }

    /** The node's address as the user gave it. */
    URI address() {
        return server;
    }
}
