package io.convergate.loadgen.verify;

import static io.convergate.loadgen.verify.ConfigWrite.Result.ACKNOWLEDGED;
import static io.convergate.loadgen.verify.ConfigWrite.Result.REFUSED;
import static io.convergate.loadgen.verify.ConfigWrite.Result.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.loadgen.load.Outcome;
import io.convergate.loadgen.verify.Around.Edge;
import io.convergate.loadgen.verify.FailuresWithin.Allowance;
import io.convergate.loadgen.verify.Finding.State;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each promise against histories that keep it, break it, and cannot tell. */
class PromisesTest {
    private static final Promise NONE_FAILS = new FailuresWithin("", Set.of(), List.of());
    private static final Promise TWO_RESETS = new FailuresWithin(
            "readers",
            Set.of(),
            List.of(new Allowance(
                    Set.of(Outcome.RESET, Outcome.TIMEOUT), new Around("kill", Edge.BEGIN, Duration.ofSeconds(1)), 2)));
    private static final Promise NO_5XX = new FailuresWithin("", Set.of(Outcome.STATUS_5XX), List.of());
    private static final Promise P99 = new LatencyWithin(
            "readers", 99, Duration.ofMillis(50), List.of(new Around("pause", Edge.WHOLE, Duration.ofMillis(500))));
    private static final Promise LIMIT = new LimitWithin("readers", 100, 10, Duration.ofSeconds(2), 0.01);
    private static final Promise LOST = new NothingAcknowledgedLost();
    private static final Promise HOLD = new DeletionsHold();
    private static final Promise REPORTED = new ConflictsReported();
    private static final Promise ONCE = new UnsafeNeverTwice();
    private static final Promise IN_ORDER = new ChangesInOrder();
    private static final Promise READY =
            new ReadyWithin("node1", "terminate", Duration.ofSeconds(5), Duration.ofSeconds(10));
    private static final Promise NOT_OLDER = new AnswersNeverOlder();

    static Stream<Arguments> rows() {
        return Stream.of(
                row("nothing fails", NONE_FAILS, State.HELD, ran()),
                row("one fails", NONE_FAILS, State.BROKEN, ran("readers", 100, Outcome.RESET)),
                row("nothing was sent", NONE_FAILS, State.NOT_JUDGED, Histories.empty()),
                row("one reset after the kill", TWO_RESETS, State.HELD, killed(5_500, Outcome.RESET)),
                row("one reset before the kill", TWO_RESETS, State.BROKEN, killed(4_900, Outcome.RESET)),
                row("one reset long after the kill", TWO_RESETS, State.BROKEN, killed(6_100, Outcome.RESET)),
                row("another failure after the kill", TWO_RESETS, State.BROKEN, killed(5_500, Outcome.STATUS_5XX)),
                row(
                        "three resets after the kill",
                        TWO_RESETS,
                        State.BROKEN,
                        Histories.empty()
                                .failure("readers", 5_100, Outcome.RESET)
                                .failure("readers", 5_200, Outcome.TIMEOUT)
                                .failure("readers", 5_300, Outcome.RESET)
                                .fault("kill", "node2", 5_000, 9_000)
                                .load("readers", 4, 4, 100)),
                row("a failure of another load", TWO_RESETS, State.HELD, ran("writers", 100, Outcome.RESET)),
                row("a 503", NO_5XX, State.BROKEN, ran("readers", 100, Outcome.STATUS_5XX)),
                row("a reset where only 5xx count", NO_5XX, State.HELD, ran("readers", 100, Outcome.RESET)),
                row("no wrong answer", new NoWrongAnswer(), State.HELD, ran("readers", 100, Outcome.STATUS_5XX)),
                row("a wrong body", new NoWrongAnswer(), State.BROKEN, ran("readers", 100, Outcome.WRONG_BODY)),
                row(
                        "a wrong upstream while a fault is on",
                        new NoWrongAnswer(),
                        State.BROKEN,
                        killed(5_500, Outcome.WRONG_UPSTREAM)),
                row("fast", P99, State.HELD, ran().latency("readers", 0, 250, 100, 10)),
                row(
                        "two of a hundred slow",
                        P99,
                        State.BROKEN,
                        ran().latency("readers", 0, 250, 98, 10).latency("readers", 250, 500, 2, 80)),
                row(
                        "slow while a node is paused",
                        P99,
                        State.HELD,
                        ran().latency("readers", 0, 250, 98, 10)
                                .latency("readers", 2_250, 2_500, 50, 900)
                                .fault("pause", "node2", 2_000, 2_100)),
                row(
                        "slow long after a node was paused",
                        P99,
                        State.BROKEN,
                        ran().latency("readers", 2_750, 3_000, 50, 900).fault("pause", "node2", 2_000, 2_100)),
                row(
                        "loadgen late itself, and yet fast",
                        P99,
                        State.HELD,
                        Histories.empty().lateLoad("readers", 100).latency("readers", 0, 250, 98, 20)),
                row(
                        "loadgen late itself",
                        P99,
                        State.NOT_JUDGED,
                        Histories.empty().lateLoad("readers", 100).latency("readers", 0, 250, 98, 900)),
                row("a limit that holds", LIMIT, State.HELD, Histories.empty().load("readers", 1, 1, 105, 100, 100)),
                row(
                        "a limit that admits too much",
                        LIMIT,
                        State.BROKEN,
                        Histories.empty().load("readers", 1, 1, 100, 150, 150)),
                row(
                        "a limit that nobody tried",
                        LIMIT,
                        State.NOT_JUDGED,
                        Histories.empty().load("readers", 1, 1, 0)),
                row("a limit that admits too little", LIMIT, State.BROKEN, limited(90, 90, 90)),
                row("enough right answers", new Answered("", 100), State.HELD, ran()),
                row("too few right answers", new Answered("", 101), State.BROKEN, ran()),
                row("back in time", converged(), State.HELD, Histories.empty().converged(4_900)),
                row(
                        "back too late",
                        converged(),
                        State.BROKEN,
                        Histories.empty().converged(5_100)),
                row("never back", converged(), State.BROKEN, Histories.empty().neverConverged("node2 sees nobody")),
                row(
                        "each connection once",
                        new ConnectionsKept(""),
                        State.HELD,
                        Histories.empty().load("readers", 4, 4, 9)),
                row(
                        "one opened again",
                        new ConnectionsKept(""),
                        State.BROKEN,
                        Histories.empty().load("readers", 4, 5, 9)));
    }

