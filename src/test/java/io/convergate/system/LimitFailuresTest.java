package io.convergate.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.convergate.loadgen.fault.FaultInjector;
import io.convergate.loadgen.fault.PartitionFault;
import io.convergate.loadgen.fault.ResourceFault;
import io.convergate.loadgen.fleet.Await;
import io.convergate.loadgen.fleet.Driver;
import io.convergate.loadgen.fleet.Fleet;
import io.convergate.loadgen.fleet.FleetPlan;
import io.convergate.loadgen.fleet.GatewayNode;
import io.convergate.system.harness.Admissions;
import io.convergate.system.harness.Faults;
import io.convergate.system.harness.SharedCluster;
import io.convergate.system.harness.Timeline;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Limits while the node that owns their key fails, under twice the load that they let pass, on all nodes. The bounds are those of
 * docs/rate-limits.md, from the leases that are out; what was seen is printed beside them, and stands in the table there.
 */
@Tag("long")
@ExtendWith(SharedCluster.class)
class LimitFailuresTest {
    private static final String HOST = "limits.test";
    private static final int RATE = 100;
    private static final int BURST = 100;
    private static final int NODES = 3;
    private static final double PER_NODE = 2.0 * RATE / NODES;
    private static final AtomicInteger KEYS = new AtomicInteger();

    /** Twice what a node asks ahead (200 ms of its load), for all of them: leases are renewed at a quarter. */
    private static final long LEASED = Math.round(2 * 0.2 * PER_NODE * NODES);

    private static final String CONFIGURATION = """
            apiVersion: networking.istio.io/v1
            kind: Gateway
            metadata: {name: limits}
            spec:
              servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]
            ---
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: limits}
            spec:
              hosts: [limits.test]
              gateways: [limits]
              http: [{directResponse: {status: 200, body: {string: passed}}}]
            ---
            apiVersion: convergate.io/v1
            kind: RateLimitPolicy
            metadata: {name: limits}
            spec:
              targetRefs: [{kind: VirtualService, name: limits}]
              rules:
              - name: leased
                match: [{uri: {prefix: /leased/}}]
                key: [{pathSegment: 2}]
                limit: {requests: 100, per: SECOND}
              - name: strict
                match: [{uri: {prefix: /strict/}}]
                key: [{pathSegment: 2}]
                limit: {requests: 100, per: SECOND}
                mode: strict
              - name: day
                match: [{uri: {prefix: /day/}}]
                key: [{pathSegment: 2}]
                limit: {requests: 1500, per: DAY, algorithm: FIXED_WINDOW}
              - name: closed
                match: [{uri: {prefix: /closed/}}]
                key: [{pathSegment: 2}]
                limit: {requests: 1500, per: DAY, algorithm: FIXED_WINDOW}
                onUnavailable: closed
            """;

    /** One key of a limit, under load until it is drained, whose owner is known. */
    private static final class Trial implements AutoCloseable {
        private final Fleet cluster;
        private final Admissions load;
        private final GatewayNode owner;
        private long fault;
        private Map<String, Long> unavailable = new HashMap<>();

        Trial(Fleet cluster, String mode) {
            this.cluster = cluster;
            cluster.node(1).admin().applyEverywhere(CONFIGURATION);
            Map<String, Long> before = settled(cluster);
            load = Admissions.begin(cluster.nodes(), HOST, "/" + mode + "/k" + KEYS.incrementAndGet(), PER_NODE);
            try {
                // Keys of other tests may go meanwhile, also from the owner: what counts is who was seen to get one,
                // the
                // last if it has moved.
                Map<String, Long> seen = new HashMap<>(before);
                AtomicReference<String> last = new AtomicReference<>("");
                Await.untilTrue("somebody owns the key, and the burst is used up", Fleet.PATIENCE, () -> {
                    owned(cluster).forEach((node, keys) -> {
                        if (keys > Objects.requireNonNullElse(seen.put(node, keys), keys)) {
                            last.set(node);
                        }
                    });
                    return !last.get().isEmpty() && load.admitted() > BURST + 3 * RATE;
                });
                owner = cluster.node(last.get()).orElseThrow();
            } catch (RuntimeException | Error e) {
                load.close();
                throw e;
            }
        }

        /** The fault begins now. */
        void begin() {
            unavailable = unavailable(cluster);
            fault = System.nanoTime();
        }

