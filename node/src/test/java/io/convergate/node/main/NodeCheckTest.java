package io.convergate.node.main;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code node --check}: what would stop a start is said without one. */
class NodeCheckTest {
    @Test
    void settingsThatAreRightAreSaidToBeAndNothingIsWritten(@TempDir Path directory) throws Exception {
        Path data = directory.resolve("data");
        Path keys = Files.writeString(directory.resolve("keys"), "first " + "A".repeat(43) + "=\n");
        Files.setPosixFilePermissions(keys, PosixFilePermissions.fromString("rw-------"));

        CommandRun run = CommandRun.with(
                Map.of("CONVERGATE_NAME", "one", "CONVERGATE_ENCRYPTION_KEY_FILE", keys.toString()),
                "node",
                "--check",
                "--data",
                data.toString());

        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("node one on 127.0.0.1", "the settings are right");
        assertThat(run.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(data).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "--headers-max=3; --headers-max 3 (expected: 10 to 10000)",
                "--admin-tokens=/nowhere/tokens; --admin-tokens /nowhere/tokens: no such file",
                "--admin-cert=/nowhere/crt --admin-key=/nowhere/key; --admin-cert /nowhere/crt: no such file",
                "--admin-tokens=/nowhere/tokens --host=10.0.0.1; tokens would cross the network in clear",
                "--cluster-cert=/nowhere/crt --cluster-key=/nowhere/key --cluster-ca=/nowhere/ca; --cluster-cert /nowhere/crt: no such file",
                "--encryption-key-file=/nowhere/keys; --encryption-key-file /nowhere/keys: no such file",
                "--limit-service-port=0 --limit-service-cert=/nowhere/crt --limit-service-key=/nowhere/key; --limit-service-cert /nowhere/crt: no such file"
            })
    void whatWouldStopAStartIsSaidWithItsExitCode(String options, String message, @TempDir Path directory) {
        CommandRun run = CommandRun.of(("node --check --data=" + directory + " " + options).split(" "));

        assertThat(run.err()).contains(message);
        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    }
}
