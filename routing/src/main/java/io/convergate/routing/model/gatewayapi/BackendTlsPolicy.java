package io.convergate.routing.model.gatewayapi;

import io.convergate.routing.model.KubernetesResource;
import io.convergate.routing.model.Metadata;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * How TLS is spoken to a service. Gateway API: BackendTLSPolicy. Read and checked; no TLS is spoken to services yet.
 *
 * @param apiVersion the API group and version it was written in
 * @param metadata its name and labels
 * @param targets the services
 * @param hostname the server name, which the certificate must have
 * @param authorities the kinds of what holds the certificates of authorities
 * @param wellKnown whether those of the system are trusted
 */
public record BackendTlsPolicy(
        String apiVersion,
        Metadata metadata,
        List<Target> targets,
        String hostname,
        List<String> authorities,
        Optional<String> wellKnown)
        implements KubernetesResource {
    public static final String KIND = "BackendTLSPolicy";

    public BackendTlsPolicy {
        Objects.requireNonNull(apiVersion, "apiVersion");
        Objects.requireNonNull(metadata, "metadata");
        targets = List.copyOf(targets);
        authorities = List.copyOf(authorities);
    }

    @Override
    public String kind() {
        return KIND;
    }

    /**
     * A service.
     *
     * @param group its API group
     * @param kind its kind
     * @param name its name
     * @param sectionName the name of one of its ports; empty for all
     */
    public record Target(String group, String kind, String name, Optional<String> sectionName) {}
}