    static Stream<Arguments> orders() {
        return Stream.of(
                row("posted once each", ONCE, State.HELD, posts("a", "b")),
                row("posted twice", ONCE, State.BROKEN, posts("a", "b").execution("v2", "POST", "a")),
                row(
                        "got twice",
                        ONCE,
                        State.HELD,
                        posts("a").execution("v1", "GET", "b").execution("v2", "GET", "b")),
                row("nothing posted", ONCE, State.NOT_JUDGED, posts()),
                row("carried out and never sent", ONCE, State.BROKEN, posts("a").execution("v1", "POST", "z")),
                row("carried out without an id", ONCE, State.BROKEN, posts("a").execution("v1", "POST", "")),
                row(
                        "carried out though no connection was to be had",
                        ONCE,
                        State.BROKEN,
                        posts("a").sent("b", Outcome.REFUSED, "").execution("v1", "POST", "b")),
                row(
                        "carried out though its answer never came",
                        ONCE,
                        State.HELD,
                        posts("a").sent("b", Outcome.RESET, "").execution("v1", "POST", "b")),
                row(
                        "not carried out, and the client knows that it failed",
                        ONCE,
                        State.HELD,
                        posts("a").sent("b", Outcome.STATUS_5XX, "")),
                row(
                        "answered and not carried out",
                        ONCE,
                        State.BROKEN,
                        posts("a").sent("b", Outcome.OK, "v1")),
                row(
                        "answered by one and carried out by another",
                        ONCE,
                        State.BROKEN,
                        posts("a").sent("b", Outcome.OK, "v1").execution("v2", "POST", "b")),
                row(
                        "a log of an origin too short",
                        ONCE,
                        State.NOT_JUDGED,
                        posts("a").sent("b", Outcome.OK, "v1").dropped(new Dropped(0, 0, 0, 0, 0, 0, 3))),
                row(
                        "too many sent to keep",
                        ONCE,
                        State.NOT_JUDGED,
                        posts("a").execution("v1", "POST", "z").dropped(new Dropped(0, 0, 0, 0, 0, 1, 0))),
                row(
                        "a log too short, and twice",
                        ONCE,
                        State.BROKEN,
                        posts("a").execution("v1", "POST", "a").dropped(new Dropped(0, 0, 0, 0, 0, 0, 3))));
    }

