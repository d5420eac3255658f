package io.convergate.node.edge.proxy;

import io.convergate.node.edge.EdgeLoop;
import io.convergate.node.edge.http.Fields;
import io.convergate.node.edge.http.HeaderName;
import io.convergate.node.edge.upstream.Endpoint;
import io.convergate.node.edge.upstream.UpstreamCall;
import io.convergate.node.edge.upstream.UpstreamClient;
import io.convergate.node.edge.upstream.UpstreamFailure;
import io.convergate.node.edge.upstream.UpstreamRequest;
import io.convergate.node.edge.upstream.UpstreamResponse;
import io.convergate.node.edge.upstream.UpstreamRuntime;
import io.convergate.node.telemetry.Telemetry;
import io.convergate.routing.action.Mirror;
import io.convergate.routing.retry.AttemptFailure;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.apache.pekko.http.scaladsl.model.HttpEntity;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends copies of requests, each once, and forgets the responses. Whatever becomes of a copy, the request that it is a copy
 * of notices nothing. What is too much is not copied, and counted. Confined to the loop that is given.
 */
public final class Mirroring {
    private static final Logger LOG = LoggerFactory.getLogger(Mirroring.class);
    private static final HeaderName HOST = HeaderName.of("host");
    private static final String SUFFIX = "-shadow";

    /** Copies in flight from one loop. */
    private static final int IN_FLIGHT_MAX = 128;

    private static final int BODY_BYTES_MAX = 64 * 1024;

    /** How long a copy may take if the route's timeout is longer, or none. */
    private static final long TIME_MAX_NANOS = TimeUnit.SECONDS.toNanos(15);

    private final List<UpstreamClient> clients;
    private final int[] inFlight;
    private final LongAdder answered;
    private final LongAdder failed;
    private final LongAdder skipped;

    /** @param clients one for each loop, in the order of their numbers */
    public Mirroring(List<UpstreamClient> clients, Telemetry telemetry) {
        this.clients = List.copyOf(clients);
        this.inFlight = new int[clients.size()];
        this.answered = counter(telemetry, "answered");
        this.failed = counter(telemetry, "failed");
        this.skipped = counter(telemetry, "skipped");
    }

    private static LongAdder counter(Telemetry telemetry, String result) {
        return telemetry.counter("convergate_mirrored_requests", "Copies of requests for mirrors", "result", result);
    }

    /**
     * Sends a copy if there is room for one.
     *
     * @param timeoutNanos the route's timeout in nanoseconds; 0 for none
     */
    void copy(UpstreamRequest original, Mirror mirror, long timeoutNanos, EdgeLoop loop) {
        boolean small = original.entity() instanceof HttpEntity.Strict whole
                && whole.data().size() <= BODY_BYTES_MAX;
        if (!small || inFlight[loop.index()] >= IN_FLIGHT_MAX) {
            skipped.increment();
            return;
        }
        try {
            send(shadowOf(original), (UpstreamRuntime) mirror.upstream().attachment(), timeoutNanos, loop);
        } catch (RuntimeException e) {
            failed.increment();
            LOG.error("A copy for {} could not be sent", mirror.upstream().name(), e);
        }
    }

    private void send(UpstreamRequest shadow, UpstreamRuntime to, long timeoutNanos, EdgeLoop loop) {
        Endpoint endpoint = to.pick(loop, List.of());
        if (endpoint == null) {
            failed.increment();
            return;
        }
        if (!to.begun(loop)) {
            skipped.increment();
            return;
        }
        WatchedTry watched = WatchedTry.begin(to);
        if (watched == null) {
            to.ended(loop);
            skipped.increment();
            return;
        }
        UpstreamCall call = clients.get(loop.index()).send(shadow, endpoint, false);
        long nanos = timeoutNanos > 0 ? Math.min(timeoutNanos, TIME_MAX_NANOS) : TIME_MAX_NANOS;
        inFlight[loop.index()]++;
        EdgeLoop.Cancellable deadline = loop.schedule(nanos, () -> {
            watched.unanswered(AttemptFailure.TIMEOUT);
            call.abort();
        });
        call.response().whenComplete((response, failure) -> {
            deadline.cancel();
            if (response != null) {
                watched.begun(response);
                watched.answered(GrpcStatus.inHead(response));
            } else {
                watched.failed((UpstreamFailure) failure);
            }
            inFlight[loop.index()]--;
            to.ended(loop);
            over(response);
        });
    }

    private void over(@Nullable UpstreamResponse response) {
        if (response == null) {
            failed.increment();
        } else {
            answered.increment();
            response.discard();
        }
    }

    /** Envoy: the copy's authority ends in {@code -shadow}, before the port if there is one. */
    private static UpstreamRequest shadowOf(UpstreamRequest original) {
        Fields fields = original.fields().copy();
        String authority = fields.joined("host");
        fields.set(HOST, shadowed(authority == null ? "" : authority));
        return new UpstreamRequest(original.method(), original.target(), fields, original.entity(), null);
    }

    static String shadowed(String authority) {
        int port = authority.lastIndexOf(':');
        boolean hasPort = port > authority.lastIndexOf(']');
        return hasPort ? authority.substring(0, port) + SUFFIX + authority.substring(port) : authority + SUFFIX;
    }
}
