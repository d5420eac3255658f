package io.convergate.node.edge.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.convergate.node.edge.SampledTraffic;
import io.convergate.routing.explain.SampledRequest;
import io.convergate.routing.match.ListenerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is kept stands for what was seen. The clock is the test's own. */
class SampleRingTest {
    private static final int SIZE = 400;

    private final SampleRing ring = new SampleRing(SIZE, new Random(7));
    private long nowNanos = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(5); // the clock may turn over
    private long drawn;

    private void request(String path) {
        if (ring.counts(nowNanos)) {
            drawn++;
            ring.keep(
                    new SampledRequest("GET", "http", "h", path, null, ListenerId.of(80), Map.of(), Set.of()),
                    nowNanos);
        }
    }

    private List<SampledTraffic> read() {
        List<SampledTraffic> all = new ArrayList<>();
        ring.read(nowNanos, all::add);
        return all;
    }

    private static double standingFor(List<SampledTraffic> samples, String prefix) {
        return samples.stream()
                .filter(sample -> sample.request().path().startsWith(prefix))
                .mapToDouble(SampledTraffic::standsFor)
                .sum();
    }

    @Test
    void ofLittleTrafficEveryRequestIsKeptHoweverOld() {
        for (int i = 0; i < 150; i++) {
            request("/" + i);
            nowNanos += TimeUnit.MINUTES.toNanos(1);
        }

        assertThat(read().size()).isEqualTo(150);
        assertThat(standingFor(read(), "/")).isEqualTo(150);
        assertThat(TimeUnit.NANOSECONDS.toMinutes(read().get(0).ageNanos())).isEqualTo(150);
    }

    @Test
    void ofMuchTrafficTheSampleIsFullAndStandsForAllOfIt() {
        long requests = 0;
        for (int second = 0; second < 1_200; second++) {
            for (int i = 0; i < 200; i++) {
                request(i % 10 == 0 ? "/tenth" : "/other");
                requests++;
            }
            nowNanos += TimeUnit.SECONDS.toNanos(1);
        }
        List<SampledTraffic> samples = read();
        double all = standingFor(samples, "/");

        assertThat(samples.size()).isEqualTo(SIZE);
        assertThat(all).as("ten minutes of twenty").isCloseTo(requests / 2.0, within(requests * 0.05));
        assertThat(standingFor(samples, "/tenth") / all).isCloseTo(0.1, within(0.06));
        assertThat(drawn).as("few of %s requests are looked at", requests).isLessThan(requests / 20);
    }

    @Test
    void whatIsNewTakesThePlaceOfWhatIsOld() {
        for (int minute = 0; minute < 40; minute++) {
            for (int i = 0; i < 1_000; i++) {
                request(minute < 15 ? "/old" : "/new");
            }
            nowNanos += TimeUnit.MINUTES.toNanos(1);
        }

        assertThat(standingFor(read(), "/old")).isZero();
        assertThat(read().size()).isBetween(SIZE - SIZE / 20, SIZE);
    }

    @Test
    void asLongAsThereIsRoomItIsUsed() {
        for (int second = 0; second < 45; second++) {
            for (int i = 0; i < 100; i++) {
                request("/");
            }
            nowNanos += TimeUnit.SECONDS.toNanos(1);
        }

        assertThat(read().size()).isEqualTo(SIZE);
        assertThat(standingFor(read(), "/")).isCloseTo(4_500, within(1e-6));
    }

    @Test
    void aRequestOfWhichNothingIsKeptStillCounts() {
        for (int i = 0; i < 10; i++) {
            if (ring.counts(nowNanos)) {
                ring.keep(null, nowNanos);
            }
        }
        request("/kept");

        assertThat(read()).hasSize(1);
        assertThat(read().get(0).standsFor()).isEqualTo(11);
    }
}
