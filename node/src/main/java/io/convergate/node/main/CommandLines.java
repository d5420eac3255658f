package io.convergate.node.main;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.OptionSpec;

/** Puts the command line together: the commands, where settings come from, and how a mistake is reported. */
public final class CommandLines {
    private CommandLines() {}

    /** The command line, with {@code environment} standing in for options that are not given. */
    public static CommandLine of(Map<String, String> environment) {
        return of(environment, Optional.empty());
    }

    /**
     * The command line for these arguments: a file of settings that they or the environment name stands in for what both leave out.
     *
     * @throws CommandFailed if that file cannot be read, or has in it what is no setting
     */
    static CommandLine of(Map<String, String> environment, List<String> arguments) {
        List<OptionSpec> options =
                of(environment).getSubcommands().get("node").getCommandSpec().options();
        return of(environment, ConfigFile.of(arguments, environment, options));
    }

    private static CommandLine of(Map<String, String> environment, Optional<ConfigFile> file) {
        CommandLine root = new CommandLine(new RootCommand());
        root.registerConverter(Duration.class, new DurationConverter());
        root.setCaseInsensitiveEnumValuesAllowed(true);
        root.setUsageHelpWidth(110);
        root.setUsageHelpLongOptionsMaxWidth(30);
        root.setParameterExceptionHandler(explainMistake());
        root.setExecutionExceptionHandler(reportFailure());
        root.getSubcommands().get("node").setDefaultValueProvider(new EnvironmentDefaults(environment, file));
        return root;
    }

    private static IParameterExceptionHandler explainMistake() {
        return (mistake, arguments) -> {
            CommandLine command = mistake.getCommandLine();
            PrintWriter err = command.getErr();
            err.println(command.getColorScheme().errorText(name(command) + ": " + Mistakes.describe(mistake)));
            Mistakes.suggestion(mistake).ifPresent(suggestion -> err.println("Did you mean " + suggestion + "?"));
            if (mistake.getArgSpec() instanceof OptionSpec option
                    && command.getDefaultValueProvider() instanceof EnvironmentDefaults defaults) {
                defaults.source(option).ifPresent(source -> err.println("The value may come from " + source + "."));
            }
            err.println("Help: " + name(command) + " --help");
            return ExitCode.USAGE;
        };
    }

    private static IExecutionExceptionHandler reportFailure() {
        return (failure, command, parsed) -> {
            command.getErr()
                    .println(command.getColorScheme().errorText(name(command) + ": " + Failures.describe(failure)));
            return failure instanceof CommandFailed failed ? failed.exitCode() : ExitCode.FAILED;
        };
    }

    private static String name(CommandLine command) {
        return command.getCommandSpec().qualifiedName();
    }
}
