package io.convergate.config.converge;

import io.convergate.config.Activation;
import io.convergate.config.ActivationReport;
import io.convergate.config.ConfigHistory;
import io.convergate.config.ConfigView;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Activates views on a thread of its own, one at a time; of those that arrive meanwhile only the newest. */
public final class Activator implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Activator.class);

    private final Activation activation;
    private final BiConsumer<ConfigView, ActivationReport> done;
    private final ExecutorService thread;

    /** The newest view that nobody has begun to activate. */
    private final AtomicReference<@Nullable Offer> next = new AtomicReference<>();

    private record Offer(ConfigView view, ConfigHistory past) {}

    /**
     * Makes an activator.
     *
     * @param done is told what came of each activation, on the activator's thread
     */
    public Activator(Activation activation, BiConsumer<ConfigView, ActivationReport> done) {
        this.activation = activation;
        this.done = done;
        this.thread = Executors.newSingleThreadExecutor(Activator::background);
    }

    /** Where the JVM lets priorities count, what is served goes before what will be. */
    private static Thread background(Runnable task) {
        Thread thread = new Thread(task, "config-activation");
        thread.setPriority(Thread.MIN_PRIORITY);
        return thread;
    }

    /** Has a view activated. Any thread, but later views must be offered later. */
    public void offer(ConfigView view, ConfigHistory past) {
        if (next.getAndSet(new Offer(view, past)) == null) {
            thread.execute(this::activateNext);
        }
    }

    private void activateNext() {
        Offer offer = next.getAndSet(null);
        if (offer != null) {
            done.accept(offer.view(), activate(offer.view(), offer.past()));
        }
    }

    private ActivationReport activate(ConfigView view, ConfigHistory past) {
        try {
            return activation.activate(view, past);
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            LOG.error("revision {} cannot be activated", view.revision(), e);
            return ActivationReport.refused(List.of("activation failed: " + e));
        }
    }

    /** Takes no more views; one that is being activated is finished. */
    @Override
    public void close() {
        thread.shutdown();
    }
}
