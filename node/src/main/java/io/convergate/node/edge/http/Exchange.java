package io.convergate.node.edge.http;

import io.convergate.node.edge.EdgeLoop;
import io.convergate.node.telemetry.RequestRecord;
import io.convergate.routing.match.ListenerId;
import java.net.InetSocketAddress;
import org.apache.pekko.http.scaladsl.model.AttributeKey;
import org.jspecify.annotations.Nullable;

/**
 * What Pekko HTTP's model cannot carry of a request and its reply: the target as received, the loop it lives on,
 * interim responses, and the record that becomes a log line. Travels with the request as an attribute.
 * Confined to {@link #loop()}.
 */
public abstract class Exchange {
    /** The request attribute. */
    public static final AttributeKey<Exchange> KEY = new AttributeKey<>("convergate-exchange", Exchange.class);

    private final RequestRecord record;
    private @Nullable Runnable onAbort;
    private @Nullable Runnable onFinished;
    private boolean aborted;

    protected Exchange(RequestRecord record) {
        this.record = record;
    }

    /** The loop that everything about this request happens on. */
    public abstract EdgeLoop loop();

    /** The other end of the connection. */
    public abstract InetSocketAddress peer();

    /** Our end of the connection. */
    public abstract InetSocketAddress local();

    /** The listener that routes are chosen by. Its port is the Gateway's, which a port map may have moved to another one here. */
    public abstract ListenerId listener();

    /** Whether the client came by TLS. */
    public abstract boolean secure();

    /** The target, checked and brought to its canonical form. */
    public abstract RequestTarget target();

    /** Whether the client speaks HTTP/1.0, which knows no interim responses and no chunks. */
    public abstract boolean http10();

    /** Sends an interim response (1xx) to the client, or drops it if the client could not take it. */
    public abstract void interim(int status, Fields fields);

    public final RequestRecord record() {
        return record;
    }

    /** Runs the task once if the client goes away before the reply is complete; at once if it has already. */
    public final void onAbort(Runnable task) {
        if (aborted) {
            task.run();
        } else {
            onAbort = task;
        }
    }

    /** Runs the task once when the reply is over, whole or not: its last byte has been written, or none will be. */
    public final void onFinished(Runnable task) {
        onFinished = task;
    }

    /** The reply is over. */
    protected final void finish() {
        Runnable task = onFinished;
        onFinished = null;
        if (task != null) {
            task.run();
        }
    }

    /** The client is gone: nobody waits for the reply. */
    protected final void abort() {
        if (!aborted) {
            aborted = true;
            Runnable task = onAbort;
            onAbort = null;
            if (task != null) {
                task.run();
            }
        }
    }

    /** Whether the client has gone. */
    public final boolean isAborted() {
        return aborted;
    }
}
