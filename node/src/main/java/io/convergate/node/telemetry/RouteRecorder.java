package io.convergate.node.telemetry;

import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.regex.Pattern;
import kamon.Kamon;
import kamon.metric.Counter;
import kamon.metric.Histogram;
import kamon.metric.MeasurementUnit;
import kamon.tag.TagSet;
import org.jspecify.annotations.Nullable;

/**
 * The counters of one route, found when the route is compiled, so that a request only adds to them. Any thread.
 *
 * <p>The histogram is made at the first request: ten thousand routes that nobody calls cost next to nothing.
 */
public final class RouteRecorder extends Recorder {
    private static final List<String> CLASSES = List.of("none", "1xx", "2xx", "3xx", "4xx", "5xx");
    private static final List<Total> TOTALS = List.of(
            new Total("convergate_retries", "Attempts at requests beyond their first", recorder -> recorder.retries),
            new Total("convergate_request_bytes", "Bytes of request bodies", recorder -> recorder.bytesReceived),
            new Total("convergate_response_bytes", "Bytes of response bodies", recorder -> recorder.bytesSent));
    private static final Pattern UNSAFE = Pattern.compile("[\"\\\\\\p{Cntrl}]");

    private final String virtualService;
    private final String route;
    private final LongAdder[] requests = new LongAdder[CLASSES.size()];
    private final LongAdder retries = new LongAdder();
    private final LongAdder bytesReceived = new LongAdder();
    private final LongAdder bytesSent = new LongAdder();
    private volatile @Nullable Histogram duration;

    /** A counter that every route has one of. */
    private record Total(String name, String description, Function<RouteRecorder, LongAdder> of) {
        Counter with(TagSet tags) {
            return Kamon.counter(name, description).withTags(tags);
        }
    }

    /** Both as labels are written. */
    RouteRecorder(String virtualService, String route) {
        this.virtualService = virtualService;
        this.route = route;
        for (int i = 0; i < requests.length; i++) {
            requests[i] = new LongAdder();
        }
    }

    void record(RequestRecord request) {
        int statusClass = request.status / 100;
        requests[statusClass < requests.length ? statusClass : 0].increment();
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

    private static final MeasurementUnit DURATION = MeasurementUnit.time().microseconds();

    @Override
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

    @Override
    void collect() {
        TagSet tags = tags();
        for (int i = 0; i < requests.length; i++) {
            long count = requests[i].sumThenReset();
            if (count > 0) {
                requests(tags, CLASSES.get(i)).increment(count);
            }
        }
        for (Total total : TOTALS) {
            long count = total.of.apply(this).sumThenReset();
            if (count > 0) {
                total.with(tags).increment(count);
            }
        }
    }

    private static Counter requests(TagSet tags, String code) {
        return Kamon.counter("convergate_requests", "Requests by route and class of status")
                .withTags(tags.withTag("code", code));
    }

    @Override
    synchronized void remove() {
        TagSet tags = tags();
        CLASSES.forEach(code -> requests(tags, code).remove());
        TOTALS.forEach(total -> total.with(tags).remove());
        Histogram made = duration;
        if (made != null) {
            made.remove();
        }
    }
}
