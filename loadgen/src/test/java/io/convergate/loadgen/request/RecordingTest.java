package io.convergate.loadgen.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordingTest {
    private static final String ENVOY =
            "[2026-11-23T20:07:%s] \"%s %s HTTP/1.1\" %d - %d 1049 62 39 \"127.0.0.1\" \"a \\\"b\\\"\" \"022b7d7c\" \"shop.test\" \"127.0.0.1:9000\"";

    @TempDir
    private Path directory;

    private Recording read(double speed, String... lines) throws IOException {
        Path file = directory.resolve("access.log");
        Files.write(file, List.of(lines));
        return Recording.read(file, speed);
    }

    private static RequestSpec request(Recording recording, int number) {
        int entry = recording.requests().order()[number];
        return ((RequestSet.Single) recording.requests().entries().get(entry)).request();
    }

    @Test
    void envoysTextIsReplayedInTheOrderOfItsStartsAtItsOwnPace() throws IOException {
        Recording recording = read(
                2,
                ENVOY.formatted("23.000Z", "GET", "/b?x=1", 404, 0),
                ENVOY.formatted("22.500Z", "POST", "/a", 200, 17),
                ENVOY.formatted("24.250Z", "GET", "/b?x=1", 404, 0));

        assertThat(recording.offsetsNanos()).containsExactly(0, 250_000_000, 875_000_000);
        assertThat(recording.requests().entries()).hasSize(2);
        RequestSpec first = request(recording, 0);
        assertThat(first.method()).isEqualTo("POST");
        assertThat(first.path()).hasToString("/a");
        assertThat(first.body()).isInstanceOfSatisfying(Body.Bytes.class, body -> assertThat(body.bytes())
                .hasSize(17));
        assertThat(first.headers()).singleElement().satisfies(host -> assertThat(host.value())
                .hasToString("shop.test"));
        assertThat(request(recording, 1).expect().statuses().contains(404)).isTrue();
        assertThat(request(recording, 1).expect().statuses().contains(200)).isFalse();
    }

    @Test
    void istiosJsonIsReplayed() throws IOException {
        Recording recording = read(
                1,
                "{\"start_time\":\"2026-11-23T20:07:22.500Z\",\"method\":\"GET\",\"path\":\"/a\",\"authority\":\"shop.test\",\"response_code\":200,\"bytes_received\":0}",
                "{\"start_time\":\"2026-11-23T20:07:22.600Z\",\"method\":\"GET\",\"path\":\"/a\",\"authority\":null,\"response_code\":0}");

        assertThat(recording.offsetsNanos()).containsExactly(0, 100_000_000);
        assertThat(request(recording, 1).expect().statuses()).isEqualTo(Statuses.SUCCESS);
        assertThat(request(recording, 1).headers()).isEmpty();
    }

    @Test
    void whatNginxSawInOneSecondIsSpreadOverIt() throws IOException {
        String line = "127.0.0.1 - - [23/Nov/2026:20:07:%s +0000] \"GET /a HTTP/1.1\" 200 12 \"-\" \"curl/7.88.1\"";
        Recording recording = read(
                1,
                line.formatted("22"),
                line.formatted("22"),
                "127.0.0.1 - - [23/Nov/2026:20:07:22 +0000] \"\\x16\\x03\\x01\" 400 0 \"-\" \"-\"",
                line.formatted("23"));

        assertThat(recording.offsetsNanos()).containsExactly(0, 500_000_000, 1_000_000_000);
        assertThat(recording.skipped()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            hello                                    | :1: hello (expected: a line of Envoy's default format
            {"start_time":"now"}                     | (expected: start_time, method and path as texts; no method)
            {"start_time":"now","method":"GET","path":"/"} | :1: now (expected: a time such as 2026-11-23T20:07:22.960Z)
            {"start_time                             | (expected: an object of JSON)
            1.2.3.4 - - [23/11/2026] "GET / HTTP/1.1" 200 12 "-" "-" | :1: 23/11/2026 (expected: a time such as
            1.2.3.4 - - [23/Nov/2026:20:07:22 +0000] "-" 400 0 "-" "-" | no request (expected: at least one that can be sent again)
            """)
    void otherLinesAreRefused(String line, String message) {
        assertThatThrownBy(() -> read(1, line))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(directory.resolve("access.log") + ":")
                .hasMessageContaining(message);
    }
}
