package io.convergate.node.limits;

import io.convergate.routing.action.RateLimit;
import io.convergate.routing.limit.Ask;
import io.convergate.routing.limit.Grant;
import io.convergate.routing.limit.Lease;
import io.convergate.routing.limit.LimitKey;
import io.convergate.routing.limit.LimitSpec;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One key of a limit on this node: its lease, or the whole of it if the node counts by itself, and the share that it allows
 * itself while nobody can be asked. Any thread. Taking from a lease needs no lock; taking what the node counts itself
 * holds one for some nanoseconds.
 */
public final class KeyedLimit {
    /** The most marks of {@link LimitTable}. */
    static final int MARKS_MAX = 3;

    /** Requests that wait for one answer; the others go by {@code onUnavailable}. */
    private static final int WAITING_MAX = 256;

    /** An owner that did not answer is given up for so long: nobody waits, but it is asked. */
    private static final long GIVEN_UP_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** After an answer failed to come, before the next ask. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** What was not used for so long is given back. */
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** What was not used for so long may be forgotten. */
    private static final long FORGOTTEN_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final LimitKey key;
    private final Object lock = new Object();
    private volatile LimitRuntime limit;
    private volatile Lease lease;
    private volatile long givenUpUntil;
    private volatile long askedAt;
    private volatile long usedAt;

    /** Not exact: a mark that is lost by a race costs nothing. */
    private byte marks;

    private final OwnCount own = new OwnCount();
    private volatile @Nullable StrictCharges strict;

    // Under the lock.
    private long number;
    private final Deque<Runnable> waiting = new ArrayDeque<>(0);

    KeyedLimit(LimitKey key, LimitRuntime limit, long nowNanos) {
        this.key = key;
        this.limit = limit;
        this.lease = newLease(nowNanos);
        this.givenUpUntil = nowNanos - GIVEN_UP_NANOS;
        this.askedAt = nowNanos;
        this.usedAt = nowNanos;
    }

    private Lease newLease(long nowNanos) {
        NodeLimits all = limit.limits();
        long window =
                limit.spec() instanceof LimitSpec.Quota quota ? quota.window().id(all.epochMillis()) : 0;
        Lease made = new Lease(all.terms(), limit.spec(), window, limit.usedBefore(key, window), nowNanos);
        if (window != 0) {
            long used = all.owners().used(key, window).values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
            if (used + all.owners().nodes() >= limit.spec().amount()) {
                made.withoutCredit();
            }
        }
        return made;
    }

    LimitKey key() {
        return key;
    }

    LimitRuntime limit() {
        return limit;
    }

    /** What a request is told. */
    public enum Answer {
        PASSED,
        /** Passed by what this node allows itself while nobody can be asked. */
        PASSED_BY_SHARE,
        /** Passed without being counted. */
        PASSED_FREE,
        REFUSED,
        /** {@link #await} calls when it is worth another try. */
        WAIT
    }

    /** Goes on by another version of the policy. */
    void become(LimitRuntime other, long nowNanos) {
        synchronized (lock) {
            LimitRuntime before = limit;
            limit = other;
            if (!other.spec().equals(before.spec())) {
                own.reset();
            }
            if (other.spec().getClass() != before.spec().getClass()
                    || other.info().mode() != before.info().mode()) {
                record(before);
                strict = null;
                lease = newLease(nowNanos);
                number++;
            }
        }
    }

    /** Takes what a request costs, all or nothing. Does not wait and, with a lease, does not allocate. */
    public Answer take(long cost, long nowNanos) {
        return switch (limit.info().mode()) {
            case NODE -> takeLocal(cost, nowNanos);
            case LEASED -> takeLeased(cost, nowNanos);
            case STRICT ->
                nowNanos - givenUpUntil < 0 || !limit.limits().owners().available()
                        ? unavailable(cost, nowNanos)
                        : Answer.WAIT;
        };
    }

    private Answer takeLocal(long cost, long nowNanos) {
        usedAt = nowNanos;
        return own.take(limit, cost, nowNanos) ? Answer.PASSED : Answer.REFUSED;
    }

    private Answer takeLeased(long cost, long nowNanos) {
        switch (lease.take(cost, nowNanos)) {
            case TAKEN:
                return Answer.PASSED;
            case TAKEN_LOW:
                ask(0, nowNanos);
                return Answer.PASSED;
            case REFUSED:
                return Answer.REFUSED;
            default:
                lease.missed(cost);
                ask(cost, nowNanos);
                boolean nobody =
                        nowNanos - givenUpUntil < 0 || !limit.limits().owners().available();
                return nobody ? unavailable(cost, nowNanos) : Answer.WAIT;
        }
    }

