package io.convergate.routing.model.k8s;

import io.convergate.routing.model.KubernetesResource;
import io.convergate.routing.model.Metadata;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Values that nobody should see: keys, certificates, passwords. Kubernetes: core/v1 Secret. Its text form names the keys and
 * shows no value.
 *
 * @param apiVersion the API version it was written in
 * @param metadata its name and labels
 * @param type {@code Opaque}, {@code kubernetes.io/tls}, or whatever its reader knows
 * @param data the values in base64, which may be broken over lines; see {@link #value}
 * @param immutable whether values and type may not be changed any more
 */
public record Secret(String apiVersion, Metadata metadata, String type, Map<String, String> data, boolean immutable)
        implements KubernetesResource {
    public static final String KIND = "Secret";

    /** The type of one that does not say. */
    public static final String OPAQUE = "Opaque";

    /** The type of a certificate and its key, under {@link #TLS_CERTIFICATE} and {@link #TLS_KEY}. */
    public static final String TLS = "kubernetes.io/tls";

    public static final String TLS_CERTIFICATE = "tls.crt";
    public static final String TLS_KEY = "tls.key";

    public Secret {
        Objects.requireNonNull(apiVersion, "apiVersion");
        Objects.requireNonNull(metadata, "metadata");
        Objects.requireNonNull(type, "type");
        data = Map.copyOf(data);
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Secret with(Metadata metadata) {
        return new Secret(apiVersion, metadata, type, data, immutable);
    }

    /** The value under a key; empty if there is none, or it is no base64. */
    public Optional<byte[]> value(String key) {
        return Optional.ofNullable(data.get(key)).flatMap(Secret::decode);
    }

    /** The bytes that a value in base64 stands for; line ends in it do not count, as in Kubernetes. */
    public static Optional<byte[]> decode(String base64) {
        String joined = base64.replace("\r", "").replace("\n", "");
        if (joined.length() % 4 != 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(Base64.getDecoder().decode(joined));
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    /** Without its values. */
    @Override
    public String toString() {
        return "Secret " + key() + " of type " + type + " with " + new TreeMap<>(data).keySet();
    }
}
