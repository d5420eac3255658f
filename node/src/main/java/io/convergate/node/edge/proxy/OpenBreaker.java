package io.convergate.node.edge.proxy;

import io.convergate.node.breakers.NodeBreaker;
import io.convergate.node.edge.http.Fields;
import io.convergate.node.edge.http.HeaderName;
import io.convergate.routing.breaker.CircuitBreaking;
import io.convergate.routing.breaker.Fallback;
import io.convergate.routing.upstream.UpstreamInfo;
import org.apache.pekko.http.scaladsl.model.HttpResponse;
import org.jspecify.annotations.Nullable;

/** The reply in place of an upstream whose breaker is open. */
final class OpenBreaker {
    private static final HeaderName RETRY_AFTER = HeaderName.of("retry-after");
    private static final int SERVICE_UNAVAILABLE = 503;
    private static final long NANOS = 1_000_000_000L;

    private OpenBreaker() {}

    /** @param fields what the reply begins with */
    static HttpResponse reply(UpstreamInfo upstream, @Nullable NodeBreaker breaker, Fields fields) {
        if (breaker != null) {
            fields.add(RETRY_AFTER, Long.toString(Math.max(1, (breaker.retryAfterNanos() + NANOS - 1) / NANOS)));
        }
        if (upstream.breaking().map(CircuitBreaking::fallback).orElse(Fallback.REFUSE)
                instanceof Fallback.Respond respond) {
            return LocalReply.written(respond.status(), fields, respond.headers(), respond.body());
        }
        return LocalReply.error(
                SERVICE_UNAVAILABLE, fields, "the destination keeps failing and is not called at the moment");
    }
}
