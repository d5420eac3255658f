package io.convergate.node.main.client;

import io.convergate.node.main.CommandFailed;
import io.convergate.node.main.ExitCode;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** The option that says which node to talk to. */
public final class ServerOption {
    @Option(
            names = {"-s", "--server"},
            paramLabel = "URL",
            defaultValue = "${env:CONVERGATE_SERVER:-http://127.0.0.1:8001}",
            description =
                    "The admin address of any node (environment: CONVERGATE_SERVER). Now: @|bold ${DEFAULT-VALUE}|@")
    @SuppressWarnings("NullAway.Init") // picocli fills it in
    private URI server;

    @Option(
            names = "--cacert",
            paramLabel = "FILE",
            defaultValue = "${env:CONVERGATE_CACERT}",
            description = "Whose word on the node's certificate counts, PEM (environment: CONVERGATE_CACERT)."
                    + " Default: those that Java trusts")
    private @Nullable Path authorities;

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            defaultValue = "${env:CONVERGATE_TOKEN}",
            showDefaultValue = CommandLine.Help.Visibility.NEVER,
            description = "A bearer token. Others see it in the list of processes; better use CONVERGATE_TOKEN or"
                    + " --token-file")
    private @Nullable String token;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            defaultValue = "${env:CONVERGATE_TOKEN_FILE}",
            description = "A file with the token in it (environment: CONVERGATE_TOKEN_FILE).")
    private @Nullable Path tokenFile;

    @Option(
            names = "--client-cert",
            paramLabel = "FILE",
            defaultValue = "${env:CONVERGATE_CLIENT_CERT}",
            description = "A client certificate, PEM (environment: CONVERGATE_CLIENT_CERT).")
    private @Nullable Path certificate;

    @Option(
            names = "--client-key",
            paramLabel = "FILE",
            defaultValue = "${env:CONVERGATE_CLIENT_KEY}",
            description = "Its key, PEM (environment: CONVERGATE_CLIENT_KEY).")
    private @Nullable Path key;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    private boolean help;

    /** A client for that node. */
    public AdminClient connect() {
        return connect(server);
    }

    /** A client for another node, with the same credentials. */
    AdminClient connect(URI address) {
        String scheme = address.getScheme();
        if (address.getHost() == null || !("http".equals(scheme) || "https".equals(scheme))) {
            throw new CommandFailed(
                    ExitCode.USAGE, "--server " + address + " (expected: a URL such as http://127.0.0.1:8001)");
        }
        return new AdminClient(
                address,
                Credentials.read(
                        Optional.ofNullable(authorities),
                        Optional.ofNullable(token),
                        Optional.ofNullable(tokenFile),
                        Optional.ofNullable(certificate),
                        Optional.ofNullable(key)));
    }

    /** The node's address as the user gave it. */
    URI address() {
        return server;
    }
}
