package io.convergate.node.main.client;

import io.convergate.node.main.CommandFailed;
import io.convergate.node.main.ExitCode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that {@code apply} and {@code delete} share: what to wait for, and what history says of the change. */
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

    @Option(names = "--dry-run", description = "Validate against the running configuration and write nothing.")
    private boolean dryRun;

    /** The query of the request, beginning with {@code ?}. */
    String query() {
        List<String> parameters = new ArrayList<>();
        if (waitFor != null) {
            if (!waitFor.matches("all|majority|[1-9]\\d{0,3}")) {
                throw new CommandFailed(
                        ExitCode.USAGE, "--wait " + waitFor + " (expected: all, majority or a number of nodes)");
            }
            parameters.add("wait=" + waitFor);
            parameters.add("timeout=" + timeout.toMillis() + "ms");
        }
        if (dryRun) {
            parameters.add("dryRun=true");
        }
        if (!message.isEmpty()) {
            parameters.add("message=" + encode(message));
        }
        Optional.ofNullable(System.getProperty("user.name"))
                .ifPresent(user -> parameters.add("author=" + encode(user)));
        return "?" + String.join("&", parameters);
    }

    /** How long the node may take before it answers. */
    Duration patience() {
        return waitFor == null ? Duration.ZERO : timeout;
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
