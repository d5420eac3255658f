package io.convergate.loadgen.fleet;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A process that answers health checks and {@code /status} as a node of a whole cluster would, and ends with its standard input. */
public final class FakeNode {
    private FakeNode() {}

    /** Writes a launcher that starts it into a directory. */
    public static void installInto(Path home) throws IOException {
        Path launcher = home.resolve("convergate");
        Files.writeString(
                launcher,
                "#!/bin/sh\nexec \"$CONVERGATE_JAVA_HOME/bin/java\" -XX:TieredStopAtLevel=1 -Xmx64m -cp '"
                        + System.getProperty("java.class.path") + "' " + FakeNode.class.getName() + " \"$@\"\n");
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Takes the options that a fleet gives. */
    public static void main(String[] arguments) throws IOException {
        List<String> options = Arrays.asList(arguments);
        String host = option(options, "--host");
        int size = option(options, "--seeds").split(",").length;
        String members = IntStream.rangeClosed(1, size)
                .mapToObj(number ->
                        "{\"node\":\"node%d\",\"address\":\"\",\"state\":\"serving\",\"revision\":\"r1\",\"reason\":\"\"}"
                                .formatted(number))
                .collect(Collectors.joining(","));
        String status =
                "{\"node\":\"%s\",\"revision\":\"r1\",\"ready\":true,\"notReadyBecause\":[],\"resources\":0,\"nodes\":[%s]}"
                        .formatted(option(options, "--name"), members);
        HttpServer server = HttpServer.create(new InetSocketAddress(host, GatewayNode.ADMIN_PORT), 10);
        server.createContext("/", exchange -> {
            byte[] body = status.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        System.out.println("fake node on " + host);
        while (System.in.read() >= 0) {
            // Until the pipe closes.
        }
        System.exit(7);
    }

    private static String option(List<String> options, String name) {
        return options.stream()
                .filter(option -> option.startsWith(name + "="))
                .map(option -> option.substring(name.length() + 1))
                .findFirst()
                .orElseThrow();
    }
}
