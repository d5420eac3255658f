package io.convergate.node.admin;

import io.convergate.node.admin.api.ImpactReport;
import io.convergate.node.admin.api.NodeSample;
import io.convergate.node.admin.api.ProblemDocument;
import io.convergate.node.edge.SampledTraffic;
import io.convergate.routing.explain.Impact;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.read.ReadResult;
import io.convergate.routing.read.ResourceReader;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.server.AllDirectives;
import org.apache.pekko.http.javadsl.server.Route;

/**
 * {@code POST /impact} says what the resources in its body would do to the requests that this node sampled lately, and so would
 * the deletion of those that {@code delete} names. A change that would be refused is refused here as {@code /apply} would. Writes
 * nothing.
 */
final class ImpactRoutes extends AllDirectives {
    private static final int SAMPLES_MAX = 100_000;
    private static final int DELETED_MAX = 1_000;

    private final AdminBackend backend;
    private final Changes changes;
    private final ResourceReader reader;
    private final WriteBodies bodies;

    ImpactRoutes(AdminBackend backend, Changes changes, ResourceReader reader, WriteBodies bodies) {
        this.backend = backend;
        this.changes = changes;
        this.reader = reader;
        this.bodies = bodies;
    }

    /** What came of it: a report, or why there is none. */
    private record Answer(HttpResponse reply) {}

    Route routes() {
        return path(
                "impact",
                () -> post(() -> extractRequest(request -> withRequestTimeout(
                        ChangeRequests.patience(request),
                        () -> completeWithFuture(bodies.take(
                                request,
                                body -> answer(request, body),
                                answer -> CompletableFuture.completedFuture(answer.reply())))))));
    }

    private CompletionStage<Answer> answer(HttpRequest request, byte[] body) {
        List<ResourceKey> deleted = deleted(request);
        int samples = samples(request);
        ReadResult read = reader.read(body);
        return changes.judge(read, deleted, ChangeRequests.of(request)).thenApply(judged -> {
            if (judged instanceof Changes.Answer.Refused refused) {
                return new Answer(Replies.problem(refused.why()));
            }
            Changes.Answer.Done done = (Changes.Answer.Done) judged;
            List<SampledTraffic> newest =
                    backend.sampled().get().stream().limit(samples).toList();
            Impact impact = backend.explanations().impact(read, deleted, newest);
            long seconds = newest.isEmpty()
                    ? 0
                    : TimeUnit.NANOSECONDS.toSeconds(
                            newest.get(newest.size() - 1).ageNanos());
            return new Answer(Replies.json(
                    200,
                    new ImpactReport(
                            done.report().revision(),
                            done.report().resources(),
                            List.of(new NodeSample(
                                    backend.nodeName(), impact.sampled(), impact.requests(), seconds, "")),
                            impact)));
        });
    }

    private List<ResourceKey> deleted(HttpRequest request) {
        List<String> names = request.getUri().query().toMultiMap().getOrDefault("delete", List.of());
        if (names.size() > DELETED_MAX) {
            throw bad(names.size() + " resources to delete (expected: at most " + DELETED_MAX + ")");
        }
        return names.stream()
                .map(name -> NamedResources.key(name, backend.config().current().resources()::containsKey))
                .distinct()
                .toList();
    }

    private static int samples(HttpRequest request) {
        String text = ChangeRequests.parameter(request, "samples").orElse(String.valueOf(SAMPLES_MAX));
        if (!text.matches("[1-9]\\d{0,5}") || Integer.parseInt(text) > SAMPLES_MAX) {
            throw bad("samples '" + text + "' (expected: 1 to " + SAMPLES_MAX + ")");
        }
        return Integer.parseInt(text);
    }

    private static BadRequest bad(String detail) {
        return new BadRequest(ProblemDocument.of(400, "Bad request", detail));
    }
}
