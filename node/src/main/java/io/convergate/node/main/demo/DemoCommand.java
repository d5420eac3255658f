package io.convergate.node.main.demo;

import io.convergate.node.main.CommandFailed;
import io.convergate.node.main.ExitCode;
import io.convergate.node.main.StopSignals;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code convergate demo}: the product at work on one machine, in one command. */
@Command(
        name = "demo",
        header = "Start three nodes on this machine, with services behind them, and show them at work.",
        description = {
            "",
            "Needs no root and nothing installed. Three processes form a cluster on 127.0.0.1, 127.0.0.2 and 127.0.0.3;",
            "an example configuration is applied to one of them, and all serve it. Ctrl-C leaves nothing behind."
        },
        sortOptions = false,
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExit codes:%n",
        footer = "  0 it ran, 1 something did not work")
public final class DemoCommand implements Callable<Integer> {
    private static final int REQUESTS = 50;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli fills it in
    private CommandSpec spec;

    @Option(names = "--once", description = "Show it, check it, and end: for scripts and tests.")
    private boolean once;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    private boolean help;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        List<Site> sites = sites(out);
        CountDownLatch told = new CountDownLatch(1);
        StopSignals.install(told::countDown, NodeProcess::killAll);
        try (Demo demo = new Demo(out, sites, told)) {
            if (!demo.start()) {
                return ExitCode.OK;
            }
            demo.apply();
            demo.verify(REQUESTS);
            demo.explain();
            if (!once) {
                demo.watch(Ansi.AUTO.enabled());
            }
        }
        return ExitCode.OK;
    }

    private static List<Site> sites(PrintWriter out) {
        List<Site> sites = Site.onThreeAddresses();
        if (sites.stream().anyMatch(site -> !Site.exists(site.host()))) {
            out.println(
                    "* this machine has no 127.0.0.2 and 127.0.0.3, so the nodes share 127.0.0.1 with ports of their own");
            out.println("  (macOS: sudo ifconfig lo0 alias 127.0.0.2; sudo ifconfig lo0 alias 127.0.0.3)");
            sites = Site.onOneAddress();
        }
        for (Site site : sites) {
            site.obstacle().ifPresent(obstacle -> {
                throw new CommandFailed(ExitCode.FAILED, obstacle + " is taken (expected: free for the demo)");
            });
        }
        return sites;
    }
}
