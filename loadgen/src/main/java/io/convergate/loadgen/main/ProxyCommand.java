package io.convergate.loadgen.main;

import io.convergate.loadgen.fault.proxy.FaultProxy;
import io.convergate.loadgen.fault.proxy.ProxyApi;
import io.convergate.loadgen.fault.proxy.ProxyLink;
import io.convergate.loadgen.fleet.Hooks;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code convergate proxy}: the fault proxy, until it is told to stop. */
@Command(
        name = "proxy",
        mixinStandardHelpOptions = true,
        header = "A TCP proxy that spoils links: slow, lossy, cut, reset. Operated like Toxiproxy.",
        description = {
            "",
            "Its HTTP API is that of Toxiproxy 2, so its clients work. Toxics: latency, bandwidth, slow_close, timeout,"
                    + " reset_peer, slicer, limit_data, and loss of its own (rate, timeout)."
        })
final class ProxyCommand implements Callable<Integer> {
    @Option(
            names = "--api",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:8474",
            converter = ListenAddress.class,
            description = "Where its API listens (default: ${DEFAULT-VALUE}, Toxiproxy's). It has no authentication.")
    @SuppressWarnings("NullAway.Init") // picocli fills it in
    private InetSocketAddress api;

    @Option(
            names = "--link",
            paramLabel = "LISTEN=UPSTREAM",
            converter = {ListenAddress.class, ListenAddress.class},
            description = "A link that is there from the start; several by repeating it.")
    private Map<InetSocketAddress, InetSocketAddress> links = new LinkedHashMap<>();

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

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli fills it in
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        if (threads < 1 || threads > 64) {
            throw new ParameterException(spec.commandLine(), "threads " + threads + " (expected: 1 to 64)");
        }
        FaultProxy proxy = FaultProxy.start(threads, seed);
        PrintWriter out = spec.commandLine().getOut();
        int number = 0;
        for (Map.Entry<InetSocketAddress, InetSocketAddress> link : links.entrySet()) {
            ProxyLink open = proxy.add("link" + ++number, link.getKey(), link.getValue());
            out.println(open.name() + ": " + ListenAddress.text(open.listen()) + " to "
                    + ListenAddress.text(open.upstream()));
        }
        ProxyApi started = ProxyApi.start(proxy, api);
        Hooks.add("end-proxy", () -> {
            started.close();
            proxy.close();
        });
        out.println("API on http://" + ListenAddress.text(started.address()));
        out.flush();
        new CountDownLatch(1).await();
        return ExitCode.OK;
    }
}
