package io.convergate.routing.read;

import io.convergate.routing.model.Metadata;
import io.convergate.routing.model.k8s.Ingress;
import io.convergate.routing.model.k8s.IngressClass;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** Reads the specs of Ingress and IngressClass. */
final class IngressBinder {
    private static final String PATH_TYPES = Arrays.stream(Ingress.PathType.values())
            .map(Ingress.PathType::toString)
            .collect(Collectors.joining(", "));
    private static final Ingress.Backend NO_BACKEND = new Ingress.Backend(Optional.empty(), Optional.empty());

    /** What a backend of the API before v1 becomes. */
    private static final String V1_BACKEND = "service: {name: NAME, port: {number: NUMBER}} or {name: PORT}, as in v1";

    private IngressBinder() {}

    static Ingress bind(String apiVersion, Metadata metadata, Fields spec) {
        spec.refuse("backend", "defaultBackend, as in v1");
        return new Ingress(
                apiVersion,
                metadata,
                spec.text("ingressClassName"),
                spec.object("defaultBackend", IngressBinder::backend),
                spec.list(
                        "tls",
                        tls -> new Ingress.Tls(
                                tls.texts("hosts"), tls.text("secretName").filter(name -> !name.isEmpty()))),
                spec.list("rules", IngressBinder::rule));
    }

    private static Ingress.Rule rule(Fields rule) {
        return new Ingress.Rule(
                rule.text("host").filter(host -> !host.isEmpty()),
                rule.object("http", http -> http.list("paths", IngressBinder::path))
                        .orElse(List.of()));
    }

    private static Ingress.Path path(Fields path) {
        path.requiredText("pathType");
        return new Ingress.Path(
                path.text("path").orElse(""),
                path.parsed("pathType", IngressBinder::pathType, PATH_TYPES)
                        .orElse(Ingress.PathType.IMPLEMENTATION_SPECIFIC),
                path.requiredObject("backend", IngressBinder::backend).orElse(NO_BACKEND));
    }

    private static Optional<Ingress.PathType> pathType(String word) {
        return Arrays.stream(Ingress.PathType.values())
                .filter(type -> type.toString().equals(word))
                .findFirst();
    }

    private static Ingress.Backend backend(Fields backend) {
        backend.refuse("serviceName", V1_BACKEND);
        backend.refuse("servicePort", V1_BACKEND);
        backend.atMostOne("service", "resource");
        return new Ingress.Backend(
                backend.object("service", IngressBinder::service), backend.object("resource", resource -> {
                    resource.ignored("apiGroup");
                    resource.ignored("name");
                    return resource.requiredText("kind");
                }));
    }

    private static Ingress.ServicePort service(Fields service) {
        String name = service.requiredText("name");
        return service.requiredObject("port", port -> {
                    port.atMostOne("number", "name");
                    return new Ingress.ServicePort(name, port.number("number"), port.text("name"));
                })
                .orElse(new Ingress.ServicePort(name, OptionalLong.empty(), Optional.empty()));
    }

    static IngressClass bindClass(String apiVersion, Metadata metadata, Fields spec) {
        return new IngressClass(
                apiVersion, metadata, spec.requiredText("controller"), spec.object("parameters", parameters -> {
                    List.of("apiGroup", "name", "namespace", "scope").forEach(parameters::ignored);
                    return parameters.requiredText("kind");
                }));
    }
}
