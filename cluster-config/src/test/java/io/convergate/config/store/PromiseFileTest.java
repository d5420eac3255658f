package io.convergate.config.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.config.Hash;
import io.convergate.config.WriterId;
import io.convergate.config.block.Head;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PromiseFileTest {
    private static final Head ONE = new Head(new WriterId(0x1122334455667788L), 5, Hash.of(new byte[] {1}));
    private static final Head TWO = new Head(new WriterId(2), 1, Hash.of(new byte[] {2}));

    @TempDir
    Path directory;

    @Test
    void theLastPromiseIsThereAfterTheProcessEnded() {
        try (PromiseFile file = PromiseFile.open(directory)) {
            assertThat(file.last()).isEmpty();
            file.write(ONE);
            file.write(TWO);
        }
        try (PromiseFile file = PromiseFile.open(directory)) {
            assertThat(file.last()).contains(TWO);
            file.clear(ONE);
            assertThat(file.last()).as("another one was cleared").contains(TWO);
            file.clear(TWO);
        }
        try (PromiseFile file = PromiseFile.open(directory)) {
            assertThat(file.last()).isEmpty();
        }
    }

    @Test
    void aRecordThatIsNotWholeIsNoPromise() throws IOException {
        try (PromiseFile file = PromiseFile.open(directory)) {
            file.write(ONE);
        }
        byte[] sound = Files.readAllBytes(directory.resolve("promise"));
        for (int i = 0; i < sound.length; i++) {
            byte[] damaged = sound.clone();
            damaged[i] ^= 1;
            Files.write(directory.resolve("promise"), damaged);
            try (PromiseFile file = PromiseFile.open(directory)) {
                assertThat(file.last()).as("byte %d", i).isEmpty();
            }
        }
        Files.write(directory.resolve("promise"), new byte[3]);
        try (PromiseFile file = PromiseFile.open(directory)) {
            assertThat(file.last()).isEmpty();
        }
    }

    /** Whoever changes the form must give it a new number, and go on reading this one. */
    @Test
    void theFormIsFixed() throws IOException {
        try (PromiseFile file = PromiseFile.open(directory)) {
            file.write(ONE);
        }
        assertThat(HexFormat.of().formatHex(Files.readAllBytes(directory.resolve("promise"))))
                .startsWith("00000031" + "01" + "1122334455667788" + "0000000000000005" + Hash.of(new byte[] {1}))
                .hasSize(2 * (4 + 49 + 4));
    }
}
