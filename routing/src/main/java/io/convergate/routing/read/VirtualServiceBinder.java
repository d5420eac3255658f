package io.convergate.routing.read;

import io.convergate.routing.model.Destination;
import io.convergate.routing.model.Metadata;
import io.convergate.routing.model.RouteDestination;
import io.convergate.routing.model.TcpRoute;
import io.convergate.routing.model.TlsRoute;
import io.convergate.routing.model.VirtualService;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads the spec of a VirtualService; its HTTP rules are {@link HttpRouteBinder}'s. */
final class VirtualServiceBinder {
    private static final Destination NO_DESTINATION = new Destination("", Optional.empty(), OptionalLong.empty());

    private VirtualServiceBinder() {}

    static VirtualService bind(String apiVersion, Metadata metadata, Fields spec) {
        return new VirtualService(
                apiVersion,
                metadata,
                spec.texts("hosts"),
                spec.texts("gateways"),
                spec.list("http", HttpRouteBinder::bind),
                spec.list("tls", VirtualServiceBinder::tls),
                spec.list("tcp", VirtualServiceBinder::tcp),
                spec.texts("exportTo"));
    }

    /** A field {@code destination} that must be there. */
    static Destination requiredDestination(Fields fields) {
        return fields.requiredObject("destination", VirtualServiceBinder::destination)
                .orElse(NO_DESTINATION);
    }

    static Destination destination(Fields destination) {
        return new Destination(
                destination.requiredText("host"),
                destination.text("subset"),
                destination
                        .object("port", port -> port.requiredNumber("number"))
                        .map(OptionalLong::of)
                        .orElse(OptionalLong.empty()));
    }

    private static TlsRoute tls(Fields route) {
        return new TlsRoute(
                route.list("match", VirtualServiceBinder::tlsMatch),
                route.list("route", VirtualServiceBinder::routeDestination));
    }

    private static TlsRoute.Match tlsMatch(Fields match) {
        return new TlsRoute.Match(
                match.texts("sniHosts"),
                match.texts("destinationSubnets"),
                match.number("port"),
                match.textMap("sourceLabels"),
                match.texts("gateways"),
                match.text("sourceNamespace"));
    }

    private static TcpRoute tcp(Fields route) {
        return new TcpRoute(
                route.list("match", VirtualServiceBinder::tcpMatch),
                route.list("route", VirtualServiceBinder::routeDestination));
    }

    private static TcpRoute.Match tcpMatch(Fields match) {
        return new TcpRoute.Match(
                match.texts("destinationSubnets"),
                match.number("port"),
                match.text("sourceSubnet"),
                match.textMap("sourceLabels"),
                match.texts("gateways"),
                match.text("sourceNamespace"));
    }

    private static RouteDestination routeDestination(Fields route) {
        return new RouteDestination(requiredDestination(route), route.integer("weight"));
    }
}
