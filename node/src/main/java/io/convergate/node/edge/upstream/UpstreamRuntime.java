package io.convergate.node.edge.upstream;

import io.convergate.node.edge.EdgeLoop;
import io.convergate.node.telemetry.DestinationRecorder;
import io.convergate.routing.balance.Balancer;
import io.convergate.routing.balance.HashRing;
import io.convergate.routing.balance.HashTable;
import io.convergate.routing.balance.LeastRequest;
import io.convergate.routing.balance.Maglev;
import io.convergate.routing.balance.RoundRobin;
import io.convergate.routing.balance.WeightedRandom;
import io.convergate.routing.outlier.OutlierDetector;
import io.convergate.routing.upstream.HashPolicy;
import io.convergate.routing.upstream.UpstreamInfo;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * What a node knows of an upstream while it serves it: the endpoints its addresses stand for now, and each loop's balancer
 * over them. The set of endpoints is replaced whole; a loop notices at its next pick.
 */
public final class UpstreamRuntime {
    private final UpstreamInfo info;
    private final DestinationRecorder recorder;
    private final @Nullable UpstreamLimits limits;
    private final LoopView[] views;
    private final @Nullable OutlierDetector<InetSocketAddress> outliers;
    private volatile Endpoints all = new Endpoints(List.of(), new int[0], Map.of(), null);
    /** Of all endpoints those that are not left out. */
    private volatile Endpoints endpoints = all;

    private volatile int outliersVersion;

    /**
     * Endpoints with their weights.
     *
     * @param hosts how they do; empty if nobody is ever left out
     * @param hashes where hashes of requests lead, over all endpoints; null if they are picked otherwise
     */
    private record Endpoints(
            List<Endpoint> list,
            int[] weights,
            Map<Endpoint, OutlierDetector<InetSocketAddress>.Host> hosts,
            @Nullable HashTable hashes) {
        boolean isIn(Endpoint endpoint) {
            OutlierDetector<InetSocketAddress>.Host host = hosts.get(endpoint);
            return host == null || !host.isEjected();
        }

        Endpoints healthy() {
            List<Endpoint> in = new ArrayList<>(list.size());
            int[] inWeights = new int[weights.length];
            for (int i = 0; i < weights.length; i++) {
                if (isIn(list.get(i))) {
                    inWeights[in.size()] = weights[i];
                    in.add(list.get(i));
                }
            }
            return new Endpoints(List.copyOf(in), Arrays.copyOf(inWeights, in.size()), hosts, null);
        }
    }

    /** One loop's balancer over the endpoints it last saw. Confined to the loop. */
    private static final class LoopView {
        private final LoopCounts counts = new LoopCounts();
        private @Nullable Endpoints seen;
        private @Nullable Balancer balancer;
    }

    UpstreamRuntime(
            UpstreamInfo info,
            DestinationRecorder recorder,
            int loops,
            @Nullable UpstreamLimits limits,
            @Nullable OutlierDetector<InetSocketAddress> outliers) {
        this.info = info;
        this.recorder = recorder;
        this.outliers = outliers;
        this.limits = limits;
        this.views = new LoopView[loops];
        for (int i = 0; i < loops; i++) {
            views[i] = new LoopView();
        }
    }

    public UpstreamInfo info() {
        return info;
    }

    /** Where its requests are counted. */
    public DestinationRecorder recorder() {
        return recorder;
    }

    /** Its bounds; null if it has none. */
    @Nullable
    UpstreamLimits limits() {
        return limits;
    }

    /** Replaces the endpoints. Any thread, one at a time. */
    void endpoints(List<Endpoint> list, int[] weights) {
        OutlierDetector<InetSocketAddress> detector = outliers;
        Map<Endpoint, OutlierDetector<InetSocketAddress>.Host> hosts = new HashMap<>();
        if (detector != null) {
            Set<InetSocketAddress> addresses = new HashSet<>();
            for (Endpoint endpoint : list) {
                hosts.put(endpoint, detector.host(endpoint.address()));
                addresses.add(endpoint.address());
            }
            detector.retain(addresses);
        }
        all = new Endpoints(List.copyOf(list), weights.clone(), hosts, hashes(list, weights));
        leaveOut();
    }

