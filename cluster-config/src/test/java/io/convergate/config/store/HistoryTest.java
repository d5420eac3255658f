package io.convergate.config.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.config.Change;
import io.convergate.config.ConfigHistory;
import io.convergate.config.ConfigView;
import io.convergate.config.Content;
import io.convergate.config.Edit;
import io.convergate.config.Hash;
import io.convergate.config.HistoryLimits;
import io.convergate.config.Origin;
import io.convergate.config.PastChange;
import io.convergate.config.PastVersion;
import io.convergate.config.Revision;
import io.convergate.config.block.Block;
import io.convergate.config.block.Head;
import io.convergate.routing.model.ResourceKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryTest {
    private static final HistoryLimits AMPLE = new HistoryLimits(1000, Duration.ofDays(1), 1L << 30);

    @TempDir
    Path directory;

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));

    @Test
    void everyChangeIsKeptWithWhoWhenWhereFromAndWhy() {
        try (ConfigStore store = open("a", AMPLE)) {
            store.commit(new Change(List.of(edit("x", "one")), "ann", "first", "10.0.0.7"));
            now.set(now.get().plusSeconds(60));
            store.commit(put("x", "two"));

            PastChange first = history(store).changes().get(1);
            assertThat(first.author()).isEqualTo("ann");
            assertThat(first.message()).isEqualTo("first");
            assertThat(first.origin()).isEqualTo(new Origin("a", "10.0.0.7"));
            assertThat(first.time()).isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
            assertThat(history(store).changes()).hasSize(2).isSortedAccordingTo((a, b) -> b.time()
                    .compareTo(a.time()));
        }
    }

    @Test
    void anyKeptRevisionCanBeReadAgainAlsoAfterARestart() {
        List<Revision> revisions = new ArrayList<>();
        try (ConfigStore store = open("a", AMPLE)) {
            for (int i = 0; i < 20; i++) {
                revisions.add(store.commit(put("x", "text " + i)).view().revision());
            }
        }
        try (ConfigStore store = open("a", AMPLE)) {
            for (int i = 0; i < 20; i++) {
                assertThat(textAt(store, revisions.get(i))).isEqualTo("text " + i);
            }
            assertThat(history(store).at(Revision.parse("00000000000000aa.1"))).isEmpty();
            assertThat(history(store)
                            .before(history(store).changes().get(0))
                            .orElseThrow()
                            .revision())
                    .isEqualTo(revisions.get(18));
        }
    }

    @Test
    void theVersionsOfAResourceAreListedWithItsDeletion() {
        try (ConfigStore store = open("a", AMPLE)) {
            store.commit(put("x", "one"));
            store.commit(put("y", "other"));
            store.commit(put("x", "two"));
            store.commit(new Change(List.of(new Edit.Delete(key("x"))), "", ""));
            store.commit(put("x", "three"));

            List<PastVersion> versions = history(store).versions(key("x"));
            assertThat(versions)
                    .extracting(v -> v.resource().map(r -> r.content().toUtf8()).orElse("deleted"))
                    .containsExactly("three", "deleted", "two", "one");
            assertThat(versions).allMatch(v -> v.change().isPresent());
        }
    }

    @Test
    void aMergedRevisionCanBeReadAgainToo() {
        try (ConfigStore one = open("a", AMPLE);
                ConfigStore other = open("b", AMPLE)) {
            one.commit(put("x", "one"));
            Commit right = other.commit(put("y", "two"));
            one.advance(List.of(right.head()), right.blocks());
            Revision merged = one.view().revision();
            one.commit(put("x", "three"));

            assertThat(history(one).at(merged).orElseThrow().resources()).containsOnlyKeys(key("x"), key("y"));
            assertThat(textAt(one, merged)).isEqualTo("one");
            assertThat(history(one)
                            .before(history(one).changes().get(0))
                            .orElseThrow()
                            .revision())
                    .isEqualTo(merged);
        }
    }

    @Test
    void historyIsBoundedByCountAndAge() {
        try (ConfigStore store = open("a", new HistoryLimits(5, Duration.ofHours(1), 1L << 30))) {
            Revision first = store.commit(put("x", "0")).view().revision();
            for (int i = 1; i < 10; i++) {
                store.commit(put("x", "" + i));
            }
            assertThat(history(store).changes()).hasSize(5);
            assertThat(history(store).extent()).isEqualTo(ConfigHistory.Extent.KEPT);
            assertThat(history(store).at(first)).isEmpty();
            now.set(now.get().plus(Duration.ofHours(2)));
            store.commit(put("x", "late"));
            assertThat(history(store).changes()).hasSize(1);
        }
    }

    @Test
    void historyIsBoundedByBytesAndWhatIsGivenUpIsNotLookedForAgain() {
        byte[] bytes = new byte[1 << 20];
        Random random = new Random(1);
        HistoryLimits limits = new HistoryLimits(1000, Duration.ofDays(1), 5L << 20);
        try (ConfigStore store = open("a", limits)) {
            for (int i = 0; i < 60; i++) {
                random.nextBytes(bytes);
                store.commit(new Change(List.of(new Edit.Put(key("x"), Content.copyOf(bytes))), "", ""));
            }
        }
        try (ConfigStore store = open("a", limits)) {
            assertThat(history(store).changes()).hasSizeBetween(4, 6);
            assertThat(store.historyMissing(100)).isEmpty();
            assertThat(history(store).changes())
                    .allSatisfy(change ->
                            assertThat(history(store).at(change.revision())).isPresent());
        }
    }

    /** Ten changes a second for ten minutes, without the waiting. */
    @Test
    void thousandsOfChangesNeitherFillTheDiskNorTheMemory() throws IOException {
        Random random = new Random(5);
        long most = 0;
        try (ConfigStore store = open("a", HistoryLimits.defaults())) {
            for (int i = 0; i < 6000; i++) {
                String name = "x" + random.nextInt(300);
                boolean delete = random.nextInt(5) == 0;
                Edit edit = delete ? new Edit.Delete(key(name)) : edit(name, "text ".repeat(1500) + i);
                store.commit(new Change(List.of(edit), "", ""));
                most = Math.max(most, Files.size(directory.resolve("a").resolve("config.log")));
            }
            assertThat(history(store).changes()).hasSize(1000);
        }
        assertThat(most).as("largest log").isBetween(15L << 20, 25L << 20);
    }

    @Test
    void whatWasSkippedOnTheWayToThePresentIsFoundMissingAndFilledIn() {
        try (ConfigStore writer = open("a", AMPLE);
                ConfigStore late = open("b", AMPLE)) {
            for (int i = 0; i < 30; i++) {
                writer.commit(put("x" + i % 3, "text " + i));
            }
            pull(late, writer.heads().get(0), writer);
            assertThat(history(late).changes()).hasSize(1);

            for (int rounds = 0; !late.historyMissing(10).isEmpty(); rounds++) {
                assertThat(rounds).isLessThan(200);
                late.advance(List.of(), blocks(late.historyMissing(10), writer));
            }
            assertThat(history(late).changes()).isEqualTo(history(writer).changes());
            assertThat(history(late).changes()).hasSize(30);
        }
    }

    @Test
    void thePastIsNotGoneThroughAgainUntilABlockCameOrTheLimitIsAnother() {
        AtomicInteger looks = new AtomicInteger();
        InstantSource wall = () -> {
            looks.incrementAndGet();
            return now.get();
        };
        try (ConfigStore writer = open("a", AMPLE);
                ConfigStore late = ConfigStore.open(directory.resolve("b"), "b", AMPLE, wall)) {
            for (int i = 0; i < 30; i++) {
                writer.commit(put("x" + i % 3, "text " + i));
            }
            pull(late, writer.heads().get(0), writer);
            Set<Hash> gap = late.historyMissing(10);
            looks.set(0);

            assertThat(late.historyMissing(10)).isEqualTo(gap).isNotEmpty();
            assertThat(late.pastFetched(gap)).isTrue();
            assertThat(looks).hasValue(0);

            late.advance(List.of(), blocks(gap, writer));
            assertThat(late.historyMissing(10)).isNotEqualTo(gap);
            assertThat(looks).hasValueGreaterThan(0);
            while (!late.historyMissing(10).isEmpty()) {
                late.advance(List.of(), blocks(late.historyMissing(10), writer));
            }
            looks.set(0);
            assertThat(late.pastFetched(Set.of())).isTrue();
            assertThat(late.historyMissing(256)).isEmpty();
            assertThat(looks).hasValue(0);
        }
    }

    @Test
    void theWayToThePresentTakesWhatWasConcurrentInTheOrderOfItsTimes() {
        try (ConfigStore one = open("a", AMPLE);
                ConfigStore other = open("b", AMPLE)) {
            Commit base = one.commit(put("base", "0"));
            other.advance(List.of(base.head()), base.blocks());
            List<Commit> left = List.of(one.commit(put("x", "1")), later(one, put("x", "3")));
            now.set(now.get().minusSeconds(1));
            Commit right = other.commit(put("y", "2"));
            other.advance(List.of(left.get(1).head()), blocksOf(left));
            assertThat(other.historyMissing(9)).isEmpty();
            one.advance(List.of(right.head()), right.blocks());

            for (ConfigStore store : List.of(one, other)) {
                List<ConfigHistory.Step> way = history(store).way().toList();
                assertThat(way.stream().map(step -> texts(step.configuration())))
                        .containsExactly("0", "0 1", "0 1 2", "0 3 2");
                assertThat(way.stream().map(step -> texts(step.known()))).containsExactly("0", "0 1", "0 2", "0 3");
                assertThat(way.stream().map(ConfigHistory.Step::isConcurrent))
                        .containsExactly(false, false, true, true);
                ConfigView onIt = way.get(1).configuration();
                ConfigView oneSide = left.get(1).view();
                assertThat(texts(history(store), oneSide, onIt)).containsExactly("0 1 2", "0 3 2");
                assertThat(history(store).wayFrom(List.of(oneSide)))
                        .as("one side")
                        .isEmpty();
                assertThat(texts(history(store), store.view())).isEmpty();
                assertThat(history(store).endsInOne()).isFalse();
                assertThat(history(store).extent()).isEqualTo(ConfigHistory.Extent.WHOLE);
            }
        }
        try (ConfigStore again = open("a", new HistoryLimits(2, Duration.ofDays(1), 1L << 30))) {
            assertThat(history(again).way().map(step -> texts(step.configuration())))
                    .as("the oldest that is kept did not know of x")
                    .containsExactly("0 2", "0 3 2");
        }
    }

    private Commit later(ConfigStore store, Change change) {
        now.set(now.get().plusSeconds(2));
        return store.commit(change);
    }

    private static List<Block> blocksOf(List<Commit> commits) {
        return commits.stream().flatMap(commit -> commit.blocks().stream()).toList();
    }

    private static Stream<String> texts(ConfigHistory past, ConfigView... places) {
        return past.wayFrom(List.of(places)).orElseThrow().steps().map(step -> texts(step.configuration()));
    }

    private static String texts(ConfigView view) {
        return Stream.of("base", "x", "y")
                .flatMap(name -> Stream.ofNullable(view.resources().get(key(name))))
                .map(resource -> resource.content().toUtf8())
                .collect(Collectors.joining(" "));
    }

    /** One side forgets a block, the other side of a partition uses it again: its change brings the block along. */
    @Test
    void aBlockCollectedOnOneSideAndUsedAgainOnTheOtherComesBack() {
        HistoryLimits none = new HistoryLimits(1, Duration.ofDays(1), 0);
        byte[] large = new byte[200_000];
        new Random(3).nextBytes(large);
        Change again = new Change(List.of(new Edit.Put(key("x"), Content.copyOf(large))), "", "");
        ConfigStore here = open("a", none);
        ConfigStore there = open("b", AMPLE);
        Commit first = here.commit(again);
        there.advance(List.of(first.head()), first.blocks());
        here.commit(put("x", "small"));
        here.close();
        here = open("a", none);
        Block gone = first.blocks().get(0);
        assertThat(here.blocks().get(gone.hash())).as("collected when opened").isEmpty();

        there.commit(put("x", "something else"));
        Commit reused = there.commit(again);
        assertThat(reused.blocks()).contains(gone);
        Progress progress = here.advance(List.of(reused.head()), reused.blocks());
        if (!progress.open().isEmpty()) {
            pull(here, reused.head(), there);
        }
        assertThat(here.blocks().get(gone.hash())).isPresent();
        assertThat(here.view().index().find(entryPlace("x")).orElseThrow().versions())
                .anySatisfy(version -> assertThat(version.resource().content()).isEqualTo(Content.copyOf(large)));
        here.close();
        there.close();
    }

    private static Hash entryPlace(String name) {
        return Hash.of(key(name).toString().getBytes(StandardCharsets.UTF_8));
    }

    private static List<Block> blocks(Set<Hash> names, ConfigStore from) {
        return names.stream().flatMap(name -> from.blocks().get(name).stream()).toList();
    }

    private static void pull(ConfigStore to, Head head, ConfigStore from) {
        Progress progress = to.advance(List.of(head), List.of());
        while (!progress.open().isEmpty()) {
            progress = to.advance(List.of(head), blocks(progress.missing(), from));
        }
    }

    private static ConfigHistory history(ConfigStore store) {
        return store.history(store.heads(), store.view());
    }

    private static String textAt(ConfigStore store, Revision revision) {
        return history(store)
                .at(revision)
                .orElseThrow()
                .resources()
                .get(key("x"))
                .content()
                .toUtf8();
    }

    private ConfigStore open(String name, HistoryLimits limits) {
        InstantSource wall = now::get;
        return ConfigStore.open(directory.resolve(name), name, limits, wall);
    }

    private static ResourceKey key(String name) {
        return new ResourceKey("g", "Kind", "ns", name);
    }

    private static Edit edit(String name, String text) {
        return new Edit.Put(key(name), Content.utf8(text));
    }

    private static Change put(String name, String text) {
        return new Change(List.of(edit(name, text)), "", "");
    }
}
