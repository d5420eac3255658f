package io.convergate.routing.read;

import io.convergate.routing.model.Metadata;
import io.convergate.routing.model.k8s.ConfigMap;
import io.convergate.routing.model.k8s.Secret;
import io.convergate.routing.problem.SourcePosition;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Reads Kubernetes' Secret and ConfigMap. */
final class SecretBinder {
    private static final String DATA = "data";
    private static final String STRING_DATA = "stringData";
    private static final SourcePosition NOWHERE = new SourcePosition(1, 1);

    private SecretBinder() {}

    static Optional<Secret> bind(String apiVersion, Metadata metadata, Fields secret) {
        Map<String, String> data = new LinkedHashMap<>(secret.secretMap(DATA));
        secret.secretMap(STRING_DATA).forEach((key, text) -> data.put(key, base64(text)));
        return Optional.of(new Secret(
                apiVersion,
                metadata,
                secret.text("type").filter(type -> !type.isEmpty()).orElse(Secret.OPAQUE),
                data,
                secret.flag("immutable")));
    }

    static Optional<ConfigMap> bindConfigMap(String apiVersion, Metadata metadata, Fields map) {
        return Optional.of(new ConfigMap(
                apiVersion, metadata, map.textMap(DATA), map.textMap("binaryData"), map.flag("immutable")));
    }

    /**
     * The document of a Secret as it is kept: what was written as {@code stringData} is among {@code data}, and a type is
     * there. Kubernetes: stringData is never shown.
     */
    static Tree.Mapping kept(Tree.Mapping document) {
        Map<String, Tree> fields = new LinkedHashMap<>(document.fields());
        if (!(document.get("type") instanceof Tree.Scalar type) || type.text().isEmpty()) {
            fields.put("type", text(Secret.OPAQUE));
        }
        if (document.get(STRING_DATA) instanceof Tree.Mapping texts) {
            Map<String, Tree> data = new LinkedHashMap<>(
                    document.get(DATA) instanceof Tree.Mapping written ? written.fields() : Map.of());
            texts.fields().forEach((key, value) -> {
                if (value instanceof Tree.Scalar scalar) {
                    data.put(key, text(base64(scalar.text())));
                }
            });
            fields.put(DATA, new Tree.Mapping(data, Map.of(), NOWHERE));
        }
        fields.remove(STRING_DATA);
        return new Tree.Mapping(fields, document.keys(), document.position());
    }

    private static Tree text(String value) {
        return new Tree.Scalar(ScalarKind.STRING, value, NOWHERE);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
