package io.convergate.node.main;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.stream.Stream;
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
                "--admin-port",
                Integer.toString(TestNode.freePort()),
                "--cluster-port",
                Integer.toString(TestNode.freePort()),
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
                "--access-log-path=/nowhere/log; --access-log-path /nowhere/log (expected: a file that can be written)",
                "--encryption-key-file=/nowhere/keys; --encryption-key-file /nowhere/keys: no such file",
                "--limit-service-port=0 --limit-service-cert=/nowhere/crt --limit-service-key=/nowhere/key; --limit-service-cert /nowhere/crt: no such file"
            })
    void whatWouldStopAStartIsSaidWithItsExitCode(String options, String message, @TempDir Path directory) {
        CommandRun run = CommandRun.of(("node --check --data=" + directory + " " + options).split(" "));

        assertThat(run.err()).contains(message);
        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void whatAnotherProcessHasIsSaidWithItsOption(@TempDir Path directory) throws Exception {
        InetAddress loopback = InetAddress.getByName("127.0.0.1");
        try (ServerSocket admin = new ServerSocket(0, 1, loopback);
                ServerSocket cluster = new ServerSocket(0, 1, loopback)) {
            CommandRun run = check(
                    directory, "--admin-port=" + admin.getLocalPort(), "--cluster-port=" + cluster.getLocalPort());

            assertThat(run.err())
                    .contains(
                            "--admin-port " + admin.getLocalPort() + " (expected: a port of 127.0.0.1 that is free",
                            "--cluster-port " + cluster.getLocalPort()
                                    + " (expected: a port of 127.0.0.1 that is free");
            assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
        }
    }

    @Test
    void anAddressThatIsNotThisMachinesIsSaid(@TempDir Path directory) {
        // TEST-NET-1 of RFC 5737: no machine has it.
        CommandRun run = check(directory, "--host=192.0.2.1");

        assertThat(run.err()).contains("--host 192.0.2.1 (expected: an address of this machine)");
        assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
    }

    @Test
    void aDirectoryThatIsNoneOrIsInUseIsSaid(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "");
        assertThat(check(file.resolve("data")).err())
                .contains("--data " + file.resolve("data") + " (expected: a directory; " + file + " is none)");

        try (FileChannel lock =
                FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            assertThat(lock.tryLock()).isNotNull();
            CommandRun run = check(directory, "--admin-port=1", "--cluster-port=1");

            assertThat(run.err())
                    .contains("--data " + directory + " (expected: a directory that no other process uses");
            assertThat(run.err()).doesNotContain("-port");
            assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
        }
    }

    private static CommandRun check(Path data, String... options) {
        return CommandRun.of(Stream.concat(Stream.of("node", "--check", "--data=" + data), Stream.of(options))
                .toArray(String[]::new));
    }
}
