package io.convergate.routing.read;

import io.convergate.routing.model.Metadata;
import io.convergate.routing.model.gatewayapi.BackendTlsPolicy;
import io.convergate.routing.model.gatewayapi.GatewayClass;
import io.convergate.routing.model.gatewayapi.KubernetesGateway;
import io.convergate.routing.model.gatewayapi.Listener;
import io.convergate.routing.model.gatewayapi.ListenerSet;
import io.convergate.routing.model.gatewayapi.ParentRef;
import io.convergate.routing.model.gatewayapi.ReferenceGrant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** Reads the specs of Gateway API's kinds other than routes, which are {@link GatewayRouteBinder}'s. */
final class GatewayApiBinder {
    private static final Listener.Namespaces NO_NAMESPACES =
            new Listener.Namespaces(Listener.From.NONE, Listener.Selector.EMPTY);
    private static final Listener.AllowedRoutes SAME_NAMESPACE =
            new Listener.AllowedRoutes(new Listener.Namespaces(Listener.From.SAME, Listener.Selector.EMPTY), List.of());
    private static final ParentRef NO_PARENT =
            new ParentRef("", "", Optional.empty(), "", Optional.empty(), OptionalLong.empty());

    private GatewayApiBinder() {}

    static GatewayClass bindClass(String apiVersion, Metadata metadata, Fields spec) {
        spec.ignored("description");
        return new GatewayClass(
                apiVersion,
                metadata,
                spec.requiredText("controllerName"),
                spec.object("parametersRef", GatewayApiBinder::parameters));
    }

    private static String parameters(Fields parameters) {
        parameters.ignored("group");
        parameters.ignored("name");
        parameters.ignored("namespace");
        return parameters.requiredText("kind");
    }

    static KubernetesGateway bindGateway(String apiVersion, Metadata metadata, Fields spec) {
        List<String> unserved = new ArrayList<>();
        Optional<String> parameters = spec.object("infrastructure", infrastructure -> {
                    for (String field : List.of("labels", "annotations")) {
                        if (infrastructure.unread(field)) {
                            unserved.add("infrastructure." + field);
                        }
                    }
                    return infrastructure.object("parametersRef", GatewayApiBinder::parameters);
                })
                .flatMap(found -> found);
        for (String field : List.of("tls", "defaultScope")) {
            if (spec.unread(field)) {
                unserved.add(field);
            }
        }
        return new KubernetesGateway(
                apiVersion,
                metadata,
                spec.requiredText("gatewayClassName"),
                spec.keyed("listeners", List.of("name"), GatewayApiBinder::listener),
                spec.list(
                        "addresses",
                        address -> new KubernetesGateway.Address(
                                address.text("type").orElse(KubernetesGateway.Address.IP),
                                address.text("value").filter(value -> !value.isEmpty()))),
                spec.object(
                                "allowedListeners",
                                allowed -> allowed.object(
                                        "namespaces", namespaces -> namespaces(namespaces, Listener.From.NONE)))
                        .flatMap(found -> found)
                        .orElse(NO_NAMESPACES),
                parameters,
                unserved);
    }

    static ListenerSet bindListenerSet(String apiVersion, Metadata metadata, Fields spec) {
        return new ListenerSet(
                apiVersion,
                metadata,
                spec.requiredObject("parentRef", GatewayApiBinder::parent).orElse(NO_PARENT),
                spec.keyed("listeners", List.of("name"), GatewayApiBinder::listener));
    }

    private static Listener listener(Fields listener) {
        return new Listener(
                listener.requiredText("name"),
                listener.text("hostname").filter(name -> !name.isEmpty()),
                listener.requiredNumber("port"),
                listener.requiredText("protocol"),
                listener.object("tls", GatewayApiBinder::tls),
                listener.object("allowedRoutes", GatewayApiBinder::allowedRoutes)
                        .orElse(SAME_NAMESPACE));
    }

