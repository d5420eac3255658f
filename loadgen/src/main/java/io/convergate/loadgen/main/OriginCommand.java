package io.convergate.loadgen.main;

import io.convergate.loadgen.fleet.Hooks;
import io.convergate.loadgen.origin.Origin;
import io.convergate.loadgen.origin.OriginPlan;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code convergate origin}: an upstream to test against, until it is told to stop. */
@Command(
        name = "origin",
        mixinStandardHelpOptions = true,
        header = "An upstream to test against: it serves, misbehaves when told, and logs what it saw.",
        description = {
            "",
            "HTTP/1.1, and HTTP/2 with prior knowledge. Serves /echo, /echo/body, /delay/MS, /status/CODE, /size/BYTES,"
                    + " /stream/CHUNKS/MS, /sse/N/MS and /held; anything else is a 200. Answers carry x-origin and"
                    + " x-origin-seq. It is told to misbehave over its control API."
        })
final class OriginCommand implements Callable<Integer> {
    @Option(
            names = "--label",
            paramLabel = "NAME",
            defaultValue = "origin",
            description = "What it calls itself in its answers (default: ${DEFAULT-VALUE}).")
    private String label = "";

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:9000",
            converter = ListenAddress.class,
            description = "Where it listens (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // picocli fills it in
    private InetSocketAddress listen;

    @Option(
            names = "--control",
            paramLabel = "HOST:PORT",
            converter = ListenAddress.class,
            description = "Where its control API listens (default: there is none). It has no authentication.")
    private Optional<InetSocketAddress> control = Optional.empty();

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "1",
            description = "Event loops, 1 to 64 (default: ${DEFAULT-VALUE}).")
    private int threads;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of every draw it makes (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--log-max",
            paramLabel = "N",
            defaultValue = "100000",
            description = "How many of the newest requests GET /seen knows (default: ${DEFAULT-VALUE}).")
    private int logMax;

    @Option(names = "--log", paramLabel = "FILE", description = "Append every request here, a line of JSON each.")
    private Optional<Path> log = Optional.empty();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli fills it in
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        Origin origin = Origin.start(plan());
        Hooks.add("end-origin", origin::close);
        PrintWriter out = spec.commandLine().getOut();
        out.println(origin.label() + " serves on " + ListenAddress.text(origin.address()));
        origin.control().ifPresent(at -> out.println("control API on http://" + ListenAddress.text(at)));
        out.flush();
        new CountDownLatch(1).await();
        return ExitCode.OK;
    }

    private OriginPlan plan() {
        try {
            return new OriginPlan(label, listen, control, threads, seed, logMax, log);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
    }
}
