package io.convergate.node.admin;

import io.convergate.routing.read.ResourceReader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.server.AllDirectives;
import org.apache.pekko.http.javadsl.server.Route;

/**
 * Changes of many resources at once: {@code POST /apply} writes the documents of its body, {@code POST /delete} deletes
 * the resources they name; all or nothing.
 */
final class ChangeRoutes extends AllDirectives {
    private final Changes changes;
    private final ResourceReader reader;
    private final WriteBodies bodies;

    ChangeRoutes(Changes changes, ResourceReader reader, WriteBodies bodies) {
        this.changes = changes;
        this.reader = reader;
        this.bodies = bodies;
    }

    Route routes() {
        return concat(
                path(
                        "apply",
                        () -> post(() -> write(
                                request -> body -> changes.write(reader.read(body), ChangeRequests.of(request))))),
                path(
                        "delete",
                        () -> post(() -> write(
                                request -> body -> changes.delete(reader.read(body), ChangeRequests.of(request))))),
                path(
                        "reseal",
                        () -> post(() -> write(request -> body ->
                                changes.reseal(ChangeRequests.of(request).orMessage("Secrets sealed again"))))));
    }

    private Route write(Function<HttpRequest, Function<byte[], CompletionStage<Changes.Answer>>> change) {
        return extractRequest(request -> withRequestTimeout(
                ChangeRequests.patience(request),
                () -> completeWithFuture(bodies.take(request, change.apply(request), ChangeRoutes::reply))));
    }

    private static CompletionStage<HttpResponse> reply(Changes.Answer answer) {
        return CompletableFuture.completedFuture(response(answer));
    }

    /** The reply to a change. */
    static HttpResponse response(Changes.Answer answer) {
        return answer instanceof Changes.Answer.Done done
                ? Replies.json(done.report().converged() && !done.report().spreading() ? 200 : 202, done.report())
                        .addHeader(RawHeader.create(
                                AuditLog.REVISION, done.report().revision()))
                : Replies.problem(((Changes.Answer.Refused) answer).why());
    }
}
