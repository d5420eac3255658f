package io.convergate.system.harness;

import java.time.Duration;
import java.util.Locale;

/** Prints what a test did and saw, with the seconds since the tests began. */
public final class Timeline {
    private static final long BEGUN = System.nanoTime();

    private Timeline() {}

    /** Prints one line; {@code format} as of {@link String#format}. */
    public static void say(String format, Object... arguments) {
        double seconds = (System.nanoTime() - BEGUN) / 1e9;
        System.out.println(String.format(Locale.ROOT, "%8.3f  ", seconds)
                + (arguments.length == 0 ? format : String.format(Locale.ROOT, format, arguments)));
    }

    /** A duration in words, such as {@code 3.21 s}. */
    public static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.2f s", duration.toNanos() / 1e9);
    }
}
