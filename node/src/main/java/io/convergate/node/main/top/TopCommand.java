package io.convergate.node.main.top;

import io.convergate.node.admin.api.AdminJson;
import io.convergate.node.admin.api.VitalsReport;
import io.convergate.node.main.CommandFailed;
import io.convergate.node.main.ExitCode;
import io.convergate.node.main.client.AdminClient;
import io.convergate.node.main.client.OutputOption;
import io.convergate.node.main.client.ServerOption;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code convergate top}: the cluster live. */
@Command(
        sortOptions = false,
        abbreviateSynopsis = true,
        optionListHeading = "%nOptions:%n",
        name = "top",
        header = "Show the cluster live: requests, percentiles and errors by node and by route, breakers, limits.",
        description = {
            "",
            "One node is asked, and asks the others. In a terminal: q ends it, s and S change the column that routes",
            "are sorted by, r turns the order round, / filters by name, arrows scroll, the space bar holds it.",
            "Into a pipe it prints one page after another, 120 columns wide unless COLUMNS says otherwise; --once is as",
            "wide as the terminal. Where there is no room the least important columns are left out."
        },
        footerHeading = "%nExit codes:%n",
        footer = "  0 done, 2 usage, 3 no answer")
public final class TopCommand implements Callable<Integer> {
    private static final Duration INTERVAL_MIN = Duration.ofMillis(500);
    private static final Duration INTERVAL_MAX = Duration.ofMinutes(1);
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final int PLAIN_WIDTH = 120;
    private static final int PLAIN_HEIGHT = 1_000;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli fills it in
    private CommandSpec spec;

    @Option(names = "--once", description = "Look twice, --interval apart, print what has come in between, and end.")
    private boolean once;

    @Option(
            names = "--interval",
            paramLabel = "TIME",
            defaultValue = "2s",
            description = "Between two looks, 500ms to 1m. Default: ${DEFAULT-VALUE}")
    private Duration interval = Duration.ofSeconds(2);

    @Option(
            names = "--sort",
            paramLabel = "COLUMN",
            defaultValue = "req/s",
            description =
                    "By which routes are sorted: name, req/s, p50, p90, p99, errors, 4xx/s, retries; with a - in front"
                            + " the other way round. Default: ${DEFAULT-VALUE}")
    private String sort = "req/s";

    @Option(
            names = "--filter",
            paramLabel = "TEXT",
            defaultValue = "",
            description = "Only routes with this in their name.")
    private String filter = "";

    @Mixin
    private OutputOption output = new OutputOption();

    @Mixin
    private ServerOption server = new ServerOption();

    @Override
    public Integer call() throws InterruptedException {
        if (interval.compareTo(INTERVAL_MIN) < 0 || interval.compareTo(INTERVAL_MAX) > 0) {
            throw new ParameterException(
                    spec.commandLine(), "--interval " + interval.toMillis() + "ms (expected: 500ms to 1m)");
        }
        Shown shown = shown();
        AdminClient client = server.connect();
        VitalsReport first = ask(client);
        BlockingQueue<Integer> keys = new LinkedBlockingQueue<>(1_000);
        if (!once && !output.isJson()) {
            PrintStream screen =
                    new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
            Optional<Terminal> terminal = Terminal.open(screen, keys::offer);
            if (terminal.isPresent()) {
                try (Terminal mine = terminal.get()) {
                    new TopLoop(mine, keys, () -> ask(client), interval, shown).run(first);
                }
                return ExitCode.OK;
            }
        }
        return print(client, first, shown);
    }

    private Shown shown() {
        try {
            return Shown.of(sort, filter);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private static VitalsReport ask(AdminClient client) {
        AdminClient.Reply reply = client.get("/vitals", "application/json");
        if (!reply.isSuccess()) {
            throw new CommandFailed(ExitCode.FAILED, reply.problem().detail());
        }
        return reply.as(VitalsReport.class);
    }

    /** Page after page, until Ctrl-C or the reader leaves; an unreachable node ends it. */
    private int print(AdminClient client, VitalsReport first, Shown shown) throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        CountDownLatch never = new CountDownLatch(1);
        TopScreen screen = new TopScreen(Ansi.AUTO);
        int width =
                Math.max(TopScreen.WIDTH_MIN, Terminal.width(System.getenv().getOrDefault("COLUMNS", ""), PLAIN_WIDTH));
        VitalsReport before = first;
        Duration pause = once || interval.compareTo(FIRST) < 0 ? interval : FIRST;
        do {
            if (never.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                break;
            }
            pause = interval;
            VitalsReport after = ask(client);
            TopView view = TopView.between(before, after);
            before = after;
            if (output.isJson()) {
                byte[] json = once ? AdminJson.write(view) : AdminJson.compact(view);
                out.print(new String(json, StandardCharsets.UTF_8) + (once ? "" : "\n"));
            } else {
                List<String> lines = screen.lines(view, shown, width, PLAIN_HEIGHT, "");
                lines.forEach(line -> out.println(line.stripTrailing()));
                if (!once) {
                    out.println();
                }
            }
            out.flush();
        } while (!once && !out.checkError());
        return ExitCode.OK;
    }
}
