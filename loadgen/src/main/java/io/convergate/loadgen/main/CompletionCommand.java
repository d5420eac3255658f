package io.convergate.loadgen.main;

import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints the shell functions that complete loadgen's commands, for the script of the whole {@code convergate}, which calls them. */
@Command(name = "completion", aliases = "generate-completion", hidden = true)
final class CompletionCommand implements Callable<Integer> {
    private static final Pattern COMMAND_FUNCTION =
            Pattern.compile("(?ms)^function (_picocli_convergate_\\w+)\\(\\) \\{$.*?^}$");

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli fills it in
    private CommandSpec spec;

    @Override
    public Integer call() {
        CommandLine root = spec.root().commandLine();
        Matcher functions = COMMAND_FUNCTION.matcher(AutoComplete.bash(root.getCommandName(), root));
        while (functions.find()) {
            if (!functions.group(1).endsWith("_help")) {
                root.getOut().println(functions.group());
            }
        }
        root.getOut().flush();
        return ExitCode.OK;
    }
}
