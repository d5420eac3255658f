package io.convergate.loadgen.scenario;

import io.convergate.loadgen.load.Wire;
import io.convergate.loadgen.request.DurationText;
import io.convergate.loadgen.request.RequestFile;
import io.convergate.loadgen.scenario.Rate.Part;
import io.convergate.loadgen.scenario.Scenario.LoadSpec;
import io.convergate.loadgen.yaml.YamlMapping;
import io.convergate.loadgen.yaml.YamlValue;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the loads of a scenario. */
final class LoadReader {
    private static final double RATE_MAX = 1_000_000;
    private static final int STEPS_MAX = 100;
    private static final String HTTP_2 = "http2";

    private LoadReader() {}

    static LoadSpec read(YamlValue value) {
        YamlMapping mapping = value.mapping();
        LoadSpec load = new LoadSpec(
                mapping.required("name").text(),
                rate(mapping.required("per-second")),
                mapping.get("connections", number -> number.whole(1, 10_000), 6L)
                        .intValue(),
                mapping.get("targets", targets -> targets.list(YamlValue::text), List.of()),
                wire(mapping),
                mapping.get("deadline", time -> time.parsed(DurationText::parse), Duration.ofSeconds(5)),
                mapping.get("resend", YamlValue::flag, false),
                RequestFile.mix(mapping.required("mix")));
        mapping.end();
        return load;
    }

    /** {@code protocol: http2} with prior knowledge, and then how many {@code streams} a connection may have. */
    private static Wire wire(YamlMapping mapping) {
        String protocol = mapping.get("protocol", word -> word.oneOf(List.of("http1", HTTP_2)), "http1");
        return mapping.get("streams", streams -> {
                    if (!protocol.equals(HTTP_2)) {
                        throw streams.wrong("protocol: " + HTTP_2 + " beside it");
                    }
                    return Wire.http2((int) streams.whole(1, 1_000));
                })
                .orElseGet(() -> protocol.equals(HTTP_2) ? Wire.http2(1) : Wire.http1());
    }

    /** One number, or for each phase that changes it a number, {@code {from: 10, to: 90}}, or {@code {steps: [10, 20]}}. */
    private static Rate rate(YamlValue value) {
        if (value.isText()) {
            return Rate.constant(value.number(0.1, RATE_MAX));
        }
        YamlMapping mapping = value.mapping();
        Map<String, List<Part>> phases = new LinkedHashMap<>();
        for (String phase : mapping.keys()) {
            mapping.get(phase, LoadReader::parts).ifPresent(parts -> phases.put(phase, parts));
        }
        mapping.end();
        return new Rate(phases);
    }

    private static List<Part> parts(YamlValue value) {
        if (value.isText()) {
            return List.of(Part.constant(value.number(0, RATE_MAX)));
        }
        YamlMapping mapping = value.mapping();
        List<Part> parts;
        if (mapping.oneKeyOf(List.of("from", "steps")).equals("steps")) {
            YamlValue steps = mapping.required("steps");
            parts = steps.list(step -> Part.constant(step.number(0, RATE_MAX)));
            if (parts.isEmpty() || parts.size() > STEPS_MAX) {
                throw steps.wrong("1 to " + STEPS_MAX + " rates");
            }
        } else {
            parts = List.of(new Part(
                    mapping.required("from").number(0, RATE_MAX),
                    mapping.required("to").number(0, RATE_MAX)));
        }
        mapping.end();
        return parts;
    }
}
