package io.convergate.node.limits;

import io.convergate.routing.limit.Ask;
import io.convergate.routing.limit.Grant;
import io.convergate.routing.limit.LeaseOwner;
import io.convergate.routing.limit.LeaseTerms;
import io.convergate.routing.limit.LimitKey;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Owners of all keys in this process, on a thread of their own; they can be made silent. */
public final class OwnersInProcess implements Owners, AutoCloseable {
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final Map<LimitKey, LeaseOwner> owners = new HashMap<>();
    private final Map<LimitKey, Map<Long, Map<Long, Long>>> used = new HashMap<>();
    private final int nodes;
    private volatile Predicate<Ask> silent = ask -> false;
    private volatile boolean available = true;
    private final AtomicInteger asks = new AtomicInteger();
    private long ids;

    public OwnersInProcess(int nodes) {
        this.nodes = nodes;
    }

    /** Lets it answer, or not. */
    public void silent(boolean now) {
        silentTo(ask -> now);
    }

    /** Lets it answer only what is not among these. */
    public void silentTo(Predicate<Ask> asks) {
        silent = asks;
    }

    /** Makes them known to be there, or not. */
    public void available(boolean now) {
        available = now;
    }

    /** What it was asked, answered or not. */
    public int asks() {
        return asks.get();
    }

    @Override
    public boolean available() {
        return available;
    }

    @Override
    public void ask(LimitKey key, Ask ask, Consumer<Grant> answer) {
        asks.incrementAndGet();
        if (!silent.test(ask)) {
            thread.execute(() -> answer.accept(answer(key, ask)));
        }
    }

    private Grant answer(LimitKey key, Ask ask) {
        return owners.computeIfAbsent(
                        key,
                        none -> new LeaseOwner(
                                ++ids, LeaseTerms.DEFAULT, ask.spec(), window -> used(key, window), System.nanoTime()))
                .answer(ask, System.nanoTime(), System.currentTimeMillis());
    }

    @Override
    public void tell(LimitKey key, Ask ask) {
        if (!silent.test(ask)) {
            thread.execute(() -> answer(key, ask));
        }
    }

    @Override
    public int nodes() {
        return nodes;
    }

    @Override
    public long self() {
        return 1;
    }

    @Override
    public synchronized Map<Long, Long> used(LimitKey key, long window) {
        return Map.copyOf(used.getOrDefault(key, Map.of()).getOrDefault(window, Map.of()));
    }

    @Override
    public synchronized void used(LimitKey key, long window, long windowEndMillis, long count) {
        used.computeIfAbsent(key, none -> new HashMap<>())
                .computeIfAbsent(window, none -> new HashMap<>())
                .merge(1L, count, Math::max);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
