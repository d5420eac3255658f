package io.convergate.config.converge;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.config.ActivationReport;
import io.convergate.config.ConfigView;
import io.convergate.config.Revision;
import io.convergate.config.WriterId;
import io.convergate.config.block.Index;
import io.convergate.config.block.IndexView;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ActivatorTest {
    private record Outcome(Revision revision, ActivationReport report) {}

    private final BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();

    @Test
    void ofViewsThatArriveMeanwhileOnlyTheNewestIsActivated() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (Activator activator = new Activator(
                view -> {
                    begun.countDown();
                    await(go);
                    return ActivationReport.served();
                },
                this::done)) {
            activator.offer(view(1));
            await(begun);
            activator.offer(view(2));
            activator.offer(view(3));
            activator.offer(view(4));
            go.countDown();
            assertThat(next().revision()).isEqualTo(view(1).revision());
            assertThat(next().revision()).isEqualTo(view(4).revision());
        }
        assertThat(outcomes).isEmpty();
    }

    @Test
    void anActivationThatThrowsIsARefusalAndTheNextIsTried() throws InterruptedException {
        try (Activator activator = new Activator(
                view -> {
                    if (view.revision().equals(view(1).revision())) {
                        throw new IllegalStateException("bad host");
                    }
                    return ActivationReport.served();
                },
                this::done)) {
            activator.offer(view(1));
            ActivationReport refused = next().report();
            assertThat(refused.serving()).isFalse();
            assertThat(refused.problems()).singleElement().asString().contains("bad host");
            activator.offer(view(2));
            assertThat(next().report()).isEqualTo(new ActivationReport(true, List.of()));
        }
    }

    private void done(ConfigView view, ActivationReport report) {
        outcomes.add(new Outcome(view.revision(), report));
    }

    private Outcome next() throws InterruptedException {
        Outcome outcome = outcomes.poll(10, TimeUnit.SECONDS);
        assertThat(outcome).isNotNull();
        return outcome;
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static ConfigView view(long counter) {
        return new IndexView(Revision.EMPTY.with(new WriterId(1), counter), Index.EMPTY);
    }
}
