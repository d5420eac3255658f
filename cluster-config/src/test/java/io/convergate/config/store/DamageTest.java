package io.convergate.config.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.convergate.config.Change;
import io.convergate.config.Content;
import io.convergate.config.Edit;
import io.convergate.config.Hash;
import io.convergate.config.HistoryLimits;
import io.convergate.config.StoreException;
import io.convergate.config.WriterId;
import io.convergate.config.block.Block;
import io.convergate.routing.model.ResourceKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever happens to the bytes of a log, what is read from it is some configuration that was there once, as a whole. */
class DamageTest {
    private static final long SEED = 20_261_126;

    /** How often one kind of damage is tried. */
    private static final int ROUNDS = 150;

    @TempDir
    Path directory;

    private final Random random = new Random(SEED);
    private final Set<Hash> configurations = new HashSet<>();
    private byte[] sound = new byte[0];
    private WriterId writer = new WriterId(0);
    private long counter;

    /** What happens to a range of bytes. */
    enum Damage {
        FLIPPED {
            @Override
            byte[] apply(byte[] bytes, int from, int length, Random random) {
                for (int i = from; i < from + length; i++) {
                    bytes[i] ^= (byte) (1 << random.nextInt(8));
                }
                return bytes;
            }
        },
        ZEROED {
            @Override
            byte[] apply(byte[] bytes, int from, int length, Random random) {
                Arrays.fill(bytes, from, from + length, (byte) 0);
                return bytes;
            }
        },
        RANDOM {
            @Override
            byte[] apply(byte[] bytes, int from, int length, Random random) {
                byte[] noise = new byte[length];
                random.nextBytes(noise);
                System.arraycopy(noise, 0, bytes, from, length);
                return bytes;
            }
        },
        REMOVED {
            @Override
            byte[] apply(byte[] bytes, int from, int length, Random random) {
                byte[] left = new byte[bytes.length - length];
                System.arraycopy(bytes, 0, left, 0, from);
                System.arraycopy(bytes, from + length, left, from, bytes.length - from - length);
                return left;
            }
        },
        CUT_OFF {
            @Override
            byte[] apply(byte[] bytes, int from, int length, Random random) {
                return Arrays.copyOf(bytes, from);
            }
        };

        abstract byte[] apply(byte[] bytes, int from, int length, Random random);
    }

    @BeforeEach
    void writeALog() throws IOException {
        try (ConfigStore store = open("sound")) {
            configurations.add(store.view().index().hash());
            for (int i = 0; i < 30; i++) {
                byte[] content = new byte[1 + random.nextInt(i % 10 == 0 ? 150_000 : 500)];
                random.nextBytes(content);
                Edit edit = i % 7 == 6
                        ? new Edit.Delete(key(random.nextInt(8)))
                        : new Edit.Put(key(random.nextInt(8)), Content.copyOf(content));
                writer = store.commit(new Change(List.of(edit), "", "")).head().writer();
                configurations.add(store.view().index().hash());
            }
            counter = store.heads().get(0).counter();
        }
        sound = Files.readAllBytes(log("sound"));
    }

    @ParameterizedTest
    @EnumSource
    void aDamagedLogIsReadAsAWholeConfigurationThatWasThereOnce(Damage damage) throws IOException {
        for (int round = 0; round < ROUNDS; round++) {
            int from = round < 12 ? round : random.nextInt(sound.length);
            int length = 1 + random.nextInt(Math.min(sound.length - from, round % 3 == 0 ? 4 : 5000));
            String what = "seed %d: %s, %d bytes from %d".formatted(SEED, damage, length, from);
            byte[] damaged = damage.apply(sound.clone(), from, length, random);
            if (Arrays.equals(damaged, sound)) {
                continue;
            }
            String name = damage + "-" + round;
            Files.createDirectories(directory.resolve(name));
            Files.write(log(name), damaged);
            if (isAnotherVersion(damaged)) {
                assertThatThrownBy(() -> open(name)).as(what).isInstanceOf(StoreException.class);
                continue;
            }
            try (ConfigStore store = open(name)) {
                assertThat(configurations)
                        .as(what)
                        .contains(store.view().index().hash());
                Commit next = store.commit(new Change(List.of(new Edit.Put(key(99), Content.utf8("x"))), "", ""));
                assertThat(next.head().writer().equals(writer) && next.head().counter() <= counter)
                        .as("%s: %s is used twice", what, next.head())
                        .isFalse();
                bringBack(store, what);
            }
            try (ConfigStore store = open(name)) {
                assertThat(store.view().resources()).as(what).containsKey(key(99));
            }
        }
    }

