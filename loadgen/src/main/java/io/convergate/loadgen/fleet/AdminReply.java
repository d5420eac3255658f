package io.convergate.loadgen.fleet;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * A reply of a node's admin API.
 *
 * @param revision the configuration that a write led to, as the header says; empty without one
 */
public record AdminReply(int status, String revision, byte[] body) {
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /** Whether it is a 2xx. */
    public boolean isGood() {
        return status / 100 == 2;
    }

    /**
     * The body as JSON of some type.
     *
     * @throws UncheckedIOException if it is not that
     */
    public <T> T as(Class<T> type) {
        try {
            return JSON.readValue(body, type);
        } catch (IOException e) {
            throw new UncheckedIOException(this + " is no " + type.getSimpleName(), e);
        }
    }

    /** The body as JSON. */
    public JsonNode json() {
        return as(JsonNode.class);
    }

    @Override
    public String toString() {
        return status + " " + new String(body, StandardCharsets.UTF_8);
    }
}