    /** What holds while nobody can be asked. */
    public Answer unavailable(long cost, long nowNanos) {
        limit.counters().unavailable.increment();
        return switch (limit.info().onUnavailable()) {
            case OPEN -> Answer.PASSED_FREE;
            case CLOSED -> Answer.REFUSED;
            case LOCAL_SHARE -> takeShare(cost, nowNanos);
        };
    }

    private Answer takeShare(long cost, long nowNanos) {
        if (!own.takeShare(limit, cost, nowNanos)) {
            return Answer.REFUSED;
        }
        passedUnasked(cost);
        return Answer.PASSED_BY_SHARE;
    }

    /** What passes by the share counts, and the owner will hear of it; but a bucket has filled again by then. */
    private void passedUnasked(long cost) {
        LimitRuntime now = limit;
        if (now.info().mode() == RateLimit.Mode.STRICT) {
            strict().owe(now, cost);
        } else if (now.spec() instanceof LimitSpec.Quota) {
            lease.charge(cost);
        }
    }

    /** Puts back what {@link #take} took. */
    public void giveBack(long cost, boolean fromShare, long nowNanos) {
        LimitRuntime now = limit;
        if (fromShare) {
            own.giveBackShare(now, cost, nowNanos);
            passedUnasked(-cost);
            return;
        }
        switch (now.info().mode()) {
            case NODE -> own.giveBack(now, cost, nowNanos);
            case LEASED -> lease.giveBack(cost);
            case STRICT -> strict().refund(now, cost);
        }
    }

    /** Charges what a request turned out to cost beyond what was taken; below zero gives back. */
    public void charge(long more, long nowNanos) {
        LimitRuntime now = limit;
        switch (now.info().mode()) {
            case NODE -> own.charge(now, more, nowNanos);
            case LEASED -> lease.charge(more);
            case STRICT -> {
                if (more > 0) {
                    strict().owe(now, more);
                } else {
                    strict().refund(now, -more);
                }
            }
        }
    }

    /** How many are left, as far as this node knows. */
    public long remaining(long nowNanos) {
        return limit.info().mode() == RateLimit.Mode.NODE
                ? own.remaining(limit, nowNanos)
                : lease.remaining() + lease.held(nowNanos);
    }

    /** In how many nanoseconds a client that was refused may come again; at least one. */
    public long retryAfterNanos(long cost, long nowNanos) {
        long wait = limit.info().mode() == RateLimit.Mode.NODE ? own.retryAfterNanos(limit, cost, nowNanos) : 0;
        return Math.max(1, Math.max(wait, lease.retryAfterNanos(nowNanos)));
    }

    // asking

    /**
     * Calls once, when it is worth another {@link #take}; false if too many wait already. In strict mode it is the request's own
     * charge that is awaited, see {@link #charge(long, Consumer)}.
     */
    public boolean await(Runnable again) {
        synchronized (lock) {
            if (waiting.size() >= WAITING_MAX) {
                return false;
            }
            waiting.add(again);
        }
        limit.counters().waits.increment();
        if (!lease.isAsking()) { // the answer came in between
            answered();
        }
        return true;
    }

    /** Nobody waits for this any more. */
    public void abandon(Runnable again) {
        synchronized (lock) {
            waiting.remove(again);
        }
    }

    /** The owner did not answer in time: for a while nobody waits for it. */
    public void giveUp(long nowNanos) {
        givenUpUntil = nowNanos + GIVEN_UP_NANOS;
        lapse(nowNanos);
    }

    private void lapse(long nowNanos) {
        synchronized (lock) {
            if (lease.isAsking()) {
                number++;
                lease.unanswered(nowNanos, PAUSE_NANOS);
            }
        }
        answered();
    }

    private void ask(long needed, long nowNanos) {
        LimitRuntime now = limit;
        Owners owners = now.limits().owners();
        if (!owners.available()) {
            return;
        }
        if (lease.isAsking() && nowNanos - askedAt > 2 * now.waitMaxNanos()) {
            lapse(nowNanos);
        }
        Lease from = lease;
        if (!from.beginAsking(nowNanos)) {
            return;
        }
        askedAt = nowNanos;
        long mine;
        Ask ask;
        synchronized (lock) {
            mine = ++number;
            ask = from.ask(owners.self(), now.spec(), now.info().version(), needed, nowNanos);
        }
        owners.ask(key, ask, grant -> heard(mine, ask, grant));
    }

    private void heard(long asked, Ask ask, Grant grant) {
        LimitRuntime now = limit;
        long nanos = now.nanoTime();
        synchronized (lock) {
            if (asked != number || !lease.isAsking()) {
                return; // too late: what it grants lapses
            }
            number++;
            lease.hear(ask, grant, now.usedBefore(key, grant.window()), nanos);
        }
        givenUpUntil = nanos - GIVEN_UP_NANOS; // well before what another thread takes for now
        now.counters().ownerNanos.accept(nanos - askedAt);
        answered();
    }

