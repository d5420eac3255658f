package io.convergate.config.replicate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class SwarmTest {
    private static final Logger LOG = LoggerFactory.getLogger(SwarmTest.class);

    @TempDir
    Path directory;

    /**
     * Every change goes to every other node once; each answers the writer that it holds it, and all tell all that they serve it. What is
     * repeated every second is left out.
     */
    @Test
    @Timeout(60)
    void aChangeCostsAsManyMessagesAsTheProtocolSays() {
        int size = 7;
        try (Swarm swarm = new Swarm(size, directory, Duration.ofHours(1)).together()) {
            for (int n = 0; n < 10; n++) {
                swarm.change(n % size, "w" + n, "text");
            }
            long before = swarm.messages();
            for (int n = 0; n < 20; n++) {
                swarm.change(n % size, "r" + n, "text " + n);
            }
            long each = (swarm.messages() - before) / 20;
            long protocol = (size - 1L) * (1 + 1 + size);
            assertThat(each).isBetween((size - 1L) * 3, protocol + size);
        }
    }

    /** {@code mvn -pl cluster-config -am test -Dtest=SwarmTest -Dconvergate.swarm=3,5,10,20,35,50} prints the table. */
    @Test
    @EnabledIfSystemProperty(named = "convergate.swarm", matches = "[0-9,]+")
    void tableOfWhatAChangeCostsAsTheClusterGrows() throws IOException {
        Path memory = Path.of("/dev/shm");
        Path stores = Files.isDirectory(memory) ? Files.createTempDirectory(memory, "swarm") : directory;
        StringBuilder table = new StringBuilder();
        for (String size : System.getProperty("convergate.swarm").split(",", -1)) {
            table.append(Swarm.row(Integer.parseInt(size), stores.resolve(size)))
                    .append('\n');
        }
        LOG.info("nodes, p50 ms, max ms, messages, KiB, KiB a node, of a change:\n{}", table);
        try (Stream<Path> files = Files.walk(stores)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        }
    }
}
