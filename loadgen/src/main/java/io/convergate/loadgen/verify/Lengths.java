package io.convergate.loadgen.verify;

import java.time.Duration;

/** Lengths of time in words. */
final class Lengths {
    private Lengths() {}

    /** In whole seconds if it is that, else in milliseconds. */
    static String of(Duration length) {
        return length.toMillis() % 1_000 == 0 ? length.toSeconds() + " s" : length.toMillis() + " ms";
    }
}
