package io.convergate.node.telemetry;

import com.typesafe.config.Config;
import kamon.Kamon$;
import kamon.metric.PeriodSnapshot;
import kamon.module.MetricReporter;
import kamon.prometheus.PrometheusReporter;

/**
 * Kamon's Prometheus reporter, which knows only what the last tick brought, with what has come since added to each scrape.
 * Any thread.
 */
final class Scrapes implements MetricReporter {
    private final PrometheusReporter prometheus = PrometheusReporter.create();

    /** All metrics as they are now, in Prometheus' text format. */
    synchronized String text() {
        prometheus.reportPeriodSnapshot(Kamon$.MODULE$.registry().snapshot(true));
        return prometheus.scrapeData();
    }

    @Override
    public synchronized void reportPeriodSnapshot(PeriodSnapshot snapshot) {
        prometheus.reportPeriodSnapshot(snapshot);
    }

    @Override
    public void stop() {
        prometheus.stop();
    }

    @Override
    public void reconfigure(Config config) {
        prometheus.reconfigure(config);
    }
}
