package io.convergate.node.main;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.main.StopSequence.Step;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class StopSequenceTest {
    private final List<String> done = new CopyOnWriteArrayList<>();

    @Test
    void aStepBeginsWhenTheOneBeforeItHasEnded() {
        CompletableFuture<Void> drained = new CompletableFuture<>();
        StopSequence sequence = new StopSequence(List.of(
                step("unready", () -> CompletableFuture.completedFuture(null)),
                step("drain", () -> drained),
                step("leave", () -> CompletableFuture.completedFuture(null))));

        CompletionStage<List<String>> stopped = sequence.begin();

        assertThat(sequence.hasBegun()).isTrue();
        assertThat(done).containsExactly("unready", "drain");
        drained.complete(null);
        assertThat(stopped.toCompletableFuture().join()).isEmpty();
        assertThat(done).containsExactly("unready", "drain", "leave");
    }

    @Test
    void aStepThatFailsDoesNotKeepTheNextFromItsTurn() {
        StopSequence sequence = new StopSequence(List.of(
                step("drain", () -> {
                    throw new IllegalStateException("broken");
                }),
                step("leave", () -> CompletableFuture.failedFuture(new IllegalStateException("cut off"))),
                step("release", () -> {
                    throw new NoClassDefFoundError("replaced");
                }),
                step("close", () -> CompletableFuture.completedFuture(null))));

        assertThat(sequence.begin().toCompletableFuture().join()).containsExactly("drain", "leave", "release");
        assertThat(done).containsExactly("drain", "leave", "release", "close");
    }

    @Test
    void aStepThatTakesTooLongIsLeftBehind() {
        StopSequence sequence = new StopSequence(List.of(
                new Step("drain", Duration.ofMillis(20), CompletableFuture::new),
                step("close", () -> CompletableFuture.completedFuture(null))));

        assertThat(sequence.begin().toCompletableFuture().join()).containsExactly("drain");
        assertThat(done).containsExactly("close");
    }

    @Test
    void whoeverStopsItAgainWaitsForTheSameStop() {
        StopSequence sequence = new StopSequence(List.of(step("once", () -> CompletableFuture.completedFuture(null))));

        CompletionStage<List<String>> first = sequence.begin();

        assertThat(sequence.begin()).isSameAs(first);
        assertThat(done).containsExactly("once");
    }

    private Step step(String name, Supplier<CompletionStage<?>> action) {
        return new Step(name, Duration.ofSeconds(5), () -> {
            done.add(name);
            return action.get();
        });
    }
}