    private static boolean isAnotherVersion(byte[] bytes) {
        return bytes.length >= 8 && Arrays.equals(bytes, 0, 7, StoreLog.MAGIC, 0, 7) && bytes[7] != StoreLog.MAGIC[7];
    }

    /** A peer that has everything brings what was lost. */
    private void bringBack(ConfigStore store, String what) throws IOException {
        try (ConfigStore peer = open("sound")) {
            Progress progress = store.advance(peer.heads(), List.of());
            for (int rounds = 0; !progress.open().isEmpty(); rounds++) {
                assertThat(rounds).as(what).isLessThan(100);
                List<Block> blocks = new ArrayList<>();
                progress.missing().forEach(name -> blocks.add(peer.blocks().require(name)));
                progress = store.advance(peer.heads(), blocks);
            }
            assertThat(store.view().revision().covers(peer.view().revision()))
                    .as(what)
                    .isTrue();
            peer.view().resources().forEach((key, resource) -> assertThat(
                            store.view().resources().get(key))
                    .as(what)
                    .isEqualTo(resource));
        }
    }

    /** The rest of the log is worth reading: a flipped bit in an old record costs that record only. */
    @Test
    void whatFollowsADamagedRecordIsReadToo() throws IOException {
        byte[] damaged = sound.clone();
        damaged[StoreLog.MAGIC.length + 5] ^= 1;
        Files.createDirectories(directory.resolve("bit"));
        Files.write(log("bit"), damaged);
        Hash newest;
        try (ConfigStore peer = open("sound")) {
            newest = peer.view().index().hash();
        }
        try (ConfigStore store = open("bit")) {
            assertThat(store.view().index().hash()).isEqualTo(newest);
        }
        assertThat(LogScan.read(log("bit"), entry -> {}).holes())
                .as("rewritten")
                .isFalse();
    }

    @Test
    void aFullDiskRefusesChangesLosesNothingAndTakesThemAgainOnceThereIsRoom() throws Exception {
        Path small = Files.createDirectory(directory.resolve("small"));
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", small.toString()), "needs root to mount");
        try {
            byte[] large = new byte[60_000];
            Path ballast = small.resolve("ballast");
            ConfigStore store =
                    ConfigStore.open(small.resolve("data"), "n", HistoryLimits.defaults(), InstantSource.system());
            Files.write(ballast, new byte[200_000]);
            int taken = 0;
            StoreException full = null;
            while (full == null) {
                random.nextBytes(large);
                try {
                    store.commit(new Change(List.of(new Edit.Put(key(taken), Content.copyOf(large))), "", ""));
                    taken++;
                } catch (StoreException e) {
                    full = e;
                }
            }
            assertThat(full).hasMessageContaining("cannot be written");
            assertThat(store.trouble()).isNotEmpty();
            assertThat(store.view().resources()).hasSize(taken);

            Files.delete(ballast);
            store.commit(new Change(List.of(new Edit.Put(key(taken), Content.copyOf(large))), "", ""));
            assertThat(store.trouble()).isEmpty();
            store.close();
            try (ConfigStore again =
                    ConfigStore.open(small.resolve("data"), "n", HistoryLimits.defaults(), InstantSource.system())) {
                assertThat(again.view().resources()).hasSize(taken + 1);
                assertThat(again.view().revision().counters().values()).containsExactly((long) taken + 1);
            }
        } finally {
            run("umount", small.toString());
        }
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    }

    private ConfigStore open(String name) {
        return ConfigStore.open(directory.resolve(name), name, HistoryLimits.defaults(), InstantSource.system());
    }

    private Path log(String name) {
        return directory.resolve(name).resolve("config.log");
    }

    private static ResourceKey key(int number) {
        return new ResourceKey("g", "Kind", "ns", "r" + number);
    }
}
