package io.convergate.node.limits;

import io.convergate.node.telemetry.PolicyRecorder;
import io.convergate.node.telemetry.Telemetry;
import io.convergate.routing.action.RateLimit;
import io.convergate.routing.limit.LeaseTerms;
import io.convergate.routing.limit.LimitKey;
import io.convergate.routing.model.ResourceKey;
import java.lang.ref.WeakReference;
import java.security.SecureRandom;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * All limits of a node: makes what the compiler attaches to a limit, and holds the keys of all of them. Any thread.
 */
public final class NodeLimits implements AutoCloseable {
    private static final int SWEEP_EVERY = 1_000;
    private static final int ALL_EVERY = 5;

    private final Telemetry telemetry;
    private final long waitNanos;
    private final long strictWaitNanos;
    private final LimitTable table;
    private final LongSupplier nanoTime;
    private final LongSupplier epochMillis;
    private final ConcurrentHashMap<RuleId, WeakReference<LimitRuntime>> runtimes = new ConcurrentHashMap<>();
    private final AtomicLong attached = new AtomicLong();
    private final AtomicLong requests = new AtomicLong(new SecureRandom().nextLong());
    private volatile Owners owners = Owners.NONE;
    private long rounds;

    /** Limits that nobody shares yet. */
    public NodeLimits(Telemetry telemetry, LimitSettings settings) {
        this(telemetry, settings, System::nanoTime, System::currentTimeMillis);
    }

    NodeLimits(Telemetry telemetry, LimitSettings settings, LongSupplier nanoTime, LongSupplier epochMillis) {
        this.telemetry = telemetry;
        this.waitNanos = settings.waitMax().toNanos();
        this.strictWaitNanos = settings.strictWaitMax().toNanos();
        this.nanoTime = nanoTime;
        this.epochMillis = epochMillis;
        this.table = new LimitTable(settings.keysMax(), KeyedLimit::forget);
        telemetry.gauge("convergate_rate_limit_keys", "Keys of limits that the node remembers", table::size);
        telemetry.gauge(
                "convergate_rate_limit_keys_evicted", "Keys of limits that made room for others", table::evicted);
    }

    /** Shares the limits with these owners from now on. */
    public void share(Owners newOwners) {
        owners = newOwners;
    }

    /** What the compiler attaches to a limit. */
    public LimitRuntime attach(RateLimit.Info info) {
        // Routes that share a limit share what is attached to it, as long as one of them is served.
        RuleId id = new RuleId(info.policy(), info.rule());
        LimitRuntime[] found = new LimitRuntime[1];
        runtimes.compute(id, (key, reference) -> {
            LimitRuntime known = reference == null ? null : reference.get();
            boolean same = known != null && known.info().equals(info);
            found[0] = same ? known : new LimitRuntime(this, info, telemetry.policy(name(info.policy())));
            return same ? reference : new WeakReference<>(found[0]);
        });
        if (attached.incrementAndGet() % SWEEP_EVERY == 0) {
            runtimes.values().removeIf(reference -> reference.get() == null);
        }
        return found[0];
    }

    private record RuleId(ResourceKey policy, String rule) {}

    private static String name(ResourceKey policy) {
        return policy.namespace() + '/' + policy.name();
    }

    /** Those of all limits that are attached to something. */
    public Stream<PolicyRecorder> recorders() {
        return runtimes.values().stream()
                .map(WeakReference::get)
                .filter(Objects::nonNull)
                .map(LimitRuntime::recorder);
    }

    Owners owners() {
        return owners;
    }

    LimitTable table() {
        return table;
    }

    LeaseTerms terms() {
        return LeaseTerms.DEFAULT;
    }

    /** How long a request waits for the owner of a key, in nanoseconds. */
    public long waitMaxNanos(RateLimit.Mode mode) {
        return mode == RateLimit.Mode.STRICT ? strictWaitNanos : waitNanos;
    }

    /** A number for a request, which no other has had on any node: there are too many to begin at the same by chance. */
    long nextRequest() {
        long next = requests.incrementAndGet();
        return next == 0 ? requests.incrementAndGet() : next;
    }

    /** The time by which limits go, in nanoseconds. */
    long nanoTime() {
        return nanoTime.getAsLong();
    }

    long epochMillis() {
        return epochMillis.getAsLong();
    }

    /**
     * Looks after the keys: gives back what lies idle, asks for permits again before they lapse, records quotas. To be called
     * a few times a second, by one thread. Keys that are not used are looked at each fifth time only: there may be very many.
     */
    public void tend() {
        boolean all = ++rounds % ALL_EVERY == 0;
        table.forEach(key -> {
            if (!all && key.isQuiet()) {
                return;
            }
            key.tend();
            if (key.isForgettable()) {
                table.drop(key);
            }
        });
    }

    /** The owner of a key wants what this node holds of it and does not use; false if it hears nothing, because there is nothing. */
    public boolean recalled(LimitKey key) {
        KeyedLimit known = table.find(key);
        return known != null && known.recalled();
    }

    /** Gives everything back. */
    @Override
    public void close() {
        table.forEach(KeyedLimit::forget);
    }
}
