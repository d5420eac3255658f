package io.convergate.node.edge.upstream;

import io.convergate.node.breakers.NodeBreaker;
import io.convergate.node.edge.EdgeLoop;
import io.convergate.node.telemetry.DestinationRecorder;
import io.convergate.routing.balance.Balancer;
import io.convergate.routing.balance.LeastRequest;
import io.convergate.routing.balance.RoundRobin;
import io.convergate.routing.balance.SlowStart;
import io.convergate.routing.balance.WeightedRandom;
import io.convergate.routing.breaker.ConcurrencyLimit;
import io.convergate.routing.health.HealthMonitor;
import io.convergate.routing.outlier.OutlierDetector;
import io.convergate.routing.upstream.UpstreamInfo;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a node knows of an upstream while it serves it: the endpoints its addresses stand for now, and each loop's balancers
 * over them. The set of endpoints is replaced whole; a loop notices at its next pick.
 */
public final class UpstreamRuntime {
    private final UpstreamInfo info;
    private final UpstreamMemory memory;
    private final DestinationRecorder recorder;
    private final @Nullable UpstreamLimits limits;
    private final LoopView[] views;
    private final @Nullable OutlierDetector<InetSocketAddress> outliers;
    private final @Nullable HealthMonitor<InetSocketAddress> health;
    private final @Nullable SlowStart slowStart;
    private volatile EndpointSet all = EndpointSet.EMPTY;
    private volatile EndpointChoice choice = all.choice(0, priority -> false);
    private volatile int outliersVersion;
    private volatile int healthVersion;

    /** One loop's balancers over the endpoints it last saw, one for each part. Confined to the loop. */
    private static final class LoopView {
        private final LoopCounts counts = new LoopCounts();
        private @Nullable EndpointChoice seen;
        private @Nullable Balancer[] balancers = new Balancer[0];
    }

    UpstreamRuntime(UpstreamInfo info, DestinationRecorder recorder, int loops, UpstreamMemory memory) {
        this.info = info;
        this.recorder = recorder;
        this.memory = memory;
        this.outliers = memory.outliers();
        this.health = memory.health();
        this.limits = memory.limits();
        this.slowStart = memory.arrivals() == null ? null : info.slowStart().orElse(null);
        this.views = new LoopView[loops];
        for (int i = 0; i < loops; i++) {
            views[i] = new LoopView();
        }
    }

    public UpstreamInfo info() {
        return info;
    }

