package io.convergate.routing.validate;

import io.convergate.routing.model.gatewayapi.BackendTlsPolicy;
import io.convergate.routing.model.gatewayapi.GatewayClass;
import io.convergate.routing.model.gatewayapi.KubernetesGateway;
import io.convergate.routing.model.gatewayapi.Listener;
import io.convergate.routing.model.gatewayapi.ListenerSet;
import io.convergate.routing.model.gatewayapi.ParentRef;
import io.convergate.routing.model.gatewayapi.ReferenceGrant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Gateway API's rules for its kinds other than routes: the schemas of its resource definitions. */
final class GatewayApiValidator {
    private static final int LISTENERS_MAX = 64;
    private static final int ADDRESSES_MAX = 16;
    private static final List<String> OPERATORS = List.of("In", "NotIn", "Exists", "DoesNotExist");

    private GatewayApiValidator() {}

    static void validate(GatewayClass one, Findings findings) {
        String controller = one.controllerName();
        findings.require(
                controller.indexOf('/') > 0 && controller.indexOf('/') < controller.length() - 1,
                "spec.controllerName",
                controller,
                "a domain, a slash and a path");
    }

    static void validate(KubernetesGateway gateway, Findings findings) {
        findings.require(
                Names.isResourceName(gateway.className()),
                "spec.gatewayClassName",
                gateway.className(),
                "the name of a GatewayClass");
        listeners(gateway.listeners(), findings);
        int addresses = gateway.addresses().size();
        findings.require(
                addresses <= ADDRESSES_MAX, "spec.addresses", addresses + " addresses", "at most " + ADDRESSES_MAX);
        for (int i = 0; i < addresses; i++) {
            KubernetesGateway.Address address = gateway.addresses().get(i);
            String path = "spec.addresses[" + i + "].value";
            if (address.type().equals(KubernetesGateway.Address.IP)) {
                address.value().ifPresent(value -> findings.require(Names.isIp(value), path, value, "an IP address"));
            }
        }
        selector("spec.allowedListeners.namespaces", gateway.allowedListeners(), findings);
        gateway.unserved().forEach(field -> findings.unserved(true, "spec." + field, "it has no meaning here yet"));
    }

    static void validate(ListenerSet set, Findings findings) {
        parent("spec.parentRef", set.parent(), findings);
        findings.require(
                set.parent().isGateway(), "spec.parentRef.kind", set.parent().kind(), KubernetesGateway.KIND);
        listeners(set.listeners(), findings);
    }

    private static void listeners(List<Listener> listeners, Findings findings) {
        if (listeners.isEmpty()) {
            findings.missing("spec.listeners", "at least one listener");
        }
        findings.require(
                listeners.size() <= LISTENERS_MAX,
                "spec.listeners",
                listeners.size() + " listeners",
                "at most " + LISTENERS_MAX);
        Set<String> names = new HashSet<>();
        for (int i = 0; i < listeners.size(); i++) {
            Listener listener = listeners.get(i);
            String path = "spec.listeners[" + i + "]";
            findings.require(
                    Names.isResourceName(listener.name()), path + ".name", listener.name(), "a name in lower case");
            findings.require(names.add(listener.name()), path + ".name", listener.name() + " again", "each name once");
            listener(path, listener, findings);
        }
    }