    /** One writer writes route r twice, w.1 before w.2; node1 says from 100 ms on that it serves the second, and is asked until 1000 ms. */
    static Stream<Arguments> routes() {
        return Stream.of(
                row(
                        "routed by each in turn",
                        NOT_OLDER,
                        State.HELD,
                        served().routed("node1", 20, "r", "1").routed("node1", 50, "r", "2")),
                row("nobody asked", NOT_OLDER, State.NOT_JUDGED, served()),
                row(
                        "back to the first one",
                        NOT_OLDER,
                        State.BROKEN,
                        served().routed("node1", 50, "r", "2").routed("node1", 60, "r", "1")),
                row(
                        "back to none",
                        NOT_OLDER,
                        State.BROKEN,
                        served().routed("node1", 50, "r", "1").routed("node1", 60, "r", "")),
                row(
                        "older than what it says it serves",
                        NOT_OLDER,
                        State.BROKEN,
                        served().routed("node1", 101, "r", "1")),
                row("asked before it said so", NOT_OLDER, State.HELD, served().routed("node1", 99, "r", "1")),
                row(
                        "none, though it says it serves one",
                        NOT_OLDER,
                        State.BROKEN,
                        served().routed("node1", 101, "r", "")),
                row(
                        "older than what was acknowledged to be served by it",
                        NOT_OLDER,
                        State.BROKEN,
                        served().write("node2", 30, "r", "3", ACKNOWLEDGED, "w.3", "node1", "node2")
                                .routed("node1", 36, "r", "2")),
                row(
                        "older than what was acknowledged to be served by others",
                        NOT_OLDER,
                        State.HELD,
                        served().write("node2", 30, "r", "3", ACKNOWLEDGED, "w.3", "node2")
                                .routed("node1", 36, "r", "2")),
                row(
                        "another node is behind, and did not say otherwise",
                        NOT_OLDER,
                        State.HELD,
                        served().routed("node1", 50, "r", "2")
                                .read("node2", 0, "")
                                .read("node2", 1_000, "")
                                .routed("node2", 60, "r", "1")),
                row(
                        "a concurrent one",
                        NOT_OLDER,
                        State.HELD,
                        served().write("node2", 30, "r", "3", ACKNOWLEDGED, "w.1-x.1")
                                .routed("node1", 150, "r", "3")),
                row(
                        "one of unknown fate",
                        NOT_OLDER,
                        State.HELD,
                        served().write("node2", 30, "r", "3", UNKNOWN, "").routed("node1", 150, "r", "3")),
                row(
                        "one that was refused",
                        NOT_OLDER,
                        State.BROKEN,
                        served().write("node2", 30, "r", "3", REFUSED, "").routed("node1", 150, "r", "3")),
                row("one that nobody made", NOT_OLDER, State.BROKEN, served().routed("node1", 150, "r", "77")),
                row(
                        "an old value that was written again",
                        NOT_OLDER,
                        State.HELD,
                        served().write("node2", 30, "r", "1", ACKNOWLEDGED, "w.3")
                                .routed("node1", 150, "r", "1")),
                row(
                        "none before the first, and none again after a rollback",
                        NOT_OLDER,
                        State.HELD,
                        served().routed("node1", 3, "r", "")
                                .routed("node1", 50, "r", "2")
                                .write("node2", 60, "r", "", ACKNOWLEDGED, "w.3", "node1")
                                .routed("node1", 150, "r", "")),
                row(
                        "one that was rolled back",
                        NOT_OLDER,
                        State.BROKEN,
                        served().write("node2", 60, "r", "", ACKNOWLEDGED, "w.3", "node1")
                                .routed("node1", 150, "r", "2")),
                row(
                        "older while it was not ready",
                        NOT_OLDER,
                        State.HELD,
                        served().notReady("node1", 1_100)
                                .read("node1", 1_300, "w.2")
                                .read("node1", 2_000, "w.2")
                                .routed("node1", 1_200, "r", "1")
                                .routed("node1", 1_400, "r", "2")),
                row(
                        "older as soon as it was ready",
                        NOT_OLDER,
                        State.BROKEN,
                        served().notReady("node1", 1_100)
                                .read("node1", 1_300, "w.2")
                                .read("node1", 2_000, "w.2")
                                .routed("node1", 1_400, "r", "1")),
                row(
                        "reads too many to keep",
                        NOT_OLDER,
                        State.NOT_JUDGED,
                        served().routed("node1", 50, "r", "2").dropped(new Dropped(0, 0, 1, 0, 0, 0, 0))),
                row("the second change knows the first", IN_ORDER, State.HELD, twoChanges("w.1-x.1")),
                row("the second change does not know the first", IN_ORDER, State.BROKEN, twoChanges("x.1")),
                row(
                        "nobody waited for the first",
                        IN_ORDER,
                        State.NOT_JUDGED,
                        Histories.empty()
                                .write("node1", 0, "r", "1", ACKNOWLEDGED, "w.1")
                                .write("node2", 50, "r", "2", ACKNOWLEDGED, "x.1")),
                row(
                        "sent before the first was served everywhere",
                        IN_ORDER,
                        State.NOT_JUDGED,
                        Histories.empty()
                                .write("node1", 0, "r", "1", ACKNOWLEDGED, "w.1", "node1")
                                .write("node2", 3, "r", "2", ACKNOWLEDGED, "x.1")),
                row("ready in time", READY, State.HELD, restarted(8_000)),
                row("ready too early", READY, State.BROKEN, restarted(1_500)),
                row("ready too late", READY, State.BROKEN, restarted(12_000)),
                row("never ready", READY, State.BROKEN, Histories.empty().fault("terminate", "node1", 0, 1_000)),
                row("never ended", READY, State.NOT_JUDGED, Histories.empty().fault("terminate", "node1", 0, 0)),
                row(
                        "all route by what they have",
                        new AnswersAgree(),
                        State.HELD,
                        healed("2").whole(500)),
                row(
                        "one routes by another",
                        new AnswersAgree(),
                        State.BROKEN,
                        healed("1").whole(500)),
                row(
                        "one gave no answer",
                        new AnswersAgree(),
                        State.BROKEN,
                        healed("2").whole(500).node("node3")),
                row(
                        "the answers are from before",
                        new AnswersAgree(),
                        State.BROKEN,
                        healed("2").whole(700)),
                row("never whole", new AnswersAgree(), State.NOT_JUDGED, healed("2")));
    }

