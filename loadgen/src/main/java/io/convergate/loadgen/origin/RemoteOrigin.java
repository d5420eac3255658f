package io.convergate.loadgen.origin;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.convergate.loadgen.net.Calls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * Pulls the strings of an origin in another process, through its control API. No answer within ten seconds is an {@link
 * UncheckedIOException}.
 */
public final class RemoteOrigin implements OriginControl {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final String base;
    private final String label;

    private RemoteOrigin(String base) {
        this.base = base;
        this.label = state("label").asText();
    }

    /** Asks the control API at an address who it is. */
    public static RemoteOrigin at(InetSocketAddress control) {
        return new RemoteOrigin("http://" + control.getHostString() + ":" + control.getPort());
    }

    @Override
    public String label() {
        return label;
    }

    @Override
    public void misbehave(Misbehaviour misbehaviour) {
        try {
            send("POST", "/misbehave", JSON.writerFor(Misbehaviour.class).writeValueAsString(misbehaviour));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void heal() {
        send("POST", "/heal", "");
    }

    @Override
    public List<SeenRequest> seen() {
        return read(send("GET", "/seen", ""), new TypeReference<List<SeenRequest>>() {});
    }

    @Override
    public long spoiled() {
        return state("spoiled").asLong();
    }

    private JsonNode state(String field) {
        return read(send("GET", "/", ""), new TypeReference<JsonNode>() {}).path(field);
    }

    private static <T> T read(byte[] body, TypeReference<T> type) {
        try {
            return JSON.readValue(body, type);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] send(String method, String path, String body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(TIMEOUT)
                .method(method, BodyPublishers.ofString(body))
                .build();
        try {
            HttpResponse<byte[]> response = Calls.send(HTTP, request);
            if (response.statusCode() != 200) {
                throw new IllegalStateException(base + path + ": " + response.statusCode() + " "
                        + new String(response.body(), StandardCharsets.UTF_8));
            }
            return response.body();
        } catch (IOException e) {
            throw new UncheckedIOException(base + " does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
