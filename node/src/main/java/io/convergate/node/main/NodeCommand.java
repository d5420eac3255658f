package io.convergate.node.main;

import io.convergate.config.tls.FileWatch;
import io.convergate.node.admin.kube.KubeSettings;
import io.convergate.node.edge.Edge;
import io.convergate.node.limits.service.LimitServer;
import java.io.PrintWriter;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code convergate node}: runs a node until it is told to stop. */
@Command(
        name = "node",
        header = "Run a gateway node, until SIGTERM or Ctrl-C.",
        description = {
            "",
            "One address is one node: on 127.0.0.1, 127.0.0.2 and 127.0.0.3 three of them share a machine",
            "with the same ports. Every option is an environment variable too: --admin-port is CONVERGATE_ADMIN_PORT."
        },
        sortOptions = false,
        abbreviateSynopsis = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  convergate node --host 10.0.0.1 --seeds 10.0.0.1,10.0.0.2,10.0.0.3 --data /var/lib/convergate",
            "  CONVERGATE_HOST=127.0.0.1 convergate node --port-map 80=8080",
            "",
            "Exit codes: 0 stopped as told, 1 could not start or failed, 2 a setting is wrong"
        })
final class NodeCommand implements Callable<Integer> {
    private static final List<String> LOG_LEVELS = List.of("DEBUG", "INFO", "WARN", "ERROR");

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli fills it in
    private CommandSpec spec;

    @Mixin
    private NodeOptions options = new NodeOptions();

    @Mixin
    private EdgeOptions edge = new EdgeOptions();

    @Mixin
    private TelemetryOptions telemetry = new TelemetryOptions();

    /** For a parent that must not leave nodes behind, such as the demo: when it ends, in whatever way, so does its pipe. */
    @Option(names = "--stop-with-stdin", hidden = true, description = "Stop when standard input ends.")
    private boolean stopWithStdin;

    /** For whoever starts nodes again and again: what is wrong is said once, before the first start. */
    @Option(
            names = "--check",
            description =
                    "Read the settings and the files they name, try the ports and the directory, say whether a node could"
                            + " start, and end: with exit code 2 if a setting is wrong, 1 if something else is in the way."
                            + " A node that runs is not disturbed, and nothing is written.")
    private boolean check;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    private boolean help;

    @Override
    public Integer call() throws Exception {
        rejectWrongVariables();
        GatewayProcess.Settings settings = settings();
        return check
                ? check(settings)
                : GatewayProcess.run(settings, stopWithStdin, spec.commandLine().getOut());
    }

    /** Reads and tries what the settings name, and says who the node would be. */
    private int check(GatewayProcess.Settings settings) throws UnknownHostException {
        try (FileWatch files = FileWatch.start()) {
            NodeSettings node = settings.node();
            KubeSettings.of(NodeProperties.load());
            NodeFiles opened = NodeFiles.open(node, files);
            settings.limitService().ifPresent(LimitServer::check);
            Edge.check(settings.edge());
            settings.telemetry().path().map(Path::of).ifPresent(StartObstacles::checkAccessLog);
            List<String> obstacles = StartObstacles.of(settings, StartObstacles.Ports.ALL);
            if (!obstacles.isEmpty()) {
                throw new CommandFailed(
                        ExitCode.FAILED,
                        "the settings are right, but no node could start now: " + String.join("; ", obstacles));
            }
            PrintWriter out = spec.commandLine().getOut();
            out.println("node " + node.name() + " on " + node.host() + ", admin API: "
                    + opened.access().description() + "; the settings are right");
            out.flush();
            return ExitCode.OK;
        } catch (IllegalArgumentException e) {
            throw new CommandFailed(ExitCode.USAGE, String.valueOf(e.getMessage()));
        }
    }

    /** The settings, from the command line and the environment. */
    GatewayProcess.Settings settings() {
        try {
            NodeSettings node = options.toSettings();
            return new GatewayProcess.Settings(
                    node,
                    edge.toEdgeSettings(node),
                    edge.toLimitSettings(),
                    edge.toLimitServiceSettings(node),
                    telemetry.toSettings(node));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private void rejectWrongVariables() {
        NodeProperties.mistakeAmong(System.getProperties().stringPropertyNames())
                .ifPresent(mistake -> {
                    throw new ParameterException(spec.commandLine(), mistake);
                });
        if (spec.commandLine().getDefaultValueProvider() instanceof EnvironmentDefaults environment) {
            // Logback takes what it does not know for DEBUG.
            environment
                    .of(OutsideSetting.LOG_LEVEL)
                    .filter(level -> !LOG_LEVELS.contains(level.toUpperCase(Locale.ROOT)))
                    .ifPresent(level -> {
                        throw new ParameterException(
                                spec.commandLine(),
                                OutsideSetting.LOG_LEVEL.variable() + " " + level + " (expected: "
                                        + String.join(", ", LOG_LEVELS) + ")");
                    });
            List<String> unknown = environment.unknownAmong(spec.options());
            if (!unknown.isEmpty()) {
                String variable = unknown.get(0);
                throw new ParameterException(
                        spec.commandLine(),
                        "unknown setting " + variable + " in the environment (expected: "
                                + environment
                                        .nearest(variable, spec.options())
                                        .map(nearest -> "did you mean " + nearest + "?")
                                        .orElse("the name of an option, as CONVERGATE_HOST is of --host; the list is in"
                                                + " convergate node --help")
                                + ")");
            }
        }
    }
}
