package io.convergate.node.edge.proxy;

import io.convergate.node.breakers.NodeBreaker;
import io.convergate.node.edge.http.ContentTypes;
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

    /** It got a response. */
    void answered(UpstreamResponse response) {
        if (this == UNWATCHED) {
            return;
        }
        long took = took();
        if (concurrency != null) {
            concurrency.answered(took);
        }
        if (breaker != null && permit != Breaker.NONE) {
            breaker.answered(permit, response.status(), grpcStatus(response), took);
            permit = Breaker.NONE;
        }
    }

    private static int grpcStatus(UpstreamResponse response) {
        if (!ContentTypes.isGrpc(response.entity().contentType())) {
            return -1;
        }
        String status = response.fields().joined("grpc-status");
        boolean plain = status != null
                && !status.isEmpty()
                && status.length() <= 2
                && status.chars().allMatch(c -> c >= '0' && c <= '9');
        return plain ? Integer.parseInt(status) : -1;
    }

    /** It got none in this way. */
    void unanswered(AttemptFailure how) {
        if (this == UNWATCHED) {
            return;
        }
        if (concurrency != null && how != AttemptFailure.CONNECT) {
            concurrency.lost();
        }
        if (breaker != null && permit != Breaker.NONE) {
            breaker.unanswered(permit, how, took());
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

    /** Whoever made it does not want it any more. Means nothing if it has ended. */
    void givenUp() {
        if (breaker != null && permit != Breaker.NONE) {
            breaker.givenUp(permit, took());
            permit = Breaker.NONE;
        }
    }
}
