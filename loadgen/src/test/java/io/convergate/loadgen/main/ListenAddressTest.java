package io.convergate.loadgen.main;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Addresses on the command lines of {@code origin} and {@code proxy}, and what is said about wrong ones. */
class ListenAddressTest {
    @ParameterizedTest
    @CsvSource({"9000, 127.0.0.1:9000", "127.0.0.2:0, 127.0.0.2:0", "[::1]:80, [0:0:0:0:0:0:0:1]:80"})
    void anAddressIsRead(String text, String address) {
        assertThat(ListenAddress.text(new ListenAddress().convert(text))).isEqualTo(address);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "origin --listen x:y              | x:y (expected: HOST:PORT or PORT)",
                "origin --listen 127.0.0.1:70000  | 127.0.0.1:70000 (expected: HOST:PORT or PORT)",
                "origin --label a/b               | label a/b (expected: 1 to 100 letters",
                "origin --threads 0               | threads 0 (expected: 1 to 64)",
                "proxy --threads 65               | threads 65 (expected: 1 to 64)",
                "proxy --link 9000                | 9000",
            })
    void aWrongOneIsTold(String line, String message) {
        StringWriter err = new StringWriter();
        CommandLine root = CommandLines.root();
        root.setErr(new PrintWriter(err));
        assertThat(root.execute(line.split(" "))).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains(message);
    }
}
