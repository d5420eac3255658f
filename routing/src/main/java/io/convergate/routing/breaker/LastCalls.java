package io.convergate.routing.breaker;

/** The last so many calls: a ring with a byte for each. */
final class LastCalls implements CallWindow {
    private static final byte FAILED = 1;
    private static final byte SLOW = 2;

    private final byte[] ring;
    private int next;
    private int calls;
    private int failed;
    private int slow;

    LastCalls(int size) {
        ring = new byte[size];
    }

    @Override
    public void add(boolean isFailed, boolean isSlow, long nowNanos) {
        if (calls == ring.length) {
            count(ring[next], -1);
        }
        byte call = (byte) ((isFailed ? FAILED : 0) | (isSlow ? SLOW : 0));
        ring[next] = call;
        count(call, 1);
        next = next + 1 == ring.length ? 0 : next + 1;
    }

    private void count(byte call, int change) {
        calls += change;
        failed += (call & FAILED) != 0 ? change : 0;
        slow += (call & SLOW) != 0 ? change : 0;
    }

    @Override
    public void advance(long nowNanos) {
        // Calls do not grow old here.
    }

    @Override
    public void clear() {
        next = 0;
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