    private static Histories twoChanges(String revision) {
        return Histories.empty()
                .write("node1", 0, "r", "1", ACKNOWLEDGED, "w.1", "node1", "node2")
                .write("node2", 50, "r", "2", ACKNOWLEDGED, revision);
    }

    /** Up until 0, down until 1000 ms, and ready again then. */
    private static Histories restarted(long readyMs) {
        return Histories.empty()
                .read("node1", 0, "w.1")
                .fault("terminate", "node1", 1, 1_000)
                .notReady("node1", 1_100)
                .read("node1", readyMs, "w.1");
    }

    private static Histories served() {
        return Histories.empty()
                .write("node2", 0, "r", "1", ACKNOWLEDGED, "w.1")
                .write("node2", 10, "r", "2", ACKNOWLEDGED, "w.2")
                .read("node1", 0, "")
                .read("node1", 100, "w.2")
                .read("node1", 1_000, "w.2");
    }

    /** Two nodes that say they have the second, and by what the first of them routes at 600 ms. */
    private static Histories healed(String value) {
        return states("w.2", Map.of("r", "2"), "w.2", Map.of("r", "2"))
                .write("node2", 10, "r", "2", ACKNOWLEDGED, "w.2")
                .routed("node1", 600, "r", value)
                .routed("node2", 600, "r", "2");
    }

