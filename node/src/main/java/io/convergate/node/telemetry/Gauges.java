package io.convergate.node.telemetry;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import kamon.Kamon;
import kamon.metric.Gauge;
import kamon.metric.Metric;
import kamon.tag.TagSet;

/** Values that are read when somebody scrapes. Registering is for any thread, collecting for one at a time. */
final class Gauges {
    private final Map<String, Single> singles = new ConcurrentHashMap<>();
    private final Map<String, Family> families = new ConcurrentHashMap<>();

    private record Single(Gauge gauge, DoubleSupplier value) {}

    /** A gauge for each value of a label. */
    private record Family(
            Metric.Gauge metric,
            String label,
            Supplier<? extends Map<String, ? extends Number>> values,
            Set<String> known) {}

    void register(String name, String description, DoubleSupplier value) {
        singles.put(name, new Single(Kamon.gauge(name, description).withoutTags(), value));
    }

    void register(
            String name, String description, String label, Supplier<? extends Map<String, ? extends Number>> values) {
        families.put(name, new Family(Kamon.gauge(name, description), label, values, new HashSet<>()));
    }

    /** Hands the values to Kamon. What a family no longer has is taken out of it. */
    void collect(Scrapes scrapes) {
        singles.values().forEach(single -> single.gauge.update(single.value.getAsDouble()));
        families.forEach((name, family) -> collect(name, family, scrapes));
    }

    private static void collect(String name, Family family, Scrapes scrapes) {
        Map<String, ? extends Number> values = family.values.get();
        values.forEach((key, value) -> {
            family.known.add(key);
            family.metric.withTag(family.label, RouteRecorder.label(key)).update(value.doubleValue());
        });
        Set<TagSet> gone = new HashSet<>();
        family.known.removeIf(key -> {
            boolean over = !values.containsKey(key);
            if (over) {
                TagSet tags = TagSet.of(family.label, RouteRecorder.label(key));
                family.metric.withTags(tags).remove();
                gone.add(tags);
            }
            return over;
        });
        if (!gone.isEmpty()) {
            scrapes.forgetGauges(name, gone);
        }
    }
}
