package io.convergate.loadgen.request;

import java.time.Duration;

/**
 * How long a user does nothing between an answer and the next request: anything from {@code least} to {@code most}, evenly.
 *
 * @param most 1 h at most
 */
public record Think(Duration least, Duration most) {
    private static final Duration MAX = Duration.ofHours(1);

    /** No time at all. */
    public static final Think NONE = new Think(Duration.ZERO, Duration.ZERO);

    public Think {
        if (least.isNegative() || most.compareTo(least) < 0 || most.compareTo(MAX) > 0) {
            throw new IllegalArgumentException(
                    least.toMillis() + "ms.." + most.toMillis() + "ms (expected: a time or FROM..TO, 1h at most)");
        }
    }

    /**
     * Reads {@code 2s} or {@code 500ms..2s}.
     *
     * @throws IllegalArgumentException with {@code value (expected: rule)}
     */
    public static Think parse(String text) {
        int dots = text.indexOf("..");
        return dots < 0
                ? new Think(DurationText.parse(text), DurationText.parse(text))
                : new Think(DurationText.parse(text.substring(0, dots)), DurationText.parse(text.substring(dots + 2)));
    }

    /** How long after a request, in nanoseconds: of the seed and the request's number alone. */
    public long nanos(Variables variables, long number) {
        long from = least.toNanos();
        long range = most.toNanos() - from;
        if (range == 0) {
            return from;
        }
        variables.begin(number, "");
        return from + Math.floorMod(variables.random(), range + 1);
    }
}
