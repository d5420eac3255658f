package io.convergate.node.limits;

import java.util.concurrent.TimeUnit;

/**
 * What of a key's quota was put on record last, so that a key that is tended five times a second and not used costs nothing. Said again now and
 * then, for the record may have had no room. Not thread-safe.
 */
final class Recorded {
    private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(5);

    private long window;
    private long used;
    private long atNanos;

    /** Whether this is worth recording; it counts as recorded from then on. */
    boolean isNews(long newWindow, long newUsed, long nowNanos) {
        if (newUsed <= 0 || newWindow == window && newUsed == used && nowNanos - atNanos < AGAIN_NANOS) {
            return false;
        }
        window = newWindow;
        used = newUsed;
        atNanos = nowNanos;
        return true;
    }
}
