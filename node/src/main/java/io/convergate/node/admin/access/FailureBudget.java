package io.convergate.node.admin.access;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * Bounds what wrong tokens from one address cost: the first {@link #BURST} and then one a second are answered and logged, the rest is
 * turned away and counted. Right tokens are never turned away, so nobody behind one address locks out another. Remembers
 * {@link #SOURCES_MAX} addresses. Safe for use by any thread.
 */
final class FailureBudget {
    static final int BURST = 10;
    static final int SOURCES_MAX = 1024;

    private static final long SECOND = 1_000_000_000L;

    private final LongSupplier nanoTime;
    private final Map<InetAddress, State> sources = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<InetAddress, State> eldest) {
            return size() > SOURCES_MAX;
        }
    };

    private static final class State {
        private long left = BURST;
        private long filledAt;
        private long turnedAway;
    }

    FailureBudget(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * Notes a failure.
     *
     * @return how many of that address were turned away since the last one that was not; empty if this one is turned away
     */
    synchronized OptionalLong failed(InetAddress source) {
        long now = nanoTime.getAsLong();
        State state = sources.computeIfAbsent(source, first -> {
            State fresh = new State();
            fresh.filledAt = now;
            return fresh;
        });
        long seconds = (now - state.filledAt) / SECOND;
        if (seconds > 0) {
            state.left = Math.min(BURST, state.left + seconds);
            state.filledAt += seconds * SECOND;
        }
        if (state.left == 0) {
            state.turnedAway++;
            return OptionalLong.empty();
        }
        state.left--;
        long before = state.turnedAway;
        state.turnedAway = 0;
        return OptionalLong.of(before);
    }
}
