package io.convergate.node.admin.kube;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;

/**
 * Reads the protobuf bodies that kubectl 1.32 and later send for {@code create configmap}, {@code secret}, {@code service},
 * {@code ingress} and {@code namespace}, and that {@code auth} may ask with. Kubernetes: {@code generated.proto} of the API groups, the messages and fields that those
 * commands can write; others are skipped. Bounded by the body.
 */
final class KubeProtobuf {
    private static final byte[] MAGIC = {'k', '8', 's', 0};

    /** Fields by message, number: name and type. A name with a star is a list; one that is a number is an enum of none. */
    private static final Map<String, Map<Integer, String>> MESSAGES = Map.ofEntries(
            Map.entry("Unknown", Map.of(1, "typeMeta:TypeMeta", 2, "raw:bytes")),
            Map.entry("TypeMeta", Map.of(1, "apiVersion:text", 2, "kind:text")),
            Map.entry(
                    "Meta",
                    Map.of(
                            1,
                            "name:text",
                            2,
                            "generateName:text",
                            3,
                            "namespace:text",
                            11,
                            "labels:map",
                            12,
                            "annotations:map")),
            Map.entry(
                    "ConfigMap",
                    Map.of(1, "metadata:Meta", 2, "data:map", 3, "binaryData:bytesMap", 4, "immutable:flag")),
            Map.entry(
                    "Secret",
                    Map.of(
                            1,
                            "metadata:Meta",
                            2,
                            "data:bytesMap",
                            3,
                            "type:text",
                            4,
                            "stringData:map",
                            5,
                            "immutable:flag")),
            Map.entry("Namespace", Map.of(1, "metadata:Meta")),
            Map.entry("SelfSubjectReview", Map.of(1, "metadata:Meta")),
            Map.entry("SelfSubjectAccessReview", Map.of(1, "metadata:Meta", 2, "spec:AccessSpec")),
            Map.entry(
                    "AccessSpec",
                    Map.of(1, "resourceAttributes:AccessResource", 2, "nonResourceAttributes:AccessPath")),
            Map.entry(
                    "AccessResource",
                    Map.of(
                            1, "namespace:text",
                            2, "verb:text",
                            3, "group:text",
                            4, "version:text",
                            5, "resource:text",
                            6, "subresource:text",
                            7, "name:text")),
            Map.entry("AccessPath", Map.of(1, "path:text", 2, "verb:text")),
            Map.entry("SelfSubjectRulesReview", Map.of(1, "metadata:Meta")),
            Map.entry("Service", Map.of(1, "metadata:Meta", 2, "spec:ServiceSpec")),
            Map.entry(
                    "ServiceSpec",
                    Map.of(
                            1, "ports*:ServicePort",
                            2, "selector:map",
                            3, "clusterIP:text",
                            4, "type:text",
                            5, "externalIPs*:text",
                            7, "sessionAffinity:text",
                            10, "externalName:text")),
            Map.entry(
                    "ServicePort",
                    Map.of(
                            1, "name:text",
                            2, "protocol:text",
                            3, "port:number",
                            4, "targetPort:IntOrString",
                            5, "nodePort:number",
                            6, "appProtocol:text")),
            Map.entry("IntOrString", Map.of(1, "type:number", 2, "intVal:number", 3, "strVal:text")),
            Map.entry("Ingress", Map.of(1, "metadata:Meta", 2, "spec:IngressSpec")),
            Map.entry(
                    "IngressSpec",
                    Map.of(
                            1, "defaultBackend:IngressBackend",
                            2, "tls*:IngressTLS",
                            3, "rules*:IngressRule",
                            4, "ingressClassName:text")),
            Map.entry("IngressTLS", Map.of(1, "hosts*:text", 2, "secretName:text")),
            Map.entry("IngressRule", Map.of(1, "host:text", 2, "value:IngressRuleValue")),
            Map.entry("IngressRuleValue", Map.of(1, "http:HTTPIngressRuleValue")),
            Map.entry("HTTPIngressRuleValue", Map.of(1, "paths*:HTTPIngressPath")),
            Map.entry("HTTPIngressPath", Map.of(1, "path:text", 2, "backend:IngressBackend", 3, "pathType:text")),
            Map.entry("IngressBackend", Map.of(4, "service:IngressServiceBackend")),
            Map.entry("IngressServiceBackend", Map.of(1, "name:text", 2, "port:ServiceBackendPort")),
            Map.entry("ServiceBackendPort", Map.of(1, "name:text", 2, "number:number")));

    private final byte[] bytes;
    private final int end;
    private int at;

    private KubeProtobuf(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.at = from;
        this.end = end;
    }

