package io.convergate.loadgen.load;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What the workers of one run have in common. Thread-safe. */
final class Shared {
    /** How many failures are kept in words: of each outcome, and in all. */
    private static final int SAMPLES_OF_EACH = 4;

    private static final int NOTES_MAX = 4;

    private final LoadPlan plan;
    private final PreparedSet requests;
    private final List<Targets.Address> addresses;
    private final String idPrefix;
    private final Transport transport;
    private final ExchangeListener[] listeners;
    private final @Nullable TlsClient tls;
    private final CountDownLatch over;
    private final AtomicInteger unready;
    private final CountDownLatch ready = new CountDownLatch(1);
    private final Map<Outcome, AtomicInteger> sampled = new EnumMap<>(Outcome.class);
    private final List<String> samples = new ArrayList<>();
    private final AtomicInteger notes = new AtomicInteger();
    private volatile long beginNanos;

    Shared(LoadPlan plan, List<ExchangeListener> listeners) {
        this.plan = plan;
        this.requests = PreparedSet.of(plan);
        this.addresses = Targets.resolve(plan.targets());
        this.idPrefix = plan.name().replaceAll("[^A-Za-z0-9]+", "-") + "-"
                + Long.toString(System.currentTimeMillis(), 36) + "-";
        this.transport = Transport.best();
        this.listeners = listeners.toArray(new ExchangeListener[0]);
        this.tls =
                plan.wire().tls().map(settings -> TlsClient.of(plan, settings)).orElse(null);
        this.over = new CountDownLatch(plan.threads());
        this.unready = new AtomicInteger(plan.threads());
        for (Outcome outcome : Outcome.values()) {
            sampled.put(outcome, new AtomicInteger());
        }
    }

    LoadPlan plan() {
        return plan;
    }

    PreparedSet requests() {
        return requests;
    }

    List<Targets.Address> addresses() {
        return addresses;
    }

    String idPrefix() {
        return idPrefix;
    }

    Transport transport() {
        return transport;
    }

    WireKind wireFor(Worker worker) {
        return WireKind.of(worker, requests, tls);
    }

    CountDownLatch over() {
        return over;
    }

    CountDownLatch ready() {
        return ready;
    }

    /** A worker has tried all its connections once. */
    void workerReady() {
        if (unready.decrementAndGet() == 0) {
            ready.countDown();
        }
    }

    /** A worker has nothing more to do. */
    void workerOver() {
        over.countDown();
    }

    void beginsAt(long nanos) {
        beginNanos = nanos;
    }

    boolean hasListeners() {
        return listeners.length > 0;
    }

    void tell(
            Call call,
            Prepared request,
            Targets.@Nullable Address address,
            Outcome outcome,
            int status,
            String upstream,
            String detail,
            long now) {
        Exchange exchange = new Exchange(
                plan.name(),
                call.number,
                request.spec().name(),
                address == null ? "" : address.name(),
                call.user.name(),
                call.plannedNanos,
                call.startedNanos == 0 ? now : call.startedNanos,
                now,
                outcome,
                status,
                upstream,
                requestId(call),
                detail);
        for (ExchangeListener listener : listeners) {
            listener.completed(exchange);
        }
    }

    /** The id that a call carries; empty unless the load is traced. */
    String requestId(Call call) {
        return plan.isTraced() ? idPrefix + call.number : "";
    }

    /** Keeps the first few failures of each kind in words. */
    void sample(Call call, Prepared request, Targets.@Nullable Address address, Outcome outcome, String detail) {
        AtomicInteger soFar = sampled.get(outcome);
        if (soFar == null || soFar.get() >= SAMPLES_OF_EACH || soFar.incrementAndGet() > SAMPLES_OF_EACH) {
            return;
        }
        add(String.format(
                Locale.ROOT,
                "%s: %s%s after %.3f s: %s",
                outcome.text(),
                request.spec().name(),
                address == null ? "" : " to " + address.name(),
                (call.plannedNanos - beginNanos) / 1e9,
                detail));
    }

    /** Keeps a line about something that belongs to no request. */
    void note(String line) {
        if (notes.incrementAndGet() <= NOTES_MAX) {
            add(line);
        }
    }

    private void add(String line) {
        synchronized (samples) {
            samples.add(line);
        }
    }

    List<String> samples() {
        synchronized (samples) {
            return List.copyOf(samples);
        }
    }
}
