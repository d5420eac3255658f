package io.convergate.node.limits;

import io.convergate.routing.limit.KeyHash;
import io.convergate.routing.limit.LimitKey;
import java.util.Iterator;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The keys that a node has seen lately, at most so many. When there is no room, a hand goes round (the CLOCK algorithm with
 * counters): a key loses a mark each time it comes by, and is forgotten when it has none. A key gets marks by being used, up to
 * {@link KeyedLimit#MARKS_MAX}, and none by being new; so a flood of keys that come once pushes out itself, not those that are in
 * use. Looking a key up takes no lock and allocates nothing. A new key moves the hand by {@link #STEPS_MAX} keys at most, for a request waits for it;
 * where that finds none to forget, there is one too many until the next new keys have found more.
 */
final class LimitTable {
    /** Some hundred microseconds. After fifty times as many a hundred thousand keys have no marks left. */
    static final int STEPS_MAX = 8_192;

    private final ConcurrentHashMap<Object, KeyedLimit> keys = new ConcurrentHashMap<>();
    private final LongAdder evicted = new LongAdder();
    private final int max;
    private final Consumer<KeyedLimit> onEviction;
    private @Nullable Iterator<KeyedLimit> hand;

    LimitTable(int max, Consumer<KeyedLimit> onEviction) {
        this.max = max;
        this.onEviction = onEviction;
    }

    /** The entry of a key, made if there is none. */
    KeyedLimit get(KeyHash key, long nowNanos, LimitRuntime limit) {
        KeyedLimit known = keys.get(key);
        if (known != null) {
            known.mark();
            return known;
        }
        return add(key.key(), () -> limit.create(key.key(), nowNanos));
    }

    /** The entry of a key, if there is one. */
    @Nullable
    KeyedLimit find(LimitKey key) {
        return keys.get(key);
    }

    private KeyedLimit add(LimitKey key, Supplier<KeyedLimit> maker) {
        if (keys.mappingCount() >= max) {
            makeRoom();
        }
        return keys.computeIfAbsent(key, absent -> maker.get());
    }

    private synchronized void makeRoom() {
        // Whoever is in use all the time stays, over the bound.
        int steps = STEPS_MAX;
        while (keys.mappingCount() >= max && steps-- > 0) {
            Iterator<KeyedLimit> at = hand;
            if (at == null || !at.hasNext()) {
                at = keys.values().iterator();
                hand = at;
                if (!at.hasNext()) {
                    return;
                }
            }
            KeyedLimit candidate = at.next();
            if (candidate.unmark() && candidate.isEvictable() && keys.remove(candidate.key(), candidate)) {
                evicted.increment();
                onEviction.accept(candidate);
            }
        }
    }

    void forEach(Consumer<KeyedLimit> action) {
        keys.values().forEach(action);
    }

    /** Forgets one that has nothing to remember. */
    void drop(KeyedLimit idle) {
        keys.remove(idle.key(), idle);
    }

    long size() {
        return keys.mappingCount();
    }

    long evicted() {
        return evicted.sum();
    }
}
