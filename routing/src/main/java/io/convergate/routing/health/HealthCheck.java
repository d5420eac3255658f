package io.convergate.routing.health;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How the endpoints of an upstream are asked whether they are healthy; defaults filled in.
 *
 * @param probe what is asked
 * @param port the port that is asked; empty for the one that gets requests
 * @param interval from the end of one check to the next while the endpoint is healthy
 * @param unhealthyInterval the same while it is not
 * @param jitter up to so much more, at random, each time
 * @param timeout how long a check may take, connecting included
 * @param healthyThreshold after so many passed checks in a row an unhealthy endpoint is healthy, at least 1
 * @param unhealthyThreshold after so many failed checks in a row a healthy endpoint is not, at least 1
 * @param healthyAtFirst whether an endpoint that was never checked gets requests; if not, the first passed check is enough
 * @param minHealthPercent with fewer healthy endpoints, the unhealthy ones get requests too; 0 for never
 */
public record HealthCheck(
        Probe probe,
        OptionalInt port,
        Duration interval,
        Duration unhealthyInterval,
        Duration jitter,
        Duration timeout,
        int healthyThreshold,
        int unhealthyThreshold,
        boolean healthyAtFirst,
        int minHealthPercent) {
    public HealthCheck {
        Objects.requireNonNull(probe, "probe");
        if (healthyThreshold < 1 || unhealthyThreshold < 1) {
            throw new IllegalArgumentException("a threshold below 1 (expected: at least 1)");
        }
        if (interval.isZero() || interval.isNegative() || timeout.isZero() || timeout.isNegative()) {
            throw new IllegalArgumentException(interval + ", " + timeout + " (expected: more than 0)");
        }
    }

    /** What is asked. */
    public sealed interface Probe permits Http, Tcp {}

    /**
     * A request on a connection of its own.
     *
     * @param method its method
     * @param path its target
     * @param host its Host; empty for the upstream's name
     * @param headers more headers
     * @param expected the statuses that are passed; empty for 200 alone
     */
    public record Http(
            String method, String path, Optional<String> host, Map<String, String> headers, List<Range> expected)
            implements Probe {
        public Http {
            headers = Map.copyOf(headers);
            expected = expected.isEmpty() ? List.of(new Range(200, 200)) : List.copyOf(expected);
        }

        /** Whether an answer with this status is passed. */
        public boolean passes(int status) {
            return expected.stream().anyMatch(range -> status >= range.from && status <= range.to);
        }
    }

    /** That a connection can be made. */
    public record Tcp() implements Probe {}

    /**
     * Statuses.
     *
     * @param from the first
     * @param to the last
     */
    public record Range(int from, int to) {
        @Override
        public String toString() {
            return from == to ? String.valueOf(from) : from + "-" + to;
        }
    }
}
