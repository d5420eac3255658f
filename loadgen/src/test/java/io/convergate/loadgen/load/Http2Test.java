package io.convergate.loadgen.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.loadgen.request.Body;
import io.convergate.loadgen.request.Expectation;
import io.convergate.loadgen.request.RequestSet;
import io.convergate.loadgen.request.RequestSpec;
import io.convergate.loadgen.request.Template;
import io.convergate.loadgen.request.Think;
import io.convergate.loadgen.verify.ExpectedAnswer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Http2Test {
    private static LoadPlan plan(Target target, RequestSpec request) {
        return LoadPlan.of(
                        "two",
                        List.of(target),
                        Profile.constant(200, Duration.ofMillis(100)),
                        RequestSet.of(request),
                        new ExpectedAnswer())
                .withDeadlines(new Deadlines(Duration.ofSeconds(3), Duration.ofSeconds(3)))
                .withConnections(2, 1)
                .withWire(Wire.http2(8));
    }

    private static LoadResult run(LoadPlan plan) throws Exception {
        try (LoadRun run = LoadRun.start(plan, List.of())) {
            return run.await(Duration.ofSeconds(20));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/ok, OK, ''",
        "/reset, RESET, stream reset: INTERNAL_ERROR",
        "/short, MALFORMED, stream error",
        "/hang, TIMEOUT, no whole answer in time",
        "/cut, RESET, before an answer"
    })
    void whatAServerDoesHasOneOutcome(String path, Outcome outcome, String detail) throws Exception {
        try (Http2Origin origin = new Http2Origin(Optional.empty(), 100)) {
            LoadResult result = run(plan(origin.target(), RequestSpec.get(path)));

            assertThat(result.outcomes()).isEqualTo(Map.of(outcome, 20L));
            assertThat(result.samples()).allMatch(sample -> sample.contains(detail));
        }
    }

    @Test
    void theAnswerToAnotherRequestIsAWrongBody() throws Exception {
        try (Http2Origin origin = new Http2Origin(Optional.empty(), 100)) {
            LoadResult right = run(plan(origin.target(), RequestSpec.get("/ok")).traced());
            LoadResult wrong =
                    run(plan(origin.target(), RequestSpec.get("/others")).traced());

            assertThat(right.outcomes()).isEqualTo(Map.of(Outcome.OK, 20L));
            // The first one carries no id at all.
            assertThat(wrong.outcomes()).isEqualTo(Map.of(Outcome.OK, 1L, Outcome.WRONG_BODY, 19L));
            assertThat(wrong.samples()).isNotEmpty().allMatch(sample -> sample.contains("the answer to two-"));
        }
    }

    @Test
    void aUserSendsBackItsCookies() throws Exception {
        try (Http2Origin origin = new Http2Origin(Optional.empty(), 100)) {
            RequestSet user = new RequestSet(
                    List.of(new RequestSet.Session(
                            "user", List.of(RequestSpec.get("/cookie")), 2, false, true, Think.NONE, 1)),
                    new int[0]);
            LoadPlan plan = LoadPlan.of(
                            "two",
                            List.of(origin.target()),
                            Profile.constant(200, Duration.ofMillis(100)),
                            user,
                            new ExpectedAnswer())
                    .withDeadlines(new Deadlines(Duration.ofSeconds(5), Duration.ofSeconds(5)))
                    .withWire(Wire.http2(8));

            assertThat(run(plan).outcomes()).isEqualTo(Map.of(Outcome.OK, 20L));
            assertThat(origin.cookies).hasSize(20).containsOnly("", "n=1; m=2");
            assertThat(origin.cookies.stream().filter(String::isEmpty)).hasSize(2);
        }
    }

    @Test
    void aFrameThatBelongsToNoRequestIsUnasked() throws Exception {
        try (Http2Origin origin = new Http2Origin(Optional.empty(), 100)) {
            LoadPlan plan = LoadPlan.of(
                            "two",
                            List.of(origin.target()),
                            new Profile.Recorded(new long[] {0, TimeUnit.MINUTES.toNanos(10)}),
                            RequestSet.of(RequestSpec.get("/unasked")),
                            new ExpectedAnswer())
                    .withConnections(1, 1)
                    .withWire(Wire.http2(8));
            try (LoadRun run = LoadRun.start(plan, List.of())) {
                long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
                while (run.progress().failed() == 0 && System.nanoTime() < deadline) {
                    Thread.onSpinWait();
                }
                run.stop();

                assertThat(run.await(Duration.ofSeconds(20)).outcomes())
                        .isEqualTo(Map.of(Outcome.OK, 1L, Outcome.UNASKED, 1L));
            }
        }
    }

    @Test
    void aStreamThatWasRefusedIsMovedAndNoFailure() throws Exception {
        try (Http2Origin origin = new Http2Origin(Optional.empty(), 100)) {
            LoadResult result = run(plan(origin.target(), RequestSpec.get("/refuse-once")));

            assertThat(result.outcomes()).isEqualTo(Map.of(Outcome.OK, 20L));
            assertThat(result.moved()).isEqualTo(1);
            assertThat(result.retried()).isZero();
        }
    }

    @Test
    void goAwayMovesTheConnectionOnWithoutAnError() throws Exception {
        try (Http2Origin origin = new Http2Origin(Optional.empty(), 100)) {
            LoadResult result = run(plan(origin.target(), RequestSpec.get("/goaway")));

            assertThat(result.outcomes()).isEqualTo(Map.of(Outcome.OK, 20L));
            assertThat(result.connectionsOpened()).isBetween(4L, 6L);
        }
    }

    @Test
    void noMoreStreamsAreOpenedThanTheServerAllows() throws Exception {
        try (Http2Origin origin = new Http2Origin(Optional.empty(), 1)) {
            LoadPlan plan = plan(origin.target(), RequestSpec.get("/ok"));

            assertThat(run(plan).outcomes()).isEqualTo(Map.of(Outcome.OK, 20L));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void bodiesAreSentAndUpstreamsSeen(boolean takesBodies) throws Exception {
        try (Http2Origin origin = new Http2Origin(Optional.empty(), 100)) {
            origin.takesBodies = takesBodies;
            RequestSpec upload = new RequestSpec(
                    "upload",
                    "POST",
                    Template.parse("/ok"),
                    List.of(new RequestSpec.Header("X-Number", Template.parse("{{seq}}"))),
                    Body.Bytes.ofSize(200_000),
                    Expectation.SUCCESS.withUpstreams(Set.of("two")));

            LoadResult result = run(plan(origin.target(), upload));

            assertThat(result.outcomes()).isEqualTo(Map.of(Outcome.OK, 20L));
            assertThat(result.upstreams()).isEqualTo(Map.of("two", 20L));
            assertThat(result.bytesReceived()).isEqualTo(40);
        }
    }

    @Test
    void aServerThatSpeaksNoHttp2Refuses() throws Exception {
        try (RawOrigin origin = RawOrigin.ok("hi")) {
            LoadResult result = run(plan(origin.target(), RequestSpec.get("/")));

            assertThat(result.outcomes().keySet()).isSubsetOf(Outcome.REFUSED, Outcome.TIMEOUT);
            assertThat(result.failed()).isEqualTo(20);
        }
    }
}
