package io.convergate.system.harness;

import io.convergate.loadgen.fleet.Await;
import io.convergate.loadgen.origin.Origin;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/** nginx as an upstream, in a process of its own. */
public final class Nginx {
    private static final String CONFIGURATION = """
            daemon off;
            master_process off;
            pid %1$s/nginx.pid;
            error_log %1$s/error.log;
            events { worker_connections 1024; }
            http {
              access_log off;
              client_body_temp_path %1$s/body;
              proxy_temp_path %1$s/proxy;
              fastcgi_temp_path %1$s/fastcgi;
              uwsgi_temp_path %1$s/uwsgi;
              scgi_temp_path %1$s/scgi;
              server {
                listen %2$s:%3$d;
                default_type text/plain;
                location / { return 200 "%4$s $request_uri\\n"; }
              }
            }
            """;

    private Nginx() {}

    /** Whether nginx is on the path. */
    private static boolean isHere() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, "nginx")));
    }

    /** Starts one; an origin stands in for it where this machine has no nginx. */
    public static Upstream orOrigin(String label) {
        if (isHere()) {
            return start(label);
        }
        Timeline.say("SKIPPED: nginx as %s (it is not installed); an origin stands in", label);
        return Upstream.of(Origin.start(label));
    }

    private static Upstream start(String label) {
        try {
            int port = freePort();
            Path directory = Files.createTempDirectory("nginx");
            Path configuration = directory.resolve("nginx.conf");
            Files.writeString(configuration, CONFIGURATION.formatted(directory, Upstream.ADDRESS, port, label));
            Process process = new ProcessBuilder("nginx", "-p", directory.toString(), "-c", configuration.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("nginx.log").toFile())
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            Await.untilTrue("nginx listens", Duration.ofSeconds(10), () -> {
                try (Socket socket = new Socket()) {
                    socket.connect(new InetSocketAddress(Upstream.ADDRESS, port), 1000);
                    return true;
                }
            });
            return new Upstream(port, process::destroy);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(Upstream.ADDRESS, 0));
            return socket.getLocalPort();
        }
    }
}
