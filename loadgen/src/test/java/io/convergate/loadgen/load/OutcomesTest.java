package io.convergate.loadgen.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.convergate.loadgen.RefusingPort;
import io.convergate.loadgen.load.RawOrigin.Behaviour;
import io.convergate.loadgen.request.Expectation;
import io.convergate.loadgen.request.RequestSet;
import io.convergate.loadgen.request.RequestSpec;
import io.convergate.loadgen.request.Statuses;
import io.convergate.loadgen.request.Think;
import io.convergate.loadgen.verify.ExpectedAnswer;
import io.convergate.loadgen.verify.Finding;
import io.convergate.loadgen.verify.Threshold;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each outcome, provoked by a server that really does it. */
class OutcomesTest {
    /** For answers that never come; what does come may take its time on a busy machine. */
    private static final Duration SHORT = Duration.ofMillis(300);

    private static final Duration LONG = Duration.ofSeconds(8);

    private static final Expectation HASHED = new Expectation(
            Statuses.SUCCESS,
            Set.of("a"),
            Set.of("r"),
            Set.of("v1"),
            OptionalLong.of(2),
            Optional.of("8f434346648f6b96df89dda901c5176b10a6d83961dd3c1ac88b59b2dc327aa4"));

    private static Arguments row(
            String what, Outcome expected, String detail, Expectation expectation, Behaviour does) {
        return Arguments.of(what, expected, detail, expectation, does);
    }

    private static Arguments says(String what, Outcome expected, String detail, String answer) {
        return row(what, expected, detail, Expectation.SUCCESS, (request, socket) -> {
            RawOrigin.write(socket, answer);
            return false;
        });
    }

    private static Arguments hashed(String what, Outcome expected, String detail, String fields, String body) {
        return row(what, expected, detail, HASHED, (request, socket) -> {
            RawOrigin.write(socket, RawOrigin.response(body, fields));
            return true;
        });
    }

