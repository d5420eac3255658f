package io.convergate.system.harness;

import com.fasterxml.jackson.databind.JsonNode;
import io.convergate.node.admin.api.AdminJson;
import io.convergate.node.admin.api.ApplyReport;
import io.convergate.node.admin.api.Kind;
import io.convergate.node.admin.api.ProblemDocument;
import io.convergate.node.admin.api.StatusReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A client of one node's admin API. Safe for use by any thread. */
public final class AdminClient {
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();

    private static final String YAML = "application/yaml";

    /** A version that every kind has. */
    private static final String VERSION = "v1";

    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final String name;
    private final String base;

    AdminClient(String name, String host, int port) {
        this.name = name;
        this.base = "http://" + host + ":" + port;
    }

    /** A status and a body. */
    public record Reply(int status, byte[] body) {
        /** The body as a record of the admin API. */
        public <T> T as(Class<T> type) {
            try {
                return AdminJson.read(body, type);
            } catch (IOException e) {
                throw new UncheckedIOException(this + " is no " + type.getSimpleName(), e);
            }
        }

        @Override
        public String toString() {
            return status + " " + new String(body, StandardCharsets.UTF_8);
        }
    }

    /** Whether {@code /readyz} says yes; no answer is no. */
    public boolean isReady() {
        try {
            return get("/readyz", PROBE_TIMEOUT).status() == 200;
        } catch (UncheckedIOException noAnswer) {
            return false;
        }
    }

    /** What {@code /status} says. */
    public StatusReport status() {
        return get("/status", PROBE_TIMEOUT).as(StatusReport.class);
    }

    /** Applies documents and waits until every node serves them. */
    public ApplyReport applyEverywhere(String documents) {
        ApplyReport report = accepted(post("/apply?wait=all&timeout=30s", documents));
        if (!report.converged()) {
            throw new AssertionError("not served everywhere: " + report.nodes());
        }
        return report;
    }

    /** Applies documents and waits for nobody. */
    public ApplyReport apply(String documents) {
        return accepted(post("/apply", documents));
    }

    /** Applies documents that must be refused. */
    public ProblemDocument applyRefused(String documents) {
        Reply reply = post("/apply", documents);
        if (reply.status() < 400) {
            throw new AssertionError("accepted (expected: refused): " + reply);
        }
        return reply.as(ProblemDocument.class);
    }

    /** Writes one resource under its Kubernetes path. */
    public Reply put(Kind kind, String resourceName, String document) {
        return send(request(path(kind, resourceName), TIMEOUT)
                .header("Content-Type", YAML)
                .PUT(BodyPublishers.ofString(document)));
    }

    /** Reads one resource of namespace {@code default}; empty if there is none. */
    public Optional<JsonNode> find(Kind kind, String resourceName) {
        Reply reply = get(path(kind, resourceName), TIMEOUT);
        return reply.status() == 404 ? Optional.empty() : Optional.of(reply.as(JsonNode.class));
    }

    /** Every resource of a kind. */
    public List<JsonNode> list(Kind kind) {
        Reply reply = get(kind.path(VERSION) + "/" + kind.plural(), TIMEOUT);
        List<JsonNode> items = new ArrayList<>();
        reply.as(JsonNode.class).path("items").forEach(items::add);
        return items;
    }

    /** Deletes one resource and waits until no node serves it. */
    public Reply delete(Kind kind, String resourceName) {
        return send(request(path(kind, resourceName) + "?wait=all&timeout=30s", TIMEOUT)
                .DELETE());
    }

    /** Deletes every resource and waits until no node serves one. */
    public void deleteAll() {
        StringBuilder documents = new StringBuilder();
        for (Kind kind : Kind.values()) {
            list(kind).forEach(item -> documents.append("---\n").append(item).append('\n'));
        }
        if (!documents.isEmpty()) {
            accepted(post("/delete?wait=all&timeout=30s", documents.toString()));
        }
    }

    /** Posts documents. */
    public Reply post(String path, String documents) {
        return send(request(path, TIMEOUT).header("Content-Type", YAML).POST(BodyPublishers.ofString(documents)));
    }

    private ApplyReport accepted(Reply reply) {
        if (reply.status() >= 300) {
            throw new AssertionError(name + " refused a change: " + reply);
        }
        return reply.as(ApplyReport.class);
    }

    private static String path(Kind kind, String resourceName) {
        String place = kind.scope() == Kind.Scope.NAMESPACE ? "/namespaces/default/" : "/";
        return kind.path(VERSION) + place + kind.plural() + "/" + resourceName;
    }

    private Reply get(String path, Duration timeout) {
        return send(request(path, timeout).GET());
    }

    private HttpRequest.Builder request(String path, Duration timeout) {
        return HttpRequest.newBuilder(URI.create(base + path)).timeout(timeout);
    }

    private Reply send(HttpRequest.Builder request) {
        try {
            HttpResponse<byte[]> response = HTTP.send(request.build(), BodyHandlers.ofByteArray());
            return new Reply(response.statusCode(), response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(name + " does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
