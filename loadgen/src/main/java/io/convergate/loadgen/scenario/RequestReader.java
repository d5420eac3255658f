package io.convergate.loadgen.scenario;

import io.convergate.loadgen.request.Body;
import io.convergate.loadgen.request.Expectation;
import io.convergate.loadgen.request.RequestSet;
import io.convergate.loadgen.request.RequestSpec;
import io.convergate.loadgen.request.Statuses;
import io.convergate.loadgen.request.Template;
import io.convergate.loadgen.yaml.YamlMapping;
import io.convergate.loadgen.yaml.YamlValue;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Reads the requests of a scenario's load: what is sent, and which answers are right. */
final class RequestReader {
    private static final int BODY_BYTES_MAX = 1 << 20;

    private RequestReader() {}

    static RequestSet read(YamlValue value) {
        List<RequestSet.Entry> entries = value.list(RequestReader::entry);
        if (entries.isEmpty()) {
            throw value.wrong("at least one request");
        }
        return new RequestSet(entries, new int[0]);
    }

    private static RequestSet.Entry entry(YamlValue value) {
        YamlMapping mapping = value.mapping();
        String method = mapping.get("method", YamlValue::text, "GET");
        String path = mapping.required("path").text();
        int bodyBytes = mapping.get("bodyBytes", bytes -> bytes.whole(0, BODY_BYTES_MAX), 0L)
                .intValue();
        int weight =
                mapping.get("weight", number -> number.whole(1, 1_000_000), 1L).intValue();
        Expectation expectation = new Expectation(
                mapping.get("status", status -> status.parsed(Statuses::parse), Statuses.SUCCESS),
                Set.copyOf(new HashSet<>(mapping.get("from", from -> from.list(YamlValue::text), List.<String>of()))),
                Set.of(),
                Set.of(),
                mapping.get(
                        "answerBytes", bytes -> OptionalLong.of(bytes.whole(0, Long.MAX_VALUE)), OptionalLong.empty()),
                Optional.empty());
        String authority = mapping.get("authority", YamlValue::text, "");
        mapping.end();
        Body body = bodyBytes == 0 ? new Body.None() : Body.Bytes.ofSize(bodyBytes);
        RequestSpec request = value.made(
                () -> new RequestSpec(method + " " + path, method, Template.parse(path), List.of(), body, expectation));
        return new RequestSet.Single(authority.isEmpty() ? request : request.withHeader("host", authority), weight);
    }
}
