package io.convergate.node.main.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;

/**
 * The services behind the demo's gateway: three versions of {@code reviews} and a {@code productpage}, each on a port of
 * its own. Each counts what it answers.
 */
final class Shop implements AutoCloseable {
    private static final String EXAMPLE = "/io/convergate/examples/bookshop/bookshop.yaml";

    /** The services and the ports that the example names. */
    private static final Map<String, Integer> PORTS = ports();

    private final ExecutorService threads = Executors.newFixedThreadPool(4);
    private final List<HttpServer> servers = new ArrayList<>();
    private final Map<String, LongAdder> answered = new LinkedHashMap<>();
    private final String configuration;

    private static Map<String, Integer> ports() {
        Map<String, Integer> ports = new LinkedHashMap<>();
        ports.put("reviews v1", 9081);
        ports.put("reviews v2", 9082);
        ports.put("reviews v3", 9083);
        ports.put("productpage", 9084);
        return ports;
    }

    private Shop() throws IOException {
        String text = example();
        for (Map.Entry<String, Integer> service : PORTS.entrySet()) {
            int port = start(service.getKey(), service.getValue());
            text = text.replace("http: " + service.getValue(), "http: " + port);
        }
        configuration = text;
    }

    /** Starts the services; one whose port is taken gets another one. */
    static Shop open() {
        try {
            return new Shop();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start the demo's services", e);
        }
    }

    /** The example's configuration, with the ports that the services really have. */
    byte[] configuration() {
        return configuration.getBytes(StandardCharsets.UTF_8);
    }

    /** How many requests each service has answered so far, in a fixed order. */
    Map<String, Long> answered() {
        Map<String, Long> counts = new LinkedHashMap<>();
        answered.forEach((service, count) -> counts.put(service, count.sum()));
        return counts;
    }

    private int start(String service, int wantedPort) throws IOException {
        LongAdder count = new LongAdder();
        answered.put(service, count);
        HttpServer server = bind(wantedPort);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            count.increment();
            answer(exchange, service);
        });
        server.start();
        servers.add(server);
        return server.getAddress().getPort();
    }

    private static HttpServer bind(int wantedPort) throws IOException {
        try {
            return HttpServer.create(new InetSocketAddress("127.0.0.1", wantedPort), 128);
        } catch (IOException taken) {
            return HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 128);
        }
    }

    private static void answer(HttpExchange exchange, String service) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            byte[] body = ("{\"service\":\"" + service + "\",\"path\":\""
                            + exchange.getRequestURI().getRawPath() + "\"}\n")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private static String example() throws IOException {
        try (InputStream in = Shop.class.getResourceAsStream(EXAMPLE)) {
            if (in == null) {
                throw new IOException(EXAMPLE + " is not in the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Override
    public void close() {
        servers.forEach(server -> server.stop(0));
        threads.shutdownNow();
    }
}
