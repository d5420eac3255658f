package io.convergate.node.edge.upstream;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** One attempt at a request, from the choice of a connection to the response's head. Confined to its loop. */
public final class UpstreamCall {
    private final UpstreamRequest request;
    private final EndpointPool pool;
    private final CompletableFuture<UpstreamResponse> response = new CompletableFuture<>();
    private @Nullable UpstreamConnection connection;
    private @Nullable Runnable waiting;
    private boolean aborted;
    private boolean over;

    UpstreamCall(UpstreamRequest request, EndpointPool pool) {
        this.request = request;
        this.pool = pool;
        pool.begun();
    }

    /** The response when its head is here; fails with an {@link UpstreamFailure}. Completes on the loop. */
    public CompletionStage<UpstreamResponse> response() {
        return response;
    }

    /** Calls the attempt off, at any time before the response's body has been read: the connection is reset. */
    public void abort() {
        aborted = true;
        UpstreamConnection on = connection;
        if (on != null) {
            on.abort(this);
        } else {
            if (waiting != null) {
                waiting.run();
            }
            fail(new UpstreamFailure(UpstreamFailure.Kind.ABORTED, "called off"));
            over();
        }
    }

    UpstreamRequest request() {
        return request;
    }

    boolean isAborted() {
        return aborted;
    }

    void on(UpstreamConnection newConnection) {
        connection = newConnection;
    }

    /** Has something told when the attempt is called off before it has a connection; null for nothing more. */
    void whileWaiting(@Nullable Runnable whenAborted) {
        waiting = whenAborted;
    }

    void complete(UpstreamResponse arrived) {
        response.complete(arrived);
    }

    void fail(UpstreamFailure failure) {
        response.completeExceptionally(failure);
    }

    boolean hasResponse() {
        return response.isDone();
    }

    /** The connection has nothing more to do with this attempt. */
    void over() {
        if (!over) {
            over = true;
            connection = null;
            pool.ended();
        }
    }
}
