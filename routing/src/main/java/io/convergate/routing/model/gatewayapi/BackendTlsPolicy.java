package io.convergate.routing.model.gatewayapi;

import io.convergate.routing.model.KubernetesResource;
import io.convergate.routing.model.Metadata;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * How TLS is spoken to a service. Gateway API: BackendTLSPolicy.
 *
 * @param apiVersion the API group and version it was written in
 * @param metadata its name and labels
 * @param targets the services, in its own namespace
 * @param hostname the server name that is asked for; also what the certificate must be for, unless {@code altNames} say so
 * @param authorities what holds the certificates of authorities that are trusted, in its own namespace
 * @param wellKnown a set of authorities that is trusted in their place; {@link #SYSTEM}
 * @param altNames what the certificate must be for: one of these
 * @param options settings of somebody's own
 */
public record BackendTlsPolicy(
        String apiVersion,
        Metadata metadata,
        List<Target> targets,
        String hostname,
        List<Authority> authorities,
        Optional<String> wellKnown,
        List<AltName> altNames,
        Map<String, String> options)
        implements KubernetesResource {
    public static final String KIND = "BackendTLSPolicy";

    /** The authorities that the operating system trusts. */
    public static final String SYSTEM = "System";

    public BackendTlsPolicy {
        Objects.requireNonNull(apiVersion, "apiVersion");
        Objects.requireNonNull(metadata, "metadata");
        targets = List.copyOf(targets);
        authorities = List.copyOf(authorities);
        altNames = List.copyOf(altNames);
        options = Map.copyOf(options);
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public BackendTlsPolicy with(Metadata metadata) {
        return new BackendTlsPolicy(apiVersion, metadata, targets, hostname, authorities, wellKnown, altNames, options);
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

    /** A resource with certificates of authorities under {@code ca.crt}. */
    public record Authority(String group, String kind, String name) {}

    /**
     * A name in a certificate.
     *
     * @param type {@link #HOSTNAME} or {@link #URI}
     * @param hostname the host name
     * @param uri or the URI
     */
    public record AltName(String type, Optional<String> hostname, Optional<String> uri) {
        public static final String HOSTNAME = "Hostname";
        public static final String URI = "URI";
    }
}
