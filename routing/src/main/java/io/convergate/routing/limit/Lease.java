package io.convergate.routing.limit;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a node may use of one key without asking: tokens, or permits. Any thread takes from it, without a lock and without
 * allocating; only one at a time asks and hears the answer, which {@link #beginAsking} arranges.
 *
 * <p>The first request of a key may pass on credit: it is charged with the first ask, so that a key that comes once costs
 * no message before its answer.
 */
public final class Lease {
    /** A limit this large lets a node's first request pass before the owner is asked. */
    public static final long CREDIT_CAPACITY_MIN = 20;

    /** How exactly it is known when it was last used: other threads need not hear of each request. */
    private static final long TOUCHED_NANOS = 1_000_000;

    /** Before whatever another thread may take for now. */
    private static final long LONG_AGO_NANOS = 1_000_000_000;

    private final LeaseTerms terms;
    private final AtomicBoolean asking = new AtomicBoolean();
    private final AtomicLong missed = new AtomicLong();
    private final Demand demand;
    private volatile LimitSpec spec;
    private volatile Pool pool;
    private volatile long low;
    private volatile long askNotBefore;

    /** An ask that no request waits for is not worth its message before. */
    private volatile long moreNotBefore;

    /** Until {@link #refusedUntil} the owner has nothing for whoever lacks so many or more, beyond what is held here. */
    private volatile long refusedFrom = 1;

    private volatile long refusedUntil;
    private volatile long remaining;
    private volatile long touched;
    private volatile long retryAt;

    // Of whoever asks.
    private long askedAt;

    private long missedThen;
    private long demanded;
    private long charged;
    private long lastOwner;
    private long lastRemaining;
    private long lastAnswer;

    /** Tokens that count together: of a quota, those of one window. */
    private static final class Pool {
        private final long window;
        private final long base;
        private final AtomicLong tokens = new AtomicLong();

        /** How far below zero tokens may go: the credit. */
        private volatile long floor;

        private volatile long granted;
        private volatile long expires;

        /** When it is time to ask again, or it would expire in use. */
        private volatile long renews;

        void good(long fromNanos, long nanos) {
            expires = fromNanos + nanos;
            renews = expires - nanos / 4;
        }

        Pool(long window, long base) {
            this.window = window;
            this.base = base;
        }

        long used() {
            return base + granted - tokens.get();
        }
    }

    /** What came of taking. */
    public enum Take {
        /** Taken. */
        TAKEN,
        /** Taken, and it is time to ask again. */
        TAKEN_LOW,
        /** Not taken; the owner must be asked. */
        EMPTY,
        /** Not taken; the owner has said that there is nothing, and for how long. */
        REFUSED
    }

    /**
     * A lease of nothing.
     *
     * @param window the window of a quota that this node's clock is in; 0 for what is none
     * @param usedBefore what this node has used in it already
     */
    public Lease(LeaseTerms terms, LimitSpec spec, long window, long usedBefore, long nowNanos) {
        this.terms = terms;
        this.spec = spec;
        this.pool = new Pool(window, usedBefore);
        boolean credit = spec.capacity() >= CREDIT_CAPACITY_MIN && !(spec instanceof LimitSpec.InFlight);
        pool.floor = credit ? -1 : 0;
        pool.good(nowNanos, terms.ttlNanos(spec));
        this.remaining = spec.capacity();
        this.askNotBefore = nowNanos - LONG_AGO_NANOS;
        this.moreNotBefore = nowNanos - LONG_AGO_NANOS;
        this.refusedUntil = nowNanos - LONG_AGO_NANOS;
        this.touched = nowNanos;
        this.retryAt = nowNanos;
        this.askedAt = nowNanos;
        this.demand = new Demand(terms.horizonNanos(), nowNanos);
    }

    /** Takes the credit away, because what is recorded says that there is nothing left. */
    public void withoutCredit() {
        pool.floor = 0;
    }

    /** Takes so many, all or none. Any thread. */
    public Take take(long count, long nowNanos) {
        if (nowNanos - touched > TOUCHED_NANOS) {
            touched = nowNanos;
        }
        Pool from = pool;
        long have = 0;
        if (nowNanos - from.expires < 0) {
            have = from.tokens.get();
            while (have - count >= from.floor) {
                if (from.tokens.compareAndSet(have, have - count)) {
                    boolean ends = have - count <= low || nowNanos - from.renews >= 0;
                    return ends && mayAsk(0, nowNanos) ? Take.TAKEN_LOW : Take.TAKEN;
                }
                have = from.tokens.get();
            }
        }
        if (isRefused(count - Math.max(0, have), nowNanos)) {
            missed.addAndGet(count);
            return Take.REFUSED;
        }
        return Take.EMPTY;
    }

    /** What was refused to many says nothing of fewer. */
    private boolean isRefused(long missing, long nowNanos) {
        return nowNanos - refusedUntil < 0 && missing >= refusedFrom;
    }

    /** What a request lacks beyond what is held; all that it needs if there is never room for that, so that the owner can say so. */
    private static long missing(LimitSpec spec, long needed, long held) {
        return needed == 0 || needed > spec.capacity() ? needed : Math.max(1, needed - held);
    }

    /**
     * Whether no ask is under way, and it is not too soon for one. Any thread.
     *
     * @param needed what a request waits for; 0 if none does
     */
    public boolean mayAsk(long needed, long nowNanos) {
        return nowNanos - askNotBefore >= 0
                && (needed > 0 || nowNanos - moreNotBefore >= 0)
                && !isRefused(Math.max(1, missing(spec, needed, held(nowNanos))), nowNanos)
                && !asking.get();
    }

    /** Puts back what was taken and not used, or is in flight no more. Any thread. */
    public void giveBack(long count) {
        pool.tokens.addAndGet(count);
    }

    /** Charges what has been used beyond what was taken; it may put the lease in debt. Any thread. */
    public void charge(long count) {
        pool.tokens.addAndGet(-count);
    }

    /** A request was refused or waits: it counts as demand. */
    public void missed(long count) {
        missed.addAndGet(count);
    }

    /** What is left for all, as far as this node knows. */
    public long remaining() {
        return Math.max(0, remaining + Math.min(0, pool.tokens.get()));
    }

    /** When a client that is refused may come again, in nanoseconds from now; 0 if nobody knows. */
    public long retryAfterNanos(long nowNanos) {
        return Math.max(0, retryAt - nowNanos);
    }

    /** When it was last used. */
    public long touched() {
        return touched;
    }

    /** What it holds and has not used. */
    public long held(long nowNanos) {
        Pool from = pool;
        return nowNanos - from.expires < 0 ? Math.max(0, from.tokens.get()) : 0;
    }

    /** What this node has used of the window of a quota; the window is {@link #window}. */
    public long used() {
        return Math.max(0, pool.used());
    }

    /** The window that {@link #used} is about; 0 for what is no quota. */
    public long window() {
        return pool.window;
    }

    /** Permits that are in use. */
    public long inUse() {
        return Math.max(0, pool.granted - pool.tokens.get());
    }

    /** Whether there is anything that the owner does not know, or anything to give back. */
    private boolean isIdle(long nowNanos) {
        Pool from = pool;
        return from.tokens.get() == 0 && (!(spec instanceof LimitSpec.InFlight) || inUse() == 0)
                || nowNanos - from.expires >= 0 && from.tokens.get() >= 0;
    }

    /** Whether forgetting it loses nothing, not even what a new owner would have to be told. */
    public boolean isForgettable(long nowNanos) {
        if (!isIdle(nowNanos) || isAsking() || owes()) {
            return false;
        }
        if (lastOwner == 0 || !(spec instanceof LimitSpec.Rate rate)) {
            return true;
        }
        return rate.after(lastRemaining, nowNanos - lastAnswer) >= rate.burst();
    }

    /** Whether at the last answer there was so much that what it holds is nobody's loss. */
    public boolean isPlenty() {
        return lastOwner != 0 && LeaseTerms.isPlenty(spec, lastRemaining);
    }

    /** Whether it has used what the owner has not heard of. */
    public boolean owes() {
        return pool.tokens.get() < 0;
    }

    /** Notes what an answer to somebody else's ask says about what is left. */
    public void note(Grant grant, long nowNanos) {
        remaining = grant.remaining();
        retryAt = nowNanos + grant.retryAfterNanos();
    }

    /** Begins an ask; false unless {@link #mayAsk}. Then {@link #ask}. Any thread. */
    public boolean beginAsking(long needed, long nowNanos) {
        return mayAsk(needed, nowNanos) && asking.compareAndSet(false, true);
    }

    /** Begins to give back; false if an ask is under way. Then {@link #giveUp}. Any thread. */
    public boolean beginGivingUp() {
        return asking.compareAndSet(false, true);
    }

    /** Whether an answer is awaited. */
    public boolean isAsking() {
        return asking.get();
    }

    /**
     * What to ask, after {@link #beginAsking}.
     *
     * @param node this node
     * @param wanted the limit as it is now
     * @param version of the policy that says so
     * @param needed what a request waits for; 0 if none does
     */
    public Ask ask(long node, LimitSpec wanted, long version, long needed, long nowNanos) {
        spec = wanted;
        Pool from = pool;
        long used = from.granted - from.tokens.get();
        long missing = missed.get();
        boolean permits = wanted instanceof LimitSpec.InFlight;
        double now = permits ? inUse() + missing - missedThen : demand.perSecond(used + missing, nowNanos);
        missedThen = missing;
        askedAt = nowNanos;
        long debt = Math.max(0, -from.tokens.get());
        charged = debt;
        demanded = (long) now;
        long held = held(nowNanos);
        boolean quota = wanted instanceof LimitSpec.Quota;
        // Permits come back by themselves: a few more than are in use will do.
        double foreseen = permits ? now - inUse() + inUse() / 4.0 + 1 : now * terms.horizonNanos() / 1e9;
        long ahead = (long) Math.min(LimitSpec.AMOUNT_MAX, Math.ceil(foreseen));
        long least = Math.min(LimitSpec.AMOUNT_MAX, missing(wanted, needed, held));
        long few = lastOwner == 0 || isPlenty() ? terms.few(wanted) : 0;
        long want = Math.max(least, Math.min(Math.max(ahead, few), wanted.capacity()) - held);
        low = Math.max(0, Math.min(ahead, wanted.capacity()) / 4);
        return new Ask(
                node,
                wanted,
                version,
                Ask.Purpose.LEASE,
                least,
                Math.max(0, want),
                held,
                permits ? inUse() : quota ? used() : debt,
                from.window,
                demanded,
                lastOwner,
                lastRemaining,
                lastOwner == 0 ? 0 : Math.max(0, nowNanos - lastAnswer),
                0);
    }

    /**
     * Hears the answer to {@link #ask}.
     *
     * @param asked what was asked
     * @param usedBefore what this node has used already of the window that the answer names, if that is another one
     */
    public void hear(Ask asked, Grant grant, long usedBefore, long nowNanos) {
        Pool from = pool;
        if (asked.spec() instanceof LimitSpec.Quota && grant.window() != from.window) {
            Pool next = new Pool(grant.window(), usedBefore);
            // What was used on credit before the window was known belongs to it.
            long debt = lastOwner == 0 ? Math.max(0, -from.tokens.get()) : 0;
            next.granted = grant.tokens();
            next.tokens.set(grant.tokens() - debt);
            next.good(askedAt, grant.ttlNanos());
            pool = next;
            demand.restart(missed.get());
        } else {
            long lapsed = nowNanos - from.expires >= 0 ? Math.max(0, from.tokens.get()) : 0;
            long paid = asked.spec() instanceof LimitSpec.Rate ? charged : 0;
            long more = grant.tokens() + paid - lapsed;
            from.granted += more;
            from.tokens.addAndGet(more);
            from.floor = 0;
            from.good(askedAt, grant.ttlNanos());
        }
        charged = 0;
        lastOwner = grant.owner();
        lastRemaining = grant.remaining();
        lastAnswer = nowNanos;
        remaining = grant.remaining();
        boolean pause = grant.tokens() < asked.want() && grant.pauseNanos() > 0;
        askNotBefore = nowNanos - LONG_AGO_NANOS;
        // For a request that needs permits the owner asks the other nodes, too: only its answer to that is a refusal.
        boolean refused = !(asked.spec() instanceof LimitSpec.InFlight) || grant.tokens() == 0 && asked.needed() > 0;
        moreNotBefore = pause && !refused ? nowNanos + grant.pauseNanos() : nowNanos - LONG_AGO_NANOS;
        refusedFrom = grant.tokens() == 0 ? Math.max(1, asked.needed()) : 1;
        refusedUntil = pause && refused ? nowNanos + grant.pauseNanos() : nowNanos - LONG_AGO_NANOS;
        retryAt = nowNanos + grant.retryAfterNanos();
        asking.set(false);
    }

    /** No answer came. What was charged with the ask is charged again with the next. */
    public void unanswered(long nowNanos, long pauseNanos) {
        charged = 0;
        askNotBefore = nowNanos + pauseNanos;
        asking.set(false);
    }

    /**
     * Takes back what it holds and does not use, to be given back to the owner; after {@link #beginGivingUp}.
     *
     * @return what to tell the owner; {@link #gaveBack} ends it
     */
    public Ask giveUp(long node, long version, long nowNanos) {
        Pool from = pool;
        long unused = Math.max(0, from.tokens.getAndUpdate(tokens -> Math.min(tokens, 0)));
        boolean expired = nowNanos - from.expires >= 0;
        from.granted -= unused;
        boolean quota = spec instanceof LimitSpec.Quota;
        boolean permits = spec instanceof LimitSpec.InFlight;
        return new Ask(
                node,
                spec,
                version,
                Ask.Purpose.GIVE_BACK,
                0,
                expired ? 0 : unused,
                0,
                permits ? inUse() : quota ? used() : 0,
                from.window,
                0,
                lastOwner,
                lastRemaining,
                lastOwner == 0 ? 0 : Math.max(0, nowNanos - lastAnswer),
                0);
    }

    /** What it holds, has used and is asked for, for an owner that knows nothing of it. Asks for nothing, and changes nothing. */
    public Ask report(long node, long version, long nowNanos) {
        boolean permits = spec instanceof LimitSpec.InFlight;
        return new Ask(
                node,
                spec,
                version,
                Ask.Purpose.LEASE,
                0,
                0,
                held(nowNanos),
                permits ? inUse() : spec instanceof LimitSpec.Quota ? used() : 0,
                pool.window,
                demanded,
                lastOwner,
                lastRemaining,
                lastOwner == 0 ? 0 : Math.max(0, nowNanos - lastAnswer),
                0);
    }

    /** Ends {@link #giveUp}. */
    public void gaveBack() {
        demand.halve();
        demanded = 0;
        low = 0;
        asking.set(false);
    }
}
