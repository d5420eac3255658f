package io.convergate.loadgen.main;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import io.convergate.loadgen.load.LoadResult;
import io.convergate.loadgen.load.Outcome;
import io.convergate.loadgen.report.ReportJson;
import io.convergate.loadgen.report.Samples;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class LoadCommandTest {
    private static final List<Integer> NOT_FAILED = List.of(ExitCode.OK, ExitCode.NOT_HONEST);

    @TempDir
    private Path directory;

    private final AtomicInteger requests = new AtomicInteger();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @SuppressWarnings("NullAway.Init")
    private HttpServer server;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
        server.createContext("/", exchange -> {
            int number = requests.getAndIncrement();
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().set("x-origin", number % 10 == 9 ? "v2" : "v1");
            byte[] body = "hi".getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(exchange.getRequestURI().getPath().equals("/missing") ? 404 : 200, 2);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    private int run(String... arguments) {
        CommandLine root = CommandLines.root();
        root.setOut(new PrintWriter(out, true));
        root.setErr(new PrintWriter(err, true));
        return root.execute(arguments);
    }

    private int load(String... arguments) {
        List<String> all = new ArrayList<>(List.of("load", "-q", "-d", "1s"));
        all.addAll(List.of(arguments));
        return run(all.toArray(new String[0]));
    }

    @Test
    void everyFormOfTheFiguresSaysTheSame() throws Exception {
        Path json = directory.resolve("a.json");
        Path hdr = directory.resolve("a.hdr");
        Path html = directory.resolve("a.html");

        int code = load(
                url("/x"), "-r", "100", "--json", json.toString(), "--hdr", hdr.toString(), "--html", html.toString());

        assertThat(NOT_FAILED).contains(code);
        LoadResult result = ReportJson.read(json).get(0).loads().get(0);
        assertThat(result.outcomes()).isEqualTo(Map.of(Outcome.OK, 100L));
        assertThat(result.isHonest()).isEqualTo(code == ExitCode.OK);
        assertThat(requests).hasValue(100);
        assertThat(out.toString()).contains("100 planned, 100 sent, 100 ended in", "100 ok", "v1 ", "90 (90.00 %)");
        assertThat(html).content().contains("<html").doesNotContain("src=\"http");
        if (code == ExitCode.OK) {
            assertThat(count(hdr)).isEqualTo(100);
            assertThat(result.latency().count()).isEqualTo(100);
        } else {
            assertThat(hdr).doesNotExist();
            assertThat(result.latency().count()).isZero();
            assertThat(out.toString()).contains("not reported: the generator was late itself");
        }
    }

    private static long count(Path hdr) throws IOException {
        long count = 0;
        try (HistogramLogReader reader = new HistogramLogReader(hdr.toFile())) {
            EncodableHistogram next;
            while ((next = reader.nextIntervalHistogram()) != null) {
                count += ((Histogram) next).getTotalCount();
            }
        }
        return count;
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @CsvSource(delimiter = '|', textBlock = """
            /       | --fail-if       | errors>0     | 0
            /       | --fail-if       | rate<1000    | 1
            /missing| --fail-if       | errors>0     | 1
            /missing| --fail-if       | 4xx<100%     | 0
            /missing| --expect-status | 404          | 0
            /       | --weights       | v1=90,v2=10  | 0
            /       | --weights       | v1=50,v2=50  | 1
            /       | --limit         | 300          | 0
            /       | --limit         | 20           | 1
            """)
    void checksDecideTheExitCode(String path, String option, String value, int expected) {
        int code = load(url(path), "-r", "100", option, value);

        assertThat(code).isIn(expected, expected == ExitCode.OK ? ExitCode.NOT_HONEST : expected);
    }

    @Test
    void noAnswerAtAllHasItsOwnExitCode() {
        server.stop(0);

        assertThat(load(url("/"), "-n", "3", "-r", "10")).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(out.toString()).contains("3 refused");
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @CsvSource(delimiter = '|', textBlock = """
            ftp://127.0.0.1/  | -r 10              | ftp://127.0.0.1/ (expected: http://HOST:PORT/PATH, or https)
            http://h:99999/   | -r 10              | h:99999 (expected: HOST:PORT, port 1 to 65535)
            http://127.0.0.1/ | -r 0               | 0 (expected: a rate above 0)
            http://h.invalid/ | -r 10              | h.invalid (expected: a name that resolves)
            http://h:1/       | -r fast            | fast (expected: requests a second, such as 1000, 100..1000 or 100,200,400)
            http://h:1/       | -r 10 -d 10        | (expected: a number and us, ms, s, m or h, such as 500ms or 1.5s)
            http://h:1/       | -r 10 -c 0         | connections: 0 (expected: one a thread to 1000000)
            http://h:1/       | --fail-if p99>1    | p99>1 (expected: FIGURE, < or >, and a bound
            http://h:1/       | -f nowhere.yaml    | nowhere.yaml (expected: a file that can be read)
            http://h:1/x      | -f nowhere.yaml    | http://h:1/x (expected: no path; the file says the requests)
            http://h:1/{{no}} | -r 10              | {{no}} (expected: seq, random A..B
            http://h:1/       | --weights v1       | v1 (expected: UPSTREAM=WEIGHT, such as v1=90,v2=10)
            http://h:1/       | -H nocolon         | nocolon (expected: NAME: VALUE)
            http://h:1/       | --expect-status 999 | 999 (expected: a status such as 200
            http://h:1/       | --replay nowhere.log | nowhere.log (expected: a file that can be read)
            """)
    void aMistakeIsToldAndNothingIsSent(String url, String options, String message) {
        List<String> arguments = new ArrayList<>(List.of(url));
        arguments.addAll(List.of(options.split(" ")));

        assertThat(load(arguments.toArray(new String[0]))).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains(message);
    }

    @Test
    void aFileOfRequestsIsSent() throws Exception {
        Path file = directory.resolve("mix.yaml");
        Files.writeString(file, "mix:\n  - {path: /a}\n  - {path: /missing, expect: {status: 404}}\n");

        assertThat(NOT_FAILED).contains(load(url(""), "-r", "100", "-f", file.toString(), "--fail-if", "errors>0"));
        assertThat(out.toString()).contains("GET /a", "GET /missing");

        Files.writeString(file, "mix:\n  - {pth: /a}\n");
        assertThat(load(url(""), "-r", "100", "-f", file.toString())).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("mix.yaml:2: mix[0]");
    }

    @Test
    void anAccessLogIsReplayed() throws Exception {
        Path log = directory.resolve("access.log");
        Files.writeString(log, """
                1.2.3.4 - - [23/Nov/2026:20:07:22 +0000] "GET /a HTTP/1.1" 200 12 "-" "-"
                1.2.3.4 - - [23/Nov/2026:20:07:22 +0000] "GET /missing HTTP/1.1" 404 12 "-" "-"
                1.2.3.4 - - [23/Nov/2026:20:07:23 +0000] "-" 400 0 "-" "-"
                1.2.3.4 - - [23/Nov/2026:20:07:24 +0000] "GET /a HTTP/1.1" 404 12 "-" "-"
                """);

        int code = load(url(""), "--replay", log.toString(), "--speed", "10", "--fail-if", "wrong>0");

        assertThat(code).isEqualTo(ExitCode.FAILED);
        assertThat(out.toString()).contains("3 planned", "2 ok, 1 wrong-status", "status 200 (expected: 404)");
        assertThat(err.toString()).contains("1 line is no request that can be sent again");
    }

    @Test
    void twoRunsAreCompared() {
        String before = directory.resolve("before.json").toString();
        String after = directory.resolve("after.json").toString();
        load(url("/"), "-r", "400", "--json", before);
        load(url("/"), "-r", "40", "--json", after);

        assertThat(run("compare", before, before, "--worse", "5")).isIn(NOT_FAILED);
        assertThat(run("compare", before, after)).isEqualTo(ExitCode.OK);
        assertThat(run("compare", before, after, "--worse", "5")).isEqualTo(ExitCode.FAILED);
        assertThat(out.toString()).containsPattern("requests/s +\\d+\\.\\d+ +\\d+\\.\\d+ +0\\.[0-3]\\d  worse");
        assertThat(run("compare", before, directory.resolve("none.json").toString()))
                .isEqualTo(ExitCode.USAGE);
    }

    @Test
    void aRunInWhichNothingEndedIsWorse() throws IOException {
        Path before = directory.resolve("before.json");
        Path after = directory.resolve("after.json");
        String run = ReportJson.write(Samples.run("x", 1, 8, 0));
        Files.writeString(before, run);
        JsonNode tree = new ObjectMapper().readTree(run);
        ((ObjectNode) tree.get("loads").get(0)).putObject("outcomes");
        Files.writeString(after, tree.toString());

        assertThat(run("compare", before.toString(), after.toString(), "--worse", "10"))
                .isEqualTo(ExitCode.FAILED);
    }

    @Test
    void whatEndsItEarlyFindsTheReportsWritten() throws Exception {
        Path json = directory.resolve("early.json");
        Path printed = directory.resolve("printed.txt");
        Process load = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "load",
                        "http://127.0.0.1:" + server.getAddress().getPort() + "/",
                        "--rate=50",
                        "--duration=10m",
                        "--json=" + json)
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile())
                .start();
        try {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (requests.get() < 5 && System.nanoTime() < deadline) {
                load.waitFor(20, TimeUnit.MILLISECONDS);
            }
            load.destroy();

            assertThat(load.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(load.exitValue()).isEqualTo(143);
            LoadResult result = ReportJson.read(json).get(0).loads().get(0);
            assertThat(result.count(Outcome.OK)).isGreaterThanOrEqualTo(5).isEqualTo(result.planned());
            assertThat(Files.readString(printed)).contains(" planned, ", " ok\n");
        } finally {
            load.destroyForcibly();
        }
    }
}
