package io.convergate.loadgen.net;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A small HTTP API that takes and gives JSON, for operating something by hand or from a test. Calls run one after the other on a
 * thread of its own; bodies are 1 MiB at most. It has no authentication.
 */
public final class JsonApi implements AutoCloseable {
    private static final int SHOWN_MAX = 60;
    private static final int BODY_MAX = 1 << 20;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final HttpServer server;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "api");
        thread.setDaemon(true);
        return thread;
    });

    /** A call. {@code path} is without a slash at its end. */
    public record Call(String method, String path, byte[] body) {
        /**
         * The body as JSON.
         *
         * @throws IllegalArgumentException with {@code value (expected: rule)} if it is none
         */
        public JsonNode json() {
            try {
                return JSON.readTree(body);
            } catch (IOException wrong) {
                String text = new String(body, 0, Math.min(SHOWN_MAX, body.length), StandardCharsets.UTF_8).strip();
                throw new IllegalArgumentException(text + " (expected: JSON)", wrong);
            }
        }
    }

    /** An answer: a status, and what is written as JSON; a string is written as text, an empty one as nothing. */
    public record Answer(int status, Object body) {
        public static Answer ok(Object body) {
            return new Answer(200, body);
        }

        /** A status without a body. */
        public static Answer empty(int status) {
            return new Answer(status, "");
        }
    }

    /** Answers calls. An {@link IllegalArgumentException} is a 400, an {@link IllegalStateException} a 500, with their messages. */
    @FunctionalInterface
    public interface Routes {
        Answer answer(Call call);
    }

    private JsonApi(HttpServer server, Routes routes) {
        this.server = server;
        server.setExecutor(thread);
        server.createContext("/", exchange -> serve(exchange, routes));
        server.start();
    }

    /** Listens on an address, port 0 for any free one. */
    public static JsonApi start(InetSocketAddress address, Routes routes) {
        try {
            return new JsonApi(HttpServer.create(address, 16), routes);
        } catch (IOException e) {
            throw Loops.cannotBind(address, e);
        }
    }

    public InetSocketAddress address() {
        return server.getAddress();
    }

    private static void serve(HttpExchange exchange, Routes routes) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readNBytes(BODY_MAX + 1);
            String path = exchange.getRequestURI().getPath().replaceAll("(?<=.)/+$", "");
            Answer answer;
            try {
                answer = body.length > BODY_MAX
                        ? error(413, "a body of more than 1 MiB")
                        : routes.answer(new Call(exchange.getRequestMethod(), path, body));
            } catch (IllegalArgumentException e) {
                answer = error(400, e.getMessage());
            } catch (UncheckedIOException e) {
                answer = error(500, e.getMessage());
            } catch (RuntimeException e) {
                answer = error(500, e.toString());
            }
            send(exchange, answer);
        }
    }

    /** An error as JSON, in Toxiproxy's form. */
    public static Answer error(int status, String message) {
        return new Answer(status, Map.of("error", String.valueOf(message), "status", status));
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        boolean isText = answer.body() instanceof String;
        byte[] bytes = isText
                ? answer.body().toString().getBytes(StandardCharsets.UTF_8)
                : JSON.writeValueAsBytes(answer.body());
        exchange.getResponseHeaders().set("Content-Type", isText ? "text/plain;charset=UTF-8" : "application/json");
        exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
        thread.shutdownNow();
    }
}
