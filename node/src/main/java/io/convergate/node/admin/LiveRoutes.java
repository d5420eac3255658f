package io.convergate.node.admin;

import io.convergate.node.admin.api.DurationText;
import java.time.Duration;
import java.util.Optional;
import org.apache.pekko.http.javadsl.server.AllDirectives;
import org.apache.pekko.http.javadsl.server.Route;

/** {@code GET /vitals}: how all nodes are doing, as far as they answer within {@code timeout}. */
final class LiveRoutes extends AllDirectives {
    private static final Duration TIMEOUT = Duration.ofSeconds(1);
    private static final Duration TIMEOUT_MAX = Duration.ofSeconds(10);

    private final LiveView live;

    LiveRoutes(LiveView live) {
        this.live = live;
    }

    Route routes() {
        return path("vitals", () -> get(() -> parameterOptional("timeout", this::ask)));
    }

    private Route ask(Optional<String> text) {
        Optional<Duration> timeout = text.isEmpty() ? Optional.of(TIMEOUT) : text.flatMap(DurationText::parse);
        if (timeout.isEmpty() || timeout.get().compareTo(TIMEOUT_MAX) > 0) {
            return complete(Replies.problem(
                    400,
                    "Bad request",
                    "timeout '" + text.orElse("") + "' (expected: a time such as 500ms, at most 10s)"));
        }
        return completeWithFuture(live.ask(timeout.get()).thenApply(report -> Replies.json(200, report)));
    }
}
