package io.convergate.routing.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * How requests for some hosts are routed. Istio: networking VirtualService.
 *
 * @param apiVersion the API group and version it was written in
 * @param metadata its name and labels
 * @param hosts the hosts it speaks for; empty makes it a delegate
 * @param gateways the gateways it applies to; empty means the mesh, which has no proxy here
 * @param http routes of HTTP requests, the first that matches wins
 * @param tls routes of TLS connections by server name
 * @param tcp routes of connections
 * @param exportTo the namespaces that may see it; empty means all
 */
public record VirtualService(
        String apiVersion,
        Metadata metadata,
        List<String> hosts,
        List<String> gateways,
        List<HttpRoute> http,
        List<TlsRoute> tls,
        List<TcpRoute> tcp,
        List<String> exportTo)
        implements Resource {
    public static final String KIND = "VirtualService";

    /** The reserved gateway name that means the proxies beside workloads. */
    public static final String MESH = "mesh";

    public VirtualService {
        Objects.requireNonNull(apiVersion, "apiVersion");
        Objects.requireNonNull(metadata, "metadata");
        hosts = List.copyOf(hosts);
        gateways = List.copyOf(gateways);
        http = List.copyOf(http);
        tls = List.copyOf(tls);
        tcp = List.copyOf(tcp);
        exportTo = List.copyOf(exportTo);
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public VirtualService with(Metadata metadata) {
        return new VirtualService(apiVersion, metadata, hosts, gateways, http, tls, tcp, exportTo);
    }

    /** Everything that its rules send something to, copies included; one may be there several times. */
    public List<Destination> destinations() {
        List<Destination> all = new ArrayList<>();
        for (HttpRoute route : http) {
            route.route().forEach(part -> all.add(part.destination()));
            route.mirror().ifPresent(all::add);
            route.mirrors().forEach(part -> all.add(part.destination()));
        }
        tls.forEach(rule -> rule.route().forEach(part -> all.add(part.destination())));
        tcp.forEach(rule -> rule.route().forEach(part -> all.add(part.destination())));
        return all;
    }

    /** The gateways it names, as written, in all its places; one may be there several times. */
    public List<String> allGateways() {
        List<String> all = new ArrayList<>(gateways);
        http.forEach(rule -> rule.match().forEach(match -> all.addAll(match.gateways())));
        tls.forEach(rule -> rule.match().forEach(match -> all.addAll(match.gateways())));
        tcp.forEach(rule -> rule.match().forEach(match -> all.addAll(match.gateways())));
        return all;
    }

    /** Whether it only lends its routes to others. */
    public boolean isDelegate() {
        return hosts.isEmpty();
    }
}
