package io.convergate.routing;

import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.problem.Problem;
import io.convergate.routing.read.ReadDocument;
import io.convergate.routing.read.ReadResult;
import io.convergate.routing.read.ReadSettings;
import io.convergate.routing.read.ResourceReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Configurations from YAML, stamped in the order of the text as if they had been accepted one after the other. */
public final class TestConfig {
    public static final ResourceReader READER = new ResourceReader(ReadSettings.DEFAULTS);

    /** A gateway for all hosts on port 80. */
    public static final String GATEWAY = """
            apiVersion: networking.istio.io/v1
            kind: Gateway
            metadata: {name: gw}
            spec:
              servers:
              - port: {number: 80, name: http, protocol: HTTP}
                hosts: ["*"]
            ---
            """;

    private TestConfig() {}

    /** Reads resources; fails if any is not acceptable. */
    public static Map<ResourceKey, Resource> parse(String yaml) {
        ReadResult result = read(yaml);
        if (!result.isAcceptable()) {
            throw new AssertionError(result.problems());
        }
        Map<ResourceKey, Resource> resources = new LinkedHashMap<>();
        for (ReadDocument document : result.documents()) {
            Instant accepted = Instant.EPOCH.plusSeconds(document.index());
            Resource resource = READER.parseCanonical(
                    READER.stamp(document.canonical(), accepted, "uid-" + document.index(), 1, new byte[0]));
            resources.put(resource.key(), resource);
        }
        return resources;
    }

    public static ReadResult read(String yaml) {
        return READER.read(yaml.getBytes(StandardCharsets.UTF_8));
    }

    /** The problems of a text, one a line, as people see them. */
    public static List<String> problems(String yaml) {
        return read(yaml).problems().stream().map(Problem::toString).toList();
    }
}
