package io.convergate.node.breakers;

import io.convergate.node.telemetry.Telemetry;
import io.convergate.routing.breaker.BreakerState;
import java.util.concurrent.atomic.LongAdder;

/** The counters of one upstream's breaker. Any thread. */
final class BreakerCounters {
    final LongAdder refused;
    final LongAdder probes;
    private final LongAdder opened;
    private final LongAdder halfOpened;
    private final LongAdder closed;

    BreakerCounters(Telemetry telemetry, String upstream) {
        refused = telemetry.counter(
                "convergate_breaker_refused",
                "Requests that a breaker did not let through",
                Telemetry.UPSTREAM,
                upstream);
        probes = telemetry.counter(
                "convergate_breaker_probes",
                "Requests that were let through to try an upstream",
                Telemetry.UPSTREAM,
                upstream);
        opened = telemetry.counter(
                "convergate_breaker_opened", "Times that a breaker opened", Telemetry.UPSTREAM, upstream);
        halfOpened = telemetry.counter(
                "convergate_breaker_half_opened",
                "Times that a breaker began to try its upstream",
                Telemetry.UPSTREAM,
                upstream);
        closed = telemetry.counter(
                "convergate_breaker_closed", "Times that a breaker closed again", Telemetry.UPSTREAM, upstream);
    }

    void became(BreakerState state) {
        (switch (state) {
                    case OPEN -> opened;
                    case HALF_OPEN -> halfOpened;
                    case CLOSED -> closed;
                })
                .increment();
    }
}
