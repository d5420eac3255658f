package io.convergate.system.harness;

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
public final class Nginx implements Origin {
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

    private final Process process;
    private final int port;

    private Nginx(Process process, int port) {
        this.process = process;
        this.port = port;
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    }

    /** Whether nginx is on the path. */
    private static boolean isHere() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, "nginx")));
    }

    /** Starts one; a JDK server stands in for it where this machine has no nginx. */
    public static Origin orJava(String label) {
        if (isHere()) {
            return start(label);
        }
        Timeline.say("SKIPPED: nginx as %s (it is not installed); a JDK server stands in", label);
        return JavaOrigin.start(label);
    }

    private static Origin start(String label) {
        try {
            int port = freePort();
            Path directory = Files.createTempDirectory("nginx");
            Path configuration = directory.resolve("nginx.conf");
            Files.writeString(configuration, CONFIGURATION.formatted(directory, ADDRESS, port, label));
            Process process = new ProcessBuilder("nginx", "-p", directory.toString(), "-c", configuration.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("nginx.log").toFile())
                    .start();
            Nginx nginx = new Nginx(process, port);
            Await.untilTrue("nginx listens", Duration.ofSeconds(10), () -> {
                try (Socket socket = new Socket()) {
                    socket.connect(new InetSocketAddress(ADDRESS, port), 1000);
                    return true;
                }
            });
            return nginx;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(ADDRESS, 0));
            return socket.getLocalPort();
        }
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public void close() {
        process.destroy();
    }
}
