package io.convergate.node.edge.upstream;

import io.convergate.node.edge.EdgeLoop;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A call that waits until its upstream may have one more connection, or has one to spare, for as long as a connection may
 * take to be made. Confined to its loop.
 */
final class PendingCall {
    private final UpstreamClient client;
    private final UpstreamCall call;
    private final EndpointPool pool;
    private final UpstreamLimits limits;
    private final EdgeLoop loop;
    private EdgeLoop.@Nullable Cancellable deadline;
    private boolean over;

    PendingCall(UpstreamClient client, UpstreamCall call, EndpointPool pool, UpstreamLimits limits, EdgeLoop loop) {
        this.client = client;
        this.call = call;
        this.pool = pool;
        this.limits = limits;
        this.loop = loop;
    }

    EdgeLoop loop() {
        return loop;
    }

    EndpointPool pool() {
        return pool;
    }

    void await(Duration atMost) {
        deadline = loop.schedule(atMost.toNanos(), this::late);
        call.whileWaiting(this::aborted);
        limits.await(this);
    }

    /** It was first in the queue when room was made, and is in it no more; by now the room may be taken. */
    void roomMade() {
        if (over) {
            limits.wakeNext();
            return;
        }
        UpstreamConnection spare = client.usable(pool);
        if (spare != null) {
            end();
            limits.pendingOver();
            spare.start(call);
        } else if (limits.opened()) {
            end();
            client.connect(call, pool);
        } else {
            limits.await(this);
        }
    }

    private void late() {
        limits.forget(this);
        end();
        limits.pendingOver();
        call.fail(new UpstreamFailure(
                UpstreamFailure.Kind.OVERFLOW, "no connection became free, and there may be no more of them"));
        call.over();
    }

    private void aborted() {
        limits.forget(this);
        end();
        limits.pendingOver();
    }

    private void end() {
        over = true;
        call.whileWaiting(null);
        if (deadline != null) {
            deadline.cancel();
        }
    }
}
