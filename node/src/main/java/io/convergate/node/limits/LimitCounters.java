package io.convergate.node.limits;

import io.convergate.node.telemetry.Telemetry;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;

/** The counters of one policy. Any thread. */
final class LimitCounters {
    private static final String TAG = "policy";

    final LongAdder allowed;
    final LongAdder refused;
    final LongAdder shadowRefused;
    final LongAdder waits;
    final LongAdder unavailable;
    final LongConsumer ownerNanos;

    /** @param policy as {@code namespace/name} */
    LimitCounters(Telemetry telemetry, String policy) {
        allowed = telemetry.counter("convergate_rate_limit_allowed", "Requests that a limit let pass", TAG, policy);
        refused = telemetry.counter("convergate_rate_limit_refused", "Requests that a limit refused", TAG, policy);
        shadowRefused = telemetry.counter(
                "convergate_rate_limit_shadow_refused",
                "Requests that a limit in shadow would have refused",
                TAG,
                policy);
        waits = telemetry.counter(
                "convergate_rate_limit_lease_waits", "Requests that waited for the owner of a key", TAG, policy);
        unavailable = telemetry.counter(
                "convergate_rate_limit_unavailable", "Decisions without the owner of a key", TAG, policy);
        ownerNanos = telemetry.durations(
                "convergate_rate_limit_owner_duration", "Time until the owner of a key answered", Map.of(TAG, policy));
    }
}
