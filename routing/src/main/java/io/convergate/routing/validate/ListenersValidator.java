package io.convergate.routing.validate;

import io.convergate.routing.model.gatewayapi.GatewayClass;
import io.convergate.routing.model.gatewayapi.Listener;
import io.convergate.routing.problem.ProblemCode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Gateway API's rules for the listeners of Gateways and ListenerSets: the schemas of its resource definitions. */
final class ListenersValidator {
    private static final int LISTENERS_MAX = 64;
    private static final int CERTIFICATES_MAX = 64;
    private static final int KINDS_MAX = 8;
    private static final List<String> OPERATORS = List.of("In", "NotIn", "Exists", "DoesNotExist");

    private ListenersValidator() {}

    static void validate(List<Listener> listeners, Findings findings) {
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
        findings.require(
                Listener.PROTOCOLS.contains(protocol) || protocol.matches("[a-z0-9.-]+/[A-Za-z0-9]+"),
                path + ".protocol",
                protocol,
                "HTTP, HTTPS, TLS, TCP, UDP, or a name of somebody's own with a slash");
        listener.hostname().ifPresent(hostname -> GatewayApiValidator.hostname(path + ".hostname", hostname, findings));
        boolean hasHost = !protocol.equals(Listener.TCP) && !protocol.equals(Listener.UDP);
        findings.conflict(
                !hasHost && listener.hostname().isPresent(), path + ".hostname", "hostname with " + protocol, "none");
        tls(path + ".tls", listener, findings);
        allowedRoutes(path + ".allowedRoutes", listener.allowedRoutes(), findings);
    }

    private static void tls(String path, Listener listener, Findings findings) {
        String protocol = listener.protocol();
        boolean https = protocol.equals(Listener.HTTPS);
        boolean tls = protocol.equals(Listener.TLS);
        boolean known = Listener.PROTOCOLS.contains(protocol);
        findings.conflict(known && !tls && !https && listener.tls().isPresent(), path, "tls with " + protocol, "none");
        findings.unserved(listener.tls().isPresent(), path, "only HTTP is listened for yet");
        String mode = listener.tls().flatMap(Listener.Tls::mode).orElse(tls ? "" : Listener.Tls.TERMINATE);
        if (tls && mode.isEmpty()) {
            findings.missing(path + ".mode", "Terminate or Passthrough");
        }
        findings.require(
                mode.isEmpty() || mode.equals(Listener.Tls.TERMINATE) || mode.equals(Listener.Tls.PASSTHROUGH),
                path + ".mode",
                mode,
                "Terminate or Passthrough");
        findings.conflict(
                https && mode.equals(Listener.Tls.PASSTHROUGH), path + ".mode", "Passthrough with HTTPS", "Terminate");
        List<Listener.Certificate> certificates =
                listener.tls().map(Listener.Tls::certificates).orElse(List.of());
        if ((https || tls) && mode.equals(Listener.Tls.TERMINATE) && certificates.isEmpty()) {
            findings.missing(path + ".certificateRefs", "a certificate to terminate TLS with");
        }
        findings.require(
                certificates.size() <= CERTIFICATES_MAX,
                path + ".certificateRefs",
                certificates.size() + " certificates",
                "at most " + CERTIFICATES_MAX);
        for (int i = 0; i < certificates.size(); i++) {
            Listener.Certificate one = certificates.get(i);
            String at = path + ".certificateRefs[" + i + "]";
            GatewayApiValidator.kind(at, one.group(), one.kind(), findings);
            findings.require(!one.name().isEmpty(), at + ".name", one.name(), "the name of a Secret");
            one.namespace()
                    .ifPresent(namespace -> findings.require(
                            Names.isLabel(namespace), at + ".namespace", namespace, "the name of a namespace"));
        }
        listener.tls().ifPresent(settings -> settings.options().keySet().stream()
                .sorted()
                .forEach(option -> findings.unserved(true, path + ".options", option + " is no option here")));
    }

    private static void allowedRoutes(String path, Listener.AllowedRoutes allowed, Findings findings) {
        selector(path + ".namespaces", allowed.namespaces(), findings);
        findings.require(
                allowed.namespaces().from() != Listener.From.NONE,
                path + ".namespaces.from",
                allowed.namespaces().from(),
                "All, Same or Selector");
        findings.require(
                allowed.kinds().size() <= KINDS_MAX,
                path + ".kinds",
                allowed.kinds().size() + " kinds",
                "at most " + KINDS_MAX);
        for (int i = 0; i < allowed.kinds().size(); i++) {
            Listener.GroupKind kind = allowed.kinds().get(i);
            findings.require(
                    kind.group().isEmpty() || Names.isResourceName(kind.group()),
                    path + ".kinds[" + i + "].group",
                    kind.group(),
                    GatewayClass.GROUP);
            findings.require(
                    GatewayApiValidator.isKind(kind.kind()),
                    path + ".kinds[" + i + "].kind",
                    kind.kind(),
                    "a kind, such as HTTPRoute");
        }
    }

    /** Which namespaces are meant, and by which labels. */
    static void selector(String path, Listener.Namespaces namespaces, Findings findings) {
        Listener.Selector selector = namespaces.selector();
        boolean written =
                !selector.labels().isEmpty() || !selector.expressions().isEmpty();
        boolean bySelector = namespaces.from() == Listener.From.SELECTOR;
        if (written && !bySelector) {
            findings.warn(
                    path + ".selector", ProblemCode.NO_EFFECT, "selector with from " + namespaces.from(), "Selector");
        }
        if (!written && bySelector) {
            findings.missing(path + ".selector", "labels; for all namespaces say from: All");
        }
        for (int i = 0; i < selector.expressions().size(); i++) {
            Listener.Expression expression = selector.expressions().get(i);
            String operator = expression.operator();
            String at = path + ".selector.matchExpressions[" + i + "]";
            findings.require(!expression.key().isEmpty(), at + ".key", expression.key(), "the name of a label");
            findings.require(OPERATORS.contains(operator), at + ".operator", operator, String.join(", ", OPERATORS));
            boolean needsValues = operator.endsWith("In");
            findings.require(
                    needsValues != expression.values().isEmpty(),
                    at + ".values",
                    expression.values(),
                    needsValues ? "at least one with " + operator : "none with " + operator);
        }
    }
}
