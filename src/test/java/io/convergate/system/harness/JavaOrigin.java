package io.convergate.system.harness;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/**
 * An upstream in this process. Its path {@code /held} is answered only when a test lets it go, so that a request can be
 * kept in flight.
 */
public final class JavaOrigin implements Origin {
    private final String label;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "origin");
        thread.setDaemon(true);
        return thread;
    });
    private final Semaphore arrived = new Semaphore(0);
    private final Semaphore released = new Semaphore(0);

    private JavaOrigin(String label, HttpServer server) {
        this.label = label;
        this.server = server;
    }

    /** Starts one on a free port. */
    public static JavaOrigin start(String label) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(ADDRESS, 0), 128);
            JavaOrigin origin = new JavaOrigin(label, server);
            server.setExecutor(origin.threads);
            server.createContext("/", origin::answer);
            server.createContext("/held", origin::hold);
            server.start();
            return origin;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until a request for {@code /held} is here. */
    public void awaitHeld() {
        arrived.acquireUninterruptibly();
    }

    /** Lets one request for {@code /held} be answered. */
    public void release() {
        released.release();
    }

    private void hold(HttpExchange exchange) throws IOException {
        arrived.release();
        released.acquireUninterruptibly();
        answer(exchange);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            byte[] body = (label + " " + exchange.getRequestURI() + "\n").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
