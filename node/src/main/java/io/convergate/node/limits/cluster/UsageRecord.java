package io.convergate.node.limits.cluster;

import io.convergate.routing.limit.LimitKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * What each node has used of each quota, as far as this node knows: the memory of the journal and of Distributed Data, which
 * outlives every cluster system. At most {@link UsagePage#COUNTERS_MAX} counters a page; what finds no room is counted. Any
 * thread.
 */
final class UsageRecord {
    /** Counters are kept for so long after their window: a clock that lags still finds them. */
    private static final long KEPT_MILLIS = 600_000;

    private final CautiousClock clock;
    private final Page[] pages = new Page[UsagePage.PAGES];
    private final AtomicLong refused = new AtomicLong();

    UsageRecord(LongSupplier epochMillis, LongSupplier nanoTime) {
        this.clock = new CautiousClock(epochMillis, nanoTime, KEPT_MILLIS);
        for (int i = 0; i < pages.length; i++) {
            pages[i] = new Page();
        }
    }

    /** A page, and what of it is new to the disk and to the others. */
    private static final class Page {
        private final Map<LimitKey, Map<Long, Map<Long, UsagePage.Usage>>> counters = new HashMap<>();
        private int size;

        /** No counter's window ended before, in milliseconds of the epoch: a full page is not searched in vain for what is over. */
        private long endsFirst = Long.MAX_VALUE;

        private final Map<UsagePage.Id, UsagePage.Usage> unwritten = new LinkedHashMap<>();
        private final Map<UsagePage.Id, UsagePage.Usage> unpublished = new LinkedHashMap<>();
    }

    /** What nodes have used of a key's quota in a window. */
    Map<Long, Long> of(LimitKey key, long window) {
        Page page = pages[UsagePage.of(key)];
        synchronized (page) {
            Map<Long, UsagePage.Usage> known =
                    page.counters.getOrDefault(key, Map.of()).get(window);
            if (known == null) {
                return Map.of();
            }
            Map<Long, Long> counts = new HashMap<>();
            known.forEach((node, usage) -> counts.put(node, usage.count()));
            return counts;
        }
    }

    /**
     * Notes a counter.
     *
     * @param own whether the others have to hear of it
     */
    void note(UsagePage.Usage usage, boolean own) {
        Page page = pages[UsagePage.of(usage.id().key())];
        if (usage.endMillis() < oldest()) {
            return;
        }
        synchronized (page) {
            if (put(page, usage)) {
                page.unwritten.put(usage.id(), usage);
                if (own) {
                    page.unpublished.put(usage.id(), usage);
                }
            }
        }
    }

    /** Notes a counter that is on disk already. */
    void replayed(UsagePage.Usage usage) {
        Page page = pages[UsagePage.of(usage.id().key())];
        if (usage.endMillis() >= oldest()) {
            synchronized (page) {
                if (put(page, usage)) {
                    page.unpublished.put(usage.id(), usage);
                }
            }
        }
    }

    private boolean put(Page page, UsagePage.Usage usage) {
        UsagePage.Id id = usage.id();
        Map<Long, Map<Long, UsagePage.Usage>> windows = page.counters.getOrDefault(id.key(), Map.of());
        UsagePage.Usage known = windows.getOrDefault(id.window(), Map.of()).get(id.node());
        if (known != null && known.count() >= usage.count()) {
            return false;
        }
        if (known == null) {
            if (page.size >= UsagePage.COUNTERS_MAX) {
                sweep(page);
            }
            if (page.size >= UsagePage.COUNTERS_MAX) {
                refused.incrementAndGet();
                return false;
            }
            page.size++;
        }
        page.counters
                .computeIfAbsent(id.key(), none -> new HashMap<>(2))
                .computeIfAbsent(id.window(), none -> new HashMap<>(4))
                .put(id.node(), usage);
        page.endsFirst = Math.min(page.endsFirst, usage.endMillis());
        return true;
    }

    private static void sweep(Page page, long oldest) {
        if (page.endsFirst >= oldest) {
            return;
        }
        page.endsFirst = Long.MAX_VALUE;
        page.counters.values().removeIf(windows -> {
            windows.values().removeIf(nodes -> {
                int before = nodes.size();
                nodes.values().removeIf(usage -> usage.endMillis() < oldest);
                page.size -= before - nodes.size();
                nodes.values().forEach(usage -> page.endsFirst = Math.min(page.endsFirst, usage.endMillis()));
                return nodes.isEmpty();
            });
            return windows.isEmpty();
        });
    }

    private void sweep(Page page) {
        sweep(page, oldest());
    }

    /** Forgets windows that are over. */
    void sweep() {
        for (Page page : pages) {
            synchronized (page) {
                sweep(page);
            }
        }
    }

    /** Windows that ended before this are of no interest, in milliseconds of the epoch. */
    long oldest() {
        return clock.millis() - KEPT_MILLIS;
    }

    /** Takes what is not on disk yet. */
    List<UsagePage.Usage> takeUnwritten() {
        List<UsagePage.Usage> taken = new ArrayList<>();
        for (Page page : pages) {
            synchronized (page) {
                taken.addAll(page.unwritten.values());
                page.unwritten.clear();
            }
        }
        return taken;
    }

    /** Takes what the others have not been told of a page. */
    Collection<UsagePage.Usage> takeUnpublished(int number) {
        Page page = pages[number];
        synchronized (page) {
            List<UsagePage.Usage> taken = List.copyOf(page.unpublished.values());
            page.unpublished.clear();
            return taken;
        }
    }

    /** All that is known: for a new cluster system, or a journal written anew. */
    List<UsagePage.Usage> all() {
        List<UsagePage.Usage> all = new ArrayList<>();
        for (Page page : pages) {
            synchronized (page) {
                page.counters.values().forEach(windows -> windows.values()
                        .forEach(nodes -> all.addAll(nodes.values())));
            }
        }
        return all;
    }

    /** Has all that is known told again, because a new cluster system knows nothing. */
    void publishAll() {
        for (Page page : pages) {
            synchronized (page) {
                page.counters.values().forEach(windows -> windows.values()
                        .forEach(nodes -> nodes.values().forEach(usage -> page.unpublished.put(usage.id(), usage))));
            }
        }
    }

    /** Counters that found no room. */
    long refused() {
        return refused.get();
    }
}
