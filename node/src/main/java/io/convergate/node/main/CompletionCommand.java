package io.convergate.node.main;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Prints a completion script for bash and zsh. Of loadgen's commands it knows the names; the launcher has loadgen print the functions that complete
 * their options after it, which take the place of those that are empty here.
 */
@Command(
        name = "completion",
        aliases = "generate-completion",
        header = "Print a script that completes commands and options in bash and zsh.",
        description = {"", "Load it into the running shell with:", "", "  source <(convergate completion)"})
final class CompletionCommand implements Callable<Integer> {
    private static final List<String> LOADGEN = List.of("load", "compare", "origin", "proxy", "gameday");

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli fills it in
    private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    private boolean help;

    @Override
    public Integer call() {
        CommandLine root = spec.root().commandLine();
        for (String command : LOADGEN) {
            root.addSubcommand(command, CommandSpec.create());
        }
        root.getOut().print(AutoComplete.bash(root.getCommandName(), root));
        root.getOut().flush();
        return ExitCode.OK;
    }
}
