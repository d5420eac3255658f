package io.convergate.node.admin;

import io.convergate.config.ConfigView;
import io.convergate.config.ReplicatedConfig;
import io.convergate.config.StoredResource;
import io.convergate.config.seal.Sealing;
import io.convergate.node.admin.access.AdminAccess;
import io.convergate.node.admin.access.Principal;
import io.convergate.node.admin.access.Role;
import io.convergate.node.admin.access.SecretValues;
import io.convergate.routing.read.ResourceReader;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.pekko.http.javadsl.model.HttpRequest;
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
                        () -> get(() -> extractRequest(request ->
                                completeWithFuture(CompletableFuture.supplyAsync(() -> backup(request), executor))))),
                path("restore", () -> post(this::restore)));
    }

    private HttpResponse backup(HttpRequest request) {
        boolean secrets = ChangeRequests.flag(request, "secrets");
        Principal who = Principal.of(request);
        if (secrets && !SecretValues.mayBeSeenBy(who)) {
            return Replies.problem(AdminAccess.insufficient(who, Role.ADMIN, "a backup with its Secrets"));
        }
        ConfigView view = config.current();
        List<StoredResource> written = view.resources().values().stream()
                .filter(stored -> secrets || !SecretValues.isSecret(stored.key()))
                .sorted(Comparator.comparing(StoredResource::key))
                .toList();
        for (StoredResource stored : written) {
            if (SecretValues.isSecret(stored.key()) && stored.content().toUtf8().contains(Sealing.UNREADABLE)) {
                return Replies.problem(
                        409,
                        "Unreadable",
                        ProblemViews.shortName(stored.key())
                                + " is sealed with a key that is not here (expected: a line for it in --encryption-key-file)");
            }
        }
        int leftOut = view.resources().size() - written.size();
        StringBuilder out = new StringBuilder();
        out.append("# The ")
                .append(leftOut == 0 ? "whole configuration" : "configuration without its " + leftOut + " Secrets")
                .append(" at revision ")
                .append(view.revision())
                .append(": ")
                .append(written.size())
                .append(" resources. Put it back with 'convergate restore'.\n");
        written.forEach(stored -> out.append("---\n").append(PlainText.whole(stored)));
        return Replies.yaml(200, out.toString().getBytes(StandardCharsets.UTF_8))
                .addHeader(RawHeader.create(AuditLog.REVISION, view.revision().toString()));
    }

    private Route restore() {
        return extractRequest(request -> {
            Changes.Request asked = ChangeRequests.of(request).orMessage("restored from a backup");
            boolean replace = ChangeRequests.flag(request, "replace");
            boolean secrets = ChangeRequests.flag(request, "secrets");
            return withRequestTimeout(
                    ChangeRequests.patience(request),
                    () -> completeWithFuture(bodies.take(
                            request,
                            body -> replace
                                    ? changes.replaceAll(
                                            reader.read(body), key -> secrets || !SecretValues.isSecret(key), asked)
                                    : changes.write(reader.read(body), asked),
                            answer -> CompletableFuture.completedFuture(ChangeRoutes.response(answer)))));
        });
    }
}