    private void answered() {
        List<Runnable> woken;
        synchronized (lock) {
            if (waiting.isEmpty()) {
                return;
            }
            woken = new ArrayList<>(waiting);
            waiting.clear();
        }
        woken.forEach(Runnable::run);
    }

    /**
     * Charges the owner for a request that waits for the answer, in strict mode.
     *
     * @param answer takes what was granted, all of the cost or nothing, on any thread; or never
     * @return how to end it
     */
    public Charge charge(long cost, Consumer<Grant> answer) {
        return ask(Ask.Purpose.CHARGE, cost, answer);
    }

    /**
     * Sets aside at the owner what a request costs that waits for other owners, too, in strict mode.
     *
     * @param answer takes what was set aside, all of the cost or nothing, on any thread; or never
     * @return how to end it
     */
    public Charge reserve(long cost, Consumer<Grant> answer) {
        return ask(Ask.Purpose.RESERVE, cost, answer);
    }

    private Charge ask(Ask.Purpose purpose, long cost, Consumer<Grant> answer) {
        LimitRuntime now = limit;
        usedAt = now.nanoTime();
        now.counters().waits.increment();
        return strict().ask(now, purpose, cost, grant -> {
            long heard = now.nanoTime();
            lease.note(grant, heard);
            givenUpUntil = heard - GIVEN_UP_NANOS;
            answer.accept(grant);
        });
    }

    private StrictCharges strict() {
        StrictCharges known = strict;
        if (known != null) {
            return known;
        }
        synchronized (lock) {
            StrictCharges made = strict == null ? new StrictCharges(key) : strict;
            strict = made;
            return made;
        }
    }

    // looking after it

    void mark() {
        if (marks < MARKS_MAX) {
            marks++;
        }
    }

    /** Takes a mark away; true if there was none. */
    boolean unmark() {
        byte now = marks;
        if (now == 0) {
            return true;
        }
        marks = (byte) (now - 1);
        return false;
    }

    /** Whether nothing of it is in use. */
    boolean isEvictable() {
        if (!isSettled()) {
            return false;
        }
        synchronized (lock) {
            return waiting.isEmpty() && !(limit.spec() instanceof LimitSpec.InFlight && isInUse());
        }
    }

    private boolean isInUse() {
        return lease.inUse() > 0 || own.isInUse(limit.spec());
    }

    private boolean isSettled() {
        StrictCharges known = strict;
        return known == null || known.isSettled();
    }

    void tend() {
        LimitRuntime now = limit;
        long nanos = now.nanoTime();
        if (now.info().mode() == RateLimit.Mode.NODE) {
            return;
        }
        if (lease.isAsking() && nanos - askedAt > 2 * now.waitMaxNanos()) {
            lapse(nanos);
        }
        record(now);
        StrictCharges known = strict;
        if (known != null) {
            known.tend(now, nanos);
        }
        boolean idle = nanos - lease.touched() > IDLE_NANOS;
        if (idle && !lease.isIdle(nanos)) {
            giveUnused(now, nanos);
        } else if (now.spec() instanceof LimitSpec.InFlight && lease.inUse() > 0 && nanos - askedAt > IDLE_NANOS) {
            ask(0, nanos); // or the permits in use would count as a dead node's
        } else if (now.spec() instanceof LimitSpec.Quota && idle && nanos - askedAt > IDLE_NANOS && lease.owes()) {
            ask(0, nanos);
        }
    }

    private void record(LimitRuntime now) {
        if (!(now.spec() instanceof LimitSpec.Quota quota)) {
            return;
        }
        StrictCharges known = strict;
        if (known != null) {
            known.record(now, quota);
        } else if (lease.used() > 0) {
            now.limits().owners().used(key, lease.window(), quota.window().endMillis(lease.window()), lease.used());
        }
    }

    private void giveUnused(LimitRuntime now, long nanos) {
        Owners owners = now.limits().owners();
        if (owners.available() && lease.beginAsking(nanos)) {
            Ask back;
            synchronized (lock) {
                back = lease.giveUp(owners.self(), now.info().version(), nanos);
                lease.gaveBack(nanos);
            }
            owners.tell(key, back);
        }
    }

    /** Whether forgetting it would change nothing. */
    boolean isForgettable() {
        LimitRuntime now = limit;
        long nanos = now.nanoTime();
        if (nanos - Math.max(lease.touched(), usedAt) < FORGOTTEN_NANOS) {
            return false;
        }
        if (now.info().mode() != RateLimit.Mode.NODE) {
            return isSettled() && lease.isForgettable(nanos);
        }
        return remaining(nanos) == now.spec().capacity();
    }

    /** Gives back what it holds, because it is forgotten here. */
    void forget() {
        LimitRuntime now = limit;
        if (now.info().mode() != RateLimit.Mode.NODE) {
            record(now);
            giveUnused(now, now.nanoTime());
        }
    }
}