    static Stream<Arguments> configurations() {
        Map<String, String> two = Map.of("a", "2");
        return Stream.of(
                row("all alike", new NodesAgree(), State.HELD, states("w.2", two, "w.2", two)),
                row(
                        "one has another value",
                        new NodesAgree(),
                        State.BROKEN,
                        states("w.2", two, "w.2", Map.of("a", "1"))),
                row(
                        "one has one more",
                        new NodesAgree(),
                        State.BROKEN,
                        states("w.2", two, "w.2", Map.of("a", "2", "b", "1"))),
                row("one is behind", new NodesAgree(), State.BROKEN, states("w.2", two, "w.1", two)),
                row(
                        "one does not answer",
                        new NodesAgree(),
                        State.BROKEN,
                        states("w.2", two, "w.2", two).node("node3")),
                row(
                        "forward, over a restart",
                        new ReadsMonotonic(),
                        State.HELD,
                        reads("", "w.1", "w.1-x.1", "w.2-x.1")),
                row("back", new ReadsMonotonic(), State.BROKEN, reads("w.2", "w.1")),
                row("sideways", new ReadsMonotonic(), State.BROKEN, reads("w.1", "x.1")),
                row("empty after a restart", new ReadsMonotonic(), State.BROKEN, reads("w.1", "")),
                row("not asked", new ReadsMonotonic(), State.NOT_JUDGED, reads()),
                row(
                        "reads too many to keep",
                        new ReadsMonotonic(),
                        State.NOT_JUDGED,
                        reads("w.1", "w.2").dropped(new Dropped(0, 0, 1, 0, 0, 0, 0))),
                row(
                        "back, and reads too many to keep",
                        new ReadsMonotonic(),
                        State.BROKEN,
                        reads("w.2", "w.1").dropped(new Dropped(0, 0, 1, 0, 0, 0, 0))),
                row(
                        "writes too many to keep",
                        LOST,
                        State.NOT_JUDGED,
                        wrote("2").dropped(new Dropped(0, 1, 0, 0, 0, 0, 0))),
                row("the last of two is there", LOST, State.HELD, wrote("2")),
                row("the first of two is there", LOST, State.BROKEN, wrote("1")),
                row("neither is there", LOST, State.BROKEN, wrote("")),
                row("a node does not say", LOST, State.BROKEN, wrote("2").node("node3")),
                row(
                        "a node does not say",
                        new ConflictsReported(),
                        State.BROKEN,
                        contested("a", "a").node("node3")),
                row(
                        "a node does not say",
                        new RefusedNeverServed(),
                        State.BROKEN,
                        states("w.2", two, "w.2", two).node("node3").write("node1", 1, "a", "3", REFUSED, "")),
                row(
                        "it is on one node only",
                        LOST,
                        State.BROKEN,
                        states("w.1", Map.of("a", "1"), "w.1", Map.of())
                                .write("node1", 1, "a", "1", ACKNOWLEDGED, "w.1")),
                row(
                        "a later one of unknown fate is there",
                        LOST,
                        State.HELD,
                        states("w.2", two, "w.2", two)
                                .write("node1", 1, "a", "1", ACKNOWLEDGED, "w.1")
                                .write("node1", 10, "a", "2", UNKNOWN, "")),
                row(
                        "one of unknown fate from before is there",
                        LOST,
                        State.BROKEN,
                        states("w.2", two, "w.2", two)
                                .write("node1", 1, "a", "2", UNKNOWN, "")
                                .write("node1", 100, "a", "1", ACKNOWLEDGED, "w.1")),
                row(
                        "a concurrent one took its place",
                        LOST,
                        State.HELD,
                        states("w.1-x.1", two, "w.1-x.1", two)
                                .write("node1", 1, "a", "1", ACKNOWLEDGED, "w.1")
                                .write("node2", 10, "a", "2", ACKNOWLEDGED, "x.1")),
                row(
                        "two concurrent ones and neither is there",
                        LOST,
                        State.BROKEN,
                        states("w.1-x.1", Map.of(), "w.1-x.1", Map.of())
                                .write("node1", 1, "a", "1", ACKNOWLEDGED, "w.1")
                                .write("node2", 10, "a", "2", ACKNOWLEDGED, "x.1")),
                row(
                        "a deletion counts as well",
                        LOST,
                        State.BROKEN,
                        states("w.2", two, "w.2", two)
                                .write("node1", 1, "a", "2", ACKNOWLEDGED, "w.1")
                                .write("node1", 9, "a", "", ACKNOWLEDGED, "w.2")),
                row("nothing acknowledged", LOST, State.NOT_JUDGED, states("", two, "", two)),
                row("a conflict that both report", new ConflictsReported(), State.HELD, contested("a", "a")),
                row("a conflict that one does not report", new ConflictsReported(), State.BROKEN, contested("a", "b")),
                row("no conflict", new ConflictsReported(), State.NOT_JUDGED, wrote("2")),
                row(
                        "refused and gone",
                        new RefusedNeverServed(),
                        State.HELD,
                        states("w.2", two, "w.2", two).write("node1", 1, "a", "3", REFUSED, "")),
                row(
                        "refused and served",
                        new RefusedNeverServed(),
                        State.BROKEN,
                        states("w.2", two, "w.2", two).write("node1", 1, "a", "2", REFUSED, "")));
    }

