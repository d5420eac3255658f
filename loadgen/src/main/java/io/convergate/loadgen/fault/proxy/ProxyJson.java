package io.convergate.loadgen.fault.proxy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergate.loadgen.net.JsonFields;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Links and toxics as Toxiproxy's JSON. */
final class ProxyJson {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** Attributes that a type does not have are ignored, as Toxiproxy does it. */
    private static final Map<String, Function<JsonFields, Effect>> TYPES = new LinkedHashMap<>();

    static {
        TYPES.put("latency", fields -> {
            long latency = fields.whole("latency", 0);
            long jitter = fields.whole("jitter", 0);
            return fields.made(() -> new Effect.Latency(latency, jitter));
        });
        TYPES.put("bandwidth", fields -> {
            long rate = fields.whole("rate", 0);
            return fields.made(() -> new Effect.Bandwidth(rate));
        });
        TYPES.put("slow_close", fields -> {
            long delay = fields.whole("delay", 0);
            return fields.made(() -> new Effect.SlowClose(delay));
        });
        TYPES.put("timeout", fields -> {
            long timeout = fields.whole("timeout", 0);
            return fields.made(() -> new Effect.Timeout(timeout));
        });
        TYPES.put("reset_peer", fields -> {
            long timeout = fields.whole("timeout", 0);
            return fields.made(() -> new Effect.ResetPeer(timeout));
        });
        TYPES.put("slicer", fields -> {
            long size = fields.whole("average_size", 0);
            long variation = fields.whole("size_variation", 0);
            long delay = fields.whole("delay", 0);
            return fields.made(() -> new Effect.Slicer(size, variation, delay));
        });
        TYPES.put("limit_data", fields -> {
            long bytes = fields.whole("bytes", 0);
            return fields.made(() -> new Effect.LimitData(bytes));
        });
        TYPES.put("loss", fields -> {
            double rate = fields.number("rate", 0);
            long timeout = fields.whole("timeout", 0);
            return fields.made(() -> new Effect.Loss(rate, timeout));
        });
    }

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

    /** @throws IllegalArgumentException with {@code path: value (expected: rule)} if it is none */
    static Toxic toxic(JsonNode json) {
        JsonFields fields = JsonFields.of(json);
        String type = fields.oneOf("type", TYPES.keySet());
        String direction = fields.text("stream");
        String name = fields.text("name");
        double toxicity = fields.number("toxicity", 1);
        Effect effect = effect(type, fields);
        return fields.made(() -> {
            Toxic.Stream stream = Toxic.Stream.of(direction.isEmpty() ? "downstream" : direction);
            return new Toxic(name.isEmpty() ? type + "_" + stream.text() : name, stream, toxicity, effect);
        });
    }

    /** The same toxic with what a change says: its toxicity, or some of its attributes. */
    static Toxic changed(Toxic toxic, JsonNode json) {
        double toxicity = JsonFields.of(json).number("toxicity", toxic.toxicity());
        ObjectNode attributes = JSON.valueToTree(toxic.effect());
        json.path("attributes").fields().forEachRemaining(field -> attributes.set(field.getKey(), field.getValue()));
        JsonFields fields = JsonFields.of(JSON.createObjectNode().set("attributes", attributes));
        Effect effect = effect(toxic.effect().type(), fields);
        return fields.made(() -> new Toxic(toxic.name(), toxic.stream(), toxicity, effect));
    }

    private static Effect effect(String type, JsonFields fields) {
        return TYPES.get(type).apply(fields.within("attributes"));
    }

    /** @throws IllegalArgumentException if there is none */
    static String text(JsonFields fields, String key) {
        String text = fields.text(key);
        if (text.isEmpty()) {
            throw new IllegalArgumentException(key + ": nothing (expected: a text)");
        }
        return text;
    }

    /** An address such as {@code 127.0.0.1:80} or {@code :80}. */
    static InetSocketAddress address(JsonFields fields, String key) {
        String text = text(fields, key);
        int colon = text.lastIndexOf(':');
        String port = text.substring(colon + 1);
        if (colon < 0 || !port.matches("\\d{1,5}") || Integer.parseInt(port) > 65_535) {
            throw new IllegalArgumentException(key + ": " + text + " (expected: HOST:PORT)");
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
