package io.convergate.routing.compile;

import io.convergate.routing.health.HealthCheck;
import io.convergate.routing.model.policy.HealthCheckPolicy;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

/** From the policy for health checks to the checks, defaults filled in. */
final class HealthChecks {
    private static final Duration INTERVAL = Duration.ofSeconds(5);
    private static final Duration TIMEOUT = Duration.ofSeconds(1);
    private static final int HEALTHY_THRESHOLD = 2;
    private static final int UNHEALTHY_THRESHOLD = 3;

    /** Of the interval, unless it is said: so that the nodes of a cluster do not ask all at once. */
    private static final int JITTER_DIVISOR = 10;

    private HealthChecks() {}

    static HealthCheck of(HealthCheckPolicy policy) {
        Duration interval = policy.interval().orElse(INTERVAL);
        OptionalInt port =
                policy.port().isPresent() ? OptionalInt.of((int) policy.port().getAsLong()) : OptionalInt.empty();
        return new HealthCheck(
                policy.http().<HealthCheck.Probe>map(HealthChecks::http).orElseGet(HealthCheck.Tcp::new),
                port,
                interval,
                policy.unhealthyInterval().orElse(interval),
                policy.jitter().orElse(interval.dividedBy(JITTER_DIVISOR)),
                policy.timeout().orElse(TIMEOUT),
                policy.healthyThreshold().orElse(HEALTHY_THRESHOLD),
                policy.unhealthyThreshold().orElse(UNHEALTHY_THRESHOLD),
                policy.initialState().orElse(HealthCheckPolicy.InitialState.HEALTHY)
                        == HealthCheckPolicy.InitialState.HEALTHY,
                policy.minHealthPercent().orElse(0));
    }

    private static HealthCheck.Http http(HealthCheckPolicy.Http http) {
        List<HealthCheck.Range> expected =
                http.expectedStatuses().stream().map(HealthChecks::range).toList();
        return new HealthCheck.Http(http.method().orElse("GET"), http.path(), http.host(), http.headers(), expected);
    }

    /** Statuses as {@code 200} or {@code 200-299}. */
    static HealthCheck.Range range(String text) {
        int dash = text.indexOf('-');
        return dash < 0
                ? new HealthCheck.Range(Integer.parseInt(text), Integer.parseInt(text))
                : new HealthCheck.Range(
                        Integer.parseInt(text.substring(0, dash)), Integer.parseInt(text.substring(dash + 1)));
    }
}
