package io.convergate.node.limits;

import io.convergate.routing.action.RateLimit;
import io.convergate.routing.limit.Ask;
import io.convergate.routing.limit.Grant;
import io.convergate.routing.limit.Lease;
import io.convergate.routing.limit.LimitKey;
import io.convergate.routing.limit.LimitSpec;
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

    /** What was not used for so long may be forgotten. */
    private static final long FORGOTTEN_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final LimitKey key;
    private final Object lock = new Object();
    private volatile LimitRuntime limit;
    private volatile long usedAt;

    /** Not exact: a mark that is lost by a race costs nothing. */
    private byte marks;

    /** Not exact either: whether the last look found nothing to do. */
    private boolean quiet;

    private final OwnCount own = new OwnCount();
    private final LeaseTalk talk;
    private volatile @Nullable StrictCharges strict;

    KeyedLimit(LimitKey key, LimitRuntime limit, long nowNanos) {
        this.key = key;
        this.limit = limit;
        this.talk = new LeaseTalk(key, limit, nowNanos);
        this.usedAt = nowNanos;
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
                talk.restart(other, nowNanos);
            }
        }
    }

    /** Takes what a request costs, all or nothing. Does not wait and, with a lease, does not allocate. */
    public Answer take(long cost, long nowNanos) {
        return switch (limit.info().mode()) {
            case NODE -> takeLocal(cost, nowNanos);
            case LEASED -> takeLeased(cost, nowNanos);
            case STRICT -> talk.isLost(limit, nowNanos) ? unavailable(cost, nowNanos) : Answer.WAIT;
        };
    }

    private Answer takeLocal(long cost, long nowNanos) {
        usedAt = nowNanos;
        return own.take(limit, cost, nowNanos) ? Answer.PASSED : Answer.REFUSED;
    }

    private Answer takeLeased(long cost, long nowNanos) {
        Lease lease = talk.lease();
        switch (lease.take(cost, nowNanos)) {
            case TAKEN:
                return Answer.PASSED;
            case TAKEN_LOW:
                talk.ask(limit, 0, nowNanos);
                return Answer.PASSED;
            case REFUSED:
                return Answer.REFUSED;
            default:
                lease.missed(cost);
                talk.ask(limit, cost, nowNanos);
                return talk.isLost(limit, nowNanos) ? unavailable(cost, nowNanos) : Answer.WAIT;
        }
    }

    /** What holds while nobody can be asked. */
    public Answer unavailable(long cost, long nowNanos) {
        limit.recorder().unavailable();
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

    /** What passes by the share of a quota counts, and the owner will hear of it. A bucket has filled again by then, unless its owner is only late. */
    private void passedUnasked(long cost) {
        quiet = false;
        LimitRuntime now = limit;
        if (!(now.spec() instanceof LimitSpec.Quota)) {
            talk.passedUnasked(cost);
            return;
        }
        if (now.info().mode() == RateLimit.Mode.STRICT) {
            strict().owe(now, cost);
        } else {
            talk.lease().charge(cost);
        }
    }

    /** Puts back what {@link #take} took. */
    public void giveBack(long cost, boolean fromShare, long nowNanos) {
        quiet = false;
        LimitRuntime now = limit;
        if (fromShare) {
            own.giveBackShare(now, cost, nowNanos);
            passedUnasked(-cost);
            return;
        }
        switch (now.info().mode()) {
            case NODE -> own.giveBack(now, cost, nowNanos);
            case LEASED -> talk.lease().giveBack(cost);
            case STRICT -> strict().refund(now, cost);
        }
    }

    /** Charges what a request turned out to cost beyond what was taken; below zero gives back. */
    public void charge(long more, long nowNanos) {
        quiet = false;
        LimitRuntime now = limit;
        switch (now.info().mode()) {
            case NODE -> own.charge(now, more, nowNanos);
            case LEASED -> talk.lease().charge(more);
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
                : talk.lease().remaining() + talk.lease().held(nowNanos);
    }

    /** In how many nanoseconds a client that was refused may come again; at least one. */
    public long retryAfterNanos(long cost, long nowNanos) {
        long wait = limit.info().mode() == RateLimit.Mode.NODE ? own.retryAfterNanos(limit, cost, nowNanos) : 0;
        return Math.max(1, Math.max(wait, talk.lease().retryAfterNanos(nowNanos)));
    }

    // asking

    /**
     * Calls once, when it is worth another {@link #take}; false if too many wait already. In strict mode it is the request's own
     * charge that is awaited, see {@link #charge(long, Consumer)}.
     */
    public boolean await(Runnable again) {
        if (!talk.await(again)) {
            return false;
        }
        limit.recorder().waits();
        return true;
    }

    /** Nobody waits for this any more. */
    public void abandon(Runnable again) {
        talk.abandon(again);
    }

    /** The owner did not answer in time: for a while nobody waits for it. */
    public void giveUp(long nowNanos) {
        talk.giveUp(nowNanos);
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
        now.recorder().waits();
        return strict().ask(now, purpose, cost, grant -> {
            long heard = now.nanoTime();
            talk.lease().note(grant, heard);
            talk.heard(heard);
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
        quiet = false;
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
        return isSettled() && !talk.isAwaited() && !(limit.spec() instanceof LimitSpec.InFlight && isInUse());
    }

    private boolean isInUse() {
        return talk.lease().inUse() > 0 || own.isInUse(limit.spec());
    }

    private boolean isSettled() {
        StrictCharges known = strict;
        return known == null || known.isSettled();
    }

    /** Whether it has not been used since the last {@link #tend} found nothing to do. */
    boolean isQuiet() {
        return quiet;
    }

    void tend() {
        LimitRuntime now = limit;
        long nanos = now.nanoTime();
        if (now.info().mode() == RateLimit.Mode.NODE) {
            quiet = true;
            return;
        }
        record(now);
        StrictCharges known = strict;
        if (known != null) {
            known.tend(now, nanos);
        }
        talk.tend(now, nanos);
        quiet = known == null && talk.isQuiet(now, nanos);
    }

    /** The owner wants what is held here and not used, and to know what is; false if it hears nothing, because there is nothing. */
    boolean recalled() {
        LimitRuntime now = limit;
        if (now.info().mode() == RateLimit.Mode.LEASED) {
            talk.recalled(now, now.nanoTime());
            return true;
        }
        StrictCharges known = strict;
        if (known == null) {
            return false;
        }
        known.report(now);
        return true;
    }

    private void record(LimitRuntime now) {
        if (!(now.spec() instanceof LimitSpec.Quota quota)) {
            return;
        }
        StrictCharges known = strict;
        if (known != null) {
            known.record(now, quota);
        } else {
            talk.record(now, quota);
        }
    }

    /** Whether forgetting it would change nothing. */
    boolean isForgettable() {
        LimitRuntime now = limit;
        long nanos = now.nanoTime();
        if (nanos - Math.max(talk.lease().touched(), usedAt) < FORGOTTEN_NANOS) {
            return false;
        }
        if (now.info().mode() != RateLimit.Mode.NODE) {
            StrictCharges known = strict;
            return isSettled()
                    && talk.lease().isForgettable(nanos)
                    && (known == null || !known.isWorthTelling(now.spec(), nanos));
        }
        return remaining(nanos) == now.spec().capacity();
    }

    /** Gives back what it holds, because it is forgotten here. */
    void forget() {
        LimitRuntime now = limit;
        if (now.info().mode() != RateLimit.Mode.NODE) {
            record(now);
            talk.giveUnused(now, now.nanoTime());
        }
    }
}
