package io.convergate.node.telemetry;

import io.convergate.routing.upstream.UpstreamInfo;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import kamon.metric.Counter;
import kamon.metric.Histogram;
import kamon.tag.TagSet;
import org.jspecify.annotations.Nullable;

/**
 * Istio's standard metrics of one destination, by its names and labels, so that dashboards made for a mesh show this gateway
 * as one of its sources. Found when the upstream is prepared, so that a request only adds to it. Any thread.
 *
 * @see <a href="https://istio.io/latest/docs/reference/config/metrics/">Istio Standard Metrics</a>
 */
public final class DestinationRecorder extends Recorder {
    private static final int STATUSES = 600;

    private final TagSet tags;
    /** By status, of answers without a flag: nearly all. */
    private final AtomicReferenceArray<@Nullable LongAdder> plain = new AtomicReferenceArray<>(STATUSES);

    private final Map<Flagged, LongAdder> flagged = new ConcurrentHashMap<>();
    private volatile @Nullable Sizes sizes;

    /** An answer that the gateway made, or that something happened to. */
    private record Flagged(int status, String flags) {}

    /** Made at the first request: a destination that nobody calls costs next to nothing. */
    private record Sizes(Histogram millis, Histogram requestBytes, Histogram responseBytes) {}

    /** @param tags who sends and who is sent to, by Istio's labels */
    DestinationRecorder(TagSet tags) {
        this.tags = tags;
    }

    /**
     * A recorder that no telemetry reads yet.
     *
     * @param labels the node's labels
     */
    public static DestinationRecorder of(Map<String, String> labels, UpstreamInfo upstream) {
        return new DestinationRecorder(IstioMetrics.tags(labels, upstream));
    }

    void record(RequestRecord request) {
        int status = request.status > 0 && request.status < STATUSES ? request.status : 0;
        requests(status, request).increment();
        Sizes known = sizes;
        if (known == null) {
            known = makeSizes();
        }
        known.millis.record((request.endNanos - request.startNanos) / 1_000_000);
        known.requestBytes.record(request.bytesReceived);
        known.responseBytes.record(request.bytesSent);
    }

    private LongAdder requests(int status, RequestRecord request) {
        if (request.isFlagged()) {
            return flagged.computeIfAbsent(new Flagged(status, request.flags()), key -> new LongAdder());
        }
        LongAdder known = plain.get(status);
        if (known != null) {
            return known;
        }
        LongAdder made = new LongAdder();
        LongAdder raced = plain.compareAndExchange(status, null, made);
        return raced == null ? made : raced;
    }

    private synchronized Sizes makeSizes() {
        Sizes known = sizes;
        if (known == null) {
            known = new Sizes(
                    IstioMetrics.DURATION.withTags(tags),
                    IstioMetrics.REQUEST_BYTES.withTags(tags),
                    IstioMetrics.RESPONSE_BYTES.withTags(tags));
            sizes = known;
        }
        return known;
    }

    @Override
    TagSet tags() {
        return tags;
    }

    @Override
    void collect() {
        for (int status = 0; status < STATUSES; status++) {
            LongAdder count = plain.get(status);
            if (count != null) {
                add(counter(status, "-"), count);
            }
        }
        flagged.forEach((key, count) -> add(counter(key.status, key.flags), count));
    }

    private static void add(Counter counter, LongAdder count) {
        long taken = count.sumThenReset();
        if (taken > 0) {
            counter.increment(taken);
        }
    }

    private Counter counter(int status, String flags) {
        return IstioMetrics.REQUESTS.withTags(
                tags.withTag("response_code", Integer.toString(status)).withTag("response_flags", flags));
    }

    @Override
    synchronized void remove() {
        for (int status = 0; status < STATUSES; status++) {
            if (plain.get(status) != null) {
                counter(status, "-").remove();
            }
        }
        flagged.keySet().forEach(key -> counter(key.status, key.flags).remove());
        Sizes made = sizes;
        if (made != null) {
            made.millis.remove();
            made.requestBytes.remove();
            made.responseBytes.remove();
        }
    }
}
