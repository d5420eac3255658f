package io.convergate.node.limits.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.telemetry.Telemetry;
import io.convergate.node.telemetry.TelemetrySettings;
import io.convergate.routing.action.RateLimit.Mode;
import io.convergate.routing.limit.LimitSpec;
import io.convergate.routing.limit.Window;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Owners in real cluster systems, of two nodes; of what goes on with limits, that takes whole nodes. */
class ShardedOwnersTest {
    private static final LimitSpec MONTH = new LimitSpec.Quota(50, Window.MONTH);

    /** So slow that nothing comes back during a test. */
    private static final LimitSpec SLOW = LimitSpec.Rate.of(60, Duration.ofDays(30), 60);

    private static final LimitSpec.InFlight FIVE = new LimitSpec.InFlight(5);
    private static Telemetry telemetry;

    @TempDir
    private static Path directory;

    private static LimitNode one;
    private static LimitNode two;

    @BeforeAll
    static void start() throws Exception {
        telemetry = Telemetry.start(new TelemetrySettings(Map.of(), TelemetrySettings.Format.OFF, Optional.empty()));
        int port = LimitNode.freePort();
        List<String> seeds = List.of("127.0.0.1", "127.0.0.2");
        one = new LimitNode(telemetry, 1, port, seeds, directory.resolve("1"));
        two = new LimitNode(telemetry, 2, port, seeds, directory.resolve("2"));
        one.awaitMembers(2);
        two.awaitMembers(2);
    }

    @AfterAll
    static void stop() {
        two.close();
        one.close();
        telemetry.close();
    }

    @Test
    void aQuotaIsExactForBothAndEachHearsWhatTheOtherUsed() throws Exception {
        assertThat(one.passed(MONTH, Mode.LEASED, "quota", 30)).isEqualTo(30);
        long window = Window.MONTH.id(System.currentTimeMillis());
        LimitNode.await(() -> two.owners()
                        .used(LimitNode.key("quota"), window)
                        .getOrDefault(one.owners().self(), 0L)
                == 30);
        assertThat(all(two, MONTH, "quota", 20)).isEqualTo(20);
        assertThat(one.request(MONTH, Mode.LEASED, "quota")).isFalse();
        assertThat(two.request(MONTH, Mode.LEASED, "quota")).isFalse();
    }

    @Test
    void aStrictLimitIsExactWhoeverIsAsked() throws Exception {
        for (LimitSpec spec : List.of(SLOW, MONTH)) {
            long passed = 0;
            for (int i = 0; i < 40; i++) {
                passed += one.request(spec, Mode.STRICT, "strict" + spec) ? 1 : 0;
                passed += two.request(spec, Mode.STRICT, "strict" + spec) ? 1 : 0;
            }
            assertThat(passed).as("%s", spec).isEqualTo(spec.amount());
        }
    }

    /**
     * So much that the rest is scarce: of plenty it would lapse. A lease that lapses on its way back, or comes back when its owner moves, is lost; so
     * there are several clients.
     */
    @Test
    void whatOneNodeLeavesUnusedTheOtherGets() throws Exception {
        for (int client = 0; client < 8; client++) {
            assertThat(one.passed(SLOW, Mode.LEASED, "idle" + client, 35)).isEqualTo(35);
        }
        long[] passed = new long[8];
        LimitNode.await(() -> {
            for (int client = 0; client < 8; client++) {
                passed[client] += passes(two, SLOW, "idle" + client) ? 1 : 0;
            }
            return LongStream.of(passed).anyMatch(count -> count == 25);
        });
        assertThat(LongStream.of(passed).max().orElseThrow()).isLessThanOrEqualTo(25);
    }

    /** Without that a node whose clients come a few times a second would keep for good what they do not use. */
    @Test
    void aPermitThatLiesUnusedWhereRequestsComeIsFetchedForTheOtherNode() throws Exception {
        LimitSpec six = new LimitSpec.InFlight(6);
        long[] passed = new long[1];
        LimitNode.await(() -> {
            if (passes(one, six, "burst")) {
                one.finished(six, "burst");
            }
            passed[0] += passes(two, six, "burst") ? 1 : 0;
            return passed[0] == 6;
        });
        assertThat(one.request(six, Mode.LEASED, "burst")).isFalse();
    }

