package io.convergate.system.harness;

import io.convergate.loadgen.fleet.GatewayNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A load on something that is limited, as fast as its pace whatever the answers are: when what was admitted, and how that compares with
 * the limit. A connection that breaks is opened again when its node says that it is ready, as a load balancer would do it.
 */
public final class Admissions implements AutoCloseable {
    private static final double SECOND = 1e9;

    private final ConcurrentLinkedQueue<Long> admitted = new ConcurrentLinkedQueue<>();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean ending;

    private Admissions() {}

    /**
     * Begins.
     *
     * @param perSecond on each node
     */
    public static Admissions begin(List<GatewayNode> nodes, String host, String path, double perSecond) {
        Admissions load = new Admissions();
        for (GatewayNode node : nodes) {
            // Two, so that one answer that is waited for does not stop the load on its node.
            for (int i = 0; i < 2; i++) {
                Thread thread = new Thread(() -> load.run(node, host, path, perSecond / 2), "admissions-" + node);
                thread.setDaemon(true);
                load.threads.add(thread);
                thread.start();
            }
        }
        return load;
    }

    private void run(GatewayNode node, String host, String path, double perSecond) {
        long gap = (long) (SECOND / perSecond);
        long next = System.nanoTime();
        while (!ending) {
            if (!node.admin().isReady()) {
                LockSupport.parkNanos(100_000_000);
                continue;
            }
            next = System.nanoTime();
            try (HttpConnection connection = new HttpConnection(node.http())) {
                while (!ending) {
                    next = Math.max(next + gap, System.nanoTime() - gap);
                    LockSupport.parkNanos(next - System.nanoTime());
                    HttpConnection.Answer answer = connection.get(host, path);
                    if (answer.status() == 200) {
                        admitted.add(System.nanoTime());
                    } else if (answer.status() == 429) {
                        refused.incrementAndGet();
                    } else {
                        failed.incrementAndGet();
                    }
                    if (answer.closes()) {
                        break;
                    }
                }
            } catch (IOException e) {
                failed.incrementAndGet();
                LockSupport.parkNanos(50_000_000);
            }
        }
    }

    public long admitted() {
        return admitted.size();
    }

    /**
     * How a rate was kept.
     *
     * @param beyond the most that was admitted beyond rate times length, over all windows that begin after a moment
     * @param wrongly the most that was refused wrongly: rate times length and less was admitted, with more asked for all the time
     * @param offUntilMs until when, from that moment, a window of two seconds was off by more than a tenth of the rate
     */
    public record Kept(long beyond, long wrongly, long offUntilMs) {}

    /** What was kept of a rate from one moment to another. */
    public Kept kept(double perSecond, long fromNanos, long toNanos) {
        long[] at = admitted.stream()
                .filter(nanos -> nanos >= fromNanos && nanos <= toNanos)
                .mapToLong(Long::longValue)
                .sorted()
                .toArray();
        double beyond = 0;
        double above = 0;
        double wrongly = 0;
        double below = 0;
        long last = fromNanos;
        for (long nanos : at) {
            double due = (nanos - last) / SECOND * perSecond;
            above = Math.max(0, above - due) + 1;
            beyond = Math.max(beyond, above);
            below = below + due;
            wrongly = Math.max(wrongly, below);
            below = Math.max(0, below - 1);
            last = nanos;
        }
        long offUntil = fromNanos;
        int first = 0;
        int end = 0;
        for (long from = fromNanos; from + 2e9 <= toNanos; from += 250_000_000) {
            while (first < at.length && at[first] < from) {
                first++;
            }
            while (end < at.length && at[end] < from + 2e9) {
                end++;
            }
            if (Math.abs((end - first) - 2 * perSecond) > 0.2 * perSecond) {
                offUntil = from + 2_000_000_000L;
            }
        }
        return new Kept(Math.round(beyond), Math.round(wrongly), (offUntil - fromNanos) / 1_000_000);
    }

    @Override
    public String toString() {
        return admitted.size() + " admitted, " + refused + " refused, " + failed + " failed";
    }

    @Override
    public void close() {
        ending = true;
        for (Thread thread : threads) {
            try {
                thread.join(30_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
