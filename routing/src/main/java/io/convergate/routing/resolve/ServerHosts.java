package io.convergate.routing.resolve;

import io.convergate.routing.model.Gateway;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The hosts of one gateway server, for finding what a virtual service shares with it. Immutable. */
public final class ServerHosts {
    private final String namespace;
    private final Map<String, List<String>> namespacesByHost = new HashMap<>();

    /**
     * @param namespace the gateway's
     * @param server hosts in the form {@code [namespace/]host}; the namespace may be {@code .} for the gateway's own, {@code *} for
     *     any
     */
    public ServerHosts(String namespace, Gateway.Server server) {
        this.namespace = namespace;
        for (String host : server.hosts()) {
            int slash = host.indexOf('/');
            String who = slash < 0 ? "*" : host.substring(0, slash);
            namespacesByHost
                    .computeIfAbsent(HostNames.canonical(host.substring(slash + 1)), key -> new ArrayList<>(1))
                    .add(who.equals(".") ? namespace : who);
        }
    }

    /** The hosts, without their namespaces. */
    public Set<String> all() {
        return namespacesByHost.keySet();
    }

    /** The gateway's namespace. */
    public String namespace() {
        return namespace;
    }

    /** What is served of a virtual service's host: of it and each host of this server the more specific, if one covers the other. */
    public Set<String> served(String virtualServiceHost, String virtualServiceNamespace) {
        String host = HostNames.canonical(virtualServiceHost);
        Set<String> served = new LinkedHashSet<>();
        if (HostNames.isWildcard(host)) {
            for (String own : namespacesByHost.keySet()) {
                if (admits(own, virtualServiceNamespace)) {
                    HostNames.intersection(host, own).ifPresent(served::add);
                }
            }
        } else if (coversExact(host, virtualServiceNamespace)) {
            served.add(host);
        }
        return served;
    }

    private boolean coversExact(String host, String from) {
        if (admits(host, from) || admits("*", from)) {
            return true;
        }
        for (int dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) {
            if (dot > 0 && admits("*" + host.substring(dot), from)) {
                return true;
            }
        }
        return false;
    }

    private boolean admits(String own, String from) {
        List<String> namespaces = namespacesByHost.get(own);
        return namespaces != null && (namespaces.contains("*") || namespaces.contains(from));
    }
}
