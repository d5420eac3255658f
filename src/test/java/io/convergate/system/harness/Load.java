package io.convergate.system.harness;

import io.convergate.loadgen.fleet.Await;
import io.convergate.loadgen.fleet.Fleet;
import io.convergate.loadgen.load.Exchange;
import io.convergate.loadgen.load.LoadPlan;
import io.convergate.loadgen.load.LoadRun;
import io.convergate.loadgen.load.Outcome;
import io.convergate.loadgen.load.Profile;
import io.convergate.loadgen.load.Target;
import io.convergate.loadgen.load.Wire;
import io.convergate.loadgen.request.Expectation;
import io.convergate.loadgen.request.RequestSet;
import io.convergate.loadgen.request.RequestSpec;
import io.convergate.loadgen.verify.ExpectedAnswer;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;

/**
 * A steady load of loadgen's that a test looks at while it goes on, lap by lap. Every answer is checked and counted; nothing is ever
 * retried. A connection that was told {@code Connection: close} moves on to the next target.
 */
public final class Load implements AutoCloseable {
    private static final int FAULTS_KEPT = 5;
    private static final Duration LONGEST = Duration.ofHours(1);
    private static final Duration END_WITHIN = Duration.ofSeconds(30);

    private final LoadRun run;
    private final Object lock = new Object();
    private Tally now = Tally.NOTHING;
    private Tally before = Tally.NOTHING;

    private Load(LoadPlan plan) {
        run = LoadRun.start(plan, List.of(this::count));
    }

    /**
     * What is asked for, and who may answer.
     *
     * @param origins the upstreams whose 200 is a right answer
     */
    public record Aim(String host, String path, Set<String> origins) {
        public Aim {
            origins = Set.copyOf(origins);
        }
    }

    /**
     * Starts a load.
     *
     * @param connections how many there are at any time
     * @param perSecond requests a second, all connections together
     */
    public static Load start(Aim aim, List<InetSocketAddress> targets, int connections, int perSecond) {
        RequestSpec request = RequestSpec.get(aim.path()).expecting(Expectation.SUCCESS.withUpstreams(aim.origins()));
        List<Target> addresses = targets.stream()
                .map(target -> new Target(target.getHostString(), target.getPort()))
                .toList();
        return new Load(LoadPlan.of(
                        "load",
                        addresses,
                        Profile.constant(perSecond, LONGEST),
                        RequestSet.of(request),
                        new ExpectedAnswer())
                .withWire(Wire.http1().withAuthority(aim.host()))
                .withConnections(connections, 1));
    }

    /** Starts a load on one target: four connections, eighty requests a second. */
    public static Load on(InetSocketAddress target, Aim aim) {
        return start(aim, List.of(target), 4, 80);
    }

    /** What it saw since it began. */
    public Tally total() {
        synchronized (lock) {
            return plus(before, now).withOpened(run.progress().connectionsOpened());
        }
    }

    /** What it saw since the last lap, or since it began; connections are counted in {@link #total} only. */
    public Tally lap() {
        synchronized (lock) {
            Tally lap = now;
            before = plus(before, now);
            now = Tally.NOTHING;
            return lap;
        }
    }

    /** Waits until it has seen that many right answers in the current lap. */
    public void awaitRight(long count) {
        Await.untilTrue(count + " right answers", Fleet.PATIENCE, () -> {
            synchronized (lock) {
                return now.right() >= count;
            }
        });
    }

    private void count(Exchange exchange) {
        Outcome outcome = exchange.outcome();
        Tally one;
        if (outcome == Outcome.OK) {
            Duration took = Duration.ofNanos(exchange.serviceNanos());
            one = new Tally(Map.of(exchange.upstream(), 1L), 0, 0, 0, took, List.of());
        } else {
            String what = exchange.target() + ": " + outcome.text() + " " + exchange.detail();
            Timeline.say("load: %s", what);
            boolean isAnswer = exchange.status() > 0 && outcome != Outcome.RESET && outcome != Outcome.TIMEOUT;
            one = new Tally(Map.of(), isAnswer ? 1 : 0, isAnswer ? 0 : 1, 0, Duration.ZERO, List.of(what));
        }
        synchronized (lock) {
            now = plus(now, one);
        }
    }

    private static Tally plus(Tally a, Tally b) {
        Map<String, Long> answers = new TreeMap<>(a.answers());
        b.answers().forEach((origin, count) -> answers.merge(origin, count, Long::sum));
        List<String> faults = new ArrayList<>(a.faults());
        faults.addAll(b.faults());
        return new Tally(
                answers,
                a.wrong() + b.wrong(),
                a.failed() + b.failed(),
                a.opened() + b.opened(),
                a.slowest().compareTo(b.slowest()) >= 0 ? a.slowest() : b.slowest(),
                faults.subList(0, Math.min(FAULTS_KEPT, faults.size())));
    }

    /** Ends it once the requests in flight are answered. */
    @Override
    public void close() {
        run.stop();
        try {
            run.await(END_WITHIN);
        } catch (TimeoutException e) {
            run.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
