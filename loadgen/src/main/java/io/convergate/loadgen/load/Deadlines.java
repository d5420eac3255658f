package io.convergate.loadgen.load;

import java.time.Duration;

/**
 * How long to wait.
 *
 * @param connect for one connection to one target, its TLS handshake included
 * @param request from a request's planned start to the end of its answer, waiting for a connection included
 */
public record Deadlines(Duration connect, Duration request) {
    /** 3 s and 10 s. */
    public static final Deadlines DEFAULT = new Deadlines(Duration.ofSeconds(3), Duration.ofSeconds(10));

    public Deadlines {
        requireSane(connect);
        requireSane(request);
    }

    private static void requireSane(Duration value) {
        if (value.toMillis() < 1 || value.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException(value + " (expected: 1 ms to 1 h)");
        }
    }
}
