package io.convergate.config.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.config.Change;
import io.convergate.config.Content;
import io.convergate.config.Edit;
import io.convergate.config.HistoryLimits;
import io.convergate.config.block.IndexView;
import io.convergate.routing.model.ResourceKey;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a change brings along is enough: stores that got only the blocks each change added, late, twice and in any order, hold
 * the same as if the whole configurations had been merged.
 */
class DeltaTest {
    private static final Logger LOG = LoggerFactory.getLogger(DeltaTest.class);

    @TempDir
    Path directory;

    @ParameterizedTest(name = "seed {0}: {1} writers, {2} keys, {3} operations")
    @CsvSource({"21, 2, 3, 800", "22, 5, 12, 1500", "23, 8, 400, 1500", "0, 4, 20, 1000"})
    void deltasLeadToTheSameAsFullStates(long fixed, int writers, int keys, int operations) {
        long seed = fixed == 0 ? System.nanoTime() : fixed;
        LOG.info("seed {}", seed);
        Random random = new Random(seed);
        List<ConfigStore> stores = new ArrayList<>();
        for (int i = 0; i < writers; i++) {
            Duration error = Duration.ofSeconds(random.nextInt(7200) - 3600);
            InstantSource wall = () -> Instant.now().plus(error);
            HistoryLimits limits = HistoryLimits.defaults();
            stores.add(ConfigStore.open(directory.resolve("s" + i), "s" + i, limits, wall));
        }
        List<Commit> commits = new ArrayList<>();
        IndexView merged = IndexView.EMPTY;
        for (int i = 0; i < operations; i++) {
            ConfigStore store = stores.get(random.nextInt(writers));
            if (commits.isEmpty() || random.nextInt(3) == 0) {
                Commit commit = store.commit(change(random, keys, i));
                commits.add(commit);
                merged = merged.merge(commit.view());
            } else {
                deliver(commits.get(random.nextInt(commits.size())), store);
            }
        }
        for (ConfigStore store : stores) {
            List<Commit> order = new ArrayList<>(commits);
            Collections.shuffle(order, random);
            order.forEach(commit -> deliver(commit, store));
            order.forEach(commit -> assertThat(deliver(commit, store).open())
                    .as("seed %d: something is missing of %s", seed, commit.head())
                    .isEmpty());
            assertThat(store.view().revision()).as("seed %d", seed).isEqualTo(merged.revision());
            assertThat(store.view().index().hash())
                    .as("seed %d", seed)
                    .isEqualTo(merged.index().hash());
            assertThat(store.view().withOutlived(Map.of()).conflicted())
                    .as("seed %d", seed)
                    .isEqualTo(merged.conflicted());
        }
        stores.forEach(ConfigStore::close);
    }

    private static Progress deliver(Commit commit, ConfigStore store) {
        return store.advance(List.of(commit.head()), commit.blocks());
    }

    private static Change change(Random random, int keys, int number) {
        Map<ResourceKey, Edit> edits = new HashMap<>();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            ResourceKey key = new ResourceKey("g", "Kind", "ns", "r" + random.nextInt(keys));
            // A few texts only, so that the same block is written, forgotten and written again.
            Edit edit = random.nextInt(4) == 0
                    ? new Edit.Delete(key)
                    : new Edit.Put(key, Content.utf8(key + " " + (number + i) % 5));
            edits.put(key, edit);
        }
        return new Change(List.copyOf(edits.values()), "", "");
    }
}
