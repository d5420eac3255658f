package io.convergate.config.block;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.config.Revision;
import io.convergate.config.StoredResource;
import io.convergate.config.WriterId;
import io.convergate.routing.model.ResourceKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class MergeTest {
    private static final Logger LOG = LoggerFactory.getLogger(MergeTest.class);
    private static final ResourceKey KEY = History.key(1);
    private static final WriterId ANN = new WriterId(1);
    private static final WriterId BEN = new WriterId(2);

    @ParameterizedTest(name = "seed {0}: {1} writers, {2} keys, {3} steps")
    @CsvSource({
        "1, 2, 3, 400",
        "2, 3, 5, 1000",
        "3, 5, 2, 1000",
        "4, 8, 20, 1500",
        "5, 3, 600, 1500",
        "6, 16, 4, 1500",
        "7, 4, 1, 600",
        "8, 6, 300, 2500",
        "9, 3, 8, 2000",
        "10, 2, 1, 300",
        "17, 6, 50, 6000",
        "0, 5, 30, 3000"
    })
    void copiesThatSawTheSameChangesAreEqualAndLoseNothing(long fixed, int writers, int keys, int steps) {
        long seed = fixed == 0 ? System.nanoTime() : fixed;
        LOG.info("seed {}", seed);
        History history = new History(seed, writers, keys);
        history.run(steps);
        List<IndexView> settled = history.settle();

        Map<ResourceKey, ?> expected = history.expected();
        for (IndexView view : settled) {
            assertThat(History.dots(view.index())).as("seed %d", seed).isEqualTo(expected);
            assertThat(view.revision()).isEqualTo(settled.get(0).revision());
            assertThat(view.index().hash()).isEqualTo(settled.get(0).index().hash());
            assertThat(view.index().hash()).isEqualTo(History.rebuilt(view.index()));
            assertThat(view.resources()).isEqualTo(settled.get(0).resources());
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @CsvSource({"11", "12", "13", "14", "15"})
    void mergingIsCommutativeAssociativeAndIdempotent(long seed) {
        History history = new History(seed, 5, 40);
        history.run(800);
        for (int i = 0; i < 200; i++) {
            IndexView a = history.anyPublished();
            IndexView b = history.anyPublished();
            IndexView c = history.anyPublished();
            assertEqual(a.merge(b), b.merge(a));
            assertEqual(a.merge(b).merge(c), a.merge(b.merge(c)));
            assertEqual(a.merge(a), a);
            assertEqual(a.merge(b).merge(b), a.merge(b));
        }
    }

    private static void assertEqual(IndexView one, IndexView other) {
        assertThat(one.revision()).isEqualTo(other.revision());
        assertThat(one.index().hash()).isEqualTo(other.index().hash());
    }

    @Test
    void anOverwriteWinsWhateverTheClocksSay() {
        IndexView first = put(IndexView.EMPTY, ANN, 1, 9_000_000_000L);
        IndexView second = put(first, BEN, 1, 1);
        assertThat(servedDot(first.merge(second))).isEqualTo(new Dot(BEN, 1));
        assertThat(servedDot(second.merge(first))).isEqualTo(new Dot(BEN, 1));
    }

    @Test
    void theLaterOfTwoConcurrentWritesIsServedAndBothAreKept() {
        IndexView early = put(IndexView.EMPTY, BEN, 1, 100);
        IndexView late = put(IndexView.EMPTY, ANN, 1, 200);
        IndexView merged = early.merge(late);
        assertThat(servedDot(merged)).isEqualTo(new Dot(ANN, 1));
        assertThat(entry(merged).orElseThrow().versions()).hasSize(2);
        assertThat(entry(put(merged, BEN, 2, 1)).orElseThrow().versions()).hasSize(1);
    }

    @Test
    void anUpdateSurvivesAConcurrentDeletion() {
        IndexView base = put(IndexView.EMPTY, ANN, 1, 100);
        IndexView deleted = delete(base, ANN, 2);
        IndexView updated = put(base, BEN, 1, 50);
        assertThat(servedDot(deleted.merge(updated))).isEqualTo(new Dot(BEN, 1));
    }

    @Test
    void aDeletionIsNotUndoneByWhatItHasSeen() {
        IndexView base = put(IndexView.EMPTY, ANN, 1, 100);
        IndexView deleted = delete(base, BEN, 1);
        IndexView elsewhere = new IndexView(
                base.revision().with(ANN, 2), base.index().with(Map.of(History.key(2), Optional.empty())));
        assertThat(entry(deleted.merge(elsewhere))).isEmpty();
        assertThat(entry(elsewhere.merge(deleted))).isEmpty();
    }

    @Test
    void aResourceLeftAloneStaysTheSameInstance() {
        IndexView before = put(IndexView.EMPTY, ANN, 1, 100);
        StoredResource untouched = before.resources().get(KEY);
        IndexView after = new IndexView(
                before.revision().with(ANN, 2),
                before.index()
                        .with(Map.of(
                                History.key(2),
                                Optional.of(History.version(History.key(2), new Dot(ANN, 2), HybridTime.ZERO)))));
        assertThat(after.resources().get(KEY)).isSameAs(untouched);
        assertThat(after.differsFrom(before)).containsExactly(History.key(2));
    }

    private static IndexView put(IndexView on, WriterId writer, long counter, long millis) {
        Version version = History.version(KEY, new Dot(writer, counter), HybridTime.ofMillis(millis));
        Revision revision = on.revision().with(writer, counter);
        return new IndexView(revision, on.index().with(Map.of(KEY, Optional.of(version))));
    }

    private static IndexView delete(IndexView on, WriterId writer, long counter) {
        Revision revision = on.revision().with(writer, counter);
        return new IndexView(revision, on.index().with(Map.of(KEY, Optional.empty())));
    }

    private static Optional<Entry> entry(IndexView view) {
        return view.index().find(Entry.place(KEY));
    }

    private static Dot servedDot(IndexView view) {
        List<Version> versions = entry(view).orElseThrow().versions();
        return versions.get(versions.size() - 1).dot();
    }
}
