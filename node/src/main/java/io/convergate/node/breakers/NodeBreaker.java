package io.convergate.node.breakers;

import io.convergate.routing.breaker.Breaker;
import io.convergate.routing.breaker.BreakerSettings;
import io.convergate.routing.breaker.BreakerState;
import io.convergate.routing.breaker.CircuitBreaking;
import io.convergate.routing.breaker.Ruling;
import io.convergate.routing.retry.AttemptFailure;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The breaker of one upstream as a node keeps it. Any thread. */
public final class NodeBreaker implements Breaker.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(NodeBreaker.class);

    private final NodeBreakers breakers;
    private final String id;
    private final String upstream;
    private final String policy;
    private final BreakerSettings settings;
    private final BreakerCounters counters;
    private final Breaker breaker;
    private final LongAdder refused = new LongAdder();
    private volatile Instant since;
    private volatile Ruling ruling = Ruling.NONE;
    private volatile long ruledNanos;

    NodeBreaker(NodeBreakers breakers, String upstream, CircuitBreaking breaking, BreakerSettings settings) {
        this.breakers = breakers;
        this.id = upstream + '#' + Integer.toHexString((settings + breaking.uid()).hashCode());
        this.upstream = upstream;
        this.policy = breaking.policy();
        this.settings = settings;
        this.counters = breakers.counters(upstream);
        this.since = breakers.now();
        this.breaker = new Breaker(settings, breakers::nanoTime, breakers::random, this);
    }

    /** What it is known by in the whole cluster: equal settings of one policy for one upstream are one breaker. */
    public String id() {
        return id;
    }

    /** The upstream's name. */
    public String upstream() {
        return upstream;
    }

    public BreakerSettings settings() {
        return settings;
    }

    /** Whether others share it. */
    public boolean isShared() {
        return settings.scope() == BreakerSettings.Scope.CLUSTER;
    }

    /** A permit to call the upstream; {@link Breaker#REFUSED} for none. */
    public long begin() {
        long permit = breaker.begin();
        if (permit == Breaker.REFUSED) {
            refused.increment();
            counters.refused.increment();
        } else if (breaker.state() == BreakerState.HALF_OPEN) {
            counters.probes.increment();
        }
        return permit;
    }

    /** A call got a response. */
    public void answered(long permit, int status, int grpcStatus, long tookNanos) {
        breaker.answered(permit, status, grpcStatus, tookNanos);
    }

    /** A call got none. */
    public void unanswered(long permit, AttemptFailure how, long tookNanos) {
        breaker.unanswered(permit, how, tookNanos);
    }

    /** A call was given up by whoever made it. */
    public void givenUp(long permit, long tookNanos) {
        breaker.givenUp(permit, tookNanos);
    }

    /** Whether a call now would be refused, most likely. */
    public boolean isOpen() {
        return breaker.state() == BreakerState.OPEN && breaker.retryAfterNanos() > 0;
    }

    /** After how many nanoseconds it is worth to ask again. */
    public long retryAfterNanos() {
        return breaker.retryAfterNanos();
    }

    BreakerState state() {
        return breaker.state();
    }

    /** What it sees by now. */
    public Breaker.View look() {
        return breaker.look();
    }

    /** So many nodes share it. */
    public void shareWith(int nodes) {
        breaker.observeFrom((settings.minimumCalls() + nodes - 1) / Math.max(1, nodes));
    }

    /** Does as an owner has decided. */
    public void obey(Ruling decided, String self) {
        synchronized (this) {
            if (decided.epoch() < ruling.epoch()) {
                return;
            }
            ruling = decided;
            ruledNanos = breakers.nanoTime();
        }
        breaker.obey(decided, self);
    }

    /** The last decision that it has heard, with the rest of its time. */
    public synchronized Ruling ruling() {
        return ruling.with(Math.max(0, ruling.forNanos() - (breakers.nanoTime() - ruledNanos)));
    }

    /** Requests that it has refused since it was made. */
    public long refused() {
        return refused.sum();
    }

    /** What it is now. */
    public BreakerStatus status() {
        Breaker.View view = breaker.look();
        return new BreakerStatus(
                upstream,
                policy,
                settings.scope(),
                view.state(),
                since,
                view.untilInNanos() / 1_000_000,
                view.judged(),
                view.failed(),
                view.slow(),
                refused(),
                ruling.state() != BreakerState.CLOSED);
    }

    @Override
    public void changed(BreakerState from, BreakerState to) {
        since = breakers.now();
        counters.became(to);
        LOG.info("the breaker of {} is {} (policy {})", upstream, word(to), policy);
    }

    private static String word(BreakerState state) {
        return state.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    @Override
    public void suspicionChanged() {
        if (isShared()) {
            breakers.owners().changed(this);
        }
    }

    @Override
    public void probed(long epoch, boolean good) {
        breakers.owners().probed(this, epoch, good);
    }
}
