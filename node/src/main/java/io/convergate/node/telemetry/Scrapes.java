package io.convergate.node.telemetry;

import com.typesafe.config.Config;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import kamon.Kamon$;
import kamon.metric.Distribution;
import kamon.metric.Instrument;
import kamon.metric.MetricSnapshot;
import kamon.metric.PeriodSnapshot;
import kamon.module.MetricReporter;
import kamon.prometheus.PrometheusSettings;
import kamon.prometheus.PrometheusSettings$;
import kamon.prometheus.ScrapeDataBuilder;
import kamon.tag.Tag;
import kamon.tag.TagSet;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * All that Kamon has counted since the start, in Prometheus' text format. Kamon's own reporter does the same, but forgets
 * nothing, and knows only what the last tick brought. Any thread.
 */
final class Scrapes implements MetricReporter {
    /** When Kamon is to count anew, and to forget what it has not seen: neither in a process's life. */
    private static final Duration NEVER = Duration.ofDays(365 * 100);

    private final Runnable onTick;
    /** Kamon's counters count whole things only; a count of anything else is read like a gauge. */
    private static final Pattern TOTAL = Pattern.compile("(# TYPE \\S+_total )gauge");

    private PrometheusSettings.Generic settings;
    private PeriodSnapshot.Accumulator all = empty();
    /** What was forgotten since Kamon's last tick. */
    private final List<BiPredicate<String, TagSet>> forgotten = new ArrayList<>();

    /** @param onTick called every few seconds on a thread of Kamon's */
    Scrapes(Config config, Runnable onTick) {
        this.settings = settings(config);
        this.onTick = onTick;
    }

    private static PrometheusSettings.Generic settings(Config config) {
        return PrometheusSettings$.MODULE$.readSettings(config.getConfig("kamon.prometheus"));
    }

    private static PeriodSnapshot.Accumulator empty() {
        return PeriodSnapshot.accumulator(NEVER, Duration.ZERO, NEVER);
    }

    /** All metrics as they are now. */
    synchronized String text() {
        all.add(Kamon$.MODULE$.registry().snapshot(true));
        PeriodSnapshot now = all.peek();
        String gauges = new ScrapeDataBuilder(settings, TagSet.Empty())
                .appendGauges(now.gauges())
                .build();
        return TOTAL.matcher(gauges).replaceAll("$1counter") + text(now);
    }

    /** These metrics as they are now; those that there are none of are left out. */
    synchronized Map<String, List<Series>> read(Set<String> metrics) {
        all.add(Kamon$.MODULE$.registry().snapshot(true));
        PeriodSnapshot now = all.peek();
        Map<String, List<Series>> found = new HashMap<>();
        CollectionConverters.asJava(now.counters()).forEach(metric -> {
            if (metrics.contains(metric.name())) {
                found.put(metric.name(), series(metric.instruments(), Scrapes::counted));
            }
        });
        CollectionConverters.asJava(now.gauges()).forEach(metric -> {
            if (metrics.contains(metric.name())) {
                found.put(metric.name(), series(metric.instruments(), Scrapes::counted));
            }
        });
        CollectionConverters.asJava(now.histograms()).forEach(metric -> {
            if (metrics.contains(metric.name())) {
                double scale = metric.settings().unit().magnitude().scaleFactor() * MICROS;
                found.put(metric.name(), series(metric.instruments(), (labels, value) -> spread(labels, value, scale)));
            }
        });
        return found;
    }

    private static final double MICROS = 1e6;

    private static <V> List<Series> series(
            Seq<Instrument.Snapshot<V>> instruments, BiFunction<Map<String, String>, V, Series> made) {
        return CollectionConverters.asJava(instruments).stream()
                .map(instrument -> made.apply(labels(instrument.tags()), instrument.value()))
                .toList();
    }

    private static Map<String, String> labels(TagSet tags) {
        Map<String, String> labels = new HashMap<>();
        CollectionConverters.asJava(tags.iterator())
                .forEachRemaining(tag -> labels.put(tag.key(), String.valueOf(Tag.unwrapValue(tag))));
        return labels;
    }