    private static Listener.Tls tls(Fields tls) {
        return new Listener.Tls(
                tls.text("mode"),
                tls.list(
                        "certificateRefs",
                        certificate -> new Listener.Certificate(
                                certificate.text("group").orElse(""),
                                certificate.text("kind").orElse("Secret"),
                                certificate.text("namespace"),
                                certificate.requiredText("name"))),
                tls.textMap("options"));
    }

    private static Listener.AllowedRoutes allowedRoutes(Fields allowed) {
        return new Listener.AllowedRoutes(
                allowed.object("namespaces", namespaces -> namespaces(namespaces, Listener.From.SAME))
                        .orElse(SAME_NAMESPACE.namespaces()),
                allowed.list(
                        "kinds",
                        kind -> new Listener.GroupKind(
                                kind.text("group").orElse(GatewayClass.GROUP), kind.requiredText("kind"))));
    }

    private static Listener.Namespaces namespaces(Fields namespaces, Listener.From otherwise) {
        String choices = Arrays.stream(Listener.From.values())
                .map(Listener.From::toString)
                .collect(Collectors.joining(", "));
        return new Listener.Namespaces(
                namespaces
                        .parsed(
                                "from",
                                word -> Arrays.stream(Listener.From.values())
                                        .filter(from -> from.toString().equals(word))
                                        .findFirst(),
                                choices)
                        .orElse(otherwise),
                namespaces.object("selector", GatewayApiBinder::selector).orElse(Listener.Selector.EMPTY));
    }

    private static Listener.Selector selector(Fields selector) {
        return new Listener.Selector(
                selector.textMap("matchLabels"),
                selector.list(
                        "matchExpressions",
                        expression -> new Listener.Expression(
                                expression.requiredText("key"),
                                expression.requiredText("operator"),
                                expression.texts("values"))));
    }

    static ParentRef parent(Fields parent) {
        return new ParentRef(
                parent.text("group").orElse(GatewayClass.GROUP),
                parent.text("kind").orElse(KubernetesGateway.KIND),
                parent.text("namespace"),
                parent.requiredText("name"),
                parent.text("sectionName"),
                parent.number("port"));
    }

    static ReferenceGrant bindGrant(String apiVersion, Metadata metadata, Fields spec) {
        return new ReferenceGrant(
                apiVersion,
                metadata,
                spec.list(
                        "from",
                        from -> new ReferenceGrant.From(
                                from.text("group").orElse(""),
                                from.requiredText("kind"),
                                from.requiredText("namespace"))),
                spec.list(
                        "to",
                        to -> new ReferenceGrant.To(
                                to.text("group").orElse(""),
                                to.requiredText("kind"),
                                to.text("name").filter(name -> !name.isEmpty()))));
    }

    static BackendTlsPolicy bindPolicy(String apiVersion, Metadata metadata, Fields spec) {
        List<BackendTlsPolicy.Target> targets = spec.list(
                "targetRefs",
                target -> new BackendTlsPolicy.Target(
                        target.text("group").orElse(""),
                        target.requiredText("kind"),
                        target.requiredText("name"),
                        target.text("sectionName").filter(name -> !name.isEmpty())));
        Map<String, String> options = spec.textMap("options");
        return spec.requiredObject(
                        "validation",
                        validation -> new BackendTlsPolicy(
                                apiVersion,
                                metadata,
                                targets,
                                validation.requiredText("hostname"),
                                validation.list(
                                        "caCertificateRefs",
                                        authority -> new BackendTlsPolicy.Authority(
                                                authority.text("group").orElse(""),
                                                authority.requiredText("kind"),
                                                authority.requiredText("name"))),
                                validation.text("wellKnownCACertificates").filter(known -> !known.isEmpty()),
                                validation.list("subjectAltNames", GatewayApiBinder::altName),
                                options))
                .orElse(new BackendTlsPolicy(
                        apiVersion, metadata, targets, "", List.of(), Optional.empty(), List.of(), options));
    }

    private static BackendTlsPolicy.AltName altName(Fields name) {
        return new BackendTlsPolicy.AltName(
                name.requiredText("type"),
                name.text("hostname").filter(text -> !text.isEmpty()),
                name.text("uri").filter(text -> !text.isEmpty()));
    }
}
