package io.convergate.loadgen.verify;

import java.time.Duration;
import java.util.Locale;

/** Lengths of time in words. */
final class Lengths {
    private Lengths() {}

    /** In whole seconds if it is that, in tenths of a second from ten seconds on, else in milliseconds. */
    static String of(Duration length) {
        long ms = length.toMillis();
        if (ms % 1_000 == 0) {
            return length.toSeconds() + " s";
        }
        return ms < 10_000 ? ms + " ms" : String.format(Locale.ROOT, "%.1f s", ms / 1e3);
    }
}
