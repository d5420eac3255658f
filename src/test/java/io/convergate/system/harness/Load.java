package io.convergate.system.harness;

import io.convergate.system.harness.HttpConnection.Answer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A steady load: some keep-alive connections, each with a request every so often, spread evenly over the targets. Every
 * answer is checked and counted. Nothing is ever retried. A connection that was told {@code Connection: close} moves on
 * to the next target, as one behind a load balancer would; one that broke counts as a failure and moves on too.
 */
public final class Load implements AutoCloseable {
    private static final int FAULTS_KEPT = 5;

    private final String host;
    private final String path;
    private final List<InetSocketAddress> targets;
    private final Set<String> origins;
    private final long intervalNanos;
    private final List<Thread> clients = new ArrayList<>();
    private volatile boolean ending;

    private final Object lock = new Object();
    private Tally now = Tally.NOTHING;
    private Tally before = Tally.NOTHING;

    private Load(Aim aim, List<InetSocketAddress> targets, int connections, int perSecond) {
        this.host = aim.host();
        this.path = aim.path();
        this.origins = aim.origins();
        this.targets = List.copyOf(targets);
        this.intervalNanos = Duration.ofSeconds(connections).toNanos() / perSecond;
        for (int i = 0; i < connections; i++) {
            int number = i;
            Thread client = new Thread(() -> run(number), "load-" + number);
            client.setDaemon(true);
            clients.add(client);
        }
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
        Load load = new Load(aim, targets, connections, perSecond);
        load.clients.forEach(Thread::start);
        return load;
    }

    /** Starts a load on one target: four connections, eighty requests a second. */
    public static Load on(InetSocketAddress target, Aim aim) {
        return start(aim, List.of(target), 4, 80);
    }

    /** What it saw since it began. */
    public Tally total() {
        synchronized (lock) {
            return plus(before, now);
        }
    }

    /** What it saw since the last lap, or since it began. */
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
        Await.untilTrue(count + " right answers", TestCluster.PATIENCE, () -> {
            synchronized (lock) {
                return now.right() >= count;
            }
        });
    }

    private void run(int number) {
        HttpConnection connection = null;
        int target = number;
        long due = System.nanoTime() + intervalNanos * number / clients.size();
        while (!ending) {
            LockSupport.parkNanos(due - System.nanoTime());
            if (due > System.nanoTime()) {
                continue;
            }
            due = Math.max(due + intervalNanos, System.nanoTime());
            connection = exchange(connection, targets.get(target % targets.size()));
            if (connection == null) {
                target++;
            }
        }
        if (connection != null) {
            connection.close();
        }
    }

    /** One request. Returns the connection for the next one, or null if that shall go elsewhere. */
    private @Nullable HttpConnection exchange(@Nullable HttpConnection kept, InetSocketAddress target) {
        HttpConnection connection = kept;
        try {
            if (connection == null) {
                connection = new HttpConnection(target);
                count(new Tally(Map.of(), 0, 0, 1, Duration.ZERO, List.of()));
            }
            long begun = System.nanoTime();
            Answer answer = connection.get(host, path);
            count(judge(answer, target, Duration.ofNanos(System.nanoTime() - begun)));
            if (!answer.closes()) {
                return connection;
            }
        } catch (IOException e) {
            count(new Tally(Map.of(), 0, 1, 0, Duration.ZERO, List.of(fault(target, e.toString()))));
        }
        if (connection != null) {
            connection.close();
        }
        return null;
    }

    private Tally judge(Answer answer, InetSocketAddress target, Duration took) {
        if (answer.status() == 200 && origins.contains(answer.origin())) {
            return new Tally(Map.of(answer.origin(), 1L), 0, 0, 0, took, List.of());
        }
        return new Tally(Map.of(), 1, 0, 0, Duration.ZERO, List.of(fault(target, answer.toString())));
    }

    private static String fault(InetSocketAddress target, String what) {
        Timeline.say("load: %s: %s", target, what);
        return target + ": " + what;
    }

    private void count(Tally one) {
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
        ending = true;
        clients.forEach(LockSupport::unpark);
        try {
            for (Thread client : clients) {
                client.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
