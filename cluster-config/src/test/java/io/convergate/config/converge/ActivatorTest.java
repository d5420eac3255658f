package io.convergate.config.converge;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.config.ActivationReport;
import io.convergate.config.ConfigHistory;
import io.convergate.config.ConfigView;
import io.convergate.config.PastChange;
import io.convergate.config.PastVersion;
import io.convergate.config.Revision;
import io.convergate.config.WriterId;
import io.convergate.config.block.Index;
import io.convergate.config.block.IndexView;
import io.convergate.routing.model.ResourceKey;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ActivatorTest {
    private static final ConfigHistory NO_PAST = new NoPast();

    private record Outcome(Revision revision, ActivationReport report) {}

    private final BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();

    @Test
    void ofViewsThatArriveMeanwhileOnlyTheNewestIsActivated() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (Activator activator = new Activator(
                (view, past) -> {
                    begun.countDown();
                    await(go);
                    return ActivationReport.served();
                },
                this::done)) {
            activator.offer(view(1), NO_PAST);
            await(begun);
            activator.offer(view(2), NO_PAST);
            activator.offer(view(3), NO_PAST);
            activator.offer(view(4), NO_PAST);
            go.countDown();
            assertThat(next().revision()).isEqualTo(view(1).revision());
            assertThat(next().revision()).isEqualTo(view(4).revision());
        }
        assertThat(outcomes).isEmpty();
    }

    @Test
    void anActivationThatThrowsIsARefusalAndTheNextIsTried() throws InterruptedException {
        try (Activator activator = new Activator(
                (view, past) -> {
                    if (view.revision().equals(view(1).revision())) {
                        throw new IllegalStateException("bad host");
                    }
                    return ActivationReport.served();
                },
                this::done)) {
            activator.offer(view(1), NO_PAST);
            ActivationReport refused = next().report();
            assertThat(refused.serving()).isFalse();
            assertThat(refused.problems()).singleElement().asString().contains("bad host");
            activator.offer(view(2), NO_PAST);
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

    private record NoPast() implements ConfigHistory {
        @Override
        public List<PastChange> changes() {
            return List.of();
        }

        @Override
        public Optional<ConfigView> at(Revision revision) {
            return Optional.empty();
        }

        @Override
        public Optional<ConfigView> before(PastChange change) {
            return Optional.empty();
        }

        @Override
        public List<PastVersion> versions(ResourceKey key) {
            return List.of();
        }

        @Override
        public Stream<Step> way() {
            return Stream.empty();
        }

        @Override
        public Optional<Onward> wayFrom(List<ConfigView> places) {
            return Optional.empty();
        }

        @Override
        public boolean endsInOne() {
            return true;
        }

        @Override
        public Extent extent() {
            return Extent.WHOLE;
        }
    }
}
