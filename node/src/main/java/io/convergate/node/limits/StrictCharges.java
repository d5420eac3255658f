package io.convergate.node.limits;

import io.convergate.routing.limit.Ask;
import io.convergate.routing.limit.Grant;
import io.convergate.routing.limit.LimitKey;
import io.convergate.routing.limit.LimitSpec;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * What this node asks the owner of one key for single requests, in strict mode. Each request has a number, so that an ask that was
 * not answered is repeated without being charged twice. What passed without the owner is owed, and the owner is told of it until
 * it answers. Any thread.
 */
final class StrictCharges {
    /** Asks that are repeated; those beyond are asked once. */
    private static final int OPEN_MAX = 10_000;

    /** An ask without an answer is repeated after so long, with the next {@link #tend}. */
    private static final long REPEAT_NANOS = TimeUnit.MILLISECONDS.toNanos(150);

    /** What has passed is told for so long; by then its window or its bucket has another. */
    private static final long TOLD_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final LimitKey key;
    private final ConcurrentHashMap<Long, Open> open = new ConcurrentHashMap<>(4);

    /** Passed, and the owner has not been told yet. */
    private final AtomicLong owed = new AtomicLong();

    /** Passed, and the owner has not said that it knows. */
    private final AtomicLong unacknowledged = new AtomicLong();

    // Of a quota; under the lock of this.
    private long charged;
    private long window;
    private final Recorded recorded = new Recorded();

    // The last answer: what a new owner has to know of its predecessor. Under the lock of this.
    private long lastOwner;
    private long lastRemaining;
    private long lastAnswer;

    /** An ask under way. */
    private static final class Open {
        private final Ask ask;
        private final Consumer<Grant> answer;
        private final long since;
        private volatile long sentAt;

        Open(Ask ask, Consumer<Grant> answer, long nowNanos) {
            this.ask = ask;
            this.answer = answer;
            this.since = nowNanos;
            this.sentAt = nowNanos;
        }
    }

    StrictCharges(LimitKey key) {
        this.key = key;
    }

    /**
     * Asks for one request; see {@link Charge}.
     *
     * @param purpose CHARGE or RESERVE
     * @param answer takes what was granted, all of the cost or nothing, on any thread; or never
     */
    Charge ask(LimitRuntime limit, Ask.Purpose purpose, long cost, Consumer<Grant> answer) {
        long request = limit.limits().nextRequest();
        send(limit, new Open(ask(limit, purpose, cost, request), answer, limit.nanoTime()));
        return new Charge(this, limit, request, cost, purpose);
    }

    private void send(LimitRuntime limit, Open made) {
        if (open.size() < OPEN_MAX) {
            open.put(made.ask.request(), made);
            limit.limits().owners().ask(key, made.ask, grant -> heard(limit, made.ask.request(), grant));
        } else {
            limit.limits().owners().ask(key, made.ask, grant -> answered(limit, made, grant));
        }
    }

    private void heard(LimitRuntime limit, long request, Grant grant) {
        Open was = open.remove(request);
        if (was != null) {
            answered(limit, was, grant);
        }
    }

    private void answered(LimitRuntime limit, Open was, Grant grant) {
        long now = limit.nanoTime();
        limit.recorder().ownerAnswered(now - was.sentAt);
        note(grant, now);
        if (was.ask.purpose() == Ask.Purpose.COMMIT) {
            acknowledged(limit, was.ask.needed(), grant.window());
        } else if (was.ask.purpose() == Ask.Purpose.CHARGE) {
            add(limit, grant.tokens(), grant.window());
        }
        was.answer.accept(grant);
    }

    private synchronized void note(Grant grant, long nowNanos) {
        lastOwner = grant.owner();
        lastRemaining = grant.remaining();
        lastAnswer = nowNanos;
    }

    private synchronized void acknowledged(LimitRuntime limit, long cost, long inWindow) {
        add(limit, cost, inWindow);
        unacknowledged.addAndGet(-cost);
    }

    private synchronized void add(LimitRuntime limit, long cost, long inWindow) {
        turn(limit, inWindow);
        charged += cost;
    }

    private void turn(LimitRuntime limit, long to) {
        if (limit.spec() instanceof LimitSpec.Quota && to > window) {
            window = to;
            charged = limit.usedBefore(key, to);
            owed.set(0);
        }
    }

