package io.convergate.node.admin;

import io.convergate.node.admin.api.ProblemDocument;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.scaladsl.model.EntityStreamSizeException;
import org.apache.pekko.stream.Materializer;

/**
 * Takes the bodies of writes: YAML or JSON only, 64 MiB at most, within 30 seconds, and no more than four at a time, so
 * that writers cannot use up a node's memory. Safe for use by any thread.
 */
final class WriteBodies {
    static final long BYTES_MAX = 64L << 20;
    static final Duration READ_TIMEOUT = Duration.ofSeconds(30);
    private static final int AT_A_TIME = 4;
    private static final Set<String> MEDIA_TYPES = Set.of(
            "application/json", "application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml", "text/vnd.yaml");

    private final Semaphore turns = new Semaphore(AT_A_TIME);
    private final Materializer materializer;
    private final Executor executor;

    /** @param executor where what is done with a body runs; it may take a while */
    WriteBodies(Materializer materializer, Executor executor) {
        this.materializer = materializer;
        this.executor = executor;
    }

    /**
     * Reads the body and does something with it, unless it is not acceptable.
     *
     * @param write what to do; the turn ends when its result is there
     * @param reply turns the result into a reply, and may take its time
     */
    <T> CompletionStage<HttpResponse> take(
            HttpRequest request,
            Function<byte[], CompletionStage<T>> write,
            Function<T, CompletionStage<HttpResponse>> reply) {
        Optional<ProblemDocument> unsuitable = unsuitable(request);
        if (unsuitable.isPresent()) {
            return discard(request, Replies.problem(unsuitable.get()));
        }
        if (!turns.tryAcquire()) {
            HttpResponse busy =
                    Replies.problem(503, "Busy", AT_A_TIME + " writes at once (expected: fewer; try again)");
            return discard(request, busy.addHeader(RawHeader.create("Retry-After", "1")));
        }
        return request.entity()
                .withSizeLimit(BYTES_MAX)
                // Without a number of its own, Pekko refuses to collect more than 8 MiB.
                .toStrict(READ_TIMEOUT.toMillis(), Long.MAX_VALUE, materializer)
                .thenComposeAsync(strict -> write.apply(strict.getData().toArrayUnsafe()), executor)
                .whenComplete((result, failure) -> turns.release())
                .thenCompose(reply)
                .exceptionallyCompose(WriteBodies::failed);
    }

    /** What runs the streams of bodies. */
    Materializer materializer() {
        return materializer;
    }

    private static Optional<ProblemDocument> unsuitable(HttpRequest request) {
        var type = request.entity().getContentType().mediaType();
        String name = type.mainType() + "/" + type.subType();
        return MEDIA_TYPES.contains(name)
                ? Optional.empty()
                : Optional.of(ProblemDocument.of(
                        415,
                        "Unsupported media type",
                        "Content-Type '" + name + "' (expected: application/yaml or application/json;"
                                + " with curl: -H 'Content-Type: application/yaml')"));
    }

    private CompletionStage<HttpResponse> discard(HttpRequest request, HttpResponse reply) {
        request.discardEntityBytes(materializer);
        return CompletableFuture.completedFuture(reply);
    }

    private static CompletionStage<HttpResponse> failed(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof EntityStreamSizeException) {
            return CompletableFuture.completedFuture(
                    Replies.problem(413, "Too large", "more than 64 MiB (expected: at most 64 MiB in one change)"));
        }
        if (cause instanceof TimeoutException) {
            return CompletableFuture.completedFuture(Replies.problem(
                    408, "Too slow", "the body took longer than " + READ_TIMEOUT.toSeconds() + "s to arrive"));
        }
        return CompletableFuture.failedFuture(cause);
    }
}
