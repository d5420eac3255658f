package io.convergate.loadgen.fault.proxy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Links and toxics as Toxiproxy's JSON. */
final class ProxyJson {
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private static final Map<String, Class<? extends Effect>> TYPES = Map.of(
            "latency", Effect.Latency.class,
            "bandwidth", Effect.Bandwidth.class,
            "slow_close", Effect.SlowClose.class,
            "timeout", Effect.Timeout.class,
            "reset_peer", Effect.ResetPeer.class,
            "slicer", Effect.Slicer.class,
            "limit_data", Effect.LimitData.class,
            "loss", Effect.Loss.class);

    private ProxyJson() {}

    static Map<String, Object> of(ProxyLink link) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", link.name());
        json.put("listen", text(link.listen()));
        json.put("upstream", text(link.upstream()));
        json.put("enabled", link.isEnabled());
        json.put("toxics", toxics(link));
        return json;
    }

    static List<Map<String, Object>> toxics(ProxyLink link) {
        return link.toxics().stream().map(ProxyJson::of).toList();
    }

    static Map<String, Object> of(Toxic toxic) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", toxic.name());
        json.put("type", toxic.effect().type());
        json.put("stream", toxic.stream().text());
        json.put("toxicity", toxic.toxicity());
        json.put("attributes", toxic.effect());
        return json;
    }

    /** @throws IllegalArgumentException if it is none */
    static Toxic toxic(JsonNode json) {
        String type = text(json, "type");
        Class<? extends Effect> effect = TYPES.get(type);
        if (effect == null) {
            throw new IllegalArgumentException("type " + type + " (expected: one of " + TYPES.keySet() + ")");
        }
        Toxic.Stream stream = Toxic.Stream.of(json.path("stream").asText("downstream"));
        String name = json.path("name").asText("");
        return new Toxic(
                name.isEmpty() ? type + "_" + stream.text() : name,
                stream,
                json.path("toxicity").asDouble(1),
                effect(json.path("attributes"), effect));
    }

    /** The same toxic with what a change says: its toxicity, or some of its attributes. */
    static Toxic changed(Toxic toxic, JsonNode json) {
        ObjectNode attributes = JSON.valueToTree(toxic.effect());
        json.path("attributes").fields().forEachRemaining(field -> attributes.set(field.getKey(), field.getValue()));
        return new Toxic(
                toxic.name(),
                toxic.stream(),
                json.path("toxicity").asDouble(toxic.toxicity()),
                effect(attributes, toxic.effect().getClass()));
    }

    private static Effect effect(JsonNode attributes, Class<? extends Effect> type) {
        try {
            return JSON.treeToValue(attributes.isObject() ? attributes : JSON.createObjectNode(), type);
        } catch (JsonProcessingException e) {
            Throwable cause = e.getCause();
            throw new IllegalArgumentException(
                    cause instanceof IllegalArgumentException ? cause.getMessage() : e.getOriginalMessage(), e);
        }
    }

    static String text(JsonNode json, String field) {
        String text = json.path(field).asText("");
        if (text.isEmpty()) {
            throw new IllegalArgumentException(field + " is missing (expected: a text)");
        }
        return text;
    }

    /** An address such as {@code 127.0.0.1:80} or {@code :80}. */
    static InetSocketAddress address(JsonNode json, String field) {
        String text = text(json, field);
        int colon = text.lastIndexOf(':');
        String port = text.substring(colon + 1);
        if (colon < 0 || !port.matches("\\d{1,5}") || Integer.parseInt(port) > 65_535) {
            throw new IllegalArgumentException(field + " " + text + " (expected: HOST:PORT)");
        }
        String host = text.substring(0, colon).replaceAll("^\\[|\\]$", "");
        return host.isEmpty() || host.equals("::")
                ? new InetSocketAddress(Integer.parseInt(port))
                : new InetSocketAddress(host, Integer.parseInt(port));
    }

    private static String text(InetSocketAddress address) {
        String host = address.getAddress() == null
                ? address.getHostString()
                : address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
