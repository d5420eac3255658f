package io.convergate.node.main;

import io.convergate.node.admin.api.BreakerView;
import io.convergate.node.breakers.BreakerStatus;
import java.util.Locale;

/** From the breakers of a node to what the admin API says of them. */
final class BreakerViews {
    private BreakerViews() {}

    static BreakerView of(BreakerStatus status) {
        return new BreakerView(
                status.upstream(),
                status.policy(),
                word(status.scope()),
                word(status.state()),
                status.since().toString(),
                status.forMillis(),
                status.calls(),
                status.failed(),
                status.slow(),
                status.refused(),
                status.decidedForAll());
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