    static Stream<Arguments> misbehaviour() {
        String chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        return Stream.of(
                says("a length", Outcome.OK, "", "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi"),
                says("chunks", Outcome.OK, "", chunked + "2;a=b\r\nhi\r\n0\r\nx: y\r\n\r\n"),
                says("a body up to the end", Outcome.OK, "", "HTTP/1.1 200 OK\r\n\r\nhi"),
                says("HTTP/1.0", Outcome.OK, "", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi"),
                says("no reason phrase", Outcome.OK, "", "HTTP/1.1 204\r\n\r\n"),
                says("an interim answer", Outcome.OK, "", "HTTP/1.1 103 Hints\r\nlink: x\r\n\r\nHTTP/1.1 204 \r\n\r\n"),
                says(
                        "404",
                        Outcome.STATUS_4XX,
                        "status 404 (expected: 2xx)",
                        "HTTP/1.1 404 No\r\ncontent-length: 0\r\n\r\n"),
                says(
                        "503",
                        Outcome.STATUS_5XX,
                        "status 503 (expected: 2xx)",
                        "HTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n"),
                says("301", Outcome.WRONG_STATUS, "status 301", "HTTP/1.1 301 Away\r\ncontent-length: 0\r\n\r\n"),
                says("nothing", Outcome.RESET, "before an answer", ""),
                says("half a head", Outcome.RESET, "in the middle of an answer", "HTTP/1.1 200 OK\r\ncont"),
                says(
                        "half a body",
                        Outcome.RESET,
                        "in the middle of an answer",
                        "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhi"),
                says("no last chunk", Outcome.RESET, "in the middle of an answer", chunked + "2\r\nhi\r\n"),
                says("no HTTP", Outcome.MALFORMED, "no status line: hello", "hello, this is a server\r\n\r\n"),
                says(
                        "two lengths",
                        Outcome.MALFORMED,
                        "a second one",
                        "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nContent-Length: 2\r\n\r\nhi"),
                says(
                        "a length of minus one",
                        Outcome.MALFORMED,
                        "content-length: -1",
                        "HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\nhi"),
                says(
                        "a length and chunks",
                        Outcome.MALFORMED,
                        "transfer-encoding and content-length",
                        "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"),
                says(
                        "another coding",
                        Outcome.MALFORMED,
                        "transfer-encoding: gzip",
                        "HTTP/1.1 200 OK\r\ntransfer-encoding: gzip\r\n\r\nhi"),
                says("a bad chunk size", Outcome.MALFORMED, "chunk size: zz", chunked + "zz\r\nhi\r\n0\r\n\r\n"),
                says(
                        "a chunk that is too long",
                        Outcome.MALFORMED,
                        "longer than it says",
                        chunked + "2\r\nhi!\r\n0\r\n\r\n"),
                says("lines without CR", Outcome.MALFORMED, "without CR", "HTTP/1.1 200 OK\ncontent-length: 2\n\nhi"),
                says(
                        "a blank in a name",
                        Outcome.MALFORMED,
                        "no header field",
                        "HTTP/1.1 200 OK\r\ncontent length: 2\r\n\r\nhi"),
                says(
                        "an endless head",
                        Outcome.MALFORMED,
                        "more than 65536",
                        "HTTP/1.1 200 OK\r\n" + "a: b\r\n".repeat(20_000) + "\r\n"),
                says(
                        "more than an answer",
                        Outcome.MALFORMED,
                        "bytes after",
                        "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi!!"),
                row("a reset", Outcome.RESET, "", Expectation.SUCCESS, (request, socket) -> {
                    socket.setSoLinger(true, 0);
                    return false;
                }),
                row("silence", Outcome.TIMEOUT, "no whole answer in time", Expectation.SUCCESS, (request, socket) -> {
                    new CountDownLatch(1).await(2, TimeUnit.SECONDS);
                    return false;
                }),
                hashed(
                        "all as it shall be",
                        Outcome.OK,
                        "",
                        "X-Origin: a\r\nx-route: r\r\nx-origin-version: v1\r\n",
                        "hi"),
                hashed("another upstream", Outcome.WRONG_UPSTREAM, "upstream b (expected: a)", "x-origin: b\r\n", "hi"),
                hashed("no upstream named", Outcome.WRONG_UPSTREAM, "upstream not named (expected: a)", "", "hi"),
                hashed(
                        "another version",
                        Outcome.WRONG_UPSTREAM,
                        "version v2 (expected: v1)",
                        "x-origin: a\r\nx-origin-version: v2\r\n",
                        "hi"),
                hashed(
                        "another route",
                        Outcome.WRONG_UPSTREAM,
                        "route q (expected: r)",
                        "x-origin: a\r\nx-origin-version: v1\r\nx-route: q\r\n",
                        "hi"),
                hashed(
                        "another length",
                        Outcome.WRONG_BODY,
                        "3 bytes (expected: 2)",
                        "x-origin: a\r\nx-route: r\r\nx-origin-version: v1\r\n",
                        "hi!"),
                hashed(
                        "another body",
                        Outcome.WRONG_BODY,
                        "SHA-256 8693873cd8f8a2d9c7c596477180f851e525f4eaf55a4f637b445cb442a5e340",
                        "x-origin: a\r\nx-route: r\r\nx-origin-version: v1\r\n",
                        "ha"));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("misbehaviour")
    void whatAServerDoesHasOneOutcome(
            String what, Outcome expected, String detail, Expectation expectation, Behaviour behaviour)
            throws Exception {
        try (RawOrigin origin = new RawOrigin(behaviour)) {
            LoadResult result = run(
                    List.of(origin.target()),
                    RequestSet.of(RequestSpec.get("/").expecting(expectation)),
                    expected == Outcome.TIMEOUT ? SHORT : LONG);

            assertThat(result.outcomes()).isEqualTo(Map.of(expected, 20L));
            assertThat(result.targets()).isEqualTo(Map.of(origin.target().toString(), Map.of(expected, 20L)));
            if (expected == Outcome.OK) {
                assertThat(result.samples()).isEmpty();
            } else {
                assertThat(result.samples()).isNotEmpty().allMatch(sample -> sample.contains(detail));
            }
        }
    }

    @Test
    void aPortWhereNobodyListensRefuses() throws Exception {
        try (RefusingPort nobody = new RefusingPort()) {
            LoadResult result =
                    run(List.of(new Target("127.0.0.1", nobody.address().getPort())), Expectation.SUCCESS);

            assertThat(result.outcomes()).isEqualTo(Map.of(Outcome.REFUSED, 20L));
            assertThat(result.started()).isZero();
            assertThat(result.connectionsFailed()).isGreaterThanOrEqualTo(20);
        }
    }

    @Test
    void anAnswerThatNobodyAskedForIsCountedAndToldBesideTheRequests() throws Exception {
        CountDownLatch answered = new CountDownLatch(1);
        List<Exchange> told = new CopyOnWriteArrayList<>();
        try (RawOrigin origin = new RawOrigin((request, socket) -> {
            RawOrigin.write(socket, RawOrigin.response("hi", ""));
            answered.await(20, TimeUnit.SECONDS);
            RawOrigin.write(socket, RawOrigin.response("more", ""));
            return true;
        })) {
            long[] oneNowAndOneLater = {0, TimeUnit.MINUTES.toNanos(10)};
            LoadPlan plan = LoadPlan.of(
                    "unasked",
                    List.of(origin.target()),
                    new Profile.Recorded(oneNowAndOneLater),
                    RequestSet.of(RequestSpec.get("/one")),
                    new ExpectedAnswer());
            try (LoadRun run = LoadRun.start(plan, List.of(exchange -> {
                told.add(exchange);
                answered.countDown();
            }))) {
                long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
                while (run.progress().count(Outcome.UNASKED) == 0 && System.nanoTime() < deadline) {
                    Thread.onSpinWait();
                }
                run.stop();
                LoadResult result = run.await(Duration.ofSeconds(20));

                String target = origin.target().toString();
                assertThat(result.outcomes()).isEqualTo(Map.of(Outcome.OK, 1L, Outcome.UNASKED, 1L));
                assertThat(result.targets()).isEqualTo(Map.of(target, Map.of(Outcome.OK, 1L, Outcome.UNASKED, 1L)));
                assertThat(result.completed()).isEqualTo(1);
                assertThat(result.failed()).isEqualTo(1);
                assertThat(result.samples())
                        .singleElement()
                        .asString()
                        .startsWith("unasked: from " + target)
                        .contains("after the answer to GET /one: 42 bytes, HTTP/1.1 200 OK");
                assertThat(told)
                        .extracting(Exchange::outcome, Exchange::number, Exchange::target)
                        .containsExactly(tuple(Outcome.OK, 0L, target), tuple(Outcome.UNASKED, -1L, target));
                assertThat(Threshold.parse("errors>0").judge(result).state()).isEqualTo(Finding.State.BROKEN);
                assertThat(Threshold.parse("wrong>0").judge(result).state()).isEqualTo(Finding.State.BROKEN);
                assertThat(Threshold.parse("unasked>0").judge(result).state()).isEqualTo(Finding.State.BROKEN);
            }
        }
    }

    @Test
    void theAnswerToAnotherRequestIsAWrongBody() throws Exception {
        AtomicReference<String> before = new AtomicReference<>("");
        try (RawOrigin origin = new RawOrigin((request, socket) -> {
            String own = request.head().replaceAll("(?is).*x-request-id: ([^\r]*).*", "$1");
            String others = before.getAndSet(own);
            String id = request.number() % 10 == 9 ? others : own;
            RawOrigin.write(socket, RawOrigin.response("hi", "X-Request-Id: " + id + "\r\n"));
            return true;
        })) {
            LoadResult result = run(plan(List.of(origin.target()), RequestSet.of(RequestSpec.get("/")))
                    .traced());

            assertThat(result.outcomes()).isEqualTo(Map.of(Outcome.OK, 18L, Outcome.WRONG_BODY, 2L));
            assertThat(result.samples()).allMatch(sample -> sample.contains("the answer to "));
        }
    }

    @Test
    void anAnswerJustAfterItsDeadlineIsATimeout() throws Exception {
        Deadlines second = new Deadlines(Duration.ofSeconds(1), Duration.ofMillis(300));
        try (RawOrigin origin = new RawOrigin((request, socket) -> {
            new CountDownLatch(1).await(1_001, TimeUnit.MILLISECONDS);
            RawOrigin.write(socket, RawOrigin.response("hi", ""));
            return true;
        })) {
            LoadResult result = run(plan(List.of(origin.target()), RequestSet.of(RequestSpec.get("/")))
                    .withDeadlines(second));

            assertThat(result.outcomes()).isEqualTo(Map.of(Outcome.TIMEOUT, 20L));
        }
    }

    @Test
    void anAnswerOutOfOrderIsAWrongSession() throws Exception {
        try (RawOrigin origin = new RawOrigin((request, socket) -> {
            int number = request.number() % 10 == 9 ? 3 : request.number();
            RawOrigin.write(socket, RawOrigin.response("hi", "x-origin: a\r\nx-origin-seq: " + number + "\r\n"));
            return true;
        })) {
            LoadResult result = run(List.of(origin.target()), session(false), LONG);

            assertThat(result.outcomes()).isEqualTo(Map.of(Outcome.OK, 18L, Outcome.WRONG_SESSION, 2L));
            assertThat(result.samples()).allMatch(sample -> sample.contains("saw number 3 of a after number"));
        }
    }

    @Test
    void aStickyUserWhoIsAnsweredByAnotherUpstreamIsAWrongSession() throws Exception {
        try (RawOrigin origin = new RawOrigin((request, socket) -> {
            RawOrigin.write(
                    socket, RawOrigin.response("hi", "x-origin: " + (request.number() < 10 ? "a" : "b") + "\r\n"));
            return true;
        })) {
            LoadResult sticky = run(List.of(origin.target()), session(true), LONG);

            assertThat(sticky.outcomes()).isEqualTo(Map.of(Outcome.OK, 19L, Outcome.WRONG_SESSION, 1L));
            assertThat(sticky.samples())
                    .singleElement()
                    .asString()
                    .contains("was answered by b (expected: a, as before)");
            assertThat(sticky.upstreams()).isEqualTo(Map.of("a", 10L, "b", 10L));
        }
    }

    @Test
    void aStickyUserWhoCannotTellWhoAnsweredIsAWrongSession() throws Exception {
        try (RawOrigin origin = new RawOrigin((request, socket) -> {
            RawOrigin.write(socket, RawOrigin.response("hi", ""));
            return true;
        })) {
            assertThat(run(List.of(origin.target()), session(true), LONG).outcomes())
                    .isEqualTo(Map.of(Outcome.WRONG_SESSION, 20L));
            assertThat(run(List.of(origin.target()), session(false), LONG).outcomes())
                    .isEqualTo(Map.of(Outcome.OK, 20L));
        }
    }

    private static RequestSet session(boolean isSticky) {
        return new RequestSet(
                List.of(new RequestSet.Session(
                        "user",
                        List.of(RequestSpec.get("/one"), RequestSpec.get("/two")),
                        1,
                        isSticky,
                        true,
                        Think.NONE,
                        1)),
                new int[0]);
    }

    private static LoadResult run(List<Target> targets, Expectation expectation) throws Exception {
        return run(targets, RequestSet.of(RequestSpec.get("/").expecting(expectation)), LONG);
    }

    private static LoadResult run(List<Target> targets, RequestSet requests, Duration deadline) throws Exception {
        return run(plan(targets, requests).withDeadlines(new Deadlines(deadline, deadline)));
    }

    private static LoadPlan plan(List<Target> targets, RequestSet requests) {
        Profile profile = Profile.constant(200, Duration.ofMillis(100));
        return LoadPlan.of("outcomes", targets, profile, requests, new ExpectedAnswer())
                .withDeadlines(new Deadlines(LONG, LONG))
                .withConnections(30, 1);
    }

    private static LoadResult run(LoadPlan plan) throws Exception {
        try (LoadRun run = LoadRun.start(plan, List.of())) {
            return run.await(Duration.ofSeconds(20));
        }
    }
}
