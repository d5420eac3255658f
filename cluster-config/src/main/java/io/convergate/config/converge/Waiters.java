package io.convergate.config.converge;

import io.convergate.config.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Those who wait for something, each with a deadline: at most {@link Limits#WAITERS_MAX}, more are answered at once with
 * what is known. Confined to the store's thread, which the deadlines run on too.
 */
public final class Waiters {
    private final ScheduledExecutorService thread;
    private final List<Waiter<?>> waiting = new ArrayList<>();

    /** Nobody waits. */
    public Waiters(ScheduledExecutorService thread) {
        this.thread = thread;
    }

    /**
     * Waits.
     *
     * @param early the answer, once it is worth giving before the deadline
     * @param late the answer at the deadline
     */
    public <T> CompletionStage<T> await(Duration timeout, Supplier<Optional<T>> early, Supplier<T> late) {
        Waiter<T> waiter = new Waiter<>(early, late, new CompletableFuture<>());
        Optional<Runnable> atOnce = waiter.early();
        if (atOnce.isPresent()) {
            atOnce.get().run();
            return waiter.answer();
        }
        if (waiting.size() >= Limits.WAITERS_MAX) {
            waiter.expire();
            return waiter.answer();
        }
        waiting.add(waiter);
        Future<?> deadline = thread.schedule(
                () -> {
                    waiting.remove(waiter);
                    waiter.expire();
                },
                timeout.toMillis(),
                TimeUnit.MILLISECONDS);
        return waiter.answer().whenComplete((answer, failure) -> deadline.cancel(false));
    }

    /**
     * Something happened: answers those who have their answer now, in the order in which they came. What follows an answer runs
     * here, and may wait again or call this again.
     */
    public void recheck() {
        List<Runnable> answers = new ArrayList<>();
        waiting.removeIf(waiter -> {
            Optional<Runnable> answer = waiter.early();
            answer.ifPresent(answers::add);
            return answer.isPresent();
        });
        answers.forEach(Runnable::run);
    }

    /** Answers all with what is known. */
    public void expireAll() {
        List<Waiter<?>> all = List.copyOf(waiting);
        waiting.clear();
        all.forEach(Waiter::expire);
    }

    private record Waiter<T>(Supplier<Optional<T>> condition, Supplier<T> late, CompletableFuture<T> answer) {
        /** Gives the answer that is worth giving now; empty if there is none. */
        Optional<Runnable> early() {
            return condition.get().map(value -> () -> answer.complete(value));
        }

        void expire() {
            answer.complete(late.get());
        }
    }
}
