package io.convergate.routing.model.gatewayapi;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A port and the host it serves there, of a {@link KubernetesGateway} or a {@link ListenerSet}. Gateway API: Listener.
 *
 * @param name its name, unique within its resource
 * @param hostname the host, or {@code *.} and a name for any number of labels before it; empty for every host
 * @param port the port
 * @param protocol what is spoken there, such as {@code HTTP}
 * @param tls how TLS is spoken
 * @param allowedRoutes whose routes it takes
 */
public record Listener(
        String name,
        Optional<String> hostname,
        long port,
        String protocol,
        Optional<Tls> tls,
        AllowedRoutes allowedRoutes) {
    public static final String HTTP = "HTTP";
    public static final String HTTPS = "HTTPS";
    public static final String TLS = "TLS";
    public static final String TCP = "TCP";
    public static final String UDP = "UDP";

    /** The protocols there are. */
    public static final Set<String> PROTOCOLS = Set.of(HTTP, HTTPS, TLS, TCP, UDP);

    public Listener {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(protocol, "protocol");
        Objects.requireNonNull(allowedRoutes, "allowedRoutes");
    }

    /** Whether its connections are TLS that goes on to the backend as it is. */
    public boolean passesTlsThrough() {
        return tls.flatMap(Tls::mode).filter(Tls.PASSTHROUGH::equals).isPresent();
    }

    /** Which namespaces are meant. */
    public enum From {
        /** The namespaces of everybody. */
        ALL("All"),
        /** The resource's own namespace. */
        SAME("Same"),
        /** The namespaces with some labels. */
        SELECTOR("Selector"),
        /** No namespace. */
        NONE("None");

        private final String word;

        From(String word) {
            this.word = word;
        }

        /** Gateway API's name. */
        @Override
        public String toString() {
            return word;
        }
    }

    /**
     * Some namespaces.
     *
     * @param from which
     * @param selector the labels for {@link From#SELECTOR}
     */
    public record Namespaces(From from, Selector selector) {}

    /**
     * Conditions on labels, all of which must hold. Kubernetes: LabelSelector.
     *
     * @param labels labels that must be there
     * @param expressions and what else must hold
     */
    public record Selector(Map<String, String> labels, List<Expression> expressions) {
        /** No condition. */
        public static final Selector EMPTY = new Selector(Map.of(), List.of());

        public Selector {
            labels = Map.copyOf(labels);
            expressions = List.copyOf(expressions);
        }

        /** Whether labels meet the conditions. */
        public boolean matches(Map<String, String> others) {
            return others.entrySet().containsAll(labels.entrySet())
                    && expressions.stream().allMatch(expression -> expression.matches(others));
        }
    }

    /**
     * A condition on one label.
     *
     * @param key the label
     * @param operator {@code In}, {@code NotIn}, {@code Exists} or {@code DoesNotExist}
     * @param values the values for the first two
     */
    public record Expression(String key, String operator, List<String> values) {
        public Expression {
            values = List.copyOf(values);
        }

        boolean matches(Map<String, String> labels) {
            boolean there = labels.containsKey(key);
            boolean in = there && values.contains(labels.get(key));
            return switch (operator) {
                case "In" -> in;
                case "NotIn" -> !in;
                case "Exists" -> there;
                default -> !there;
            };
        }
    }

    /**
     * Whose routes a listener takes.
     *
     * @param namespaces from which namespaces
     * @param kinds of which kinds; empty for all that go with the protocol
     */
    public record AllowedRoutes(Namespaces namespaces, List<GroupKind> kinds) {
        public AllowedRoutes {
            kinds = List.copyOf(kinds);
        }
    }

    /** A kind of a group. */
    public record GroupKind(String group, String kind) {}

    /**
     * How TLS is spoken.
     *
     * @param mode {@link #TERMINATE} or {@link #PASSTHROUGH}
     * @param certificates the names of the Secrets with the certificates
     * @param options settings of somebody's own
     */
    public record Tls(Optional<String> mode, List<Certificate> certificates, Map<String, String> options) {
        /** TLS ends here. */
        public static final String TERMINATE = "Terminate";

        /** TLS goes on to the backend. */
        public static final String PASSTHROUGH = "Passthrough";

        public Tls {
            certificates = List.copyOf(certificates);
            options = Map.copyOf(options);
        }
    }

    /**
     * A Secret with a certificate.
     *
     * @param group its API group
     * @param kind its kind
     * @param namespace its namespace; empty for that of the resource
     * @param name its name
     */
    public record Certificate(String group, String kind, Optional<String> namespace, String name) {}
}
