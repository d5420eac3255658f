package io.convergate.routing.breaker;

import java.util.Arrays;

/** The calls of the last while, in ten slices of it: the oldest slice is forgotten whole. */
final class LastTime implements CallWindow {
    private static final int SLICES = 10;

    private final long sliceNanos;
    private final int[] callsOf = new int[SLICES];
    private final int[] failedOf = new int[SLICES];
    private final int[] slowOf = new int[SLICES];
    private long slice;
    private boolean begun;
    private int calls;
    private int failed;
    private int slow;

    LastTime(long nanos) {
        sliceNanos = Math.max(1, nanos / SLICES);
    }

    @Override
    public void add(boolean isFailed, boolean isSlow, long nowNanos) {
        advance(nowNanos);
        int at = (int) Math.floorMod(slice, (long) SLICES);
        callsOf[at]++;
        calls++;
        if (isFailed) {
            failedOf[at]++;
            failed++;
        }
        if (isSlow) {
            slowOf[at]++;
            slow++;
        }
    }

    @Override
    public void advance(long nowNanos) {
        long now = Math.floorDiv(nowNanos, sliceNanos);
        if (!begun) {
            begun = true;
            slice = now;
        }
        if (now - slice >= SLICES) {
            clear();
            slice = now;
        }
        while (slice < now) {
            slice++;
            forget((int) Math.floorMod(slice, (long) SLICES));
        }
    }

    private void forget(int at) {
        calls -= callsOf[at];
        failed -= failedOf[at];
        slow -= slowOf[at];
        callsOf[at] = 0;
        failedOf[at] = 0;
        slowOf[at] = 0;
    }

    @Override
    public void clear() {
        Arrays.fill(callsOf, 0);
        Arrays.fill(failedOf, 0);
        Arrays.fill(slowOf, 0);
        calls = 0;
        failed = 0;
        slow = 0;
    }

    @Override
    public int calls() {
        return calls;
    }

    @Override
    public int failed() {
        return failed;
    }

    @Override
    public int slow() {
        return slow;
    }
}
