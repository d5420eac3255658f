package io.convergate.loadgen.main;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.UnmatchedArgumentException;

/** Puts the command line together: the commands, and how a mistake is reported. */
public final class CommandLines {
    private CommandLines() {}

    /** The command line with all its commands. */
    public static CommandLine root() {
        CommandLine root = new CommandLine(new RootCommand());
        root.registerConverter(Duration.class, new DurationConverter());
        root.setCaseInsensitiveEnumValuesAllowed(true);
        root.setUsageHelpWidth(110);
        root.setUsageHelpLongOptionsMaxWidth(30);
        root.setParameterExceptionHandler(explainMistake());
        root.setExecutionExceptionHandler(reportFailure());
        return root;
    }

    private static IParameterExceptionHandler explainMistake() {
        return (mistake, arguments) -> {
            CommandLine command = mistake.getCommandLine();
            PrintWriter err = command.getErr();
            err.println(command.getColorScheme().errorText(name(command) + ": " + oneLine(mistake)));
            if (mistake instanceof UnmatchedArgumentException unmatched) {
                unmatched.getSuggestions().stream()
                        .findFirst()
                        .ifPresent(suggestion -> err.println("Did you mean " + suggestion + "?"));
            }
            err.println("Help: " + name(command) + " --help");
            return ExitCode.USAGE;
        };
    }

    private static IExecutionExceptionHandler reportFailure() {
        return (failure, command, parsed) -> {
            List<String> lines = failure instanceof CommandFailed && failure.getMessage() != null
                    ? failure.getMessage().lines().toList()
                    : List.of(oneLine(failure));
            for (String line : lines) {
                command.getErr().println(command.getColorScheme().errorText(name(command) + ": " + line));
            }
            return failure instanceof CommandFailed failed ? failed.exitCode() : ExitCode.FAILED;
        };
    }

    private static String name(CommandLine command) {
        return command.getCommandSpec().qualifiedName();
    }

    private static String oneLine(Exception failure) {
        return Optional.ofNullable(failure.getMessage())
                .map(message -> message.replaceAll("\\s*\\R\\s*", " "))
                .orElse(failure.toString());
    }
}
