package io.convergate.node.limits.service;

import io.convergate.node.limits.Charge;
import io.convergate.node.limits.KeyedLimit;
import io.convergate.node.limits.KeyedLimit.Answer;
import io.convergate.node.limits.LimitRuntime;
import io.convergate.routing.action.RateLimit;
import io.convergate.routing.limit.Grant;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One descriptor before its limit: decided at once if the node can, else when the owner of the key has answered, or when it is not waited
 * for any longer. Whoever decides does so once, on whatever thread.
 */
final class Hit {
    /** An owner may answer as often as this and leave the question open; then it counts as silent. */
    private static final int ATTEMPTS_MAX = 16;

    private final LimitRuntime runtime;
    private final RateLimit.Mode mode;
    private final KeyedLimit key;
    private final long cost;
    private final long began;
    private final long deadline;
    private final ScheduledExecutorService timer;
    private final Consumer<Answer> decided;

    /** What is waited for; whoever takes it away goes on. */
    private final AtomicReference<@Nullable Wait> waiting = new AtomicReference<>();

    private int attempts;

    /** A wait; the question that it waits for an answer to. */
    private static final class Wait {
        private volatile @Nullable ScheduledFuture<?> alarm;
        private volatile @Nullable Runnable again;
        private volatile @Nullable Charge charge;

        void over() {
            ScheduledFuture<?> set = alarm;
            if (set != null) {
                set.cancel(false);
            }
        }
    }

    /**
     * @param cost how many tokens it takes, from 1 up
     * @param deadline how long it may wait, by the runtime's clock
     * @param decided called once with anything but {@link Answer#WAIT}; must not block
     */
    Hit(
            LimitRuntime runtime,
            RateLimit.Mode mode,
            KeyedLimit key,
            long cost,
            long deadline,
            ScheduledExecutorService timer,
            Consumer<Answer> decided) {
        this.runtime = runtime;
        this.mode = mode;
        this.key = key;
        this.cost = cost;
        this.began = runtime.nanoTime();
        this.deadline = deadline;
        this.timer = timer;
        this.decided = decided;
    }

    void decide() {
        Answer answer = key.take(cost, runtime.nanoTime());
        if (answer != Answer.WAIT) {
            decided.accept(answer);
        } else if (deadline - runtime.nanoTime() <= 0 || ++attempts > ATTEMPTS_MAX) {
            giveUp();
        } else {
            await();
        }
    }

    /** An owner that had its time and did not answer is silent for others, too; a caller who had less time than that tells nothing. */
    private void giveUp() {
        long now = runtime.nanoTime();
        if (now - began >= runtime.waitMaxNanos()) {
            key.giveUp(now);
        }
        decided.accept(key.unavailable(cost, now));
    }

    private void await() {
        Wait mine = new Wait();
        waiting.set(mine);
        mine.alarm = timer.schedule(() -> late(mine), deadline - runtime.nanoTime(), TimeUnit.NANOSECONDS);
        if (mode == RateLimit.Mode.STRICT) {
            mine.charge = key.charge(cost, grant -> charged(mine, grant));
            return;
        }
        Runnable again = () -> {
            if (waiting.compareAndSet(mine, null)) {
                mine.over();
                decide();
            }
        };
        mine.again = again;
        if (!key.await(again) && waiting.compareAndSet(mine, null)) { // too many wait already
            mine.over();
            decided.accept(key.unavailable(cost, runtime.nanoTime()));
        }
    }

    private void charged(Wait mine, Grant grant) {
        if (waiting.compareAndSet(mine, null)) {
            mine.over();
            decided.accept(grant.tokens() >= cost ? Answer.PASSED : Answer.REFUSED);
        }
    }

    private void late(Wait mine) {
        if (waiting.compareAndSet(mine, null)) {
            Runnable again = mine.again;
            if (again != null) {
                key.abandon(again);
            }
            Charge charge = mine.charge;
            if (charge != null) {
                charge.release();
            }
            giveUp();
        }
    }
}
