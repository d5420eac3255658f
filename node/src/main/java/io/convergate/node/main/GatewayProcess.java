package io.convergate.node.main;

import io.convergate.config.ReplicatedConfig;
import io.convergate.config.ReplicatedConfigSettings;
import io.convergate.routing.compile.CompileSettings;
import io.convergate.routing.compile.RouteTableCompiler;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A process that is a node: starts it, waits for a signal, stops it. */
final class GatewayProcess {
    private GatewayProcess() {}

    /**
     * Runs a node until the process is told to stop.
     *
     * @param stopWithStdin whether the end of standard input tells it to stop, too
     * @param out where the first lines go
     * @return the exit code
     */
    static int run(NodeSettings settings, boolean stopWithStdin, PrintWriter out) throws InterruptedException {
        CountDownLatch told = new CountDownLatch(1);
        StopSignals.install(told::countDown);
        if (stopWithStdin) {
            watchStandardInput(told);
        }
        GatewayNode node = GatewayNode.start(settings, parts(settings));
        out.println(node.banner());
        out.flush();
        told.await();
        node.stop().toCompletableFuture().join();
        out.println("stopped");
        out.flush();
        return ExitCode.OK;
    }

    private static void watchStandardInput(CountDownLatch told) {
        Thread watcher = new Thread(
                () -> {
                    try {
                        System.in.transferTo(OutputStream.nullOutputStream());
                    } catch (IOException e) {
                        // A pipe that broke has ended, too.
                    }
                    told.countDown();
                },
                "stdin-watcher");
        watcher.setDaemon(true);
        watcher.start();
    }

    private static GatewayNode.Parts parts(NodeSettings settings) {
        ReplicatedConfigSettings store = ReplicatedConfigSettings.of(
                settings.name(), settings.host(), settings.clusterPort(), settings.seeds(), settings.data());
        return new GatewayNode.Parts(
                InterimEdge::new,
                activation -> ReplicatedConfig.open(store, activation),
                configuration -> List.of(),
                new RouteTableCompiler(CompileSettings.of(settings.labels())),
                () -> "");
    }
}