    private static void listener(String path, Listener listener, Findings findings) {
        findings.port(path + ".port", listener.port());
        String protocol = listener.protocol();
        boolean known = Listener.PROTOCOLS.contains(protocol);
        findings.require(
                known || protocol.indexOf('/') > 0,
                path + ".protocol",
                protocol,
                "HTTP, HTTPS, TLS, TCP, UDP, or a name of somebody's own with a slash");
        listener.hostname().ifPresent(hostname -> hostname(path + ".hostname", hostname, findings));
        boolean hasHost = !protocol.equals(Listener.TCP) && !protocol.equals(Listener.UDP);
        findings.conflict(
                !hasHost && listener.hostname().isPresent(), path + ".hostname", "hostname with " + protocol, "none");
        boolean tls = protocol.equals(Listener.HTTPS) || protocol.equals(Listener.TLS);
        findings.conflict(known && !tls && listener.tls().isPresent(), path + ".tls", "tls with " + protocol, "none");
        findings.unserved(listener.tls().isPresent(), path + ".tls", "only HTTP is listened for yet");
        listener.tls().flatMap(Listener.Tls::mode).ifPresent(mode -> {
            findings.require(
                    mode.equals("Terminate") || mode.equals("Passthrough"),
                    path + ".tls.mode",
                    mode,
                    "Terminate or Passthrough");
            findings.conflict(
                    protocol.equals(Listener.HTTPS) && mode.equals("Passthrough"),
                    path + ".tls.mode",
                    "Passthrough with HTTPS",
                    "Terminate");
        });
        boolean terminates = listener.tls()
                .map(settings -> !settings.mode().orElse("Terminate").equals("Passthrough")
                        && settings.certificates().isEmpty())
                .orElse(protocol.equals(Listener.HTTPS));
        if (tls && terminates) {
            findings.missing(path + ".tls.certificateRefs", "a certificate to terminate TLS with");
        }
        Listener.Namespaces namespaces = listener.allowedRoutes().namespaces();
        selector(path + ".allowedRoutes.namespaces", namespaces, findings);
        findings.require(
                namespaces.from() != Listener.From.NONE,
                path + ".allowedRoutes.namespaces.from",
                namespaces.from(),
                "All, Same or Selector");
    }

    private static void selector(String path, Listener.Namespaces namespaces, Findings findings) {
        List<Listener.Expression> expressions = namespaces.selector().expressions();
        for (int i = 0; i < expressions.size(); i++) {
            String operator = expressions.get(i).operator();
            String at = path + ".selector.matchExpressions[" + i + "]";
            findings.require(OPERATORS.contains(operator), at + ".operator", operator, String.join(", ", OPERATORS));
            boolean needsValues = operator.endsWith("In");
            findings.require(
                    needsValues != expressions.get(i).values().isEmpty(),
                    at + ".values",
                    expressions.get(i).values(),
                    needsValues ? "at least one with " + operator : "none with " + operator);
        }
    }

    /** A hostname of a listener or a route: in lower case, not an address, with a wildcard as its first label at most. */
    static void hostname(String path, String hostname, Findings findings) {
        boolean good = !hostname.equals("*")
                && hostname.equals(hostname.toLowerCase(Locale.ROOT))
                && !hostname.endsWith(".")
                && Names.isHostPattern(hostname)
                && !Names.isIp(hostname);
        findings.require(good, path, hostname, "a host name in lower case, or *.name");
    }

    static void parent(String path, ParentRef parent, Findings findings) {
        findings.require(Names.isResourceName(parent.name()), path + ".name", parent.name(), "the name of a resource");
        parent.namespace()
                .ifPresent(namespace -> findings.require(
                        Names.isLabel(namespace), path + ".namespace", namespace, "the name of a namespace"));
        parent.port().ifPresent(port -> findings.port(path + ".port", port));
    }

    static void validate(ReferenceGrant grant, Findings findings) {
        if (grant.from().isEmpty()) {
            findings.missing("spec.from", "at least one kind and namespace");
        }
        if (grant.to().isEmpty()) {
            findings.missing("spec.to", "at least one kind");
        }
        for (int i = 0; i < grant.from().size(); i++) {
            String namespace = grant.from().get(i).namespace();
            findings.require(
                    Names.isLabel(namespace), "spec.from[" + i + "].namespace", namespace, "the name of a namespace");
        }
    }

    static void validate(BackendTlsPolicy policy, Findings findings) {
        if (policy.targets().isEmpty()) {
            findings.missing("spec.targetRefs", "at least one service");
        }
        hostname("spec.validation.hostname", policy.hostname(), findings);
        findings.conflict(
                !policy.authorities().isEmpty() && policy.wellKnown().isPresent(),
                "spec.validation",
                "caCertificateRefs and wellKnownCACertificates",
                "one of them");
        if (policy.authorities().isEmpty() && policy.wellKnown().isEmpty()) {
            findings.missing("spec.validation", "caCertificateRefs or wellKnownCACertificates");
        }
        policy.wellKnown()
                .ifPresent(known -> findings.require(
                        known.equals("System"), "spec.validation.wellKnownCACertificates", known, "System"));
        findings.unserved(true, "spec.targetRefs", "no TLS is spoken to services yet");
    }
}