    /** Resource a is made (1, w.1) and deleted (w.2) through node1; what else happens to it, and what the nodes have at the end. */
    static Stream<Arguments> fates() {
        return Stream.of(
                row("deleted and gone", LOST, State.HELD, deleted("")),
                row("deleted and still there", LOST, State.BROKEN, deleted("1")),
                row(
                        "deleted and made anew",
                        LOST,
                        State.HELD,
                        deleted("2").write("node2", 50, "a", "2", ACKNOWLEDGED, "w.2-x.1")),
                row(
                        "made anew and gone again",
                        LOST,
                        State.BROKEN,
                        deleted("").write("node2", 50, "a", "2", ACKNOWLEDGED, "w.2-x.1")),
                row(
                        "made anew, and what was deleted is there in its place",
                        LOST,
                        State.BROKEN,
                        deleted("1").write("node2", 50, "a", "2", ACKNOWLEDGED, "w.2-x.1")),
                row("a concurrent write outlives it", LOST, State.HELD, outlived("2")),
                row("and every node has to report it", REPORTED, State.BROKEN, outlived("2")),
                row(
                        "and need not report what may have been written again",
                        REPORTED,
                        State.NOT_JUDGED,
                        outlived("2").write("node1", 50, "a", "3", UNKNOWN, "")),
                row("a concurrent write is taken away by what did not know it", LOST, State.BROKEN, outlived("")),
                row("a concurrent write, and what was deleted is there", LOST, State.BROKEN, outlived("1")),
                row(
                        "a deletion without an answer was made",
                        LOST,
                        State.HELD,
                        ends("").write("node1", 1, "a", "1", ACKNOWLEDGED, "w.1")
                                .write("node2", 50, "a", "", UNKNOWN, "")),
                row(
                        "a deletion without an answer was not made",
                        LOST,
                        State.HELD,
                        ends("1")
                                .write("node1", 1, "a", "1", ACKNOWLEDGED, "w.1")
                                .write("node2", 50, "a", "", UNKNOWN, "")),
                row(
                        "a deletion without an answer, over before the write was sent, takes it away",
                        LOST,
                        State.BROKEN,
                        ends("").write("node2", 1, "a", "", UNKNOWN, "")
                                .write("node1", 50, "a", "1", ACKNOWLEDGED, "w.1")),
                row(
                        "a deletion that was refused takes it away",
                        LOST,
                        State.BROKEN,
                        ends("").write("node1", 1, "a", "1", ACKNOWLEDGED, "w.1")
                                .write("node2", 50, "a", "", REFUSED, "")),
                row(
                        "a write without an answer, elsewhere, outlives a later deletion",
                        LOST,
                        State.HELD,
                        ends("2")
                                .write("node2", 1, "a", "2", UNKNOWN, "")
                                .write("node1", 50, "a", "", ACKNOWLEDGED, "w.1")),
                row(
                        "a write without an answer, by the same node, outlives a later deletion",
                        LOST,
                        State.BROKEN,
                        ends("2")
                                .write("node1", 1, "a", "2", UNKNOWN, "")
                                .write("node1", 50, "a", "", ACKNOWLEDGED, "w.1")),
                row(
                        "two concurrent writes, and one of them is deleted: the other one is there",
                        LOST,
                        State.HELD,
                        contestedAndDeleted("2")),
                row(
                        "two concurrent writes, and one of them is deleted: none is there",
                        LOST,
                        State.BROKEN,
                        contestedAndDeleted("")),
                row(
                        "two concurrent writes, and the deletion of one may have been made: no conflict",
                        REPORTED,
                        State.NOT_JUDGED,
                        contested("b", "b").write("node1", 20, "a", "", UNKNOWN, "")));
    }

    private static Histories ends(String value) {
        Map<String, String> resources = value.isEmpty() ? Map.of() : Map.of("a", value);
        return states("w.9-x.9", resources, "w.9-x.9", resources);
    }

    private static Histories deleted(String ends) {
        return ends(ends)
                .write("node1", 1, "a", "1", ACKNOWLEDGED, "w.1")
                .write("node1", 10, "a", "", ACKNOWLEDGED, "w.2");
    }

    /** What was deleted had been written again by somebody who knew only the first write. */
    private static Histories outlived(String ends) {
        return deleted(ends).write("node2", 12, "a", "2", ACKNOWLEDGED, "w.1-x.1");
    }

    private static Histories contestedAndDeleted(String ends) {
        return ends(ends)
                .write("node1", 1, "a", "1", ACKNOWLEDGED, "w.1")
                .write("node2", 1, "a", "2", ACKNOWLEDGED, "x.1")
                .write("node1", 20, "a", "", ACKNOWLEDGED, "w.2");
    }

