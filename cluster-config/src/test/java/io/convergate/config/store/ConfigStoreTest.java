package io.convergate.config.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergate.config.Change;
import io.convergate.config.Content;
import io.convergate.config.Edit;
import io.convergate.config.Hash;
import io.convergate.config.HistoryLimits;
import io.convergate.config.Revision;
import io.convergate.config.StoreException;
import io.convergate.config.WriterId;
import io.convergate.config.block.Block;
import io.convergate.config.block.Head;
import io.convergate.routing.model.ResourceKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigStoreTest {
    @TempDir
    Path directory;

    @Test
    void whatWasCommittedIsThereAfterOpeningAgain() {
        Revision revision;
        try (ConfigStore store = open("a")) {
            store.commit(put("x", "one"));
            store.commit(put("y", "two"));
            revision = store.commit(delete("x")).view().revision();
        }
        try (ConfigStore store = open("a")) {
            assertThat(store.view().revision()).isEqualTo(revision);
            assertThat(text(store, "y")).isEqualTo("two");
            assertThat(store.view().resources()).hasSize(1);
            assertThat(revision.counters()).hasSize(1);
            assertThat(store.commit(put("z", "three")).head().counter()).isEqualTo(4);
        }
    }

    @Test
    void aDirectoryIsUsedByOneStoreAtATime() {
        try (ConfigStore store = open("a")) {
            assertThat(store.heads()).isEmpty();
            assertThatThrownBy(() -> open("a"))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("lock");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 10, 50, 200})
    void aTornEndIsCutOffAndWhatPrecedesItIsKept(int tornBytes) throws IOException {
        WriterId writer;
        long sound;
        try (ConfigStore store = open("a")) {
            writer = store.commit(put("x", "one")).head().writer();
            sound = Files.size(log("a"));
            store.commit(put("x", "two"));
        }
        truncate("a", sound + tornBytes);
        try (ConfigStore store = open("a")) {
            assertThat(text(store, "x")).isEqualTo("one");
            Head next = store.commit(put("x", "three")).head();
            assertThat(next.writer()).isNotEqualTo(writer);
            assertThat(next.counter()).isEqualTo(1);
        }
        try (ConfigStore store = open("a")) {
            assertThat(text(store, "x")).isEqualTo("three");
        }
    }

    @Test
    void aDirectoryThatCouldNotBeOpenedIsNotHeld() throws IOException {
        Path promise = Files.createDirectories(directory.resolve("a").resolve("promise"));
        assertThatThrownBy(() -> open("a"))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(promise + " cannot be used");
        Files.delete(promise);
        open("a").close();
    }

    @Test
    void aDirectoryThatLostRecordsWritesUnderANewName() throws IOException {
        WriterId writer;
        long sound;
        try (ConfigStore store = open("a")) {
            writer = store.commit(put("x", "one")).head().writer();
            sound = Files.size(log("a"));
            store.commit(put("x", "two"));
        }
        byte[] bytes = Files.readAllBytes(log("a"));
        bytes[(int) sound + 8] ^= 1;
        Files.write(log("a"), bytes);
        try (ConfigStore store = open("a")) {
            assertThat(text(store, "x")).isEqualTo("one");
            assertThat(store.commit(put("x", "three")).head().writer()).isNotEqualTo(writer);
        }
    }

    @Test
    void aDirectoryPutBackFromABackupNeverUsesACounterTwice() throws IOException {
        List<Commit> commits = new ArrayList<>();
        byte[] backup;
        try (ConfigStore store = open("a")) {
            commits.add(store.commit(put("x", "one")));
            backup = Files.readAllBytes(log("a"));
            commits.add(store.commit(put("x", "two")));
        }
        Files.write(log("a"), backup);
        try (ConfigStore store = open("a")) {
            WriterId old = commits.get(0).head().writer();
            Progress progress =
                    store.advance(List.of(commits.get(1).head()), commits.get(1).blocks());
            assertThat(progress.adopted()).hasSize(1);
            assertThat(text(store, "x")).isEqualTo("two");
            assertThat(store.commit(put("x", "three")).head().writer()).isNotEqualTo(old);
            assertThat(text(store, "x")).isEqualTo("three");
        }
    }

    @Test
    void aFileThatDoesNotBeginLikeALogIsSetAsideAndTheStoreIsEmpty() throws IOException {
        Files.createDirectories(directory.resolve("a"));
        Files.writeString(log("a"), "something else entirely");
        try (ConfigStore store = open("a")) {
            assertThat(store.lost()).isTrue();
            assertThat(store.view().resources()).isEmpty();
            store.commit(put("x", "one"));
        }
        try (ConfigStore store = open("a");
                Stream<Path> files = Files.list(directory.resolve("a"))) {
            assertThat(store.lost()).isFalse();
            assertThat(text(store, "x")).isEqualTo("one");
            assertThat(files.map(file -> file.getFileName().toString()))
                    .anyMatch(name -> name.startsWith("config.log.damaged-"));
        }
    }

    @Test
    void ofTheFilesThatWereSetAsideTheNewestThreeStay() throws IOException {
        Files.createDirectories(directory.resolve("a"));
        for (int i = 1; i <= 5; i++) {
            Files.writeString(directory.resolve("a").resolve("config.log.damaged-100000000000" + i), "old");
        }
        Files.writeString(log("a"), "something else entirely");
        open("a").close();
        try (Stream<Path> files = Files.list(directory.resolve("a"))) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> name.contains("damaged")))
                    .hasSize(3)
                    .contains("config.log.damaged-1000000000005", "config.log.damaged-1000000000004");
        }
    }

    @Test
    void aLogOfAnotherVersionIsLeftAlone() throws IOException {
        open("a").close();
        byte[] bytes = Files.readAllBytes(log("a"));
        bytes[7]++;
        Files.write(log("a"), bytes);
        assertThatThrownBy(() -> open("a"))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("is of version 2 (expected: 1)");
        assertThat(Files.readAllBytes(log("a"))).isEqualTo(bytes);
    }

    @Test
    void aChangeIsAdoptedOnlyWhenItIsWhole() {
        try (ConfigStore writer = open("a");
                ConfigStore reader = open("b")) {
            Commit commit = writer.commit(put("x", "one"));
            List<Block> blocks = commit.blocks();
            Progress first = reader.advance(List.of(commit.head()), blocks.subList(1, blocks.size()));
            assertThat(first.adopted()).isEmpty();
            assertThat(first.missing()).containsExactly(blocks.get(0).hash());
            assertThat(reader.view().resources()).isEmpty();
            Progress second = reader.advance(first.open(), blocks.subList(0, 1));
            assertThat(second.adopted()).containsExactly(commit.head());
            assertThat(text(reader, "x")).isEqualTo("one");
        }
    }

    @Test
    void concurrentChangesMergeAndTheNextChangeJoinsThem() {
        try (ConfigStore one = open("a");
                ConfigStore other = open("b")) {
            Commit left = one.commit(put("x", "one"));
            Commit right = other.commit(put("y", "two"));
            one.advance(List.of(right.head()), right.blocks());
            assertThat(one.heads()).hasSize(2);
            Commit joined = one.commit(put("z", "three"));
            assertThat(one.heads()).containsExactly(joined.head());
            assertThat(left.head().writer()).isEqualTo(joined.head().writer());
            pull(other, joined.head(), one);
            assertThat(other.view().index().hash()).isEqualTo(one.view().index().hash());
            assertThat(other.view().resources()).hasSize(3);
        }
    }

    @Test
    void mergedChangesAreThereAfterOpeningAgain() {
        Hash merged;
        try (ConfigStore one = open("a");
                ConfigStore other = open("b")) {
            one.commit(put("x", "one"));
            Commit right = other.commit(put("x", "two"));
            one.advance(List.of(right.head()), right.blocks());
            merged = one.view().index().hash();
        }
        try (ConfigStore one = open("a")) {
            assertThat(one.heads()).hasSize(2);
            assertThat(one.view().index().hash()).isEqualTo(merged);
        }
    }

    @Test
    void theLogDoesNotGrowForEver() throws IOException {
        byte[] bytes = new byte[1 << 20];
        Random random = new Random(1);
        try (ConfigStore store = openWithoutPast("a")) {
            for (int i = 0; i < 100; i++) {
                random.nextBytes(bytes);
                store.commit(change(new Edit.Put(key("x"), Content.copyOf(bytes))));
            }
            assertThat(Files.size(log("a"))).isLessThan(40L << 20);
        }
        try (ConfigStore store = openWithoutPast("a")) {
            assertThat(Files.size(log("a"))).isLessThan(3L << 20);
            assertThat(store.view().resources().get(key("x")).content()).isEqualTo(Content.copyOf(bytes));
            assertThat(store.view().revision().counters().values()).containsExactly(100L);
        }
    }

    /** Brings a change from one store to another, as peers do. */
    private static void pull(ConfigStore to, Head head, ConfigStore from) {
        Progress progress = to.advance(List.of(head), List.of());
        while (!progress.open().isEmpty()) {
            List<Block> blocks = progress.missing().stream()
                    .map(hash -> from.blocks().require(hash))
                    .toList();
            progress = to.advance(List.of(head), blocks);
        }
    }

    private ConfigStore open(String name) {
        return ConfigStore.open(directory.resolve(name), name, HistoryLimits.defaults(), InstantSource.system());
    }

    private ConfigStore openWithoutPast(String name) {
        HistoryLimits none = new HistoryLimits(1, Duration.ofDays(1), 0);
        return ConfigStore.open(directory.resolve(name), name, none, InstantSource.system());
    }

    private Path log(String name) {
        return directory.resolve(name).resolve("config.log");
    }

    private void truncate(String name, long size) throws IOException {
        try (var channel = java.nio.channels.FileChannel.open(log(name), StandardOpenOption.WRITE)) {
            channel.truncate(size);
        }
    }

    private static ResourceKey key(String name) {
        return new ResourceKey("g", "Kind", "ns", name);
    }

    private static Change put(String name, String text) {
        return change(new Edit.Put(key(name), Content.utf8(text)));
    }

    private static Change delete(String name) {
        return change(new Edit.Delete(key(name)));
    }

    private static Change change(Edit edit) {
        return new Change(List.of(edit), "", "");
    }

    private static String text(ConfigStore store, String name) {
        return store.view().resources().get(key(name)).content().toUtf8();
    }
}