    /** What is known of it beyond this configuration. */
    UpstreamMemory memory() {
        return memory;
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

    /** Whether it is called; null if it always is. */
    public @Nullable NodeBreaker breaker() {
        return memory.breaker();
    }

    /** How many requests it gets at a time; null if any number. */
    public @Nullable ConcurrencyLimit concurrency() {
        return memory.concurrency();
    }

    /** Replaces the endpoints: with each one's weight, and the index of its group. Any thread, one at a time. */
    void endpoints(List<Endpoint> list, int[] weights, int[] groups) {
        all = EndpointSet.of(info, memory, list, weights, groups);
        choose();
    }

    /** Works out who may be picked now. */
    private synchronized void choose() {
        // The versions first: what changes after them is seen again.
        outliersVersion = outliers == null ? 0 : outliers.version();
        healthVersion = health == null ? 0 : health.version();
        choice = all.choice(info.minHealthPercent(), priority -> false);
    }

    /** An attempt at an endpoint got an answer of this status. Any thread. */
    public void answered(Endpoint endpoint, int status) {
        if (outliers != null) {
            EndpointSet.Member member = all.member(endpoint);
            if (member != null && member.outlier() != null) {
                member.outlier().answered(status);
            }
        }
    }

    /** An attempt at an endpoint got no answer. Any thread. */
    public void unanswered(Endpoint endpoint) {
        if (outliers != null) {
            EndpointSet.Member member = all.member(endpoint);
            if (member != null && member.outlier() != null) {
                member.outlier().unanswered();
            }
        }
    }

    /** All endpoints, also those that are left out. */
    EndpointSet endpoints() {
        return all;
    }

    /** Every endpoint with what stands against it, and with its group if there are several. Any thread. */
    public List<String> describe() {
        return all.groups().stream()
                .flatMap(group -> group.members().stream().map(member -> {
                    String notes = Stream.of(group.spec().name(), member.trouble())
                            .filter(note -> !note.isEmpty())
                            .collect(Collectors.joining(", "));
                    return member.endpoint().text() + (notes.isEmpty() ? "" : " (" + notes + ')');
                }))
                .toList();
    }

    private EndpointChoice current() {
        if (outliers != null && outliers.version() != outliersVersion
                || health != null && health.version() != healthVersion) {
            choose();
        }
        return choice;
    }

    /**
     * The endpoint for the next request.
     *
     * @param avoided endpoints that are taken only if a few draws bring no other
     * @return null if there is no endpoint
     */
    public @Nullable Endpoint pick(EdgeLoop loop, List<Endpoint> avoided) {
        EndpointChoice now = current();
        return now.isEmpty() ? null : pick(now, loop, avoided);
    }

    /**
     * The same for a request that may leave the localities where it was tried. Envoy: previous_priorities, with an update frequency of
     * two, as Istio has it: two attempts are made where all go, and the others where those did not.
     *
     * @param tried where the attempts so far went, one after the other
     */
    public @Nullable Endpoint pickElsewhere(EdgeLoop loop, List<Endpoint> tried, List<Endpoint> avoided) {
        EndpointSet from = all;
        Set<Integer> left = new HashSet<>();
        if (tried.size() > 1) {
            for (Endpoint endpoint : tried) {
                EndpointSet.Member member = from.member(endpoint);
                if (member != null) {
                    left.add(from.groups().get(member.group()).spec().priority());
                }
            }
        }
        EndpointChoice elsewhere = left.isEmpty() ? current() : from.choice(0, left::contains);
        return elsewhere.isEmpty() ? pick(loop, avoided) : pick(elsewhere, loop, avoided);
    }

    private Endpoint pick(EndpointChoice now, EdgeLoop loop, List<Endpoint> avoided) {
        LoopView view = now == choice ? views[loop.index()] : new LoopView();
        if (view.seen != now) {
            view.balancers = new Balancer[now.parts.length];
            view.seen = now;
        }
        Endpoint picked = draw(view, now, loop);
        for (int again = 0; again < REPICKS_MAX && !avoided.isEmpty() && avoided.contains(picked); again++) {
            picked = draw(view, now, loop);
        }
        return picked;
    }

    private Endpoint draw(LoopView view, EndpointChoice now, EdgeLoop loop) {
        int index = now.drawPart();
        EndpointChoice.Part part = now.parts[index];
        Balancer balancer = view.balancers[index];
        if (balancer == null) {
            balancer = balancer(part, loop);
            view.balancers[index] = balancer;
        }
        SlowStart slowly = slowStart;
        return part.list().get(slowly == null ? balancer.pick() : warmed(balancer, part, now, slowly));
    }

    /** A pick in which endpoints that came lately are passed over as often as their share says. */
    private int warmed(Balancer balancer, EndpointChoice.Part part, EndpointChoice now, SlowStart slowly) {
        Arrivals arrivals = memory.arrivals();
        long time = arrivals == null ? 0 : arrivals.now();
        int picked = balancer.pick();
        if (time - now.newestNanos() >= slowly.window().toNanos()) {
            return picked;
        }
        double most = slowly.factor(time - part.oldestNanos());
        ThreadLocalRandom random = ThreadLocalRandom.current();
        for (int again = 0; again < WARM_DRAWS_MAX; again++) {
            if (random.nextDouble() * most <= slowly.factor(time - part.sinceNanos()[picked])) {
                return picked;
            }
            picked = balancer.pick();
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
        return current().byHash(hash, avoided);
    }

    /** Whether a request to this upstream may begin; if so, {@link #ended} must follow. On its loop. */
    public boolean begun(EdgeLoop loop) {
        if (limits != null && !limits.begun()) {
            return false;
        }
        ConcurrencyLimit concurrency = memory.concurrency();
        if (concurrency != null && !concurrency.begun()) {
            if (limits != null) {
                limits.ended();
            }
            return false;
        }
        views[loop.index()].counts.add(LoopCounts.ACTIVE, 1);
        return true;
    }

    /** A request to this upstream is over. On its loop. */
    public void ended(EdgeLoop loop) {
        views[loop.index()].counts.add(LoopCounts.ACTIVE, -1);
        if (memory.concurrency() != null) {
            memory.concurrency().ended();
        }
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
        return all.endpoints().stream().mapToInt(Endpoint::connections).sum();
    }

    private int sum(int count) {
        int sum = 0;
        for (LoopView view : views) {
            sum += view.counts.get(count);
        }
        return sum;
    }

    private Balancer balancer(EndpointChoice.Part part, EdgeLoop loop) {
        // The generator of the loop's own thread: balancers are confined to it.
        ThreadLocalRandom random = ThreadLocalRandom.current();
        int[] weights = part.weights();
        return switch (info.loadBalancing()) {
            case ROUND_ROBIN -> new RoundRobin(weights, random.nextInt(weights.length));
            case RANDOM -> new WeightedRandom(weights, random);
            case LEAST_REQUEST ->
                new LeastRequest(weights, index -> part.list().get(index).active(loop), random);
        };
    }

    /** Istio: how often a retry draws again when it meets an endpoint that was tried. */
    private static final int REPICKS_MAX = 5;

    /** Enough for an endpoint of full share to be met among many with a tenth of it. */
    private static final int WARM_DRAWS_MAX = 32;
}
