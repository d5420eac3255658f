package io.convergate.node.admin;

import io.convergate.config.ConfigView;
import io.convergate.config.ReplicatedConfig;
import io.convergate.config.StoredResource;
import io.convergate.routing.read.ResourceReader;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.server.AllDirectives;
import org.apache.pekko.http.javadsl.server.Route;

/**
 * {@code GET /backup}: the whole configuration as YAML that can be applied again, secrets included. {@code POST /restore}
 * writes such a file as one change; with {@code replace} it also deletes what is not in it.
 */
final class BackupRoutes extends AllDirectives {
    private final ReplicatedConfig config;
    private final Changes changes;
    private final ResourceReader reader;
    private final WriteBodies bodies;
    private final Executor executor;

    BackupRoutes(
            ReplicatedConfig config, Changes changes, ResourceReader reader, WriteBodies bodies, Executor executor) {
        this.config = config;
        this.changes = changes;
        this.reader = reader;
        this.bodies = bodies;
        this.executor = executor;
    }

    Route routes() {
        return concat(
                path(
                        "backup",
                        () -> get(() -> completeWithFuture(CompletableFuture.supplyAsync(this::backup, executor)))),
                path("restore", () -> post(this::restore)));
    }

    private HttpResponse backup() {
        ConfigView view = config.current();
        StringBuilder out = new StringBuilder();
        out.append("# The whole configuration at revision ")
                .append(view.revision())
                .append(": ");
        out.append(view.resources().size()).append(" resources. Put it back with 'convergate restore'.\n");
        view.resources().values().stream()
                .sorted(Comparator.comparing(StoredResource::key))
                .forEach(stored -> out.append("---\n").append(PlainText.whole(stored)));
        return Replies.yaml(200, out.toString().getBytes(StandardCharsets.UTF_8))
                .addHeader(RawHeader.create(AuditLog.REVISION, view.revision().toString()));
    }

    private Route restore() {
        return extractRequest(request -> {
            Changes.Request asked = ChangeRequests.of(request).orMessage("restored from a backup");
            boolean replace = ChangeRequests.flag(request, "replace");
            return withRequestTimeout(
                    ChangeRequests.patience(request),
                    () -> completeWithFuture(bodies.take(
                            request,
                            body -> replace
                                    ? changes.replaceAll(reader.read(body), asked)
                                    : changes.write(reader.read(body), asked),
                            answer -> CompletableFuture.completedFuture(ChangeRoutes.response(answer)))));
        });
    }
}
