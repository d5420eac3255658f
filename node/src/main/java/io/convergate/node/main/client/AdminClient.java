package io.convergate.node.main.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.convergate.node.admin.api.AdminJson;
import io.convergate.node.admin.api.ProblemDocument;
import io.convergate.node.main.Calls;
import io.convergate.node.main.CommandFailed;
import io.convergate.node.main.ExitCode;
import io.convergate.node.main.Failures;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import javax.net.ssl.SSLException;

/**
 * Talks to the admin API of one node, over HTTP/1.1 and with a deadline for every call. Blocks the calling thread; safe
 * for use by several.
 */
public final class AdminClient {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    /** What a call may take beyond the time the node itself was told to wait. */
    private static final Duration REPLY_TIMEOUT = Duration.ofSeconds(30);

    private final URI server;
    private final Credentials credentials;
    private final HttpClient http;

    /**
     * A client.
     *
     * @param server the node's admin address, such as {@code http://127.0.0.1:8001}
     * @throws CommandFailed if the credentials are not for such an address
     */
    public AdminClient(URI server, Credentials credentials) {
        credentials.checkFor(server);
        this.server = server;
        this.credentials = credentials;
        HttpClient.Builder builder =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT_TIMEOUT);
        credentials.tls().ifPresent(builder::sslContext);
        this.http = builder.build();
    }

    /** What a node answered; any status. */
    public record Reply(int status, byte[] body) {
        /** Whether the node did what it was asked to do. */
        public boolean isSuccess() {
            return status >= 200 && status < 300;
        }

        /** The error in it, made up from the status if the body is neither a problem document nor Kubernetes' Status. */
        public ProblemDocument problem() {
            try {
                JsonNode json = AdminJson.readTree(body);
                if (json.path("kind").asText().equals("Status")) {
                    return ProblemDocument.of(
                            status,
                            json.path("reason").asText(),
                            json.path("message").asText());
                }
                ProblemDocument document = AdminJson.read(body, ProblemDocument.class);
                if (document.status() != 0) {
                    return document;
                }
            } catch (IOException notJson) {
                // Something between us and the node answered; the status is all there is to tell.
            }
            return ProblemDocument.of(status, "HTTP " + status, "the server answered with status " + status);
        }

        /** The body as {@code type}. */
        public <T> T as(Class<T> type) {
            try {
                return AdminJson.read(body, type);
            } catch (IOException e) {
                throw new CommandFailed(
                        ExitCode.FAILED,
                        "the server's answer is not what a Convergate node would send: " + e.getMessage());
            }
        }
    }

    /** Reads {@code path}, in the representation that {@code accept} names. */
    public Reply get(String path, String accept) {
        return send(request(path, REPLY_TIMEOUT).header("Accept", accept).GET().build());
    }

    /** Deletes what is at {@code path}. */
    public Reply delete(String path) {
        return send(request(path, REPLY_TIMEOUT).DELETE().build());
    }

    /** Sends YAML or JSON documents to {@code path}; the node answers after {@code wait} at the latest. */
    public Reply post(String path, byte[] documents, Duration wait) {
        return send(request(path, wait.plus(REPLY_TIMEOUT))
                .header("Content-Type", "application/yaml")
                .POST(BodyPublishers.ofByteArray(documents))
                .build());
    }

    private HttpRequest.Builder request(String path, Duration timeout) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(server.resolve(path)).timeout(timeout);
        credentials.token().ifPresent(token -> request.header("Authorization", "Bearer " + token));
        return request;
    }

    private Reply send(HttpRequest request) {
        try {
            HttpResponse<byte[]> response = Calls.send(http, request, BodyHandlers.ofByteArray());
            return new Reply(response.statusCode(), response.body());
        } catch (IOException e) {
            throw new CommandFailed(
                    ExitCode.UNREACHABLE,
                    "no answer from " + server + ": " + reason(e)
                            + ". Is a node running there? Start one with 'convergate node', or name another with --server.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailed(ExitCode.FAILED, "interrupted");
        }
    }

    /** The JDK's client gives a refused connection no message of its own. */
    private static String reason(IOException e) {
        if (e instanceof SSLException) {
            return "no TLS with it: " + e.getMessage();
        }
        if (e instanceof HttpConnectTimeoutException) {
            return "no connection within " + CONNECT_TIMEOUT.toSeconds() + "s";
        }
        if (String.valueOf(e.getMessage()).contains("header parser received no bytes")) {
            return "it sent no HTTP; where it has --admin-cert, say https://";
        }
        return e instanceof ConnectException && e.getMessage() == null
                ? "connection refused, or no such host"
                : Failures.describe(e);
    }
}
