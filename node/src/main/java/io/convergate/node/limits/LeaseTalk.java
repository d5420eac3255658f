package io.convergate.node.limits;

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
import java.util.concurrent.atomic.AtomicLong;

/**
 * The lease of one key on this node, and what the node and the key's owner say to each other about it: one ask at a time, who waits
 * for its answer, and for how long an owner counts as lost that did not answer. Any thread.
 */
final class LeaseTalk {
    /** Requests that wait for one answer; the others go by {@code onUnavailable}. */
    private static final int WAITING_MAX = 256;

    /** An owner that did not answer is given up for so long: nobody waits, but it is asked. */
    private static final long GIVEN_UP_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** After the owner is given up, before the next ask. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** What was not used for so long is given back. */
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** An answer that took longer is not heard any more: {@link Owners} forget whom it was for. */
    private static final long UNANSWERED_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final LimitKey key;
    private final Object lock = new Object();
    private volatile Lease lease;
    private volatile long givenUpUntil;

    // Written under the lock.
    private volatile long askedAt;
    private long number;
    /** What has passed of a rate without the owner since it was heard in time. */
    private final AtomicLong unasked = new AtomicLong();

    private final Recorded recorded = new Recorded();

    private final Deque<Runnable> waiting = new ArrayDeque<>(0);

    /** The owner wants what is not used, but an answer of it is awaited first. */
    private boolean recalled;

    LeaseTalk(LimitKey key, LimitRuntime limit, long nowNanos) {
        this.key = key;
        this.lease = newLease(limit, nowNanos);
        this.givenUpUntil = nowNanos - GIVEN_UP_NANOS;
        this.askedAt = nowNanos;
    }

