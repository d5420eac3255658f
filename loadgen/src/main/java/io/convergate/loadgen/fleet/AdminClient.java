package io.convergate.loadgen.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import io.convergate.loadgen.net.Calls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A client of one node's admin API. A node that does not answer in time is an {@link UncheckedIOException}. Safe for use by
 * any thread; every call blocks its caller, for a minute at most.
 */
public final class AdminClient {
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private static final String YAML = "application/yaml";
    private static final String DRY = """
            apiVersion: networking.istio.io/v1
            kind: ServiceEntry
            metadata: {name: what-time-is-it}
            spec:
              hosts: [clock.test]
              resolution: STATIC
              ports: [{number: 80, name: http, protocol: HTTP}]
              endpoints: [{address: 127.0.0.1}]
            """;
    private static final String EVERYWHERE = "wait=all&timeout=30s";
    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final String name;
    private final String base;

    /** @param name of the node, for errors */
    public AdminClient(String name, InetSocketAddress address) {
        this.name = name;
        this.base = "http://" + address.getHostString() + ":" + address.getPort();
    }

    /** Whether {@code /readyz} says yes; no answer is no. */
    public boolean isReady() {
        try {
            return get("/readyz").status() == 200;
        } catch (UncheckedIOException noAnswer) {
            return false;
        }
    }

    /** Its clock, by the time at which it says it would have created a resource. Changes nothing. */
    public Instant clock() {
        AdminReply reply = post(ResourceKind.SERVICE_ENTRY.pathInDefault() + "?dryRun=All", DRY);
        if (!reply.isGood()) {
            throw new IllegalStateException(name + ": " + reply);
        }
        return Instant.parse(reply.json().at("/metadata/creationTimestamp").asText());
    }

    /** What {@code /status} says. */
    public NodeStatus status() {
        return get("/status").as(NodeStatus.class);
    }

    /** The newest configuration it knows. */
    public String revision() {
        return status().revision();
    }

    /**
     * Applies documents and waits for nobody.
     *
     * @throws ChangeRefused if they are not accepted
     */
    public Applied apply(String documents) {
        return accepted(post("/apply", documents));
    }

    /**
     * Applies documents and waits until every node serves them, or 30 s: {@link Applied#converged} says which.
     *
     * @throws ChangeRefused if they are not accepted
     */
    public Applied applyAndWait(String documents) {
        return accepted(post("/apply?" + EVERYWHERE, documents));
    }

    /**
     * Applies documents and waits until every node serves them.
     *
     * @throws ChangeRefused if they are not accepted
     * @throws AssertionError if they are not served everywhere in time
     */
    public Applied applyEverywhere(String documents) {
        Applied applied = applyAndWait(documents);
        if (!applied.converged()) {
            throw new AssertionError("not served everywhere: " + applied.nodes());
        }
        return applied;
    }

    /** Writes one resource of namespace {@code default} under its path, and waits for nobody. */
    public AdminReply put(ResourceKind kind, String resourceName, String document) {
        return send(request(kind.path(resourceName), TIMEOUT)
                .header("Content-Type", YAML)
                .PUT(BodyPublishers.ofString(document)));
    }

    /** Reads one resource of namespace {@code default}; empty if there is none. */
    public Optional<JsonNode> find(ResourceKind kind, String resourceName) {
        AdminReply reply = get(kind.path(resourceName));
        return reply.status() == 404 ? Optional.empty() : Optional.of(reply.json());
    }

    /** Every resource of a kind. */
    public List<JsonNode> list(ResourceKind kind) {
        List<JsonNode> items = new ArrayList<>();
        send(request(kind.path(), TIMEOUT).GET()).json().path("items").forEach(items::add);
        return items;
    }

    /** The newest list it has of those of a kind with a label, within two seconds. */
    public AdminReply labelled(ResourceKind kind, String label) {
        return get(kind.path() + "?labelSelector=" + label);
    }

    /** Deletes one resource of namespace {@code default} and waits until no node serves it. */
    public AdminReply delete(ResourceKind kind, String resourceName) {
        return send(request(kind.path(resourceName) + "?" + EVERYWHERE, TIMEOUT).DELETE());
    }

    /** Deletes every resource of every kind and waits until no node serves one. */
    public void deleteAll() {
        StringBuilder documents = new StringBuilder();
        for (ResourceKind kind : ResourceKind.values()) {
            list(kind).forEach(item -> documents.append("---\n").append(item).append('\n'));
        }
        if (!documents.isEmpty()) {
            accepted(post("/delete?" + EVERYWHERE, documents.toString()));
        }
    }

    /** Posts documents. */
    public AdminReply post(String path, String documents) {
        return send(request(path, TIMEOUT).header("Content-Type", YAML).POST(BodyPublishers.ofString(documents)));
    }

    /** Gets a path, within two seconds. */
    public AdminReply get(String path) {
        return send(request(path, PROBE_TIMEOUT).GET());
    }

    private Applied accepted(AdminReply reply) {
        if (!reply.isGood()) {
            throw new ChangeRefused(name, reply);
        }
        return reply.as(Applied.class);
    }

    private HttpRequest.Builder request(String path, Duration timeout) {
        return HttpRequest.newBuilder(URI.create(base + path)).timeout(timeout);
    }

    private AdminReply send(HttpRequest.Builder request) {
        try {
            HttpResponse<byte[]> response = Calls.send(HTTP, request.build());
            String revision =
                    response.headers().firstValue("X-Convergate-Revision").orElse("");
            return new AdminReply(response.statusCode(), revision, response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(name + " does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
