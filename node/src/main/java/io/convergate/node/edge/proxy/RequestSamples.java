package io.convergate.node.edge.proxy;

import io.convergate.node.edge.EdgeLoop;
import io.convergate.node.edge.SampledTraffic;
import io.convergate.routing.explain.SampledRequest;
import io.convergate.routing.match.ListenerId;
import io.convergate.routing.match.MatchInputs;
import io.convergate.routing.match.PortTable;
import io.convergate.routing.match.VirtualHost;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** The sample of recent requests of a node, one {@linkplain SampleRing ring} for each loop. */
final class RequestSamples {
    private final SampleRing[] rings;

    /**
     * @param size about how many requests are kept in all; 0 keeps none
     * @param loops how many loops there are
     */
    RequestSamples(int size, int loops) {
        rings = size == 0
                ? new SampleRing[0]
                : Stream.generate(() -> new SampleRing(Math.max(1, size / loops), new SplittableRandom()))
                        .limit(loops)
                        .toArray(SampleRing[]::new);
    }

    /** Takes note of a request that is being matched. Its loop's thread. */
    void note(EdgeLoop loop, long startNanos, RequestView request, ListenerId listener, PortTable served) {
        if (rings.length == 0) {
            return;
        }
        SampleRing ring = rings[loop.index()];
        if (ring.counts(startNanos)) {
            VirtualHost host = served.host(request.authority());
            MatchInputs inputs = host == null ? MatchInputs.NONE : host.inputs();
            ring.keep(
                    SampledRequest.of(request, listener, request.headerNames(), inputs)
                            .orElse(null),
                    startNanos);
        }
    }

    /** All that is kept, the newest first. Any thread. */
    List<SampledTraffic> newest() {
        List<SampledTraffic> all = new ArrayList<>();
        long now = System.nanoTime();
        for (SampleRing ring : rings) {
            ring.read(now, all::add);
        }
        all.sort(Comparator.comparingLong(SampledTraffic::ageNanos));
        return all;
    }
}