    /** Reads of the stores: 1 is made as w.1, deleted as w.2, and made anew, as 2, in w.3. */
    static Stream<Arguments> deletions() {
        return Stream.of(
                row("made, deleted, made anew", HOLD, State.HELD, anew("1=u1", "", "2=u2")),
                row("made anew as the object that was deleted", HOLD, State.BROKEN, anew("1=u1", "", "2=u1")),
                row(
                        "made anew as the object that was deleted, and what nobody knew of was another object",
                        HOLD,
                        State.BROKEN,
                        anew("1=u1", "", "2=u1")
                                .write("node2", 205, "a", "3", UNKNOWN, "")
                                .stored("node2", 400, "x.1", "a", "3=u3")),
                row(
                        "made anew as the object that was deleted, which nobody knows kept alive",
                        HOLD,
                        State.HELD,
                        anew("1=u1", "", "2=u1").write("node2", 205, "a", "3", UNKNOWN, "")),
                row(
                        "made anew as another object, which is another one still elsewhere",
                        HOLD,
                        State.BROKEN,
                        anew("1=u1", "", "2=u2").stored("node2", 400, "w.3", "a", "2=u3")),
                row("shown by a revision that has the deletion", HOLD, State.BROKEN, anew("1", "1", "2")),
                row("shown after it was made anew", HOLD, State.BROKEN, anew("1", "", "1")),
                row(
                        "shown before it was written",
                        HOLD,
                        State.BROKEN,
                        anew("1", "", "2").stored("node2", 205, "w.2", "a", "2")),
                row("a value that nobody wrote", HOLD, State.BROKEN, anew("1", "", "77")),
                row("missing before anybody deleted it", HOLD, State.BROKEN, anew("", "", "2")),
                row("missing though made anew", HOLD, State.BROKEN, anew("1", "", "")),
                row(
                        "nothing was deleted",
                        HOLD,
                        State.NOT_JUDGED,
                        Histories.empty()
                                .write("node1", 1, "a", "1", ACKNOWLEDGED, "w.1")
                                .stored("node1", 100, "w.1", "a", "1")),
                row("the stores were not asked", HOLD, State.NOT_JUDGED, deleted("")),
                row(
                        "an older revision than before",
                        HOLD,
                        State.BROKEN,
                        anew("1", "", "2")
                                .stored("node1", 400, "w.3-x.2", "a", "2")
                                .stored("node1", 500, "w.3-x.1", "a", "2")),
                row(
                        "an older revision on another node",
                        HOLD,
                        State.HELD,
                        anew("1", "", "2").stored("node2", 400, "w.1", "a", "1")),
                row(
                        "gone by a deletion without an answer",
                        HOLD,
                        State.HELD,
                        perhapsDeleted().stored("node1", 200, "w.1-x.1", "a", "")),
                row(
                        "and back again without a write",
                        HOLD,
                        State.BROKEN,
                        perhapsDeleted()
                                .stored("node1", 200, "w.1-x.1", "a", "")
                                .stored("node1", 300, "w.1-x.2", "a", "1")),
                row(
                        "back on a node that never showed it, but lacked it when it knew it",
                        HOLD,
                        State.BROKEN,
                        perhapsDeleted()
                                .stored("node2", 200, "w.1-x.1", "a", "")
                                .stored("node2", 300, "w.1-x.2", "a", "1")),
                row(
                        "there on a node that lacked it before it came",
                        HOLD,
                        State.HELD,
                        perhapsDeleted()
                                .stored("node2", 200, "x.1", "a", "")
                                .stored("node2", 300, "w.1-x.2", "a", "1")),
                row(
                        "two reads that overlap have no order",
                        HOLD,
                        State.HELD,
                        perhapsDeleted()
                                .stored("node1", 200, "w.1-x.1", "a", "")
                                .stored("node1", 201, "w.1-x.1", "a", "1")),
                row(
                        "written by one who did not know of the deletion, as the same object",
                        HOLD,
                        State.HELD,
                        Histories.empty()
                                .write("node1", 1, "a", "1", ACKNOWLEDGED, "w.1")
                                .write("node1", 10, "a", "", ACKNOWLEDGED, "w.2")
                                .write("node2", 12, "a", "2", ACKNOWLEDGED, "w.1-x.1")
                                .write("node2", 50, "a", "3", ACKNOWLEDGED, "w.2-x.2")
                                .stored("node1", 8, "w.1", "a", "1=u1")
                                .stored("node1", 30, "w.2-x.1", "a", "2=u1")
                                .stored("node1", 90, "w.2-x.2", "a", "3=u1")),
                row(
                        "reads too many to keep",
                        HOLD,
                        State.NOT_JUDGED,
                        anew("1", "", "2").dropped(new Dropped(0, 0, 0, 0, 1, 0, 0))));
    }