    /** What passes on a node until so many have, which takes as long as leases of another one lie idle. */
    private static long all(LimitNode node, LimitSpec spec, String client, long expected) {
        long[] passed = new long[1];
        LimitNode.await(() -> {
            passed[0] += passes(node, spec, client) ? 1 : 0;
            return passed[0] >= expected;
        });
        return passed[0];
    }

    private static boolean passes(LimitNode node, LimitSpec spec, String client) {
        try {
            return node.request(spec, Mode.LEASED, client);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @Tag("long")
    void aNodeThatStopsHandsBackItsLeasesAndItsPermitsComeBack() throws Exception {
        int port = LimitNode.freePort();
        List<String> seeds = List.of("127.0.0.3", "127.0.0.4");
        try (LimitNode stays = new LimitNode(telemetry, 3, port, seeds, directory.resolve("3"))) {
            try (LimitNode stops = new LimitNode(telemetry, 4, port, seeds, directory.resolve("4"))) {
                stays.awaitMembers(2);
                stops.awaitMembers(2);
                for (int client = 0; client < 8; client++) {
                    assertThat(stops.passed(SLOW, Mode.LEASED, "c" + client, 3)).isEqualTo(3);
                    assertThat(stops.passed(FIVE, Mode.LEASED, "f" + client, 5)).isEqualTo(5);
                    assertThat(stays.request(FIVE, Mode.LEASED, "f" + client)).isFalse();
                }
                stops.finished(FIVE, "f0");
                LimitNode.await(() -> passes(stays, FIVE, "f0"));
            }
            stays.awaitMembers(1);
            for (int client = 0; client < 8; client++) {
                String flight = "f" + client;
                LimitNode.await(() -> passes(stays, FIVE, flight));
            }
            long[] passed = new long[8];
            LimitNode.await(() -> {
                for (int client = 0; client < 8; client++) {
                    passed[client] += passes(stays, SLOW, "c" + client) ? 1 : 0;
                }
                return LongStream.of(passed).anyMatch(count -> count >= 57);
            });
        }
    }

    /** What was used in the last two seconds, and leases, were unknown to a new owner, which granted them again. */
    @Test
    @Tag("long")
    void quotasStayExactWhileANodeJoinsAndOwnersMoveToIt() throws Exception {
        LimitSpec quota = new LimitSpec.Quota(15, Window.MONTH);
        int port = LimitNode.freePort();
        List<String> seeds = List.of("127.0.0.6", "127.0.0.7");
        long[] passed = new long[250];
        try (LimitNode first = new LimitNode(telemetry, 6, port, seeds.subList(0, 1), directory.resolve("6"))) {
            first.awaitMembers(1);
            try (LimitNode joins = new LimitNode(telemetry, 7, port, seeds, directory.resolve("7"))) {
                LimitNode.await(() -> joins.owners().available());
                for (int client = 0; client < passed.length; client++) {
                    passed[client] += first.passed(quota, Mode.LEASED, "join" + client, 15);
                    for (int earlier = Math.max(0, client - 40); earlier <= client; earlier++) {
                        passed[earlier] += passes(joins, quota, "join" + earlier) ? 1 : 0;
                    }
                    LockSupport.parkNanos(20_000_000); // shards move every two seconds
                }
            }
        }
        assertThat(LongStream.of(passed).max().orElseThrow()).isLessThanOrEqualTo(15);
    }

    @Test
    @Tag("long")
    void aQuotaSurvivesThatAllNodesStop() throws Exception {
        int port = LimitNode.freePort();
        for (long expected : new long[] {50, 50, 0}) {
            try (LimitNode node = new LimitNode(telemetry, 5, port, List.of(), directory.resolve("5"))) {
                node.awaitMembers(1);
                assertThat(node.passed(MONTH, Mode.LEASED, "a", 25) + node.passed(MONTH, Mode.STRICT, "b", 25))
                        .isEqualTo(expected);
            }
        }
    }
}