    /** Places are by address, so that every node and every loop has the same. */
    private @Nullable HashTable hashes(List<Endpoint> list, int[] weights) {
        if (info.hash().isEmpty() || list.isEmpty()) {
            return null;
        }
        List<String> names = list.stream().map(Endpoint::text).toList();
        HashPolicy.Table table = info.hash().get().table();
        return table.maglev() ? new Maglev(names, weights, table.size()) : new HashRing(names, weights, table.size());
    }

    /** Works out who may be picked now. */
    private synchronized void leaveOut() {
        OutlierDetector<InetSocketAddress> detector = outliers;
        Endpoints from = all;
        if (detector == null) {
            endpoints = from;
            return;
        }
        // The version first: what changes after it is seen again.
        outliersVersion = detector.version();
        endpoints = detector.ejected() == 0 || detector.isPanicking() ? from : from.healthy();
    }

    /** An attempt at an endpoint got an answer of this status. Any thread. */
    public void answered(Endpoint endpoint, int status) {
        if (outliers != null) {
            OutlierDetector<InetSocketAddress>.Host host = all.hosts.get(endpoint);
            if (host != null) {
                host.answered(status);
            }
        }
    }

    /** An attempt at an endpoint got no answer. Any thread. */
    public void unanswered(Endpoint endpoint) {
        if (outliers != null) {
            OutlierDetector<InetSocketAddress>.Host host = all.hosts.get(endpoint);
            if (host != null) {
                host.unanswered();
            }
        }
    }

    /** All endpoints, also those that are left out. */
    List<Endpoint> endpoints() {
        return all.list;
    }

    /** Whose endpoints are left out by what rules; null if nobody's. */
    @Nullable
    OutlierDetector<InetSocketAddress> outliers() {
        return outliers;
    }

    /**
     * The endpoint for the next request.
     *
     * @param avoided endpoints that are taken only if a few draws bring no other
     * @return null if there is no endpoint
     */
    public @Nullable Endpoint pick(EdgeLoop loop, List<Endpoint> avoided) {
        if (outliers != null && outliers.version() != outliersVersion) {
            leaveOut();
        }
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

    /**
     * The endpoint that a request's hash leads to. From one that is left out or avoided, other hashes that follow from this one lead
     * on, so that its requests are spread over all others and stay where they are then.
     *
     * @param avoided endpoints that are taken only if there is no other
     * @return null if there is no endpoint
     */
    public @Nullable Endpoint pickByHash(long hash, List<Endpoint> avoided) {
        Endpoints from = all;
        HashTable hashes = from.hashes;
        if (hashes == null) {
            return null;
        }
        boolean panicking = outliers == null || outliers.isPanicking();
        Endpoint second = null;
        long next = hash;
        int draws = HASH_DRAWS_PER_ENDPOINT * from.list.size();
        for (int i = 0; i < draws; i++) {
            Endpoint picked = from.list.get(hashes.pick(next));
            if (panicking || from.isIn(picked)) {
                if (!avoided.contains(picked)) {
                    return picked;
                }
                second = picked;
            }
            next = HashTable.mix(next + HASH_STEP);
        }
        return second;
    }

    /** Enough for any endpoint of ordinary weight to be met. */
    private static final int HASH_DRAWS_PER_ENDPOINT = 8;

    /** The golden ratio in 64 bits: steps by it spread evenly. */
    private static final long HASH_STEP = 0x9e3779b97f4a7c15L;

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

    /** Requests under way, a moment ago. Any thread. */
    int inFlight() {
        return sum(LoopCounts.ACTIVE);
    }

    /** Connections to its endpoints, idle ones too, a moment ago. Any thread. */
    int connections() {
        return all.list.stream().mapToInt(Endpoint::connections).sum();
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