    /** Reads a resource as the JSON that it stands for. */
    static ObjectNode read(byte[] body) {
        if (body.length < MAGIC.length || !Arrays.equals(MAGIC, Arrays.copyOf(body, MAGIC.length))) {
            throw malformed();
        }
        ObjectNode envelope = new KubeProtobuf(body, MAGIC.length, body.length).message("Unknown");
        String kind = envelope.at("/typeMeta/kind").asText();
        if (!MESSAGES.containsKey(kind) || !Character.isUpperCase(kind.charAt(0)) || kind.equals("Unknown")) {
            throw Bodies.unsupported(MediaTypes.PROTOBUF + " of kind " + kind, MediaTypes.JSON);
        }
        byte[] raw = Base64.getDecoder().decode(envelope.path("raw").asText());
        ObjectNode object = node();
        object.put("apiVersion", envelope.at("/typeMeta/apiVersion").asText()).put("kind", kind);
        object.setAll(new KubeProtobuf(raw, 0, raw.length).message(kind));
        return object;
    }

    private ObjectNode message(String type) {
        Map<Integer, String> fields = MESSAGES.getOrDefault(type, Map.of());
        ObjectNode object = node();
        while (at < end) {
            long tag = varint();
            String field = fields.get((int) (tag >>> 3));
            int wire = (int) (tag & 7);
            if (field == null) {
                skip(wire);
            } else {
                String[] named = field.split(":", 2);
                value(object, named[0], named[1], wire);
            }
        }
        return object;
    }

    private void value(ObjectNode into, String field, String type, int wire) {
        if (wire == 0) {
            long value = varint();
            if (type.equals("flag")) {
                into.put(field, value != 0);
            } else if (value != 0) {
                into.put(field, value);
            }
            return;
        }
        if (wire != 2) {
            throw malformed();
        }
        KubeProtobuf inner = piece();
        boolean list = field.endsWith("*");
        String name = list ? field.substring(0, field.length() - 1) : field;
        switch (type) {
            case "text" -> text(into, name, list, inner.rest());
            case "bytes" -> into.put(name, Base64.getEncoder().encodeToString(inner.restBytes()));
            case "map" -> entry(into.withObject("/" + name), inner, false);
            case "bytesMap" -> entry(into.withObject("/" + name), inner, true);
            case "IntOrString" -> intOrString(into, name, inner);
            case "IngressRuleValue" -> into.setAll(inner.message(type));
            default -> {
                ObjectNode message = inner.message(type);
                if (list) {
                    ((ArrayNode) into.withArray("/" + name)).add(message);
                } else if (!message.isEmpty() || name.equals("metadata")) {
                    into.set(name, message);
                }
            }
        }
    }

    private static void text(ObjectNode into, String name, boolean list, String value) {
        if (list) {
            into.withArray("/" + name).add(value);
        } else if (!value.isEmpty()) {
            into.put(name, value);
        }
    }

    private static void entry(ObjectNode map, KubeProtobuf entry, boolean binary) {
        String key = "";
        byte[] value = {};
        while (entry.at < entry.end) {
            long tag = entry.varint();
            KubeProtobuf part = entry.piece();
            if (tag >>> 3 == 1) {
                key = part.rest();
            } else {
                value = part.restBytes();
            }
        }
        map.put(key, binary ? Base64.getEncoder().encodeToString(value) : new String(value, StandardCharsets.UTF_8));
    }

    private static void intOrString(ObjectNode into, String name, KubeProtobuf inner) {
        ObjectNode parts = inner.message("IntOrString");
        if (parts.path("type").asLong() == 1) {
            into.put(name, parts.path("strVal").asText());
        } else if (parts.path("intVal").asLong() != 0) {
            into.put(name, parts.path("intVal").asLong());
        }
    }

    private long varint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (at >= end) {
                throw malformed();
            }
            byte next = bytes[at++];
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw malformed();
    }

    private KubeProtobuf piece() {
        long length = varint();
        if (length < 0 || length > end - at) {
            throw malformed();
        }
        KubeProtobuf piece = new KubeProtobuf(bytes, at, at + (int) length);
        at += (int) length;
        return piece;
    }

    private void skip(int wire) {
        switch (wire) {
            case 0 -> varint();
            case 1 -> forward(8);
            case 2 -> piece();
            case 5 -> forward(4);
            default -> throw malformed();
        }
    }

    private void forward(int count) {
        if (count > end - at) {
            throw malformed();
        }
        at += count;
    }

    private byte[] restBytes() {
        return Arrays.copyOfRange(bytes, at, end);
    }

    private String rest() {
        return new String(restBytes(), StandardCharsets.UTF_8);
    }

    private static ObjectNode node() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static KubeError malformed() {
        return KubeError.badRequest("the body is no protobuf of a Kubernetes resource");
    }
}
