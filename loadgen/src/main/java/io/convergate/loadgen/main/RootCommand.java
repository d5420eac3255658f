package io.convergate.loadgen.main;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** loadgen by itself: prints its help. */
@Command(
        name = "convergate",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        header = "Load, faults and proof.",
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExit codes:%n",
        footer = {
            "  0  done, and everything that was asked of it held",
            "  1  a threshold, a check or a promise did not hold, or the command failed",
            "  2  the command line or a file is wrong; nothing was done",
            "  3  no target answered anything",
            "  5  the generator itself was too late to say a latency",
        },
        subcommands = {
            LoadCommand.class,
            CompareCommand.class,
            OriginCommand.class,
            ProxyCommand.class,
            GamedayCommand.class,
            CompletionCommand.class,
            HelpCommand.class
        })
final class RootCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli fills it in
    private CommandSpec spec;

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return ExitCode.USAGE;
    }
}
