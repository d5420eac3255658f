package io.convergate.routing.breaker;

/**
 * How the number of requests in flight is found.
 *
 * @param initial how many at first
 * @param min no fewer, at least 1
 * @param max no more
 * @param tolerance requests may take so many times as long as they usually do before it becomes fewer, at least 1
 */
public record ConcurrencySettings(int initial, int min, int max, double tolerance) {
    public ConcurrencySettings {
        if (min < 1 || initial < min || max < initial || !(tolerance >= 1)) {
            throw new IllegalArgumentException(
                    min + " <= " + initial + " <= " + max + ", " + tolerance + " (expected: in order, at least 1)");
        }
    }
}
