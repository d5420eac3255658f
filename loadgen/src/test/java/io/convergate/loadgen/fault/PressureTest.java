package io.convergate.loadgen.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.loadgen.fleet.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Pressure as the kernel accounts for it. */
class PressureTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Test
    void aProcessKeepsAProcessorBusyAndEnds() {
        ProcessHandle process;
        try (Pressure pressure = Pressure.start(0.5, 0)) {
            process = ProcessHandle.of(pressure.pid()).orElseThrow();
            Await.untilTrue(
                    "a second of processor time",
                    PATIENCE,
                    () -> process.info().totalCpuDuration().orElseThrow().toMillis() > 1_000);
        }
        assertThat(process.isAlive()).isFalse();
    }

    @Test
    void aProcessHoldsMemory() {
        try (Pressure pressure = Pressure.start(0, 100)) {
            Path status = Path.of("/proc", Long.toString(pressure.pid()), "status");
            Await.untilTrue("100 MiB are resident", PATIENCE, () -> Files.readAllLines(status).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .anyMatch(line -> Long.parseLong(line.replaceAll("\\D", "")) > 100 * 1024));
        }
    }

    @Test
    void theLastGibibyteIsNotTaken() {
        assertThat(Pressure.tooMuch(1 << 25))
                .hasValueSatisfying(why -> assertThat(why).contains("1024 must stay so"));
    }
}
