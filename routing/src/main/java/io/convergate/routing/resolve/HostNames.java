package io.convergate.routing.resolve;

import io.convergate.routing.match.PortTable;
import java.util.Locale;
import java.util.Optional;

/** Host names and wildcards: {@code a.example.com}, {@code *.example.com} (any number of labels), {@code *}. Istio: host.Name. */
public final class HostNames {
    private static final String SERVICE_DOMAIN = ".svc.cluster.local";

    private HostNames() {}

    /** The form in which names are compared: lower case, without the trailing dot. */
    public static String canonical(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        return lower.length() > 1 && lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    /** A short name (without dots) completed to {@code name.namespace.svc.cluster.local}; any other as it is. */
    public static String expand(String host, String namespace) {
        return host.indexOf('.') >= 0 || isWildcard(host) ? host : host + '.' + namespace + SERVICE_DOMAIN;
    }

    /** The full name of a service of Kubernetes. */
    public static String service(String name, String namespace) {
        return name + '.' + namespace + SERVICE_DOMAIN;
    }

    /** A pattern of a route table as people write it: a wildcard for one label has no other form in any dialect. */
    public static String shown(String pattern) {
        return pattern.startsWith(PortTable.ONE_LABEL) ? '*' + pattern.substring(1) : pattern;
    }

    /** The namespace that a service's full name holds; empty if it is no such name. */
    public static Optional<String> namespaceOf(String host) {
        if (!host.endsWith(SERVICE_DOMAIN)) {
            return Optional.empty();
        }
        String service = host.substring(0, host.length() - SERVICE_DOMAIN.length());
        int dot = service.indexOf('.');
        return dot < 0 ? Optional.empty() : Optional.of(service.substring(dot + 1));
    }

    public static boolean isWildcard(String host) {
        return host.startsWith("*");
    }

    /** Whether a pattern matches every host that the other one, a host or a pattern, matches. Both in canonical form. */
    public static boolean covers(String pattern, String other) {
        if (!isWildcard(pattern)) {
            return pattern.equals(other);
        }
        String suffix = pattern.substring(1);
        String rest = isWildcard(other) ? other.substring(1) : other;
        return rest.endsWith(suffix) && (isWildcard(other) || rest.length() > suffix.length());
    }

    /** The more specific of two hosts or patterns if one covers the other; empty if no request can match both. */
    public static Optional<String> intersection(String a, String b) {
        if (covers(a, b)) {
            return Optional.of(b);
        }
        return covers(b, a) ? Optional.of(a) : Optional.empty();
    }
}
