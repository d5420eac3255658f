package io.convergate.node.main;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops a node in order: one step after the other, each with a deadline. A step that fails, in whatever way, or takes too long is
 * logged and does not keep the next from its turn. Safe for use by any thread; runs once, however often it is begun.
 */
final class StopSequence {
    private static final Logger LOG = LoggerFactory.getLogger(StopSequence.class);

    private final List<Step> steps;
    private final AtomicReference<@Nullable CompletableFuture<List<String>>> begun = new AtomicReference<>();

    StopSequence(List<Step> steps) {
        this.steps = List.copyOf(steps);
    }

    /**
     * One step.
     *
     * @param name for the log
     * @param deadline after which the next step begins anyway
     * @param action what it does
     */
    record Step(String name, Duration deadline, Supplier<CompletionStage<?>> action) {
        /** A step that only lets time pass, after it has begun. */
        static Step pause(String name, Runnable begin, Duration time) {
            return new Step(name, time.plusSeconds(1), () -> {
                begin.run();
                return new CompletableFuture<Void>().completeOnTimeout(null, time.toMillis(), TimeUnit.MILLISECONDS);
            });
        }
    }

    /**
     * Begins to stop, or joins the stop that has begun.
     *
     * @return completes with the names of the steps that did not finish; never fails
     */
    CompletionStage<List<String>> begin() {
        CompletableFuture<List<String>> mine = new CompletableFuture<>();
        CompletableFuture<List<String>> first = begun.compareAndExchange(null, mine);
        if (first != null) {
            return first;
        }
        List<String> unfinished = new CopyOnWriteArrayList<>();
        CompletionStage<?> last = CompletableFuture.completedFuture(null);
        for (Step step : steps) {
            last = last.thenCompose(done -> run(step, unfinished));
        }
        last.whenComplete((done, failure) -> mine.complete(List.copyOf(unfinished)));
        return mine;
    }

    /** Whether it has begun. */
    boolean hasBegun() {
        return begun.get() != null;
    }

    private static CompletionStage<?> run(Step step, List<String> unfinished) {
        CompletionStage<?> action;
        try {
            LOG.info("stopping: {}", step.name());
            action = step.action().get();
        } catch (RuntimeException | Error e) {
            action = CompletableFuture.failedFuture(e);
        }
        return action.toCompletableFuture()
                .<Object>thenApply(done -> "")
                .orTimeout(step.deadline().toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(failure -> {
                    unfinished.add(step.name());
                    warn(step, failure);
                    return "";
                });
    }

    /** Where the program was replaced under the process, what says it may be gone, too. */
    private static void warn(Step step, Throwable failure) {
        try {
            LOG.warn("stopping: {} did not finish: {}", step.name(), Failures.describe(failure));
        } catch (RuntimeException | Error e) {
            System.err.println("stopping: " + step.name() + " did not finish: " + failure);
        }
    }
}
