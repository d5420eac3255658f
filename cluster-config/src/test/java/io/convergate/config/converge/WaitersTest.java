package io.convergate.config.converge;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.config.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WaitersTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1);
    private final Waiters waiters = new Waiters(thread);
    private final List<String> answers = new ArrayList<>();
    private boolean open;

    @AfterEach
    void end() {
        thread.shutdownNow();
    }

    @Test
    void whoIsAnsweredMayWaitAgainAndMakeOthersLookAgain() {
        for (String name : List.of("one", "two", "three")) {
            await().thenAccept(now -> {
                open = false;
                answers.add(name);
                await().thenAccept(later -> answers.add(name + " again"));
                waiters.recheck();
            });
        }
        waiters.recheck();
        assertThat(answers).isEmpty();

        open = true;
        waiters.recheck();
        assertThat(answers).containsExactly("one", "two", "three");

        open = true;
        waiters.recheck();
        assertThat(answers).containsExactly("one", "two", "three", "one again", "two again", "three again");
    }

    @Test
    void atTheDeadlineEachIsAnsweredWithWhatIsKnown() {
        CompletionStage<String> answer = waiters.await(Duration.ofMillis(1), Optional::empty, () -> "late");
        assertThat(answer.toCompletableFuture().join()).isEqualTo("late");
    }

    @Test
    void atTheEndAllAreAnsweredAndThoseTooManyAtOnce() {
        List<CompletableFuture<Boolean>> waiting = new ArrayList<>();
        for (int i = 0; i < Limits.WAITERS_MAX; i++) {
            waiting.add(await().toCompletableFuture());
        }
        assertThat(await().toCompletableFuture()).isCompletedWithValue(false);
        assertThat(waiting).noneMatch(CompletableFuture::isDone);
        waiters.expireAll();
        assertThat(waiting).allMatch(answer -> answer.isDone() && !answer.join());
    }

    private CompletionStage<Boolean> await() {
        return waiters.await(LONG, () -> open ? Optional.of(true) : Optional.empty(), () -> false);
    }
}