        /** Waits until somebody else, or the same again, has been asked and has answered for some seconds. */
        void awaitOwner() {
            long begun = System.nanoTime();
            long[] firstAndLast = {0, begun};
            long[] decisions = new long[1];
            Map<String, Long> seen = new HashMap<>(unavailable);
            Await.untilTrue("an owner answers", Fleet.PATIENCE, () -> {
                Map<String, Long> now = unavailable(cluster);
                now.forEach((node, count) -> {
                    long more = count - seen.getOrDefault(node, 0L);
                    seen.put(node, count);
                    if (more > 0) {
                        decisions[0] += more;
                        firstAndLast[1] = System.nanoTime();
                        firstAndLast[0] = firstAndLast[0] == 0 ? firstAndLast[1] : firstAndLast[0];
                    }
                });
                return System.nanoTime() - firstAndLast[1]
                        > Duration.ofSeconds(4).toNanos();
            });
            Timeline.say(
                    "%d decisions without the owner, from %d to %d ms after the fault",
                    decisions[0],
                    decisions[0] == 0 ? 0 : (firstAndLast[0] - fault) / 1_000_000,
                    decisions[0] == 0 ? 0 : (firstAndLast[1] - fault) / 1_000_000);
        }

        /** Prints what was kept, and holds it against the bound. */
        void judge(String what, long mostBeyond) {
            Admissions.Kept kept = load.kept(RATE, fault, System.nanoTime());
            Timeline.say(
                    "RESULT %s: beyond the limit %d (bound %d), refused wrongly %d, off until %d ms; %s",
                    what, kept.beyond(), mostBeyond, kept.wrongly(), kept.offUntilMs(), load);
            assertThat(kept.beyond()).as(what).isLessThanOrEqualTo(mostBeyond);
        }

        @Override
        public void close() {
            load.close();
        }
    }

    /** Who owns how many keys, once those of other tests move no more. */
    static Map<String, Long> settled(Fleet cluster) {
        List<Map<String, Long>> last = new ArrayList<>(List.of(owned(cluster)));
        long[] since = {System.nanoTime()};
        Await.untilTrue("keys have settled", Fleet.PATIENCE, () -> {
            Map<String, Long> now = owned(cluster);
            if (!now.equals(last.set(0, now))) {
                since[0] = System.nanoTime();
            }
            return System.nanoTime() - since[0] > Duration.ofSeconds(3).toNanos();
        });
        return last.get(0);
    }

    static Map<String, Long> owned(Fleet cluster) {
        return metric(cluster, "convergate_rate_limit_owned_keys");
    }

    private static Map<String, Long> unavailable(Fleet cluster) {
        return metric(cluster, "convergate_rate_limit_unavailable_total");
    }

    /** The sum of a metric's series on each node; nothing of nodes that do not answer. */
    private static Map<String, Long> metric(Fleet cluster, String name) {
        Map<String, Long> values = new HashMap<>();
        for (GatewayNode node : cluster.nodes()) {
            try {
                String text = new String(node.admin().get("/metrics").body(), StandardCharsets.UTF_8);
                values.put(
                        node.name(),
                        text.lines()
                                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                                .sum());
            } catch (UncheckedIOException e) {
                // It is dead, or cut off.
            }
        }
        return values;
    }

