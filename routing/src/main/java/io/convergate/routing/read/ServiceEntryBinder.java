package io.convergate.routing.read;

import io.convergate.routing.model.Metadata;
import io.convergate.routing.model.Protocol;
import io.convergate.routing.model.ServiceEntry;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Reads the spec of a ServiceEntry. */
final class ServiceEntryBinder {
    private static final String PROTOCOLS =
            Arrays.stream(Protocol.values()).map(Protocol::toString).collect(Collectors.joining(", "));

    private ServiceEntryBinder() {}

    static ServiceEntry bind(String apiVersion, Metadata metadata, Fields spec) {
        return new ServiceEntry(
                apiVersion,
                metadata,
                spec.texts("hosts"),
                spec.texts("addresses"),
                spec.list("ports", ServiceEntryBinder::port),
                spec.choice("location", ServiceEntry.Location.class).orElse(ServiceEntry.Location.MESH_EXTERNAL),
                spec.choice("resolution", ServiceEntry.Resolution.class).orElse(ServiceEntry.Resolution.NONE),
                spec.list("endpoints", WorkloadEntryBinder::entry),
                spec.object("workloadSelector", selector -> selector.textMap("labels")),
                spec.texts("exportTo"),
                spec.texts("subjectAltNames"));
    }

    private static ServiceEntry.Port port(Fields port) {
        return new ServiceEntry.Port(
                port.requiredNumber("number"),
                port.parsed("protocol", Protocol::parse, PROTOCOLS),
                port.requiredText("name"),
                port.number("targetPort"));
    }
}
