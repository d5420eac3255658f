package io.convergate.config.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.config.Change;
import io.convergate.config.Content;
import io.convergate.config.Edit;
import io.convergate.config.Hash;
import io.convergate.config.HistoryLimits;
import io.convergate.config.PastChange;
import io.convergate.config.block.Block;
import io.convergate.config.block.Head;
import io.convergate.routing.model.ResourceKey;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two sides of a partition: one deletes x, the other writes it. */
class OutlivedDeletionTest {
    private static final ResourceKey X = new ResourceKey("g", "Kind", "ns", "x");

    @TempDir
    private Path directory;

    private ConfigStore one;
    private ConfigStore other;

    @BeforeEach
    void bothHaveIt() {
        one = open("a");
        other = open("b");
        one.commit(put("ann", X, "1"));
        tell(one, other);
    }

    @AfterEach
    void close() {
        one.close();
        other.close();
    }

    private void split() {
        one.commit(delete("ann"));
        other.commit(put("ben", X, "2"));
        tell(one, other);
        tell(other, one);
    }

    @Test
    void aDeletionThatAConcurrentWriteOutlivedIsAConflictOnBothSidesAndAfterARestart() {
        split();
        reported(one, "ann");
        reported(other, "ann");
        one.close();
        one = open("a");
        reported(one, "ann");
    }

    @Test
    void itStaysOneWhateverElseIsWrittenUntilItIsWrittenAgain() {
        split();
        one.commit(put("ann", new ResourceKey("g", "Kind", "ns", "y"), "3"));
        tell(one, other);
        reported(one, "ann");
        reported(other, "ann");

        other.commit(put("ben", X, "2"));
        tell(other, one);
        reported(one);
        reported(other);
    }

    @Test
    void orUntilItIsDeletedAgain() {
        split();
        other.commit(delete("ben"));
        tell(other, one);
        reported(one);
        reported(other);
        assertThat(one.view().resources()).isEmpty();
    }

    @Test
    void whatTheSideThatDeletedItMadeAnewIsAnOrdinaryConflict() {
        one.commit(delete("ann"));
        one.commit(put("ann", X, "3"));
        other.commit(put("ben", X, "2"));
        tell(one, other);
        tell(other, one);
        fill(other, one);
        for (ConfigStore store : List.of(one, other)) {
            assertThat(store.view().outlived(X)).isEmpty();
            assertThat(store.view().versions(X)).hasSize(2);
        }
    }

    @Test
    void deletionsInARowOrOnBothSidesAreNone() {
        one.commit(delete("ann"));
        one.commit(put("ann", X, "2"));
        tell(one, other);
        fill(other, one);
        reported(other);
        one.commit(delete("ann"));
        other.commit(delete("ben"));
        tell(one, other);
        tell(other, one);
        reported(one);
        reported(other);
    }

    @Test
    void aNodeThatJoinsLaterFindsItOnceItHasThePast() {
        split();
        one.commit(put("ann", new ResourceKey("g", "Kind", "ns", "y"), "3"));
        try (ConfigStore late = open("c")) {
            tell(one, late);
            assertThat(late.view().outlived(X)).isEmpty();
            fill(late, one);
            reported(late, "ann");
        }
    }

    private static void reported(ConfigStore store, String... authors) {
        assertThat(store.view().outlived(X)).extracting(PastChange::author).containsExactly(authors);
        assertThat(store.view().conflicted()).isEqualTo(authors.length == 0 ? Set.of() : Set.of(X));
    }

    private static void tell(ConfigStore from, ConfigStore to) {
        List<Head> heads = from.heads();
        Progress progress = to.advance(heads, List.of());
        while (!progress.open().isEmpty()) {
            progress = to.advance(heads, blocks(progress.missing(), from));
        }
    }

    private static void fill(ConfigStore store, ConfigStore from) {
        while (!store.historyMissing(10).isEmpty()) {
            store.advance(List.of(), blocks(store.historyMissing(10), from));
        }
    }

    private static List<Block> blocks(Set<Hash> names, ConfigStore from) {
        return names.stream().flatMap(name -> from.blocks().get(name).stream()).toList();
    }

    private ConfigStore open(String name) {
        return ConfigStore.open(directory.resolve(name), name, HistoryLimits.defaults(), InstantSource.system());
    }

    private static Change delete(String author) {
        return new Change(List.of(new Edit.Delete(X)), author, "");
    }

    private static Change put(String author, ResourceKey key, String text) {
        return new Change(List.of(new Edit.Put(key, Content.utf8(text))), author, "");
    }
}
