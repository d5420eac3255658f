package io.convergate.loadgen.net;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Calls to control interfaces with the JDK's client, with a deadline for the whole answer. The JDK's own ends with the head of an
 * answer, so that a server that stops after it would be waited for without end.
 */
public final class Calls {
    private Calls() {}

    /**
     * Sends a request and waits for the whole answer, as long as the request's timeout says.
     *
     * @throws IOException without a whole answer; {@link HttpTimeoutException} if it is late
     * @throws InterruptedException if the caller is interrupted
     * @throws java.util.NoSuchElementException if the request has no timeout
     */
    public static HttpResponse<byte[]> send(HttpClient client, HttpRequest request)
            throws IOException, InterruptedException {
        long timeoutMs = request.timeout().orElseThrow().toMillis();
        CompletableFuture<HttpResponse<byte[]>> answer = client.sendAsync(request, BodyHandlers.ofByteArray());
        try {
            return answer.get(timeoutMs, TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            answer.cancel(true);
            throw new HttpTimeoutException(request.uri() + ": no whole answer within " + timeoutMs + " ms");
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof IOException e ? e : new IOException(failed.getCause());
        }
    }
}
