package io.convergate.routing.resolve;

import io.convergate.routing.model.Gateway;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.model.ServerTls;
import io.convergate.routing.model.gatewayapi.KubernetesGateway;
import io.convergate.routing.model.gatewayapi.Listener;
import io.convergate.routing.model.gatewayapi.ListenerSet;
import io.convergate.routing.model.gatewayapi.ReferenceGrant;
import io.convergate.routing.model.k8s.Ingress;
import io.convergate.routing.model.k8s.Secret;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The Secrets with certificates that Gateways (of both kinds), ListenerSets and Ingresses name, and what is wrong with them.
 * Istio looks for a Secret where the gateway's pods are; here that is the namespace of the Gateway, then the root namespace.
 */
public final class ServerCertificates {
    private static final String NOT_PERMITTED = "RefNotPermitted";
    private static final String INVALID = "InvalidCertificateRef";

    /** What Istio appends to the name of a credential for the Secret with its authorities. */
    private static final String OF_AUTHORITIES = "-cacert";

    private static final List<String> AUTHORITIES = List.of("ca.crt", "cacert");

    private ServerCertificates() {}

    /**
     * What is wrong with a reference.
     *
     * @param path where it is written
     * @param reason why, in one of Gateway API's words
     * @param message what was found and what was expected
     */
    public record Fault(String path, String reason, String message) {}

    /** The Secrets that a resource names, wherever they may be, whether they are there or not. */
    static Set<ResourceKey> named(Resource resource, String rootNamespace) {
        Set<ResourceKey> keys = new LinkedHashSet<>();
        String namespace = resource.metadata().namespace();
        if (resource instanceof KubernetesGateway gateway) {
            named(gateway.listeners(), namespace, keys);
        } else if (resource instanceof ListenerSet set) {
            named(set.listeners(), namespace, keys);
        } else if (resource instanceof Ingress ingress) {
            ingress.tls().forEach(tls -> tls.secretName().ifPresent(name -> keys.add(key(namespace, name))));
        } else if (resource instanceof Gateway gateway) {
            for (Gateway.Server server : gateway.servers()) {
                server.tls().stream()
                        .flatMap(tls -> Stream.concat(credentials(tls), tls.caCertCredentialName().stream()))
                        .flatMap(name -> Stream.of(name, name + OF_AUTHORITIES))
                        .forEach(name -> {
                            keys.add(key(namespace, name));
                            keys.add(key(rootNamespace, name));
                        });
            }
        }
        return keys;
    }

    private static void named(List<Listener> listeners, String namespace, Set<ResourceKey> keys) {
        listeners.forEach(listener -> certificates(listener)
                .forEach(one -> keys.add(key(one.namespace().orElse(namespace), one.name()))));
    }

    private static ResourceKey key(String namespace, String name) {
        return new ResourceKey("", Secret.KIND, namespace, name);
    }

    private static List<Listener.Certificate> certificates(Listener listener) {
        return listener.tls().map(Listener.Tls::certificates).orElse(List.of());
    }

    /**
     * The faults of a listener's certificates, in their order.
     *
     * @param owner the Gateway or ListenerSet that says the listener
     * @param path where the listener is written
     */
    public static List<Fault> of(Resource owner, String path, Listener listener, Configuration configuration) {
        List<Fault> faults = new ArrayList<>();
        List<Listener.Certificate> certificates = certificates(listener);
        for (int i = 0; i < certificates.size(); i++) {
            String at = path + ".tls.certificateRefs[" + i + "]";
            fault(owner, at, certificates.get(i), configuration).ifPresent(faults::add);
        }
        return faults;
    }

    private static Optional<Fault> fault(
            Resource owner, String path, Listener.Certificate certificate, Configuration configuration) {
        String own = owner.metadata().namespace();
        String namespace = certificate.namespace().orElse(own);
        boolean permitted = configuration
                .gatewayApi()
                .permits(
                        new ReferenceGrant.From(owner.group(), owner.kind(), own),
                        certificate.group(),
                        certificate.kind(),
                        namespace,
                        certificate.name());
        if (!permitted) {
            String found = certificate.kind() + " " + namespace + "/" + certificate.name();
            return Optional.of(new Fault(
                    path,
                    NOT_PERMITTED,
                    found + " (expected: a ReferenceGrant in namespace " + namespace + " that permits it)"));
        }
        if (!certificate.group().isEmpty() || !certificate.kind().equals(Secret.KIND)) {
            String found = certificate.kind() + " of group \"" + certificate.group() + "\"";
            return Optional.of(new Fault(path, INVALID, found + " (expected: a Secret)"));
        }
        return keyPair(
                        configuration.resources().get(key(namespace, certificate.name())),
                        List.of(Secret.TLS_CERTIFICATE),
                        List.of(Secret.TLS_KEY))
                .map(expected -> new Fault(
                        path, INVALID, namespace + "/" + certificate.name() + " (expected: " + expected + ")"));
    }

