package io.convergate.routing.model;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A service and where it runs. Istio: networking ServiceEntry. Kubernetes' Services are the other kind of services there is.
 *
 * @param apiVersion the API group and version it was written in
 * @param metadata its name and labels
 * @param hosts the names it is called by
 * @param addresses virtual addresses
 * @param ports its ports
 * @param location inside or outside the mesh
 * @param resolution how endpoints become addresses
 * @param endpoints where it runs
 * @param workloadSelector or the labels of the workloads it runs as
 * @param exportTo the namespaces that may see it; empty means all
 * @param subjectAltNames names its certificates may have
 */
public record ServiceEntry(
        String apiVersion,
        Metadata metadata,
        List<String> hosts,
        List<String> addresses,
        List<Port> ports,
        Location location,
        Resolution resolution,
        List<WorkloadEntry> endpoints,
        Optional<Map<String, String>> workloadSelector,
        List<String> exportTo,
        List<String> subjectAltNames)
        implements Resource {
    public static final String KIND = "ServiceEntry";

    public ServiceEntry {
        Objects.requireNonNull(apiVersion, "apiVersion");
        Objects.requireNonNull(metadata, "metadata");
        hosts = List.copyOf(hosts);
        addresses = List.copyOf(addresses);
        ports = List.copyOf(ports);
        endpoints = List.copyOf(endpoints);
        workloadSelector = workloadSelector.map(Map::copyOf);
        exportTo = List.copyOf(exportTo);
        subjectAltNames = List.copyOf(subjectAltNames);
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public ServiceEntry with(Metadata metadata) {
        return new ServiceEntry(
                apiVersion,
                metadata,
                hosts,
                addresses,
                ports,
                location,
                resolution,
                endpoints,
                workloadSelector,
                exportTo,
                subjectAltNames);
    }

    /** Inside or outside the mesh. Istio: ServiceEntry.Location. */
    public enum Location {
        MESH_EXTERNAL,
        MESH_INTERNAL
    }

    /** How endpoints become addresses. Istio: ServiceEntry.Resolution. */
    public enum Resolution {
        NONE,
        STATIC,
        DNS,
        DNS_ROUND_ROBIN,
        DYNAMIC_DNS
    }

    /**
     * A port of the service. Istio: ServicePort.
     *
     * @param number what clients call it
     * @param protocol what is spoken there
     * @param name a name, unique within the service
     * @param targetPort the endpoints' port, if it is another
     */
    public record Port(long number, Optional<Protocol> protocol, String name, OptionalLong targetPort) {}
}
