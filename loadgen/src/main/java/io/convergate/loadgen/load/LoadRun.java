package io.convergate.loadgen.load;

import io.convergate.loadgen.net.Loops;
import io.netty.bootstrap.Bootstrap;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A load under way. {@link #start} returns at once; connections are opened first, for a second at most, then the schedule begins.
 * Thread-safe.
 */
public final class LoadRun implements AutoCloseable {
    /** How long connections are opened before the schedule begins with those that are there. */
    private static final long OPENING_MS_MAX = 1_000;

    /** From the decision to begin to the first planned request. */
    private static final long LEAD_NANOS = 5_000_000;

    private final Shared shared;
    private final Loops loops;
    private final ScheduledExecutorService timer;
    private final List<Worker> workers = new ArrayList<>();
    private final Collector collector;

    private LoadRun(LoadPlan plan, List<ExchangeListener> listeners, List<IntervalListener> intervals) {
        shared = new Shared(plan, listeners);
        loops = Loops.start("load-" + plan.name(), plan.threads());
        timer = Executors.newSingleThreadScheduledExecutor(new DefaultThreadFactory("load-figures", true));
        Bootstrap client = loops.client();
        for (int i = 0; i < plan.threads(); i++) {
            workers.add(new Worker(shared, i, loops.group().next(), client));
        }
        collector = new Collector(shared, workers.stream().map(Worker::meter).toList(), intervals);
    }

    /**
     * Starts a load.
     *
     * @param listeners see every exchange; without any, a request costs no object
     * @throws IllegalArgumentException with {@code value (expected: rule)} if a name does not resolve or TLS cannot be set up
     */
    public static LoadRun start(LoadPlan plan, List<ExchangeListener> listeners) {
        return start(plan, listeners, List.of());
    }

    /** Starts a load, with listeners for intervals too. */
    public static LoadRun start(LoadPlan plan, List<ExchangeListener> listeners, List<IntervalListener> intervals) {
        LoadRun run = new LoadRun(plan, listeners, intervals);
        for (Worker worker : run.workers) {
            worker.loop().execute(worker::openAll);
        }
        run.timer.execute(run::begin);
        return run;
    }

    private void begin() {
        try {
            shared.ready().await(OPENING_MS_MAX, TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopped) {
            return;
        }
        long begins = System.nanoTime() + LEAD_NANOS;
        shared.beginsAt(begins);
        collector.begin(Instant.now().plusNanos(LEAD_NANOS), begins);
        Profile profile = shared.plan().profile();
        for (Worker worker : workers) {
            worker.loop().execute(() -> begin(worker, profile, begins));
        }
        timer.scheduleAtFixedRate(
                collector::tick,
                Collector.INTERVAL_MS + LEAD_NANOS / 1_000_000,
                Collector.INTERVAL_MS,
                TimeUnit.MILLISECONDS);
    }

    private static void begin(Worker worker, Profile profile, long begins) {
        if (profile instanceof Profile.Open open) {
            worker.begin(Schedule.of(open), begins, 0);
        } else if (profile instanceof Profile.Recorded recorded) {
            worker.begin(Schedule.of(recorded), begins, 0);
        } else {
            worker.begin(null, begins, begins + profile.duration().toNanos());
        }
    }

    /** The figures so far. */
    public LoadResult progress() {
        return collector.result();
    }

    /** Plans no more requests. What is under way goes on to its end, or to its deadline. */
    public void stop() {
        for (Worker worker : workers) {
            worker.loop().execute(worker::stop);
        }
    }

    /** Whether nothing is under way and nothing more will be. */
    public boolean isOver() {
        return shared.over().getCount() == 0;
    }

    /**
     * Waits for the end.
     *
     * @throws TimeoutException if it does not come in that time; the load goes on
     */
    public LoadResult await(Duration timeout) throws InterruptedException, TimeoutException {
        if (!shared.over().await(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new TimeoutException(shared.plan().name() + ": not over after " + timeout);
        }
        collector.end();
        release();
        return collector.result();
    }

    /** Ends it at once; what is under way has no outcome. */
    @Override
    public void close() {
        for (Worker worker : workers) {
            if (!worker.loop().isShuttingDown()) {
                worker.loop().execute(worker::abort);
            }
        }
        release();
    }

    private void release() {
        timer.shutdownNow();
        loops.close();
    }
}
