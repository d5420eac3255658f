package io.convergate.node.main;

import io.convergate.node.main.certs.CertsCommand;
import io.convergate.node.main.client.AnalyzeCommand;
import io.convergate.node.main.client.ApplyCommand;
import io.convergate.node.main.client.BackupCommand;
import io.convergate.node.main.client.BlameCommand;
import io.convergate.node.main.client.DeleteCommand;
import io.convergate.node.main.client.DiffCommand;
import io.convergate.node.main.client.ExplainCommand;
import io.convergate.node.main.client.GetCommand;
import io.convergate.node.main.client.HistoryCommand;
import io.convergate.node.main.client.ImpactCommand;
import io.convergate.node.main.client.ResealCommand;
import io.convergate.node.main.client.RestoreCommand;
import io.convergate.node.main.client.RollbackCommand;
import io.convergate.node.main.client.StatusCommand;
import io.convergate.node.main.demo.DemoCommand;
import io.convergate.node.main.top.TopCommand;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code convergate} by itself: prints its help. */
@Command(
        name = "convergate",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        header = "An API gateway that is a cluster and nothing but the cluster.",
        description = {
            "",
            "Start nodes, apply Istio configuration to any one of them, and every node serves it.",
            "New here? @|bold convergate demo|@ starts three nodes on this machine and shows them at work."
        },
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExit codes:%n",
        footer = {
            "  0  done",
            "  1  refused, not found, or failed",
            "  2  the command line, a setting or a file that is to be read is wrong; nothing was done",
            "  3  no node answered at the address",
            "  4  accepted and durable, but not yet served by the nodes waited for",
            "",
            "To load and to break it: convergate load, origin, proxy, compare, gameday; each takes --help.",
            "",
            "Help on a command: convergate help COMMAND"
        },
        subcommands = {
            DemoCommand.class,
            NodeCommand.class,
            ApplyCommand.class,
            GetCommand.class,
            DeleteCommand.class,
            StatusCommand.class,
            TopCommand.class,
            HistoryCommand.class,
            DiffCommand.class,
            BlameCommand.class,
            RollbackCommand.class,
            BackupCommand.class,
            RestoreCommand.class,
            ResealCommand.class,
            ExplainCommand.class,
            ImpactCommand.class,
            AnalyzeCommand.class,
            TokenCommand.class,
            CertsCommand.class,
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
