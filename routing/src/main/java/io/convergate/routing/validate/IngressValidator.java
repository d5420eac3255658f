package io.convergate.routing.validate;

import io.convergate.routing.model.k8s.Ingress;
import io.convergate.routing.model.k8s.IngressClass;
import io.convergate.routing.problem.ProblemCode;
import io.convergate.routing.resolve.NginxAnnotations;
import java.util.List;

/** Kubernetes' rules for Ingresses and their classes: ValidateIngressSpec. */
final class IngressValidator {
    private IngressValidator() {}

    static void validate(IngressClass one, Findings findings) {
        String controller = one.controller();
        findings.require(
                controller.indexOf('/') > 0 && controller.indexOf('/') < controller.length() - 1,
                "spec.controller",
                controller,
                "a domain, a slash and a path");
        findings.unserved(one.parameters().isPresent(), "spec.parameters", "a class has none here");
    }

    static void validate(Ingress ingress, Findings findings) {
        if (ingress.rules().isEmpty() && ingress.defaultBackend().isEmpty()) {
            findings.missing("spec", "rules or defaultBackend");
        }
        ingress.className()
                .ifPresent(name -> findings.require(
                        Names.isResourceName(name), "spec.ingressClassName", name, "the name of an IngressClass"));
        findings.conflict(
                ingress.className().isPresent()
                        && ingress.metadata().annotations().containsKey(Ingress.CLASS_ANNOTATION),
                "spec.ingressClassName",
                "the field and the annotation " + Ingress.CLASS_ANNOTATION,
                "one of them");
        ingress.defaultBackend().ifPresent(backend -> backend("spec.defaultBackend", backend, findings));
        boolean regex = NginxAnnotationsValidator.validate(ingress, findings)
                && NginxAnnotations.of(ingress).regex();
        for (int i = 0; i < ingress.rules().size(); i++) {
            rule("spec.rules[" + i + "]", ingress.rules().get(i), regex, findings);
        }
        for (int i = 0; i < ingress.tls().size(); i++) {
            tls("spec.tls[" + i + "]", ingress.tls().get(i), findings);
        }
        findings.unserved(!ingress.tls().isEmpty(), "spec.tls", "port 443 is not listened on, only 80 is");
    }

    private static void rule(String path, Ingress.Rule rule, boolean regex, Findings findings) {
        rule.host().ifPresent(host -> host(path + ".host", host, findings));
        if (rule.paths().isEmpty()) {
            findings.warn(
                    path,
                    ProblemCode.MISSING_FIELD,
                    "a rule without paths",
                    "http.paths; it takes nothing, the default backend may");
        }
        for (int i = 0; i < rule.paths().size(); i++) {
            path(path + ".http.paths[" + i + "]", rule.paths().get(i), regex, findings);
        }
    }

    private static void host(String path, String host, Findings findings) {
        findings.require(
                Names.isKubernetesHost(host),
                path,
                host,
                "a host name in lower case, or *.name for one label before it");
    }

    private static void path(String at, Ingress.Path path, boolean regex, Findings findings) {
        String written = path.path();
        String field = at + ".path";
        if (path.type() == Ingress.PathType.IMPLEMENTATION_SPECIFIC) {
            findings.require(written.isEmpty() || written.startsWith("/"), field, written, "an absolute path, or none");
        } else {
            findings.require(written.startsWith("/"), field, written, "an absolute path");
            for (String part : regex ? List.<String>of() : List.of("//", "/./", "/../", "%2f", "%2F")) {
                findings.require(!written.contains(part), field, written, "no " + part);
            }
            findings.require(!written.endsWith("/..") && !written.endsWith("/."), field, written, "no dots at the end");
        }
        if (regex && path.type() != Ingress.PathType.EXACT) {
            NginxAnnotationsValidator.expression(field, "(?i)" + written + ".*", findings);
        }
        backend(at + ".backend", path.backend(), findings);
    }

    private static void backend(String path, Ingress.Backend backend, Findings findings) {
        backend.resource()
                .ifPresent(
                        kind -> findings.invalid(path + ".resource", kind, "a service: nothing else can be sent to"));
        if (backend.service().isEmpty() && backend.resource().isEmpty()) {
            findings.missing(path + ".service", "a service");
        }
        backend.service().ifPresent(service -> {
            findings.require(Names.isLabel(service.name()), path + ".service.name", service.name(), "a DNS label");
            String port = path + ".service.port";
            if (service.number().isEmpty() && service.portName().isEmpty()) {
                findings.missing(port, "number or name");
            }
            service.number().ifPresent(number -> findings.port(port + ".number", number));
            service.portName()
                    .ifPresent(name -> findings.require(Names.isLabel(name), port + ".name", name, "a port's name"));
        });
    }

    private static void tls(String path, Ingress.Tls tls, Findings findings) {
        for (int i = 0; i < tls.hosts().size(); i++) {
            host(path + ".hosts[" + i + "]", tls.hosts().get(i), findings);
        }
        tls.secretName()
                .ifPresent(name -> findings.require(
                        Names.isResourceName(name), path + ".secretName", name, "the name of a Secret"));
    }
}
