package io.convergate.node.edge.upstream;

import io.convergate.node.edge.EdgeLoop;
import io.convergate.routing.balance.Balancer;
import io.convergate.routing.balance.LeastRequest;
import io.convergate.routing.balance.RoundRobin;
import io.convergate.routing.balance.WeightedRandom;
import io.convergate.routing.upstream.UpstreamInfo;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * What a node knows of an upstream while it serves it: the endpoints its addresses stand for now, and each loop's balancer
 * over them. The set of endpoints is replaced whole; a loop notices at its next pick.
 */
public final class UpstreamRuntime {
    private final UpstreamInfo info;
    private final @Nullable UpstreamLimits limits;
    private final LoopView[] views;
    private volatile Endpoints endpoints = new Endpoints(List.of(), new int[0]);

    /** The endpoints with their weights. */
    private record Endpoints(List<Endpoint> list, int[] weights) {}

    /** One loop's balancer over the endpoints it last saw. Confined to the loop. */
    private static final class LoopView {
        private final LoopCounts counts = new LoopCounts();
        private @Nullable Endpoints seen;
        private @Nullable Balancer balancer;
    }

    UpstreamRuntime(UpstreamInfo info, int loops, @Nullable UpstreamLimits limits) {
        this.info = info;
        this.limits = limits;
        this.views = new LoopView[loops];
        for (int i = 0; i < loops; i++) {
            views[i] = new LoopView();
        }
    }

    public UpstreamInfo info() {
        return info;
    }

    /** Its bounds; null if it has none. */
    @Nullable
    UpstreamLimits limits() {
        return limits;
    }

    /** Replaces the endpoints. Any thread, one at a time. */
    void endpoints(List<Endpoint> list, int[] weights) {
        endpoints = new Endpoints(List.copyOf(list), weights.clone());
    }

    List<Endpoint> endpoints() {
        return endpoints.list;
    }

    /**
     * The endpoint for the next request.
     *
     * @param avoided endpoints that are taken only if a few draws bring no other
     * @return null if there is no endpoint
     */
    public @Nullable Endpoint pick(EdgeLoop loop, List<Endpoint> avoided) {
        Endpoints now = endpoints;
        if (now.list.isEmpty()) {
            return null;
        }
        LoopView view = views[loop.index()];
        Balancer balancer = view.balancer;
        if (view.seen != now || balancer == null) {
            balancer = balancer(now, loop);
            view.seen = now;
            view.balancer = balancer;
        }
        Endpoint picked = now.list.get(balancer.pick());
        if (avoided.isEmpty() || now.list.size() == 1) {
            return picked;
        }
        for (int again = 0; avoided.contains(picked) && again < REPICKS_MAX; again++) {
            picked = now.list.get(balancer.pick());
        }
        return picked;
    }

    /** Whether a request to this upstream may begin; if so, {@link #ended} must follow. On its loop. */
    public boolean begun(EdgeLoop loop) {
        if (limits != null && !limits.begun()) {
            return false;
        }
        views[loop.index()].counts.add(LoopCounts.ACTIVE, 1);
        return true;
    }

    /** A request to this upstream is over. On its loop. */
    public void ended(EdgeLoop loop) {
        views[loop.index()].counts.add(LoopCounts.ACTIVE, -1);
        if (limits != null) {
            limits.ended();
        }
    }

    /** Whether a request may be sent again; if so, {@link #retryEnded} must follow. On its loop. */
    public boolean retryBegun(EdgeLoop loop) {
        if (!info.pool().retryBudget().allows(sum(LoopCounts.ACTIVE), sum(LoopCounts.RETRYING))) {
            return false;
        }
        views[loop.index()].counts.add(LoopCounts.RETRYING, 1);
        return true;
    }

    /** A request that was sent again is so no more. On its loop. */
    public void retryEnded(EdgeLoop loop) {
        views[loop.index()].counts.add(LoopCounts.RETRYING, -1);
    }

    private int sum(int count) {
        int sum = 0;
        for (LoopView view : views) {
            sum += view.counts.get(count);
        }
        return sum;
    }

    private Balancer balancer(Endpoints now, EdgeLoop loop) {
        // The generator of the loop's own thread: balancers are confined to it.
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return switch (info.loadBalancing()) {
            case ROUND_ROBIN -> new RoundRobin(now.weights, random.nextInt(now.weights.length));
            case RANDOM -> new WeightedRandom(now.weights, random);
            case LEAST_REQUEST ->
                new LeastRequest(now.weights, index -> now.list.get(index).active(loop), random);
        };
    }

    /** Istio: how often a retry draws again when it meets an endpoint that was tried. */
    private static final int REPICKS_MAX = 5;
}
