package io.convergate.node.main;

import io.convergate.node.admin.api.BreakerDetail;
import io.convergate.node.admin.api.BreakerView;
import io.convergate.node.breakers.BreakerStatus;
import io.convergate.node.breakers.NodeBreakers;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/** From the breakers of a node to what the admin API says of them. */
final class BreakerViews {
    private static final int BRIEF_MAX = 50;

    private BreakerViews() {}

    /** Those that are not closed, in short, the first of them. */
    static List<BreakerView> of(NodeBreakers breakers) {
        return breakers.notClosed(BRIEF_MAX).stream()
                .map(status -> new BreakerView(
                        status.upstream(),
                        word(status.state()),
                        "since " + status.since().truncatedTo(ChronoUnit.SECONDS) + ", "
                                + detail(status).says()))
                .toList();
    }

    /** One with all that is known of it. */
    static BreakerDetail detail(BreakerStatus status) {
        return new BreakerDetail(
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