    private static Histories anew(String first, String second, String third) {
        return Histories.empty()
                .write("node1", 1, "a", "1", ACKNOWLEDGED, "w.1")
                .write("node1", 110, "a", "", ACKNOWLEDGED, "w.2")
                .write("node1", 210, "a", "2", ACKNOWLEDGED, "w.3")
                .stored("node1", 100, "w.1", "a", first)
                .stored("node1", 200, "w.2", "a", second)
                .stored("node1", 300, "w.3", "a", third);
    }

    /** Shown by node1, and then deleted without an answer; another resource is deleted, so that there is something to judge. */
    private static Histories perhapsDeleted() {
        return Histories.empty()
                .write("node1", 1, "a", "1", ACKNOWLEDGED, "w.1")
                .stored("node1", 100, "w.1", "a", "1")
                .write("node2", 110, "a", "", UNKNOWN, "")
                .write("node2", 120, "b", "", ACKNOWLEDGED, "x.1");
    }

    @ParameterizedTest(name = "{0}: {1} {2}")
    @MethodSource({"rows", "configurations", "orders", "routes", "fates", "deletions"})
    void aPromiseIsJudgedByWhatWasSeen(String what, Promise promise, State state, Histories histories) {
        Finding finding = promise.judge(histories.history());
        assertThat(finding.state()).as("%s: %s", what, finding).isEqualTo(state);
        assertThat(finding.promise()).isEqualTo(promise.words()).isNotBlank();
        assertThat(finding.seen()).isNotBlank();
        if (state == State.BROKEN
                && !(promise instanceof ReadyWithin)
                && !finding.seen().startsWith("they did not")
                && !(promise instanceof ConvergedWithin)
                && !(promise instanceof LatencyWithin)
                && !(promise instanceof Answered)) {
            assertThat(finding.evidence()).isNotEmpty();
        }
    }

    private static Arguments row(String what, Promise promise, State state, Histories histories) {
        return Arguments.of(what, promise, state, histories);
    }

    private static Promise converged() {
        return new ConvergedWithin(Duration.ofSeconds(5));
    }

    private static Histories ran() {
        return Histories.empty().load("readers", 4, 4, 100);
    }

    private static Histories ran(String load, long atMs, Outcome outcome) {
        Histories histories = Histories.empty().failure(load, atMs, outcome).load("readers", 4, 4, 100);
        return load.equals("readers") ? histories : histories.load(load, 4, 4, 100);
    }

    private static Histories killed(long atMs, Outcome outcome) {
        return Histories.empty()
                .failure("readers", atMs, outcome)
                .fault("kill", "node2", 5_000, 9_000)
                .load("readers", 4, 4, 100);
    }

    /** More was asked for than was admitted. */
    private static Histories limited(long... rightEachSecond) {
        Histories histories = Histories.empty();
        for (int i = 0; i < 200; i++) {
            histories.failure("readers", i, Outcome.STATUS_4XX);
        }
        return histories.load("readers", 1, 1, rightEachSecond);
    }

    /** Sent, carried out by v1, and answered by it. */
    private static Histories posts(String... ids) {
        Histories histories = Histories.empty();
        for (String id : ids) {
            histories.sent(id, Outcome.OK, "v1").execution("v1", "POST", id);
        }
        return histories;
    }

    private static Histories reads(String... revisions) {
        Histories histories = Histories.empty();
        for (int i = 0; i < revisions.length; i++) {
            histories.read("node1", i, revisions[i]).read("node2", i, "w.9-x.9");
        }
        return revisions.length == 0 ? Histories.empty() : histories;
    }

    private static Histories states(
            String revision1, Map<String, String> first, String revision2, Map<String, String> second) {
        return Histories.empty().state("node1", revision1, first).state("node2", revision2, second);
    }

    /** Two who did not know of each other, and what either node reports. */
    private static Histories contested(String reportedByFirst, String reportedBySecond) {
        return Histories.empty()
                .state("node1", "w.1-x.1", Map.of("a", "2"), reportedByFirst)
                .state("node2", "w.1-x.1", Map.of("a", "2"), reportedBySecond)
                .write("node1", 1, "a", "1", ACKNOWLEDGED, "w.1")
                .write("node2", 10, "a", "2", ACKNOWLEDGED, "x.1");
    }

    /** Two writes, one after the other, and what was found of them. */
    private static Histories wrote(String found) {
        Map<String, String> resources = found.isEmpty() ? Map.of() : Map.of("a", found);
        return states("w.2", resources, "w.2", resources)
                .write("node1", 1, "a", "1", ACKNOWLEDGED, "w.1")
                .write("node2", 10, "a", "2", ACKNOWLEDGED, "w.1-x.1");
    }
}
