package io.convergate.routing.validate;

import io.convergate.routing.model.gatewayapi.BackendTlsPolicy;
import io.convergate.routing.model.gatewayapi.GatewayClass;
import io.convergate.routing.model.gatewayapi.KubernetesGateway;
import io.convergate.routing.model.gatewayapi.ListenerSet;
import io.convergate.routing.model.gatewayapi.ParentRef;
import io.convergate.routing.model.gatewayapi.ReferenceGrant;
import java.util.List;
import java.util.regex.Pattern;

/** Gateway API's rules for its kinds other than routes: the schemas of its resource definitions. */
final class GatewayApiValidator {
    private static final int ADDRESSES_MAX = 16;
    private static final int GRANTS_MAX = 16;
    private static final int TARGETS_MAX = 16;
    private static final int AUTHORITIES_MAX = 8;
    private static final int ALT_NAMES_MAX = 5;
    private static final int NAME_LENGTH_MAX = 253;
    private static final Pattern CONTROLLER = Pattern.compile(
            "[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+");
    private static final Pattern KIND = Pattern.compile("[A-Za-z]([-A-Za-z0-9]{0,61}[A-Za-z0-9])?");

    private GatewayApiValidator() {}

    static void validate(GatewayClass one, Findings findings) {
        String controller = one.controllerName();
        findings.require(
                CONTROLLER.matcher(controller).matches() && controller.length() <= NAME_LENGTH_MAX,
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
        ListenersValidator.validate(gateway.listeners(), findings);
        addresses(gateway.addresses(), findings);
        ListenersValidator.selector("spec.allowedListeners.namespaces", gateway.allowedListeners(), findings);
        gateway.unserved().forEach(field -> findings.unserved(true, "spec." + field, "it has no meaning here yet"));
    }

    private static void addresses(List<KubernetesGateway.Address> addresses, Findings findings) {
        findings.require(
                addresses.size() <= ADDRESSES_MAX,
                "spec.addresses",
                addresses.size() + " addresses",
                "at most " + ADDRESSES_MAX);
        for (int i = 0; i < addresses.size(); i++) {
            KubernetesGateway.Address address = addresses.get(i);
            String path = "spec.addresses[" + i + "]";
            findings.require(
                    address.type().matches("IPAddress|Hostname|NamedAddress|[a-z0-9.-]+/.+"),
                    path + ".type",
                    address.type(),
                    "IPAddress, Hostname, NamedAddress, or a name of somebody's own with a slash");
            if (address.type().equals(KubernetesGateway.Address.IP)) {
                address.value()
                        .ifPresent(
                                value -> findings.require(Names.isIp(value), path + ".value", value, "an IP address"));
            } else if (address.type().equals("Hostname")) {
                address.value().ifPresent(value -> hostname(path + ".value", value, findings));
            }
            findings.require(
                    address.value().isEmpty() || addresses.indexOf(address) == i,
                    path,
                    address.value().orElse("") + " again",
                    "each address once");
        }
    }

    static void validate(ListenerSet set, Findings findings) {
        parent("spec.parentRef", set.parent(), findings);
        findings.require(
                set.parent().isGateway(), "spec.parentRef.kind", set.parent().kind(), KubernetesGateway.KIND);
        ListenersValidator.validate(set.listeners(), findings);
    }

    /** A hostname of a listener or a route: in lower case, not an address, with a wildcard as its first label at most. */
    static void hostname(String path, String hostname, Findings findings) {
        findings.require(Names.isKubernetesHost(hostname), path, hostname, "a host name in lower case, or *.name");
    }

    static void parent(String path, ParentRef parent, Findings findings) {
        findings.require(Names.isResourceName(parent.name()), path + ".name", parent.name(), "the name of a resource");
        findings.require(
                parent.group().isEmpty() || Names.isResourceName(parent.group()),
                path + ".group",
                parent.group(),
                "an API group");
        findings.require(
                KIND.matcher(parent.kind()).matches(), path + ".kind", parent.kind(), "a kind, such as Gateway");
        parent.sectionName()
                .ifPresent(section -> findings.require(
                        Names.isResourceName(section), path + ".sectionName", section, "the name of a listener"));
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
        few("spec.from", grant.from().size(), findings);
        few("spec.to", grant.to().size(), findings);
        for (int i = 0; i < grant.from().size(); i++) {
            ReferenceGrant.From from = grant.from().get(i);
            String path = "spec.from[" + i + "]";
            findings.require(
                    Names.isLabel(from.namespace()), path + ".namespace", from.namespace(), "the name of a namespace");
            kind(path, from.group(), from.kind(), findings);
        }
        for (int i = 0; i < grant.to().size(); i++) {
            ReferenceGrant.To to = grant.to().get(i);
            kind("spec.to[" + i + "]", to.group(), to.kind(), findings);
        }
    }

    private static void few(String path, int items, Findings findings) {
        findings.require(items <= GRANTS_MAX, path, items + " items", "at most " + GRANTS_MAX);
    }

    /** Whether a word may name a kind. */
    static boolean isKind(String word) {
        return KIND.matcher(word).matches();
    }

    static void kind(String path, String group, String kind, Findings findings) {
        findings.require(
                group.isEmpty() || Names.isResourceName(group), path + ".group", group, "an API group, or nothing");
        findings.require(KIND.matcher(kind).matches(), path + ".kind", kind, "a kind, such as HTTPRoute");
    }

    static void validate(BackendTlsPolicy policy, Findings findings) {
        targets(policy.targets(), findings);
        String hostname = policy.hostname();
        hostname("spec.validation.hostname", hostname, findings);
        findings.require(!hostname.startsWith("*"), "spec.validation.hostname", hostname, "one host name");
        findings.conflict(
                !policy.authorities().isEmpty() && policy.wellKnown().isPresent(),
                "spec.validation",
                "caCertificateRefs and wellKnownCACertificates",
                "one of them");
        if (policy.authorities().isEmpty() && policy.wellKnown().isEmpty()) {
            findings.missing("spec.validation", "caCertificateRefs or wellKnownCACertificates");
        }
        int authorities = policy.authorities().size();
        findings.require(
                authorities <= AUTHORITIES_MAX,
                "spec.validation.caCertificateRefs",
                authorities + " references",
                "at most " + AUTHORITIES_MAX);
        for (int i = 0; i < authorities; i++) {
            BackendTlsPolicy.Authority one = policy.authorities().get(i);
            String path = "spec.validation.caCertificateRefs[" + i + "]";
            kind(path, one.group(), one.kind(), findings);
            findings.require(!one.name().isEmpty(), path + ".name", one.name(), "the name of a ConfigMap");
        }
        policy.wellKnown()
                .ifPresent(known -> findings.require(
                        known.equals(BackendTlsPolicy.SYSTEM),
                        "spec.validation.wellKnownCACertificates",
                        known,
                        BackendTlsPolicy.SYSTEM));
        int names = policy.altNames().size();
        findings.require(
                names <= ALT_NAMES_MAX,
                "spec.validation.subjectAltNames",
                names + " names",
                "at most " + ALT_NAMES_MAX);
        for (int i = 0; i < names; i++) {
            altName(
                    "spec.validation.subjectAltNames[" + i + "]",
                    policy.altNames().get(i),
                    findings);
        }
        policy.options().keySet().stream()
                .sorted()
                .forEach(option -> findings.unserved(true, "spec.options", option + " is no option here"));
        findings.unserved(true, "spec.targetRefs", "no TLS is spoken to services yet");
    }

    private static void targets(List<BackendTlsPolicy.Target> targets, Findings findings) {
        if (targets.isEmpty()) {
            findings.missing("spec.targetRefs", "at least one service");
        }
        findings.require(
                targets.size() <= TARGETS_MAX,
                "spec.targetRefs",
                targets.size() + " targets",
                "at most " + TARGETS_MAX);
        for (int i = 0; i < targets.size(); i++) {
            BackendTlsPolicy.Target target = targets.get(i);
            String path = "spec.targetRefs[" + i + "]";
            kind(path, target.group(), target.kind(), findings);
            findings.require(!target.name().isEmpty(), path + ".name", "", "the name of a service");
            target.sectionName()
                    .ifPresent(section -> findings.require(
                            Names.isResourceName(section), path + ".sectionName", section, "the name of a port"));
            findings.require(targets.indexOf(target) == i, path, target.name() + " again", "each target once");
            boolean mixed = target.sectionName().isEmpty()
                    && targets.stream()
                            .anyMatch(other -> other.name().equals(target.name())
                                    && other.kind().equals(target.kind())
                                    && other.group().equals(target.group())
                                    && other.sectionName().isPresent());
            findings.require(
                    !mixed, path, target.name() + " with and without sectionName", "sectionName for both, or for none");
        }
    }

    private static void altName(String path, BackendTlsPolicy.AltName name, Findings findings) {
        boolean isHostname = name.type().equals(BackendTlsPolicy.AltName.HOSTNAME);
        boolean isUri = name.type().equals(BackendTlsPolicy.AltName.URI);
        findings.require(isHostname || isUri, path + ".type", name.type(), "Hostname or URI");
        if (isHostname && name.hostname().isEmpty()) {
            findings.missing(path + ".hostname", "a host name with type Hostname");
        }
        if (isUri && name.uri().isEmpty()) {
            findings.missing(path + ".uri", "a URI with type URI");
        }
        findings.conflict(isUri && name.hostname().isPresent(), path + ".hostname", "hostname with URI", "none");
        findings.conflict(isHostname && name.uri().isPresent(), path + ".uri", "uri with Hostname", "none");
        name.hostname().ifPresent(host -> hostname(path + ".hostname", host, findings));
        name.uri()
                .ifPresent(uri -> findings.require(
                        uri.matches("[A-Za-z][A-Za-z0-9+.-]*:[!-~]+") && uri.length() <= NAME_LENGTH_MAX,
                        path + ".uri",
                        uri,
                        "a URI with its scheme, such as spiffe://cluster.local/ns/a/sa/b"));
    }
}
