package io.convergate.node.admin.kube;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergate.routing.read.ReadSettings;
import io.convergate.routing.read.ResourceReader;
import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the bodies of writes. */
final class Bodies {
    private static final Pattern DUPLICATE = Pattern.compile("Duplicate [Ff]ield '([^']*)'");
    private static final ResourceReader READER = new ResourceReader(ReadSettings.DEFAULTS);

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(ReadSettings.DEFAULTS.depthMax())
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();
    private static final ObjectMapper MAPPER = new JsonMapper(FACTORY);

    private Bodies() {}

    /**
     * Reads a resource.
     *
     * @param warnings gets what is wrong with it and not refused
     */
    static ObjectNode resource(KubeRequest request, byte[] body, List<String> warnings) {
        String type = request.contentType();
        if (type.equals(MediaTypes.PROTOBUF)) {
            return KubeProtobuf.read(body);
        }
        if (MediaTypes.YAML.contains(type)) {
            return object(yaml(body));
        }
        if (!type.equals(MediaTypes.JSON)) {
            throw unsupported(type, MediaTypes.JSON + ", " + "application/yaml or " + MediaTypes.PROTOBUF);
        }
        return object(json(request, body, warnings));
    }

    /** Reads JSON; a field that is there twice is an error, a warning or nothing, as the client asks. */
    static JsonNode json(KubeRequest request, byte[] body, List<String> warnings) {
        String validation = request.validation();
        if (!validation.equals("Ignore")) {
            try (JsonParser parser = FACTORY.createParser(body)) {
                parser.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION.mappedFeature());
                MAPPER.readTree(parser);
            } catch (JsonProcessingException e) {
                Matcher duplicate = DUPLICATE.matcher(String.valueOf(e.getOriginalMessage()));
                if (!duplicate.find()) {
                    throw KubeError.badRequest("the body is no JSON: " + e.getOriginalMessage());
                }
                String found = "duplicate field \"" + duplicate.group(1) + "\"";
                if (validation.equals("Strict")) {
                    throw KubeError.badRequest("strict decoding error: " + found);
                }
                warnings.add(found);
            } catch (IOException e) {
                throw KubeError.badRequest("the body is no JSON: " + e.getMessage());
            }
        }
        try {
            JsonNode tree = MAPPER.readTree(body);
            return tree == null ? JsonNodeFactory.instance.missingNode() : tree;
        } catch (IOException e) {
            throw KubeError.badRequest("the body is no JSON: " + e.getMessage());
        }
    }

    /** Reads YAML, or JSON, which is YAML too. */
    static JsonNode yaml(byte[] body) {
        try {
            return MAPPER.readTree(READER.readTree(body));
        } catch (IllegalArgumentException | IOException e) {
            throw KubeError.badRequest("the body cannot be read: " + e.getMessage());
        }
    }

    static ObjectNode object(JsonNode tree) {
        if (tree instanceof ObjectNode object) {
            return object;
        }
        throw KubeError.badRequest("the body is no mapping (expected: a resource)");
    }

    static KubeError unsupported(String type, String expected) {
        return KubeError.of(
                415,
                "UnsupportedMediaType",
                "the body of the request was in an unknown format - accepted media types include: " + expected
                        + " (not " + type + ")");
    }
}