    private static void sleep(int seconds) {
        long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"leased", "strict"})
    void theOwnersNodeIsKilled(String mode, Fleet cluster) {
        try (Trial trial = new Trial(cluster, mode)) {
            trial.begin();
            trial.owner.kill();
            trial.awaitOwner();
            // The nodes' shares begin full, and so does the next owner's bucket.
            trial.judge("owner killed, " + mode, 2 * BURST + LEASED);
            trial.owner.start();
            trial.owner.awaitReady(Fleet.PATIENCE);
            cluster.awaitWhole(Fleet.PATIENCE);
        }
    }

    @ParameterizedTest(name = "{0}, {1} s")
    @CsvSource({"leased, 2", "strict, 2", "leased, 12", "strict, 12"})
    void theOwnersNodeStandsStill(String mode, int seconds, Fleet cluster) {
        try (Trial trial = new Trial(cluster, mode)) {
            trial.begin();
            trial.owner.pause();
            sleep(seconds);
            trial.owner.resume();
            trial.awaitOwner();
            trial.judge("owner paused for " + seconds + " s, " + mode, 2 * BURST + LEASED);
            cluster.awaitWhole(Fleet.PATIENCE);
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"leased", "strict"})
    void theOwnersNodeIsCutOffAndBothSidesServe(String mode, Fleet cluster) {
        try (Trial trial = new Trial(cluster, mode);
                Faults faults = Faults.in(cluster)) {
            trial.begin();
            FaultInjector.Active cut = faults.begin(faults.of(trial.owner, PartitionFault::isolate));
            sleep(15);
            // The smaller side, too, lets pass what it is asked for, as long as it takes itself for the owner; then its
            // share.
            trial.judge("partition, " + mode, 2 * BURST + LEASED + Math.round(15 * PER_NODE));
            cut.end();
            cluster.awaitWhole(Fleet.PATIENCE);
            trial.begin();
            sleep(5);
            trial.judge("healed, " + mode, 2 * BURST + LEASED);
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"leased", "strict"})
    void theOwnersNodeStopsInOrderAndComesBack(String mode, Fleet cluster) {
        try (Trial trial = new Trial(cluster, mode)) {
            trial.begin();
            trial.owner.terminate();
            trial.owner.awaitEnd();
            trial.awaitOwner();
            trial.judge("owner stopped, " + mode, 2 * BURST + LEASED);
            trial.begin();
            trial.owner.start();
            trial.owner.awaitReady(Fleet.PATIENCE);
            cluster.awaitWhole(Fleet.PATIENCE);
            trial.awaitOwner();
            trial.judge("node joined, " + mode, 2 * BURST + LEASED);
        }
    }

    @Test
    void aDaysQuotaSurvivesARollingRestartAndAFullStop(Fleet cluster) {
        cluster.node(1).admin().applyEverywhere(CONFIGURATION);
        try (Admissions load = Admissions.begin(cluster.nodes(), HOST, "/day/k" + KEYS.incrementAndGet(), 10)) {
            for (GatewayNode node : cluster.nodes()) {
                sleep(2);
                node.terminate();
                node.awaitEnd();
                node.start();
                node.awaitReady(Fleet.PATIENCE);
                cluster.awaitWhole(Fleet.PATIENCE);
            }
            cluster.nodes().forEach(GatewayNode::terminate);
            cluster.nodes().forEach(GatewayNode::awaitEnd);
            long before = load.admitted();
            cluster.nodes().forEach(GatewayNode::start);
            cluster.awaitWhole(Fleet.PATIENCE);
            try (Admissions rest = Admissions.begin(cluster.nodes(), HOST, "/day/k" + KEYS.get(), 200)) {
                usedUp(rest);
                long all = load.admitted() + rest.admitted();
                Timeline.say(
                        "RESULT day's quota of 1500 through a rolling restart and a full stop: %d admitted, %d of them before the stop",
                        all, before);
                // docs/rate-limits.md: in order nothing is forgotten; owners that moved may have leased what others
                // held.
                assertThat(all).isBetween(1_485L, 1_500L + LEASED);
            }
        }
    }

    @Test
    void aClockThatJumpsOpensOneWindowEarlyAndNoneTwice() {
        FleetPlan plan = FleetPlan.of(
                        Driver.local(),
                        NODES,
                        Path.of(
                                "target/nodes",
                                "clocks-" + ProcessHandle.current().pid()))
                .withClocks()
                .saying(said -> Timeline.say("%s", said));
        Optional<String> reason = Fleet.impossible(plan);
        reason.ifPresent(why -> Timeline.say("SKIPPED: %s", why));
        assumeTrue(reason.isEmpty(), reason.orElse(""));
        try (Fleet fleet = Fleet.start(plan);
                Faults faults = Faults.in(fleet)) {
            fleet.node(1).admin().applyEverywhere(CONFIGURATION);
            try (Admissions load = Admissions.begin(fleet.nodes(), HOST, "/closed/clock", 400)) {
                usedUp(load);
                long before = load.admitted();
                Map<String, Long> owners = owned(fleet);
                Map<String, Long> unasked = unavailable(fleet);
                for (GatewayNode node : fleet.nodes()) {
                    FaultInjector.Active jump =
                            faults.begin(new ResourceFault.ClockShift(node.name(), Duration.ofHours(25)));
                    usedUp(load);
                    jump.end();
                }
                usedUp(load);
                boolean sameOwner =
                        owned(fleet).equals(owners) && unavailable(fleet).equals(unasked);
                Timeline.say(
                        "RESULT clocks a day ahead, one after another, and back: %d admitted of 1500, then %d more; the owner %s",
                        before, load.admitted() - before, sameOwner ? "was the same" : "did not always answer");
                assertThat(before).isBetween(1_485L, 1_500L + NODES);
                // One quota. If a busy machine has lost its owner meanwhile, also what the docs say of that: what is
                // leased
                // out (twice what a node asks ahead, for all of them), and what was used in the 2 s that a record
                // takes.
                long lost = Math.round(2 * 0.2 * 400 * NODES) + 2 * 400 * NODES;
                assertThat(load.admitted()).isLessThanOrEqualTo(2 * 1_500L + NODES + (sameOwner ? 0 : lost));
            }
        }
    }

    private static void usedUp(Admissions load) {
        Await.untilTrue("the quota is used up", Fleet.PATIENCE, () -> {
            long seen = load.admitted();
            sleep(2);
            return load.admitted() == seen && seen > 0;
        });
    }
}