    /** What a resource would have to be to hold a certificate and its key; empty if it is that. */
    private static Optional<String> keyPair(@Nullable Resource resource, List<String> certificates, List<String> keys) {
        if (!(resource instanceof Secret secret)) {
            return Optional.of("a Secret with a certificate");
        }
        if (value(secret, certificates).filter(Certificates::areCertificates).isEmpty()) {
            return Optional.of("a certificate in PEM under " + String.join(" or ", certificates));
        }
        return value(secret, keys).filter(Certificates::isPrivateKey).isPresent()
                ? Optional.empty()
                : Optional.of("its private key in PEM under " + String.join(" or ", keys));
    }

    private static Optional<byte[]> value(Secret secret, List<String> names) {
        return names.stream().flatMap(name -> secret.value(name).stream()).findFirst();
    }

    /** The faults of an Ingress' certificates. */
    public static List<Fault> of(Ingress ingress, Configuration configuration) {
        List<Fault> faults = new ArrayList<>();
        String namespace = ingress.metadata().namespace();
        for (int i = 0; i < ingress.tls().size(); i++) {
            String path = "spec.tls[" + i + "].secretName";
            ingress.tls().get(i).secretName().ifPresent(name -> keyPair(
                            configuration.resources().get(key(namespace, name)),
                            List.of(Secret.TLS_CERTIFICATE),
                            List.of(Secret.TLS_KEY))
                    .ifPresent(expected -> faults.add(new Fault(
                            path, INVALID, name + " (expected: " + expected + " in namespace " + namespace + ")"))));
        }
        return faults;
    }

    /** The faults of the credentials of a Gateway of Istio. */
    public static List<Fault> of(Gateway gateway, Configuration configuration) {
        List<Fault> faults = new ArrayList<>();
        for (int i = 0; i < gateway.servers().size(); i++) {
            String path = "spec.servers[" + i + "].tls";
            Optional<ServerTls> tls = gateway.servers().get(i).tls();
            if (tls.isPresent()) {
                of(gateway, path, tls.get(), configuration, faults);
            }
        }
        return faults;
    }

    private static void of(
            Gateway gateway, String path, ServerTls tls, Configuration configuration, List<Fault> faults) {
        credentials(tls).forEach(name -> keyPair(
                        find(gateway, name, configuration),
                        List.of(Secret.TLS_CERTIFICATE, "cert"),
                        List.of(Secret.TLS_KEY, "key"))
                .ifPresent(expected -> faults.add(new Fault(
                        path + (tls.credentialName().isPresent() ? ".credentialName" : ".credentialNames"),
                        INVALID,
                        name + " (expected: " + expected + ", in the Gateway's namespace or "
                                + configuration.rootNamespace() + ")"))));
        boolean verifies = tls.mode() == ServerTls.Mode.MUTUAL || tls.mode() == ServerTls.Mode.OPTIONAL_MUTUAL;
        Optional<String> credential = tls.caCertCredentialName().or(tls::credentialName);
        if (verifies && credential.isPresent() && !hasAuthorities(gateway, credential.get(), configuration)) {
            faults.add(new Fault(
                    path + (tls.caCertCredentialName().isPresent() ? ".caCertCredentialName" : ".credentialName"),
                    INVALID,
                    credential.get() + " (expected: certificates of authorities under "
                            + String.join(" or ", AUTHORITIES) + ", there or in " + credential.get() + OF_AUTHORITIES
                            + ")"));
        }
    }

    private static Stream<String> credentials(ServerTls tls) {
        return Stream.concat(tls.credentialName().stream(), tls.credentialNames().stream());
    }

    private static boolean hasAuthorities(Gateway gateway, String name, Configuration configuration) {
        return Stream.of(name, name + OF_AUTHORITIES)
                .anyMatch(one -> find(gateway, one, configuration) instanceof Secret secret
                        && value(secret, AUTHORITIES)
                                .filter(Certificates::areCertificates)
                                .isPresent());
    }

    private static @Nullable Resource find(Gateway gateway, String name, Configuration configuration) {
        Resource own = configuration.resources().get(key(gateway.metadata().namespace(), name));
        return own != null ? own : configuration.resources().get(key(configuration.rootNamespace(), name));
    }
}
