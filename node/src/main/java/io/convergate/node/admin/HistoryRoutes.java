package io.convergate.node.admin;

import io.convergate.config.ConfigHistory;
import io.convergate.config.ConfigView;
import io.convergate.config.PastChange;
import io.convergate.config.PastVersion;
import io.convergate.config.ReplicatedConfig;
import io.convergate.config.Revision;
import io.convergate.node.admin.api.DiffReport;
import io.convergate.node.admin.api.HistoryReport;
import io.convergate.node.admin.api.ProblemDocument;
import io.convergate.routing.model.ResourceKey;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.server.AllDirectives;
import org.apache.pekko.http.javadsl.server.Route;

/**
 * The past: {@code GET /history}, {@code GET /diff}, {@code GET /blame}, and {@code POST /rollback}, which makes a new change
 * of an old configuration.
 */
final class HistoryRoutes extends AllDirectives {
    private static final int LIMIT_DEFAULT = 20;
    private static final int LIMIT_MAX = 200;

    private final ReplicatedConfig config;
    private final Changes changes;
    private final Executor executor;
    private final WriteBodies bodies;

    HistoryRoutes(ReplicatedConfig config, Changes changes, WriteBodies bodies, Executor executor) {
        this.config = config;
        this.changes = changes;
        this.bodies = bodies;
        this.executor = executor;
    }

    Route routes() {
        return concat(
                path("history", () -> get(() -> answer(this::history))),
                path("diff", () -> get(() -> answer(this::diff))),
                path("blame", () -> get(() -> answer(this::blame))),
                path("rollback", () -> post(this::rollback)));
    }

    private Route answer(Function<HttpRequest, HttpResponse> reading) {
        return extractRequest(
                request -> completeWithFuture(CompletableFuture.supplyAsync(() -> reading.apply(request), executor)));
    }

    private HttpResponse history(HttpRequest request) {
        ConfigHistory history = config.history();
        int limit = limit(request);
        List<PastChange> changed = history.changes();
        Optional<ResourceKey> only =
                ChangeRequests.parameter(request, "resource").map(this::key);
        List<PastChange> listed = only.map(key -> history.versions(key).stream()
                        .flatMap(version -> version.change().stream())
                        .toList())
                .orElse(changed);
        return Replies.json(
                200,
                new HistoryReport(
                        config.current().revision().toString(),
                        changed.size(),
                        listed.stream()
                                .limit(limit)
                                .map(change -> HistoryViews.change(history, change))
                                .toList()));
    }

    private HttpResponse diff(HttpRequest request) {
        ConfigHistory history = config.history();
        ConfigView to = ChangeRequests.parameter(request, "to")
                .map(revision -> view(history, revision))
                .orElseGet(config::current);
        ConfigView from = ChangeRequests.parameter(request, "from")
                .map(revision -> view(history, revision))
                .orElseThrow(() -> bad("no 'from' (expected: a revision)"));
        DiffReport report = HistoryViews.diff(from, to);
        Optional<String> only =
                ChangeRequests.parameter(request, "resource").map(this::key).map(ProblemViews::shortName);
        return Replies.json(
                200,
                new DiffReport(
                        report.from(),
                        report.to(),
                        report.resources().stream()
                                .filter(diff ->
                                        only.map(diff.resource()::equals).orElse(true))
                                .toList()));
    }

    private HttpResponse blame(HttpRequest request) {
        ResourceKey key = ChangeRequests.parameter(request, "resource")
                .map(this::key)
                .orElseThrow(() -> bad("no 'resource' (expected: kind/name or kind/namespace/name)"));
        if (!config.current().resources().containsKey(key)) {
            return Replies.problem(Admission.notFound(key));
        }
        List<PastVersion> versions = config.history().versions(key);
        return Replies.json(200, HistoryViews.blame(key, versions));
    }

    private Route rollback() {
        return extractRequest(request -> {
            String to =
                    ChangeRequests.parameter(request, "to").orElseThrow(() -> bad("no 'to' (expected: a revision)"));
            Changes.Request asked = ChangeRequests.of(request).orMessage("rollback to " + to);
            request.discardEntityBytes(bodies.materializer());
            return withRequestTimeout(
                    ChangeRequests.patience(request),
                    () -> completeWithFuture(CompletableFuture.supplyAsync(
                                    () -> changes.rollBack(view(config.history(), to), asked), executor)
                            .thenCompose(stage -> stage)
                            .thenApply(ChangeRoutes::response)));
        });
    }

    private static ConfigView view(ConfigHistory history, String revision) {
        Supplier<BadRequest> notKept = () -> new BadRequest(ProblemDocument.of(
                404, "Not found", "revision " + revision + " is not kept here (expected: one that 'history' lists)"));
        return history.at(parse(revision)).orElseThrow(notKept);
    }

    /** A revision as it was asked for. */
    static Revision parse(String revision) {
        try {
            return Revision.parse(revision);
        } catch (IllegalArgumentException e) {
            throw bad("revision '" + revision + "' (expected: writer.counter, joined by '-')");
        }
    }

    private ResourceKey key(String text) {
        return NamedResources.key(text, config.current().resources()::containsKey);
    }

    private static int limit(HttpRequest request) {
        String text = ChangeRequests.parameter(request, "limit").orElse(String.valueOf(LIMIT_DEFAULT));
        if (!text.matches("[1-9]\\d{0,2}") || Integer.parseInt(text) > LIMIT_MAX) {
            throw bad("limit '" + text + "' (expected: 1 to " + LIMIT_MAX + ")");
        }
        return Integer.parseInt(text);
    }

    private static BadRequest bad(String detail) {
        return new BadRequest(ProblemDocument.of(400, "Bad request", detail));
    }
}
