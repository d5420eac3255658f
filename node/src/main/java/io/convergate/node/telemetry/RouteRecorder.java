package io.convergate.node.telemetry;

import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;
import kamon.Kamon;
import kamon.metric.Histogram;
import kamon.metric.MeasurementUnit;
import kamon.tag.TagSet;
import org.jspecify.annotations.Nullable;

/**
 * The counters of one route, found when the route is compiled, so that a request only adds to them. Any thread.
 *
 * <p>The histogram is made at the first request: ten thousand routes that nobody calls cost next to nothing.
 */
public final class RouteRecorder {
    private static final int CLASSES = 6;
    private static final Pattern UNSAFE = Pattern.compile("[\"\\\\\\p{Cntrl}]");

    private final String virtualService;
    private final String route;
    private final LongAdder[] requests = new LongAdder[CLASSES];
    private final LongAdder retries = new LongAdder();
    private final LongAdder bytesReceived = new LongAdder();
    private final LongAdder bytesSent = new LongAdder();
    private volatile @Nullable Histogram duration;
    private volatile long seenNanos;

    /** Both as labels are written. */
    RouteRecorder(String virtualService, String route) {
        this.virtualService = virtualService;
        this.route = route;
        for (int i = 0; i < CLASSES; i++) {
            requests[i] = new LongAdder();
        }
    }

    void record(RequestRecord request) {
        int statusClass = request.status / 100;
        requests[statusClass < CLASSES ? statusClass : 0].increment();
        if (request.attempts > 1) {
            retries.add(request.attempts - 1L);
        }
        if (request.bytesReceived > 0) {
            bytesReceived.add(request.bytesReceived);
        }
        if (request.bytesSent > 0) {
            bytesSent.add(request.bytesSent);
        }
        histogram().record((request.endNanos - request.startNanos) / 1_000);
    }

    private Histogram histogram() {
        Histogram known = duration;
        return known == null ? makeHistogram() : known;
    }

    private synchronized Histogram makeHistogram() {
        Histogram known = duration;
        if (known == null) {
            known = Kamon.histogram(
                            "convergate_request_duration",
                            "Time from a request's first byte to its reply's last",
                            DURATION)
                    .withTags(tags());
            duration = known;
        }
        return known;
    }

    static final MeasurementUnit DURATION = MeasurementUnit.time().microseconds();

    TagSet tags() {
        return TagSet.builder()
                .add("virtual_service", virtualService)
                .add("route", route)
                .build();
    }

    /** Kamon's reporter writes labels as they are: a quote or a line end in a route's name would break every scrape. */
    static String label(String text) {
        return UNSAFE.matcher(text).replaceAll("_");
    }

    /** When a table last named the route, in nanoseconds of the telemetry's clock. */
    long seen() {
        return seenNanos;
    }

    void seen(long nowNanos) {
        seenNanos = nowNanos;
    }

    /** Takes what has been counted since the last call, for the answers of {@code statusClass} hundred; 0 is no answer. */
    long takeRequests(int statusClass) {
        return requests[statusClass].sumThenReset();
    }

    long takeRetries() {
        return retries.sumThenReset();
    }

    long takeBytesReceived() {
        return bytesReceived.sumThenReset();
    }

    long takeBytesSent() {
        return bytesSent.sumThenReset();
    }

    /** Takes its histogram out of the registry; what is still recorded goes nowhere. */
    synchronized void removeHistogram() {
        Histogram made = duration;
        if (made != null) {
            made.remove();
        }
    }
}
