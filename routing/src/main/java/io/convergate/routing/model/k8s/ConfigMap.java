package io.convergate.routing.model.k8s;

import io.convergate.routing.model.KubernetesResource;
import io.convergate.routing.model.Metadata;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Values for others to read: certificates of authorities, descriptors. Kubernetes: core/v1 ConfigMap.
 *
 * @param apiVersion the API version it was written in
 * @param metadata its name and labels
 * @param data texts
 * @param binaryData bytes in base64; no key is in both; see {@link #binary}
 * @param immutable whether values may not be changed any more
 */
public record ConfigMap(
        String apiVersion,
        Metadata metadata,
        Map<String, String> data,
        Map<String, String> binaryData,
        boolean immutable)
        implements KubernetesResource {
    public static final String KIND = "ConfigMap";

    public ConfigMap {
        Objects.requireNonNull(apiVersion, "apiVersion");
        Objects.requireNonNull(metadata, "metadata");
        data = Map.copyOf(data);
        binaryData = Map.copyOf(binaryData);
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public ConfigMap with(Metadata metadata) {
        return new ConfigMap(apiVersion, metadata, data, binaryData, immutable);
    }

    /** The bytes under a key of {@code binaryData}; empty if there are none. */
    public Optional<byte[]> binary(String key) {
        return Optional.ofNullable(binaryData.get(key)).flatMap(Secret::decode);
    }
}