    private Lease newLease(LimitRuntime limit, long nowNanos) {
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

    /** Begins anew with another sort of limit. */
    void restart(LimitRuntime limit, long nowNanos) {
        synchronized (lock) {
            lease = newLease(limit, nowNanos);
            number++;
            unasked.set(0);
        }
        answered();
    }

    Lease lease() {
        return lease;
    }

    /** Whether the owner is not waited for at the moment, because it did not answer or there is none. */
    boolean isLost(LimitRuntime limit, long nowNanos) {
        return nowNanos - givenUpUntil < 0 || !limit.limits().owners().available();
    }

    /** The owner has answered, to whatever it was. */
    void heard(long nowNanos) {
        givenUpUntil = nowNanos - GIVEN_UP_NANOS; // well before what another thread takes for now
    }

    /** Calls once, when an answer has come; false if too many wait already. */
    boolean await(Runnable again) {
        synchronized (lock) {
            if (waiting.size() >= WAITING_MAX) {
                return false;
            }
            waiting.add(again);
        }
        if (!lease.isAsking()) { // the answer came in between
            answered();
        }
        return true;
    }

    /** Nobody waits for this any more. */
    void abandon(Runnable again) {
        synchronized (lock) {
            waiting.remove(again);
        }
    }

    boolean isAwaited() {
        synchronized (lock) {
            return !waiting.isEmpty();
        }
    }

    /** So much has passed of a rate without the owner; below zero has not after all. */
    void passedUnasked(long count) {
        unasked.addAndGet(count);
    }

    /** The owner did not answer in time: for a while nobody waits for it. */
    void giveUp(long nowNanos) {
        givenUpUntil = nowNanos + GIVEN_UP_NANOS;
        lapse(nowNanos, PAUSE_NANOS);
    }

    private void lapse(long nowNanos, long pauseNanos) {
        synchronized (lock) {
            if (lease.isAsking()) {
                number++;
                lease.unanswered(nowNanos, pauseNanos);
            }
        }
        answered();
    }

    /** Nobody waited for it, or had the time to. Without a pause: else who comes next would wait for an ask that is not under way. */
    private void lapseIfLate(LimitRuntime limit, long nowNanos) {
        if (isLate(limit, nowNanos)) {
            synchronized (lock) {
                if (isLate(limit, nowNanos)) {
                    lapse(nowNanos, 0);
                }
            }
        }
    }

    private boolean isLate(LimitRuntime limit, long nowNanos) {
        return lease.isAsking() && nowNanos - askedAt > 2 * limit.waitMaxNanos();
    }

    /**
     * Asks for more, unless an ask is under way or it is too soon.
     *
     * @param needed what a request waits for; 0 if none does
     */
    void ask(LimitRuntime limit, long needed, long nowNanos) {
        Owners owners = limit.limits().owners();
        if (!owners.available()) {
            return;
        }
        lapseIfLate(limit, nowNanos);
        if (!lease.mayAsk(needed, nowNanos)) {
            return;
        }
        synchronized (lock) {
            Lease from = lease;
            if (!from.beginAsking(needed, nowNanos)) {
                return;
            }
            askedAt = nowNanos;
            long mine = ++number;
            Ask ask = from.ask(owners.self(), limit.spec(), limit.info().version(), needed, nowNanos);
            // Still under the lock: the owner takes what it hears last for what holds.
            owners.ask(key, ask, grant -> heard(limit, mine, from, ask, grant));
        }
    }

    private void heard(LimitRuntime limit, long asked, Lease from, Ask ask, Grant grant) {
        long nanos = limit.nanoTime();
        synchronized (lock) {
            if (asked != number || !lease.isAsking()) {
                if (from == lease && ask.spec() instanceof LimitSpec.Rate) {
                    refund(limit, ask, grant, nanos);
                }
                return;
            }
            number++;
            unasked.set(0);
            if (ask.spec() instanceof LimitSpec.Quota quota && grant.window() != lease.window()) {
                record(limit, quota); // this window may come again, by an owner with another clock
            }
            lease.hear(ask, grant, limit.usedBefore(key, grant.window()), nanos);
            if (recalled) {
                tellRecaller(limit, ask, nanos);
            }
            recalled = false;
        }
        heard(nanos);
        limit.recorder().ownerAnswered(nanos - askedAt);
        answered();
    }

    /**
     * The answer is too late: what it grants is not used, and what was charged with the question is charged again with the next. Of a bucket
     * it would be missing until that has filled up; all else the owner learns with the next question. What has passed meanwhile without the
     * owner is no part of it. The owner is told first that the grant is not held: else it would take the room that what comes back needs in
     * the bucket for filled. A question that was asked since has told it that.
     */
    private void refund(LimitRuntime limit, Ask ask, Grant grant, long nanos) {
        long granted = grant.tokens() + ask.used();
        long passed = Math.min(granted, Math.max(0, unasked.get()));
        unasked.addAndGet(-passed);
        long back = granted - passed;
        if (back > 0) {
            if (!lease.isAsking()) {
                limit.limits().owners().tell(key, report(limit, nanos));
            }
            limit.limits().owners().tell(key, ask.refund(back, grant));
        }
    }

    /** Only permits go to whoever lacks them; the rest a new owner wants to know of, and who waits here comes first. */
    private void tellRecaller(LimitRuntime limit, Ask ask, long nanos) {
        if (ask.spec() instanceof LimitSpec.InFlight && waiting.isEmpty()) {
            giveUnused(limit, nanos);
        } else {
            limit.limits().owners().tell(key, report(limit, nanos));
        }
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

    /** Gives back what lies idle, asks again for what would lapse, and tells what is owed. */
    void tend(LimitRuntime limit, long nowNanos) {
        if (lease.isAsking() && nowNanos - askedAt > UNANSWERED_NANOS) {
            lapse(nowNanos, 0);
        }
        boolean idle = nowNanos - lease.touched() > IDLE_NANOS;
        boolean askedLongAgo = nowNanos - askedAt > IDLE_NANOS;
        if (idle && lease.held(nowNanos) > 0) {
            // Of a rate that nobody lacks it may lapse: the bucket fills again without a message.
            if (!(limit.spec() instanceof LimitSpec.Rate) || !lease.isPlenty()) {
                giveUnused(limit, nowNanos);
            }
        } else if (limit.spec() instanceof LimitSpec.InFlight && lease.inUse() > 0 && askedLongAgo) {
            ask(limit, 0, nowNanos); // or the permits in use would count as a dead node's
        } else if (idle && askedLongAgo && lease.owes() && !lease.isAsking()) {
            ask(limit, 0, nowNanos);
        }
    }

    /** Whether there is nothing to ask, to give back or to tell. */
    boolean isQuiet(LimitRuntime limit, long nowNanos) {
        return !lease.isAsking()
                && !lease.owes()
                && lease.held(nowNanos) == 0
                && !(limit.spec() instanceof LimitSpec.InFlight && lease.inUse() > 0);
    }

    /** Records what was used of a quota. */
    void record(LimitRuntime limit, LimitSpec.Quota quota) {
        synchronized (lock) { // what is heard meanwhile would be taken for used
            long used = lease.used();
            long window = lease.window();
            if (recorded.isNews(window, used, limit.nanoTime())) {
                limit.limits().owners().used(key, window, quota.window().endMillis(window), used);
            }
        }
    }

    /**
     * The owner wants what is not used, because it has to refuse another node, or is new: it hears at once how much that is, also if
     * nothing; unless an ask is under way, which tells it, too.
     */
    void recalled(LimitRuntime limit, long nowNanos) {
        synchronized (lock) {
            recalled = lease.isAsking();
            if (!recalled) {
                giveUnused(limit, nowNanos);
            }
        }
    }

    private Ask report(LimitRuntime limit, long nowNanos) {
        return lease.report(limit.limits().owners().self(), limit.info().version(), nowNanos);
    }

    /** Gives back what is not used. */
    void giveUnused(LimitRuntime limit, long nowNanos) {
        Owners owners = limit.limits().owners();
        synchronized (lock) {
            if (!owners.available() || !lease.beginGivingUp()) {
                return;
            }
            Ask back = lease.giveUp(owners.self(), limit.info().version(), nowNanos);
            lease.gaveBack();
            owners.tell(key, back);
            limit.recorder().givenBack();
        }
        answered();
    }
}
