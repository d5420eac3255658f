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

    private final LoadPlan plan;
    private final PreparedSet requests;
    private final List<Targets.Address> addresses;
    private final String idPrefix;
    private final ExchangeListener[] listeners;
    private final @Nullable TlsClient tls;
    private final CountDownLatch over;
    private final AtomicInteger unready;
    private final CountDownLatch ready = new CountDownLatch(1);
    private final Map<Outcome, AtomicInteger> sampled = new EnumMap<>(Outcome.class);
    private final List<String> samples = new ArrayList<>();
    private volatile long beginNanos;

    Shared(LoadPlan plan, List<ExchangeListener> listeners) {
        this.plan = plan;
        this.requests = PreparedSet.of(plan);
        this.addresses = Targets.resolve(plan.targets());
        this.idPrefix = plan.name().replaceAll("[^A-Za-z0-9]+", "-") + "-"
                + Long.toString(System.currentTimeMillis(), 36) + "-";
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
        if (mayKeep(outcome)) {
            String to = address == null ? "" : " to " + address.name();
            add(words(outcome, " " + request.spec().name() + to, call.plannedNanos, detail));
        }
    }

    private boolean mayKeep(Outcome outcome) {
        AtomicInteger soFar = sampled.get(outcome);
        return soFar != null && soFar.get() < SAMPLES_OF_EACH && soFar.incrementAndGet() <= SAMPLES_OF_EACH;
    }

    private String words(Outcome outcome, String what, long nanos, String detail) {
        return String.format(
                Locale.ROOT, "%s:%s after %.3f s: %s", outcome.text(), what, (nanos - beginNanos) / 1e9, detail);
    }

    /** Tells of bytes that belong to no request, and keeps the first few in words. */
    void unasked(Targets.@Nullable Address address, String detail, long now) {
        String from = address == null ? "" : address.name();
        if (mayKeep(Outcome.UNASKED)) {
            add(words(Outcome.UNASKED, from.isEmpty() ? "" : " from " + from, now, detail));
        }
        Exchange exchange =
                new Exchange(plan.name(), -1, "", from, "", now, now, now, Outcome.UNASKED, 0, "", "", detail);
        for (ExchangeListener listener : listeners) {
            listener.completed(exchange);
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
