package io.convergate.node.main;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpTimeoutException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Calls of the command line with the JDK's client, with a deadline for the whole answer. The JDK's own ends with the head of an answer; a server
 * that stops after it would be waited for without end.
 */
public final class Calls {
    private Calls() {}

    /**
     * Sends a request and waits for the whole answer, as long as the request's timeout says.
     *
     * @throws IOException without a whole answer; {@link HttpTimeoutException} if it is late
     * @throws java.util.NoSuchElementException if the request has no timeout
     */
    public static <T> HttpResponse<T> send(HttpClient http, HttpRequest request, BodyHandler<T> handler)
            throws IOException, InterruptedException {
        return await(
                http.sendAsync(request, handler),
                request.timeout().orElseThrow().toMillis());
    }

    /** Waits for an answer that is under way. */
    public static <T> T await(CompletableFuture<T> answer, long timeoutMs) throws IOException, InterruptedException {
        try {
            return answer.get(timeoutMs, TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            answer.cancel(true);
            throw new HttpTimeoutException("no whole answer in time");
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof IOException e ? e : new IOException(failed.getCause());
        }
    }
}
