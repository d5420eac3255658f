package io.convergate.node.edge.proxy;

import io.convergate.node.breakers.NodeBreaker;
import io.convergate.node.edge.upstream.UpstreamFailure;
import io.convergate.node.edge.upstream.UpstreamResponse;
import io.convergate.node.edge.upstream.UpstreamRuntime;
import io.convergate.routing.breaker.Breaker;
import io.convergate.routing.breaker.ConcurrencyLimit;
import io.convergate.routing.retry.AttemptFailure;
import org.jspecify.annotations.Nullable;

/**
 * What is told of one try, to the breaker of its upstream and to whoever finds out how many requests that may get at a time. Every try
 * that may begin ends once. Confined to its loop.
 */
final class WatchedTry {
    private final @Nullable NodeBreaker breaker;
    private final @Nullable ConcurrencyLimit concurrency;
    private final long sinceNanos;
    private long permit;
    private int status;
    private long beganNanos;

    private WatchedTry(@Nullable NodeBreaker breaker, @Nullable ConcurrencyLimit concurrency, long permit) {
        this.breaker = breaker;
        this.concurrency = concurrency;
        this.permit = permit;
        this.sinceNanos = System.nanoTime();
    }

    /** A try at an upstream that nobody watches. */
    static final WatchedTry UNWATCHED = new WatchedTry(null, null, Breaker.NONE);

    /** A try that begins now; null if the breaker does not let it. */
    static @Nullable WatchedTry begin(UpstreamRuntime upstream) {
        NodeBreaker breaker = upstream.breaker();
        ConcurrencyLimit concurrency = upstream.concurrency();
        if (breaker == null) {
            return concurrency == null ? UNWATCHED : new WatchedTry(null, concurrency, Breaker.NONE);
        }
        long permit = breaker.begin();
        return permit == Breaker.REFUSED ? null : new WatchedTry(breaker, concurrency, permit);
    }

    private long took() {
        return System.nanoTime() - sinceNanos;
    }

    /** The head of its response is here; if that does not tell how the call went, {@link #answered} or another end follows. */
    void begun(UpstreamResponse response) {
        if (this == UNWATCHED) {
            return;
        }
        status = response.status();
        beganNanos = took();
        if (concurrency != null) {
            concurrency.answered(beganNanos);
        }
    }

    /** Its response, which has begun, is known to be of this gRPC status; {@link GrpcStatus#NONE} for none. */
    void answered(int grpcStatus) {
        if (breaker != null && permit != Breaker.NONE) {
            breaker.answered(permit, status, grpcStatus, beganNanos);
            permit = Breaker.NONE;
        }
    }

    /** It got none in this way. */
    void unanswered(AttemptFailure how) {
        if (this == UNWATCHED) {
            return;
        }
        if (concurrency != null && status == 0 && how != AttemptFailure.CONNECT) {
            concurrency.lost();
        }
        if (breaker != null && permit != Breaker.NONE) {
            breaker.unanswered(permit, how, status == 0 ? took() : beganNanos);
            permit = Breaker.NONE;
        }
    }

    /** It got none, for this reason: the upstream's, or ours. */
    void failed(UpstreamFailure failure) {
        AttemptFailure how = failure.kind().retriedAs();
        if (how == null || how == AttemptFailure.STALE_CONNECTION) {
            givenUp();
        } else {
            unanswered(how);
        }
    }

    /** Whoever made it does not want it any more. Means nothing if it has ended; if its response has begun, that is what counts. */
    void givenUp() {
        if (status != 0) {
            answered(GrpcStatus.NONE);
        } else if (breaker != null && permit != Breaker.NONE) {
            breaker.givenUp(permit, took());
            permit = Breaker.NONE;
        }
    }
}
