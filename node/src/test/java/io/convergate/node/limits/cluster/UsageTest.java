package io.convergate.node.limits.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergate.config.StoreException;
import io.convergate.config.block.ByteReader;
import io.convergate.config.block.ByteWriter;
import io.convergate.routing.limit.LimitKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The record of used quotas: as a replicated value, in memory and on disk. */
class UsageTest {
    private static final long END = 1_000_000;

    @TempDir
    private Path directory;

    private static UsagePage.Usage usage(long key, long window, long node, long count) {
        return new UsagePage.Usage(new UsagePage.Id(new LimitKey(0, key << 6), window, node), count, END);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void pagesMergeTheSameInWhateverOrderAndDeltasSayWhatIsNew(long seed) {
        Random random = new Random(seed);
        UsagePage one = UsagePage.EMPTY;
        UsagePage other = UsagePage.EMPTY;
        UsagePage follower = UsagePage.EMPTY;
        for (int i = 0; i < 200; i++) {
            UsagePage.Usage usage =
                    usage(random.nextInt(5), random.nextInt(2), random.nextInt(3), random.nextInt(1_000));
            if (random.nextBoolean()) {
                one = one.with(List.of(usage), 0);
            } else {
                other = other.with(List.of(usage), 0);
            }
            if (random.nextInt(10) == 0 && one.deltaData().isPresent()) {
                follower = follower.mergeDeltaData(one.deltaData().get());
                one = one.resetDelta();
            }
        }
        if (one.deltaData().isPresent()) {
            follower = follower.mergeDeltaData(one.deltaData().get());
        }
        assertThat(follower).as("seed %d", seed).isEqualTo(one);
        assertThat(one.mergeData(other)).as("seed %d", seed).isEqualTo(other.mergeData(one));
        assertThat(one.mergeData(one)).as("seed %d", seed).isEqualTo(one);
        ByteWriter bytes = new ByteWriter();
        one.write(bytes);
        assertThat(UsagePage.read(new ByteReader(bytes.toByteArray()))).isEqualTo(one);
    }

    @Test
    void aPageHasABoundAndLetsGoOfWindowsThatAreOver() {
        List<UsagePage.Usage> many = new ArrayList<>();
        for (int i = 0; i < UsagePage.COUNTERS_MAX + 10; i++) {
            many.add(usage(i, 1, 1, 1));
        }
        UsagePage full = UsagePage.EMPTY.with(many, 0);
        assertThat(full.counters()).hasSize(UsagePage.COUNTERS_MAX);
        assertThat(full.with(List.of(), END + 1).counters()).isEmpty();
        UsageRecord record = new UsageRecord(() -> 0, () -> 0);
        many.forEach(usage -> record.note(usage, true));
        assertThat(record.refused()).isEqualTo(10);
        assertThat(record.all()).hasSize(UsagePage.COUNTERS_MAX);
    }

    @Test
    void countersOnlyGrow() {
        UsageRecord record = new UsageRecord(() -> 0, () -> 0);
        record.note(usage(1, 7, 1, 5), true);
        record.note(usage(1, 7, 2, 3), false);
        record.note(usage(1, 7, 1, 4), true);
        assertThat(record.of(new LimitKey(0, 64), 7)).isEqualTo(Map.of(1L, 5L, 2L, 3L));
        assertThat(record.of(new LimitKey(0, 64), 8)).isEmpty();
        assertThat(record.takeUnwritten()).hasSize(2);
        assertThat(record.takeUnwritten()).isEmpty();
        assertThat(record.takeUnpublished(0)).hasSize(1);
    }

    @Test
    void aClockThatJumpsAheadAndComesBackForgetsNothingAndOneThatStaysForgetsWhatIsOver() {
        AtomicLong millis = new AtomicLong(END - 60_000);
        AtomicLong nanos = new AtomicLong(-5);
        UsageRecord record = new UsageRecord(millis::get, nanos::get);
        Duration jump = Duration.ofHours(25);
        record.note(usage(1, 7, 1, 5), true);
        record.note(
                new UsagePage.Usage(new UsagePage.Id(new LimitKey(0, 64), 8, 1), 5, END + jump.toMillis() / 2), true);
        for (int minute = 0; minute < 20; minute++) {
            if (minute == 2 || minute == 8) {
                millis.addAndGet(jump.toMillis());
            } else if (minute == 6) {
                millis.addAndGet(-jump.toMillis());
            }
            record.sweep();
            assertThat(record.all()).as("minute %d", minute).hasSize(minute < 12 ? 2 : minute < 18 ? 1 : 0);
            millis.addAndGet(60_000);
            nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        }
    }

    @Test
    void theJournalGivesBackWhatWasWrittenAndKeepsItsNumber() throws IOException {
        long node;
        try (UsageJournal journal = UsageJournal.open(directory, usage -> {})) {
            node = journal.node();
            journal.append(List.of(usage(1, 1, 1, 5), usage(2, 1, 1, 6)));
            journal.append(List.of(usage(1, 1, 1, 9)));
        }
        List<UsagePage.Usage> replayed = new ArrayList<>();
        try (UsageJournal journal = UsageJournal.open(directory, replayed::add)) {
            assertThat(journal.node()).isEqualTo(node);
            assertThat(replayed).containsExactly(usage(1, 1, 1, 5), usage(2, 1, 1, 6), usage(1, 1, 1, 9));
            journal.rewrite(List.of(usage(1, 1, 1, 9)));
            journal.append(List.of(usage(3, 1, 1, 1)));
        }
        replayed.clear();
        UsageJournal.open(directory, replayed::add).close();
        assertThat(replayed).containsExactly(usage(1, 1, 1, 9), usage(3, 1, 1, 1));
    }

    @Test
    void whatIsTornOrDamagedIsPassedOver() throws IOException {
        try (UsageJournal journal = UsageJournal.open(directory, usage -> {})) {
            journal.append(List.of(usage(1, 1, 1, 5), usage(2, 1, 1, 6), usage(3, 1, 1, 7)));
        }
        Path file = directory.resolve("limits.log");
        byte[] bytes = Files.readAllBytes(file);
        bytes[20 + 52 + 9] ^= 1;
        Files.write(file, bytes);
        Files.write(file, new byte[17], StandardOpenOption.APPEND);
        List<UsagePage.Usage> replayed = new ArrayList<>();
        try (UsageJournal journal = UsageJournal.open(directory, replayed::add)) {
            assertThat(replayed).containsExactly(usage(1, 1, 1, 5), usage(3, 1, 1, 7));
            journal.append(List.of(usage(4, 1, 1, 8)));
        }
        replayed.clear();
        UsageJournal.open(directory, replayed::add).close();
        assertThat(replayed).endsWith(usage(4, 1, 1, 8));
    }

    @Test
    void aFileThatIsNoJournalIsReplacedUnderAnotherNumber() throws IOException {
        Files.write(directory.resolve("limits.log"), new byte[100]);
        try (UsageJournal journal = UsageJournal.open(directory, usage -> {})) {
            assertThat(journal.node()).isNotZero();
        }
    }

    @Test
    void aJournalBelongsToOneProcess() {
        try (UsageJournal journal = UsageJournal.open(directory, usage -> {})) {
            assertThat(journal.node()).isNotZero();
            assertThatThrownBy(() -> UsageJournal.open(directory, usage -> {}))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("in use");
        }
    }

    @Test
    void aFullPageRefusesUntilAWindowIsOver() {
        AtomicLong clock = new AtomicLong(END - 1_000);
        UsageRecord record = new UsageRecord(clock::get, () -> clock.get() * 1_000_000);
        for (int i = 0; i < UsagePage.COUNTERS_MAX; i++) {
            record.note(usage(i, 1, 2, 3), true);
        }
        int more = 10;
        for (int i = 0; i < more; i++) {
            record.note(usage(-1 - i, 1, 2, 3), true);
        }
        assertThat(record.refused()).isEqualTo(more);

        clock.addAndGet(Duration.ofMinutes(11).toMillis());
        record.sweep();
        clock.addAndGet(Duration.ofMinutes(11).toMillis());
        record.note(new UsagePage.Usage(usage(-1, 1, 2, 3).id(), 1, clock.get() + 1), true);
        assertThat(record.refused()).as("there is room again").isEqualTo(more);
    }

    /** Five nodes may each have filled a page with keys of their own; together it must still fit into one message. */
    @Test
    void pagesThatDoNotFitTogetherKeepTheSameCountersInWhateverOrderTheyMeet() {
        UsagePage one = page(0, UsagePage.COUNTERS_MAX);
        UsagePage two = page(UsagePage.COUNTERS_MAX, 2 * UsagePage.COUNTERS_MAX);
        UsagePage three = page(UsagePage.COUNTERS_MAX / 2, 3 * UsagePage.COUNTERS_MAX);
        UsagePage merged = one.mergeData(two).mergeData(three);
        assertThat(merged.counters()).hasSize(UsagePage.MERGED_MAX).containsAll(two.counters());
        assertThat(three.mergeData(two.mergeData(one))).isEqualTo(merged);
        assertThat(merged.mergeData(three)).isEqualTo(merged);
    }

    /** Counters of so many keys; the windows of the second thousands end last. */
    private static UsagePage page(int from, int to) {
        List<UsagePage.Usage> counters = new ArrayList<>();
        UsagePage page = UsagePage.EMPTY;
        for (int i = from; i < to; i++) {
            long end = i / UsagePage.COUNTERS_MAX == 1 ? END + 1 : END;
            counters.add(new UsagePage.Usage(usage(i, 1, 2, 3).id(), 3, end));
            if (counters.size() == UsagePage.COUNTERS_MAX || i == to - 1) {
                page = page.mergeData(UsagePage.EMPTY.with(counters, 0));
                counters.clear();
            }
        }
        return page;
    }
}
