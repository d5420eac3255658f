package io.convergate.routing.limit;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one key's owner has set aside for requests that are not decided yet, and what it has told lately which request. A request
 * goes through these states; whoever asks repeats what was not answered, so every step means the same when it comes twice:
 *
 * <pre>
 * UNKNOWN --reserve--> HELD --commit--> USED --release--> RELEASED
 *    |  \                |  \--release--> RELEASED
 *    |   --charge--> USED \--time--> UNKNOWN: a commit that comes later is charged all the same
 *     --refused--> REFUSED
 * </pre>
 *
 * <p>At most {@link #HELD_MAX} are held; what is asked beyond is refused. The last {@link #TOLD_MAX} answers are remembered. Not
 * thread-safe; times are nanoseconds of one monotonic clock.
 */
final class Reservations {
    static final int HELD_MAX = 4_096;
    static final int TOLD_MAX = 4_096;

    private final long heldNanos;
    private final Map<Long, Held> held = new LinkedHashMap<>(4);
    private final Map<Long, State> told = new LinkedHashMap<>(4) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, State> eldest) {
            return size() > TOLD_MAX;
        }
    };
    private long amount;

    private record Held(long amount, long expires) {}

    /** What a request has come to. */
    enum State {
        UNKNOWN,
        HELD,
        USED,
        RELEASED,
        REFUSED
    }

    /** @param heldNanos how long what is reserved waits to be committed or released */
    Reservations(long heldNanos) {
        this.heldNanos = heldNanos;
    }

    /** What a request has come to; that whose time is over is unknown. */
    State of(long request, long nowNanos) {
        expire(nowNanos);
        return held.containsKey(request) ? State.HELD : told.getOrDefault(request, State.UNKNOWN);
    }

    /** How much is held. */
    long amount(long nowNanos) {
        expire(nowNanos);
        return amount;
    }

    /** Holds so much for a request that was {@link State#UNKNOWN}; false if there is no room for another. */
    boolean hold(long request, long count, long nowNanos) {
        if (held.size() >= HELD_MAX) {
            return false;
        }
        held.put(request, new Held(count, nowNanos + heldNanos));
        amount += count;
        return true;
    }

    /** Remembers the answer to a request that holds nothing. */
    void told(long request, State state) {
        told.put(request, state);
    }

    /**
     * A request has passed.
     *
     * @param count what it costs
     * @return what has to be charged for it now: nothing if that has been done, or it was released
     */
    long commit(long request, long count, long nowNanos) {
        State was = of(request, nowNanos);
        if (was == State.USED || was == State.RELEASED) {
            return 0;
        }
        drop(request);
        told.put(request, State.USED);
        return count;
    }

    /**
     * A request has not passed after all. If it was not asked for yet, it is refused when that comes.
     *
     * @param count what it would cost
     * @return what was charged for it and is to be put back
     */
    long release(long request, long count, long nowNanos) {
        State was = of(request, nowNanos);
        drop(request);
        told.put(request, State.RELEASED);
        return was == State.USED ? count : 0;
    }

    private void drop(long request) {
        Held was = held.remove(request);
        amount -= was == null ? 0 : was.amount();
    }

    /** They are in the order of their ends. */
    private void expire(long nowNanos) {
        Iterator<Held> all = held.values().iterator();
        while (all.hasNext()) {
            Held oldest = all.next();
            if (nowNanos - oldest.expires() < 0) {
                return;
            }
            amount -= oldest.amount();
            all.remove();
        }
    }
}
