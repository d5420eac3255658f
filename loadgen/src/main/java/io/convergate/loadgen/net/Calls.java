package io.convergate.loadgen.net;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Calls to control interfaces with the JDK's client. Its own timeout is not enough: where a kept connection closes under a request,
 * the JDK's second attempt can go without one and wait for ever, as seen on JDK 17 with a node that was paused.
 */
public final class Calls {
    /** What the JDK's own timeout gets to be the one that speaks. */
    private static final Duration MARGIN = Duration.ofSeconds(1);

    private Calls() {}

    /**
     * Sends a request and waits for the whole answer, a second longer than the request's own timeout at most.
     *
     * @throws IOException without an answer; {@link HttpTimeoutException} if it is late
     * @throws InterruptedException if the caller is interrupted
     */
    public static HttpResponse<byte[]> send(HttpClient client, HttpRequest request)
            throws IOException, InterruptedException {
        Duration deadline = request.timeout().orElseThrow().plus(MARGIN);
        CompletableFuture<HttpResponse<byte[]>> answer = client.sendAsync(request, BodyHandlers.ofByteArray());
        try {
            return answer.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new HttpTimeoutException(request.uri() + ": no answer within " + deadline.toMillis() + " ms");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw new IOException(failure.toString(), failure);
            }
            throw new IllegalStateException(e.getCause());
        }
    }
}