    private static Series counted(Map<String, String> labels, Object value) {
        return new Series(labels, ((Number) value).doubleValue(), Spread.NONE);
    }

    private static Series spread(Map<String, String> labels, Distribution durations, double scale) {
        Map<Integer, Long> counts = new HashMap<>();
        CollectionConverters.asJava(durations.bucketsIterator())
                .forEachRemaining(
                        bucket -> counts.merge(Spread.classOf(bucket.value() * scale), bucket.frequency(), Long::sum));
        return new Series(labels, durations.count(), new Spread(counts));
    }

    private String text(PeriodSnapshot now) {
        return new ScrapeDataBuilder(settings, TagSet.Empty())
                .appendCounters(now.counters())
                .appendHistograms(now.histograms())
                .appendHistograms(now.timers())
                .appendHistograms(now.rangeSamplers())
                .build();
    }

    /** Forgets what has been counted under the names and tags that are gone, by instruments that have been removed. */
    synchronized void forget(BiPredicate<String, TagSet> gone) {
        forgotten.add(gone);
        forgetNow(gone);
    }

    /** Forgets what a gauge was under the tags that are gone. */
    synchronized void forgetGauges(String name, Set<TagSet> tags) {
        forgetNow((metric, of) -> metric.equals(name) && tags.contains(of));
    }

    private void forgetNow(BiPredicate<String, TagSet> gone) {
        // Kamon lets go of a removed instrument with the snapshot after, which still has it.
        all.add(Kamon$.MODULE$.registry().snapshot(true));
        PeriodSnapshot now = all.peek();
        all = empty();
        all.add(without(now, gone));
    }

    private static PeriodSnapshot without(PeriodSnapshot from, BiPredicate<String, TagSet> gone) {
        Instant moment = Instant.now();
        return new PeriodSnapshot(
                moment,
                moment,
                without(from.counters(), gone),
                without(from.gauges(), gone),
                without(from.histograms(), gone),
                without(from.timers(), gone),
                without(from.rangeSamplers(), gone));
    }

    private static <S extends kamon.metric.Metric.Settings, V> Seq<MetricSnapshot<S, V>> without(
            Seq<MetricSnapshot<S, V>> metrics, BiPredicate<String, TagSet> gone) {
        return seq(CollectionConverters.asJava(metrics).stream()
                .map(metric -> new MetricSnapshot<>(
                        metric.name(),
                        metric.description(),
                        metric.settings(),
                        left(metric.instruments(), tags -> gone.test(metric.name(), tags))))
                .toList());
    }

    private static <V> Seq<Instrument.Snapshot<V>> left(
            Seq<Instrument.Snapshot<V>> instruments, Predicate<TagSet> gone) {
        return seq(CollectionConverters.asJava(instruments).stream()
                .filter(instrument -> !gone.test(instrument.tags()))
                .toList());
    }

    private static <T> Seq<T> seq(java.util.List<T> list) {
        return CollectionConverters.asScala(list).toSeq();
    }

    /**
     * Adds what was counted since the last snapshot. It may come late, with what has been forgotten meanwhile: that would come back
     * and stay, as nobody forgets it twice. Gauges are what they are when somebody scrapes, so a tick's are left alone.
     */
    @Override
    public void reportPeriodSnapshot(PeriodSnapshot snapshot) {
        Set<String> gauges = CollectionConverters.asJava(snapshot.gauges()).stream()
                .map(MetricSnapshot::name)
                .collect(Collectors.toSet());
        synchronized (this) {
            all.add(without(
                    snapshot,
                    (metric, tags) ->
                            gauges.contains(metric) || forgotten.stream().anyMatch(gone -> gone.test(metric, tags))));
            forgotten.clear();
        }
        onTick.run();
    }

    @Override
    public void stop() {}

    @Override
    public synchronized void reconfigure(Config config) {
        settings = settings(config);
    }
}
