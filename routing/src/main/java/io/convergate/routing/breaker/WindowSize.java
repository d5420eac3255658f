package io.convergate.routing.breaker;

import java.time.Duration;

/** Which calls a breaker judges by. */
public sealed interface WindowSize {
    /** An empty window of this size. */
    CallWindow window();

    /** The last so many calls; at most {@link #CALLS_MAX}. */
    record Calls(int calls) implements WindowSize {
        public static final int CALLS_MAX = 10_000;

        public Calls {
            if (calls < 1 || calls > CALLS_MAX) {
                throw new IllegalArgumentException(calls + " (expected: 1 to " + CALLS_MAX + ")");
            }
        }

        @Override
        public CallWindow window() {
            return new LastCalls(calls);
        }

        @Override
        public String toString() {
            return "the last " + calls + " calls";
        }
    }

    /** The calls of this time, to a tenth. */
    record Time(Duration time) implements WindowSize {
        public Time {
            if (time.isNegative() || time.isZero()) {
                throw new IllegalArgumentException(time + " (expected: more than 0)");
            }
        }

        @Override
        public CallWindow window() {
            return new LastTime(time.toNanos());
        }

        @Override
        public String toString() {
            return "the calls of " + time.toMillis() + " ms";
        }
    }
}
