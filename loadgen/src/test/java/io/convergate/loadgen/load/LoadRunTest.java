package io.convergate.loadgen.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.loadgen.request.Body;
import io.convergate.loadgen.request.Expectation;
import io.convergate.loadgen.request.RequestSet;
import io.convergate.loadgen.request.RequestSpec;
import io.convergate.loadgen.request.Statuses;
import io.convergate.loadgen.request.Template;
import io.convergate.loadgen.request.Think;
import io.convergate.loadgen.verify.ExpectedAnswer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadRunTest {
    private static final Profile SHORT = Profile.constant(200, Duration.ofMillis(500));

    private static LoadPlan plan(Profile profile, RequestSet requests, Target... targets) {
        return LoadPlan.of("test", List.of(targets), profile, requests, new ExpectedAnswer())
                .withDeadlines(new Deadlines(Duration.ofSeconds(1), Duration.ofSeconds(5)));
    }

    private static LoadPlan plan(Profile profile, Target... targets) {
        return plan(profile, RequestSet.of(RequestSpec.get("/")), targets);
    }

    private static LoadResult run(LoadPlan plan, ExchangeListener... listeners) throws Exception {
        try (LoadRun run = LoadRun.start(plan, List.of(listeners))) {
            return run.await(Duration.ofSeconds(30));
        }
    }

    @Test
    void everyPlannedRequestIsSentOnceByAllThreadsTogether() throws Exception {
        try (RawOrigin origin = RawOrigin.ok("hi")) {
            RequestSet numbered = RequestSet.of(RequestSpec.get("/{{seq}}"));

            LoadResult result = run(plan(SHORT, numbered, origin.target()).withConnections(9, 3));

            assertThat(result.outcomes()).isEqualTo(Map.of(Outcome.OK, 100L));
            assertThat(result.planned()).isEqualTo(100);
            assertThat(result.connectionsOpened()).isEqualTo(9);
            assertThat(origin.connections()).isEqualTo(9);
            assertThat(origin.seen().stream().map(RawOrigin.Request::path).distinct())
                    .hasSize(100);
            assertThat(result.latency().count()).isEqualTo(100);
            assertThat(result.bytesReceived()).isEqualTo(200);
            assertThat(result.intervals().stream()
                            .mapToLong(interval -> interval.outcomes().getOrDefault(Outcome.OK, 0L))
                            .sum())
                    .isEqualTo(100);
        }
    }

    /** Coordinated omission: a generator that waits for the stall to end before it sends on sees one slow request. */
    @Test
    void aStallIsSeenByEveryRequestThatWasPlannedWithinIt() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        try (RawOrigin origin = new RawOrigin((request, socket) -> {
            if (request.number() == 100) {
                assertThat(never.await(1, TimeUnit.SECONDS)).isFalse();
            }
            RawOrigin.write(socket, RawOrigin.response("hi", ""));
            return true;
        })) {
            LoadResult result = run(plan(Profile.constant(200, Duration.ofSeconds(3)), origin.target())
                    .withConnections(1, 1));

            assertThat(result.outcomes()).isEqualTo(Map.of(Outcome.OK, 600L));
            // A second without answers at 200/s: 200 requests wait, the first of them the whole second, the last hardly
            // at all.
            assertThat(result.latency().max()).isGreaterThan(950_000);
            assertThat(result.latency().p90()).isGreaterThan(300_000);
            // By itself one request was slow.
            assertThat(result.service().max()).isGreaterThan(950_000);
            assertThat(result.service().p99()).isLessThan(300_000);
        }
    }

    @Test
    void requestsBeyondTheQueueAreUnsentAndThoseInItTimeOut() throws Exception {
        try (RawOrigin origin = new RawOrigin((request, socket) -> {
            socket.getInputStream().read();
            return false;
        })) {
            LoadResult result = run(plan(SHORT, origin.target())
                    .withConnections(2, 1)
                    .withBounds(Long.MAX_VALUE, 10)
                    .withDeadlines(new Deadlines(Duration.ofSeconds(1), Duration.ofSeconds(2))));

            assertThat(result.outcomes()).isEqualTo(Map.of(Outcome.TIMEOUT, 12L, Outcome.UNSENT, 88L));
            assertThat(result.started()).isBetween(2L, 12L);
            assertThat(result.samples()).anyMatch(sample -> sample.contains("all connections busy, 10 waiting"));
        }
    }

    @Test
    void aClosedLoadSendsAsFastAsAnswersCome() throws Exception {
        try (RawOrigin origin = RawOrigin.ok("hi")) {
            LoadResult result = run(plan(new Profile.Closed(Duration.ofMillis(500)), origin.target())
                    .withConnections(4, 2));

            // More than one round of the four connections, however slow the machine is.
            assertThat(result.count(Outcome.OK)).isGreaterThan(8).isEqualTo(result.completed());
            assertThat(result.lag().count()).isZero();
            assertThat(result.isHonest()).isTrue();
        }
    }

    @Test
    void aLoadEndsAfterItsLastRequest() throws Exception {
        try (RawOrigin origin = RawOrigin.ok("hi")) {
            for (Profile profile : List.of(
                    new Profile.Closed(Duration.ofSeconds(20)), Profile.constant(500, Duration.ofSeconds(20)))) {
                LoadResult result =
                        run(plan(profile, origin.target()).withConnections(4, 2).withBounds(77, 100));

                assertThat(result.outcomes()).isEqualTo(Map.of(Outcome.OK, 77L));
            }
        }
    }

    @Test
    void connectionsTakeTheTargetsInTurn() throws Exception {
        try (RawOrigin a = RawOrigin.ok("a");
                RawOrigin b = RawOrigin.ok("b")) {
            LoadResult result = run(plan(SHORT, a.target(), b.target()).withConnections(6, 1));

            assertThat(a.connections()).isEqualTo(3);
            assertThat(b.connections()).isEqualTo(3);
            assertThat(a.requests()).isBetween(40, 60);
            assertThat(result.targets()).containsEntry(a.target().toString(), Map.of(Outcome.OK, (long) a.requests()));
        }
    }

    @Test
    void aTargetThatIsGoneLosesWhatItHadAndNothingMore() throws Exception {
        try (RawOrigin stays = RawOrigin.ok("a");
                RawOrigin dies = new RawOrigin((request, socket) -> {
                    RawOrigin.write(socket, RawOrigin.response("b", ""));
                    return true;
                })) {
            LoadPlan plan = plan(Profile.constant(500, Duration.ofSeconds(2)), stays.target(), dies.target());
            try (LoadRun run = LoadRun.start(plan.withConnections(4, 1), List.of(exchange -> {
                if (exchange.number() == 300) {
                    closeQuietly(dies);
                }
            }))) {
                LoadResult result = run.await(Duration.ofSeconds(20));

                assertThat(result.failed()).isLessThanOrEqualTo(4);
                assertThat(result.outcomes().keySet()).isSubsetOf(Outcome.OK, Outcome.RESET);
                assertThat(stays.requests()).isGreaterThan(700);
            }
        }
    }

    private static void closeQuietly(RawOrigin origin) {
        try {
            origin.close();
        } catch (IOException ignored) {
            // it is gone either way
        }
    }

    @Test
    void aConnectionThatTheServerClosesInOrderIsNoFailure() throws Exception {
        try (RawOrigin origin = new RawOrigin((request, socket) -> {
            boolean isLast = request.number() % 5 == 4;
            RawOrigin.write(socket, RawOrigin.response("hi", isLast ? "Connection: close\r\n" : ""));
            return !isLast;
        })) {
            LoadResult result = run(plan(SHORT, origin.target()).withConnections(2, 1));

            assertThat(result.outcomes()).isEqualTo(Map.of(Outcome.OK, 100L));
            assertThat(result.connectionsFailed()).isZero();
            assertThat(result.connectionsOpened()).isBetween(20L, 23L);
        }
    }

    @Test
    void nothingIsSentAgainUnlessThePlanSaysSo() throws Exception {
        RawOrigin.Behaviour everyFifthIsCut = (request, socket) -> {
            if (request.number() % 5 == 4) {
                return false;
            }
            RawOrigin.write(socket, RawOrigin.response("hi", ""));
            return true;
        };
        try (RawOrigin origin = new RawOrigin(everyFifthIsCut)) {
            LoadResult result = run(plan(SHORT, origin.target()).withConnections(1, 1));

            assertThat(result.outcomes()).isEqualTo(Map.of(Outcome.OK, 80L, Outcome.RESET, 20L));
            assertThat(origin.requests()).isEqualTo(100);
            assertThat(result.retried()).isZero();
        }
        try (RawOrigin origin = new RawOrigin(everyFifthIsCut)) {
            LoadResult result =
                    run(plan(SHORT, origin.target()).withConnections(1, 1).withRetries(LoadPlan.Retries.SAFE));

            assertThat(result.outcomes()).isEqualTo(Map.of(Outcome.OK, 100L));
            assertThat(result.retried()).isPositive().isEqualTo(origin.requests() - 100);
        }
        try (RawOrigin origin = new RawOrigin(everyFifthIsCut)) {
            RequestSpec post = new RequestSpec(
                    "post", "POST", Template.parse("/"), List.of(), Body.Bytes.ofSize(3), Expectation.SUCCESS);

            LoadResult result = run(plan(SHORT, RequestSet.of(post), origin.target())
                    .withConnections(1, 1)
                    .withRetries(LoadPlan.Retries.SAFE));

            assertThat(result.count(Outcome.RESET)).isEqualTo(20);
            assertThat(origin.requests()).isEqualTo(100);
        }
    }

    @Test
    void listenersSeeEveryExchangeWithItsTimes() throws Exception {
        ConcurrentLinkedQueue<Exchange> seen = new ConcurrentLinkedQueue<>();
        try (RawOrigin origin = RawOrigin.ok("hi")) {
            run(plan(SHORT, origin.target()).withConnections(4, 2).traced(), seen::add);

            List<Exchange> sorted = new ArrayList<>(seen);
            sorted.sort(Comparator.comparingLong(Exchange::number));
            assertThat(sorted).hasSize(100);
            long first = sorted.get(0).plannedNanos();
            for (Exchange exchange : sorted) {
                assertThat(exchange.plannedNanos() - first).isEqualTo(exchange.number() * 5_000_000);
                assertThat(exchange.startedNanos()).isGreaterThanOrEqualTo(exchange.plannedNanos());
                assertThat(exchange.endedNanos()).isGreaterThan(exchange.startedNanos());
                assertThat(exchange.status()).isEqualTo(200);
            }
            assertThat(origin.seen().stream()
                            .map(request -> request.head().replaceAll("(?s).*x-request-id: ([^\r]*)\r.*", "$1")))
                    .containsExactlyInAnyOrderElementsOf(
                            sorted.stream().map(Exchange::requestId).toList());
        }
    }

    @Test
    void aMixIsSentByWeightAndTheSameWithTheSameSeed() throws Exception {
        RequestSet mix = new RequestSet(
                List.of(
                        new RequestSet.Single(RequestSpec.get("/often"), 9),
                        new RequestSet.Single(RequestSpec.get("/seldom"), 1)),
                new int[0]);
        List<Long> often = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            try (RawOrigin origin = RawOrigin.ok("hi")) {
                LoadResult result = run(plan(Profile.constant(2_000, Duration.ofMillis(500)), mix, origin.target())
                        .withConnections(4, 1 + i)
                        .withSeed(5));
                often.add(result.requests().get("GET /often").get(Outcome.OK));
            }
        }
        assertThat(often.get(0)).isBetween(860L, 940L).isEqualTo(often.get(1));
    }

    @Test
    void aUserTakesItsStepsInOrderAndOneAtATime() throws Exception {
        RequestSet session = new RequestSet(
                List.of(new RequestSet.Session(
                        "user",
                        List.of(
                                RequestSpec.get("/login/{{session}}"),
                                RequestSpec.get("/cart/{{session}}"),
                                RequestSpec.get("/pay/{{session}}")),
                        4,
                        false,
                        true,
                        Think.NONE,
                        1)),
                new int[0]);
        try (RawOrigin origin = RawOrigin.ok("hi")) {
            LoadResult result = run(plan(SHORT, session, origin.target()).withConnections(8, 2));

            assertThat(result.count(Outcome.OK)).isEqualTo(100);
            for (int user = 0; user < 4; user++) {
                String name = "/user-" + user;
                List<String> paths = origin.seen().stream()
                        .map(RawOrigin.Request::path)
                        .filter(path -> path.endsWith(name))
                        .toList();
                assertThat(paths).hasSizeGreaterThan(15);
                for (int i = 0; i < paths.size(); i++) {
                    assertThat(paths.get(i))
                            .startsWith(List.of("/login", "/cart", "/pay").get(i % 3));
                }
            }
        }
    }

    private static RequestSet users(int count, boolean keepsCookies, Think think) {
        return new RequestSet(
                List.of(new RequestSet.Session(
                        "user", List.of(RequestSpec.get("/{{session}}")), count, false, keepsCookies, think, 1)),
                new int[0]);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aUserSendsBackItsOwnCookiesUnlessItKeepsNone(boolean keeps) throws Exception {
        try (RawOrigin origin = new RawOrigin((request, socket) -> {
            RawOrigin.write(
                    socket,
                    RawOrigin.response("hi", "Set-Cookie: who=" + request.path().substring(1) + "; Path=/\r\n"));
            return true;
        })) {
            LoadResult result = run(
                    plan(SHORT, users(4, keeps, Think.NONE), origin.target()).withConnections(8, 2));

            assertThat(result.count(Outcome.OK)).isEqualTo(100);
            Set<String> before = new HashSet<>();
            for (RawOrigin.Request request : origin.seen()) {
                String own = "cookie: who=" + request.path().substring(1) + "\r\n";
                boolean isFirst = before.add(request.path());
                assertThat(request.head().contains(own)).isEqualTo(keeps && !isFirst);
                assertThat(request.head().contains("cookie: ")).isEqualTo(keeps && !isFirst);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aUserThinksBetweenAnAnswerAndTheNextRequest(boolean isClosed) throws Exception {
        Think think = new Think(Duration.ofMillis(50), Duration.ofMillis(70));
        Profile profile =
                isClosed ? new Profile.Closed(Duration.ofSeconds(30)) : Profile.constant(40, Duration.ofSeconds(30));
        List<Exchange> exchanges = new CopyOnWriteArrayList<>();
        try (RawOrigin origin = RawOrigin.ok("hi");
                LoadRun run = LoadRun.start(
                        plan(profile, users(3, true, think), origin.target())
                                .withConnections(8, 1)
                                .withBounds(12, 100),
                        List.of(exchanges::add))) {
            LoadResult result = run.await(Duration.ofSeconds(40));

            assertThat(result.outcomes()).isEqualTo(Map.of(Outcome.OK, 12L));
            Map<String, Long> ended = new HashMap<>();
            exchanges.stream()
                    .sorted(Comparator.comparingLong(Exchange::startedNanos))
                    .forEach(exchange -> {
                        Long before = ended.put(exchange.session(), exchange.endedNanos());
                        if (before != null) {
                            assertThat(exchange.startedNanos() - before).isGreaterThanOrEqualTo(50_000_000L);
                        }
                    });
            assertThat(ended.keySet()).containsExactlyInAnyOrder("user-0", "user-1", "user-2");
            if (isClosed) {
                // What a user thinks is no latency: nothing was planned meanwhile.
                assertThat(exchanges).allMatch(exchange -> exchange.startedNanos() == exchange.plannedNanos());
            }
        }
    }

    @Test
    void aRecordingIsReplayedAtItsTimes() throws Exception {
        RequestSet set = new RequestSet(
                List.of(
                        new RequestSet.Single(RequestSpec.get("/a"), 1),
                        new RequestSet.Single(
                                RequestSpec.get("/b").expecting(Expectation.ofStatus(Statuses.of(404))), 1)),
                new int[] {0, 1, 0});
        ConcurrentLinkedQueue<Exchange> seen = new ConcurrentLinkedQueue<>();
        try (RawOrigin origin = RawOrigin.ok("hi")) {
            LoadResult result = run(
                    plan(new Profile.Recorded(new long[] {0, 100_000_000, 400_000_000}), set, origin.target()),
                    seen::add);

            assertThat(result.outcomes()).isEqualTo(Map.of(Outcome.OK, 2L, Outcome.WRONG_STATUS, 1L));
            assertThat(origin.seen()).extracting(RawOrigin.Request::path).containsExactly("/a", "/b", "/a");
            long first = seen.element().plannedNanos();
            assertThat(seen)
                    .extracting(exchange -> exchange.plannedNanos() - first)
                    .containsExactly(0L, 100_000_000L, 400_000_000L);
        }
    }

    @Test
    void progressGrowsAndStoppingEndsALoadWithEverythingAnswered() throws Exception {
        try (RawOrigin origin = RawOrigin.ok("hi");
                LoadRun run = LoadRun.start(
                        plan(Profile.constant(200, Duration.ofMinutes(10)), origin.target()), List.of())) {
            long deadline = System.nanoTime() + 10_000_000_000L;
            while (run.progress().completed() < 100 && System.nanoTime() < deadline) {
                Thread.onSpinWait();
            }
            run.stop();
            LoadResult result = run.await(Duration.ofSeconds(5));

            assertThat(result.completed()).isGreaterThanOrEqualTo(100).isEqualTo(result.planned());
            assertThat(run.isOver()).isTrue();
        }
    }

    /** One thread is asked for far more than it can send: its lag says so, and there is no latency. */
    @Test
    void aGeneratorThatCannotKeepItsScheduleSaysSo() throws Exception {
        try (RawOrigin origin = RawOrigin.ok("hi")) {
            LoadResult result = run(plan(Profile.constant(3_000_000, Duration.ofMillis(300)), origin.target())
                    .withBounds(Long.MAX_VALUE, 1_000));

            assertThat(result.planned()).isEqualTo(900_000).isEqualTo(result.completed());
            assertThat(result.isHonest()).isFalse();
            assertThat(Honesty.objection(result))
                    .get()
                    .asString()
                    .startsWith("the generator was late itself: p99 of its lag");
            assertThat(result.withoutLatency().latency().count()).isZero();
        }
    }
}
