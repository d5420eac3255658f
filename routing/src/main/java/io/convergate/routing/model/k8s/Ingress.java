package io.convergate.routing.model.k8s;

import io.convergate.routing.model.KubernetesResource;
import io.convergate.routing.model.Metadata;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Hosts and paths, and the services they lead to. Kubernetes: networking.k8s.io/v1 Ingress.
 *
 * @param apiVersion the API group and version it was written in
 * @param metadata its name, labels and annotations
 * @param className the IngressClass it belongs to
 * @param defaultBackend where requests go that no rule takes
 * @param tls the hosts to which TLS is spoken
 * @param rules what goes where
 */
public record Ingress(
        String apiVersion,
        Metadata metadata,
        Optional<String> className,
        Optional<Backend> defaultBackend,
        List<Tls> tls,
        List<Rule> rules)
        implements KubernetesResource {
    public static final String GROUP = "networking.k8s.io";
    public static final String KIND = "Ingress";

    /** The annotation that named the class before there was a field for it. */
    public static final String CLASS_ANNOTATION = "kubernetes.io/ingress.class";

    /** What the annotations of ingress-nginx begin with. */
    public static final String NGINX = "nginx.ingress.kubernetes.io/";

    public Ingress {
        Objects.requireNonNull(apiVersion, "apiVersion");
        Objects.requireNonNull(metadata, "metadata");
        tls = List.copyOf(tls);
        rules = List.copyOf(rules);
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Ingress with(Metadata metadata) {
        return new Ingress(apiVersion, metadata, className, defaultBackend, tls, rules);
    }

    /** The value of an annotation of ingress-nginx, by its name after the slash. */
    public Optional<String> nginx(String name) {
        return Optional.ofNullable(metadata.annotations().get(NGINX + name));
    }

    /** Where its requests go, of all paths and by default. */
    public Stream<Backend> backends() {
        return Stream.concat(
                defaultBackend.stream(),
                rules.stream().flatMap(rule -> rule.paths().stream()).map(Path::backend));
    }

    /**
     * The paths of a host.
     *
     * @param host a name, {@code *.} and a name for exactly one label before it; empty for every host
     * @param paths where its requests go
     */
    public record Rule(Optional<String> host, List<Path> paths) {
        public Rule {
            paths = List.copyOf(paths);
        }
    }

    /**
     * A path and its backend.
     *
     * @param path the path; empty takes everything
     * @param type how it is compared
     * @param backend where the requests go
     */
    public record Path(String path, PathType type, Backend backend) {}

    /** How a path is compared; case matters always. */
    public enum PathType {
        EXACT("Exact"),
        /** Element by element. */
        PREFIX("Prefix"),
        /** As Istio does if the class is Istio's; else as a prefix, or as ingress-nginx does with {@code use-regex}. */
        IMPLEMENTATION_SPECIFIC("ImplementationSpecific");

        private final String word;

        PathType(String word) {
            this.word = word;
        }

        /** Kubernetes' name. */
        @Override
        public String toString() {
            return word;
        }
    }

    /**
     * Where requests go.
     *
     * @param service a port of a service
     * @param resource or something else, which is refused
     */
    public record Backend(Optional<ServicePort> service, Optional<String> resource) {}

    /**
     * A port of a service in the Ingress' namespace.
     *
     * @param name the service's name
     * @param number the port's number
     * @param portName or its name
     */
    public record ServicePort(String name, OptionalLong number, Optional<String> portName) {}

    /**
     * Hosts to which TLS is spoken.
     *
     * @param hosts the hosts; empty for all
     * @param secretName the Secret with the certificate
     */
    public record Tls(List<String> hosts, Optional<String> secretName) {
        public Tls {
            hosts = List.copyOf(hosts);
        }
    }
}
