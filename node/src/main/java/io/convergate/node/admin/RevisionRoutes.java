package io.convergate.node.admin;

import static org.apache.pekko.http.javadsl.server.PathMatchers.segment;

import io.convergate.config.ConfigView;
import io.convergate.config.ReplicatedConfig;
import io.convergate.config.Revision;
import io.convergate.node.admin.api.RevisionReport;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.server.AllDirectives;
import org.apache.pekko.http.javadsl.server.Route;

/** {@code GET /revisions/REV}: who serves a revision, at once, or with {@code wait} as soon as that many do. */
final class RevisionRoutes extends AllDirectives {
    private final ReplicatedConfig config;
    private final Convergences convergences;

    RevisionRoutes(ReplicatedConfig config) {
        this.config = config;
        this.convergences = new Convergences(config);
    }

    Route routes() {
        return path(
                segment("revisions").slash(segment()),
                text -> get(() -> extractRequest(request -> withRequestTimeout(
                        ChangeRequests.patience(request), () -> completeWithFuture(show(request, text))))));
    }

    private CompletionStage<HttpResponse> show(HttpRequest request, String text) {
        Revision revision = revision(text);
        return convergences
                .await(revision, ChangeRequests.waitFor(request).orNow())
                .thenApply(outcome -> Replies.json(
                        outcome.converged() ? 200 : 202,
                        new RevisionReport(
                                revision.toString(),
                                config.current().revision().covers(revision),
                                outcome.converged(),
                                outcome.nodes())));
    }

    /** A revision, or the one right after a change that is named, if that is kept. */
    private Revision revision(String text) {
        Revision asked = HistoryRoutes.parse(text);
        return asked.counters().size() == 1
                ? config.history().at(asked).map(ConfigView::revision).orElse(asked)
                : asked;
    }
}
