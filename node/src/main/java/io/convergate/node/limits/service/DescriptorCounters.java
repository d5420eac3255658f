package io.convergate.node.limits.service;

import io.convergate.node.limits.service.RateLimitReply.Code;
import io.convergate.node.telemetry.Telemetry;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/** The metrics of the service: of its calls, and of each descriptor that has a limit. Any thread. */
final class DescriptorCounters {
    /** Descriptors with series of their own; the rest shares those of {@code descriptor="overflow"}. */
    private static final int DESCRIPTORS_MAX = 1_000;

    private static final String PREFIX = "convergate_rate_limit_service_";
    private static final String WITHIN = PREFIX + "within_limit";
    private static final String OVER = PREFIX + "over_limit";
    private static final String SHADOW = PREFIX + "shadow_mode";
    private static final String TAG = "descriptor";
    private static final String OVERFLOW = "overflow";

    private final Telemetry telemetry;
    private final ConcurrentHashMap<String, OfDescriptor> descriptors = new ConcurrentHashMap<>();
    private final Map<Code, LongAdder> answered = new EnumMap<>(Code.class);
    private final LongAdder refused;
    private final LongAdder unknownDomain;
    private final LongConsumer durations;

    DescriptorCounters(Telemetry telemetry) {
        this.telemetry = telemetry;
        for (Code code : Code.values()) {
            answered.put(code, calls(code.name()));
        }
        this.refused = calls("ERROR");
        this.unknownDomain = calls("UNKNOWN_DOMAIN");
        this.durations = telemetry.durations(
                PREFIX + "duration", "Time until a call of the rate limit service was decided", Map.of());
    }

    private LongAdder calls(String code) {
        return telemetry.counter(
                PREFIX + "calls", "Calls of the rate limit service by what was answered", "code", code);
    }

    /** What came of a descriptor. */
    private record OfDescriptor(LongAdder within, LongAdder over, LongAdder shadow) {}

    private OfDescriptor of(String label) {
        OfDescriptor known = descriptors.get(label);
        if (known != null) {
            return known;
        }
        String name = descriptors.size() < DESCRIPTORS_MAX ? label : OVERFLOW;
        return descriptors.computeIfAbsent(
                name,
                key -> new OfDescriptor(
                        telemetry.counter(WITHIN, "Hits of a descriptor that its limit let pass", TAG, key),
                        telemetry.counter(OVER, "Hits of a descriptor over its limit", TAG, key),
                        telemetry.counter(
                                SHADOW,
                                "Hits of a descriptor over its limit that passed, as it is in shadow",
                                TAG,
                                key)));
    }

    /** Ends the series of descriptors that are not among these, so that others find room; those that are hit all the same begin again. */
    void retain(Set<String> labels) {
        descriptors.keySet().removeIf(label -> {
            boolean ends = !labels.contains(label) && !label.equals(OVERFLOW);
            if (ends) {
                Stream.of(WITHIN, OVER, SHADOW).forEach(name -> telemetry.end(name, label));
            }
            return ends;
        });
    }

    /** A descriptor passed so many hits, or did not; in shadow both are said. */
    void hit(String label, long hits, boolean passed, boolean shadow) {
        OfDescriptor counters = of(label);
        (passed ? counters.within() : counters.over()).add(hits);
        if (!passed && shadow) {
            counters.shadow().add(hits);
        }
    }

    /** A call was answered. */
    void answered(Code code, long nanos) {
        answered.getOrDefault(code, refused).increment();
        durations.accept(nanos);
    }

    /** A call named a domain that there is not, and was let pass. */
    void unknownDomain() {
        unknownDomain.increment();
    }

    /** A call was refused without an answer to its question. */
    void refused() {
        refused.increment();
    }
}