    /** A request that was reserved has passed. */
    void commit(LimitRuntime limit, long request, long cost) {
        unacknowledged.addAndGet(cost);
        send(limit, new Open(ask(limit, Ask.Purpose.COMMIT, cost, request), grant -> {}, limit.nanoTime()));
    }

    /** A request has not passed. */
    void release(LimitRuntime limit, long request, long cost, Ask.Purpose asked) {
        boolean unanswered = open.remove(request) != null;
        limit.limits().owners().tell(key, ask(limit, Ask.Purpose.REFUND, cost, request));
        if (!unanswered && asked == Ask.Purpose.CHARGE) {
            takeBack(cost);
        }
    }

    /** A request that was charged has not passed; nobody knows its number any more. */
    void refund(LimitRuntime limit, long cost) {
        limit.limits().owners().tell(key, ask(limit, Ask.Purpose.REFUND, cost, 0));
        takeBack(cost);
    }

    private synchronized void takeBack(long cost) {
        charged = Math.max(0, charged - cost);
    }

    /** So much has passed without the owner; below zero: less. It is told in a moment. */
    void owe(LimitRuntime limit, long cost) {
        if (limit.spec() instanceof LimitSpec.Quota quota) {
            synchronized (this) {
                turn(limit, quota.window().id(limit.limits().epochMillis()));
            }
        }
        owed.addAndGet(cost);
    }

    private synchronized Ask ask(LimitRuntime limit, Ask.Purpose purpose, long cost, long request) {
        boolean quota = limit.spec() instanceof LimitSpec.Quota;
        return new Ask(
                limit.limits().owners().self(),
                limit.spec(),
                limit.info().version(),
                purpose,
                cost,
                cost,
                0,
                quota ? charged : 0,
                quota ? window : 0,
                1,
                lastOwner,
                lastRemaining,
                lastOwner == 0 ? 0 : Math.max(0, limit.nanoTime() - lastAnswer),
                request);
    }

    /** A new owner wants to know what was used. */
    void report(LimitRuntime limit) {
        Ask told = ask(limit, Ask.Purpose.CHARGE, 0, 0).report();
        limit.limits().owners().tell(key, told);
    }

    /** Repeats what was not answered, and tells what is owed. */
    void tend(LimitRuntime limit, long nowNanos) {
        if (!limit.limits().owners().available()) {
            return;
        }
        for (Open waiting : open.values()) {
            boolean commit = waiting.ask.purpose() == Ask.Purpose.COMMIT;
            if (nowNanos - waiting.since > (commit ? TOLD_NANOS : 2 * limit.waitMaxNanos())) {
                if (open.remove(waiting.ask.request(), waiting) && commit) {
                    acknowledged(limit, waiting.ask.needed(), 0);
                }
            } else if (nowNanos - waiting.sentAt > REPEAT_NANOS) {
                waiting.sentAt = nowNanos;
                limit.limits().owners().ask(key, waiting.ask, grant -> heard(limit, waiting.ask.request(), grant));
            }
        }
        long now = Math.min(LimitSpec.AMOUNT_MAX, owed.get());
        if (now > 0) {
            owed.addAndGet(-now);
            commit(limit, limit.limits().nextRequest(), now);
        }
    }

    /** Records what was used of a quota, whoever knows of it. */
    synchronized void record(LimitRuntime limit, LimitSpec.Quota quota) {
        long used = charged + unacknowledged.get() + Math.max(0, owed.get());
        if (window != 0 && recorded.isNews(window, used, limit.nanoTime())) {
            limit.limits().owners().used(key, window, quota.window().endMillis(window), used);
        }
    }

    /** Whether a new owner would have to be told of it what its predecessor had left. */
    synchronized boolean isWorthTelling(LimitSpec spec, long nowNanos) {
        return lastOwner != 0
                && spec instanceof LimitSpec.Rate rate
                && rate.after(lastRemaining, nowNanos - lastAnswer) < rate.burst();
    }

    /** Whether there is nothing under way, and nothing that the owner does not know. */
    boolean isSettled() {
        return open.isEmpty() && owed.get() <= 0;
    }
}
