package io.convergate.node.admin;

import io.convergate.node.admin.api.ProblemDocument;
import io.convergate.routing.explain.Explanation;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.Query;
import org.apache.pekko.http.javadsl.server.AllDirectives;
import org.apache.pekko.http.javadsl.server.Route;

/**
 * {@code GET /explain?url=...} says where a request goes and why; {@code POST} the same for the resources in its body, as if
 * they had been applied. {@code GET /analyze} says what is wrong with what is served, {@code POST} what would be with the
 * resources in its body applied. Writes nothing.
 */
final class ExplainRoutes extends AllDirectives {
    private static final int HEADERS_MAX = 100;

    private final AdminBackend backend;
    private final Explanations explanations;
    private final WriteBodies bodies;
    private final Executor executor;

    /** @param executor where explanations are put together; it may take a while */
    ExplainRoutes(AdminBackend backend, WriteBodies bodies, Executor executor) {
        this.backend = backend;
        this.explanations = backend.explanations();
        this.bodies = bodies;
        this.executor = executor;
    }

    Route routes() {
        return concat(explain(), analyze());
    }

    private Route analyze() {
        return path(
                "analyze",
                () -> extractRequest(request -> concat(
                        get(() -> completeWithFuture(CompletableFuture.supplyAsync(
                                () -> Replies.json(200, explanations.analysis(backend)), executor))),
                        post(() -> withRequestTimeout(
                                ChangeRequests.patience(request),
                                () -> completeWithFuture(bodies.take(
                                        request,
                                        body -> done(explanations.analysis(backend, body)),
                                        report -> done(Replies.json(200, report)))))))));
    }

    private Route explain() {
        return path(
                "explain",
                () -> extractRequest(request -> concat(
                        get(() -> completeWithFuture(CompletableFuture.supplyAsync(
                                () -> reply(explanations.explain(asked(request), new byte[0])), executor))),
                        post(() -> withRequestTimeout(
                                ChangeRequests.patience(request),
                                () -> completeWithFuture(bodies.take(
                                        request,
                                        body -> done(explanations.explain(asked(request), body)),
                                        explanation -> done(reply(explanation)))))))));
    }

    private static <T> CompletionStage<T> done(T value) {
        return CompletableFuture.completedFuture(value);
    }

    private static HttpResponse reply(Explanation explanation) {
        return Replies.json(200, explanation);
    }

    /** @throws BadRequest if a parameter is not what it should be */
    private static Explanations.Asked asked(HttpRequest request) {
        Query query = request.getUri().query();
        Map<String, String> headers = new HashMap<>();
        for (var parameter : query.toMultiMap().getOrDefault("header", List.of())) {
            int colon = parameter.indexOf(':');
            if (colon < 1 || headers.size() == HEADERS_MAX) {
                throw bad("header '" + parameter + "' (expected: name: value, at most " + HEADERS_MAX + ")");
            }
            headers.merge(
                    parameter.substring(0, colon).strip().toLowerCase(Locale.ROOT),
                    parameter.substring(colon + 1).strip(),
                    (first, second) -> second + ',' + first);
        }
        String url = query.get("url").orElseThrow(() -> bad("no url (expected: ?url=http://host/path)"));
        return new Explanations.Asked(query.get("method").orElse("GET"), url, headers, port(query.get("port")));
    }

    private static OptionalInt port(Optional<String> text) {
        if (text.isEmpty()) {
            return OptionalInt.empty();
        }
        int port = text.get().matches("[0-9]{1,5}") ? Integer.parseInt(text.get()) : 0;
        if (port < 1 || port > 65_535) {
            throw bad("port '" + text.get() + "' (expected: 1 to 65535)");
        }
        return OptionalInt.of(port);
    }

    private static BadRequest bad(String detail) {
        return new BadRequest(ProblemDocument.of(400, "Bad request", detail));
    }
}
