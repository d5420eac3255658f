package io.convergate.routing.resolve;

import io.convergate.routing.model.Metadata;
import io.convergate.routing.model.Protocol;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ServiceEntry;
import io.convergate.routing.model.WorkloadEntry;
import io.convergate.routing.model.k8s.EndpointSlice;
import io.convergate.routing.model.k8s.Service;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A Service of Kubernetes with its EndpointSlices, and what a ServiceEntry would say of it. Istio does the same when it reads
 * from Kubernetes: ConvertService. Immutable.
 *
 * @param service the service; null while only slices of it are there
 * @param slices its slices, in the order of their names
 * @param entry what it means; empty without service
 */
record KubernetesService(@Nullable Service service, List<EndpointSlice> slices, Optional<ServiceEntry> entry) {
    /** The port of an endpoint that does not have the port in question. */
    static final long NO_PORT = 0;

    static final KubernetesService NONE = new KubernetesService(null, List.of(), Optional.empty());

    /** The full name of the service that a resource of Kubernetes is, or is a slice of; empty for any other resource. */
    static Optional<String> hostOf(Resource resource) {
        String namespace = resource.metadata().namespace();
        if (resource instanceof EndpointSlice slice) {
            return slice.service().map(name -> HostNames.service(name, namespace));
        }
        return resource instanceof Service
                ? Optional.of(HostNames.service(resource.metadata().name(), namespace))
                : Optional.empty();
    }

    boolean isEmpty() {
        return service == null && slices.isEmpty();
    }

    KubernetesService with(@Nullable Service newService) {
        return of(newService, slices);
    }

    KubernetesService without(EndpointSlice slice) {
        List<EndpointSlice> others =
                slices.stream().filter(known -> known != slice).toList();
        return of(service, others);
    }

    KubernetesService with(EndpointSlice slice) {
        List<EndpointSlice> all = new ArrayList<>(slices);
        all.add(slice);
        all.sort(Comparator.comparing(known -> known.metadata().name()));
        return of(service, List.copyOf(all));
    }

    /** What it lacks of what slices say, in words: any slice at all, or a port at the endpoints that there are. */
    Set<String> missingEndpoints() {
        if (service == null || service.type() == Service.Type.EXTERNAL_NAME) {
            return Set.of();
        }
        String name = service.metadata().namespace() + "/" + service.metadata().name();
        if (slices.isEmpty()) {
            return Set.of("an endpoint slice of service " + name);
        }
        List<WorkloadEntry> endpoints = entry.orElseThrow().endpoints();
        Set<String> missing = new LinkedHashSet<>();
        for (Service.Port port : service.ports()) {
            if (!endpoints.isEmpty()
                    && endpoints.stream().allMatch(one -> one.ports().getOrDefault(port.name(), NO_PORT) == NO_PORT)) {
                missing.add("port " + port.name() + " at the endpoints of service " + name);
            }
        }
        return missing;
    }

    private static KubernetesService of(@Nullable Service service, List<EndpointSlice> slices) {
        return new KubernetesService(
                service, slices, Optional.ofNullable(service).map(known -> entry(known, slices)));
    }

    private static ServiceEntry entry(Service service, List<EndpointSlice> slices) {
        Metadata metadata = service.metadata();
        boolean byName = service.type() == Service.Type.EXTERNAL_NAME;
        return new ServiceEntry(
                service.apiVersion(),
                metadata,
                List.of(HostNames.service(metadata.name(), metadata.namespace())),
                List.of(),
                service.ports().stream()
                        .filter(Service.Port::takesRequests)
                        .map(KubernetesService::port)
                        .toList(),
                ServiceEntry.Location.MESH_INTERNAL,
                byName || slices.stream().anyMatch(KubernetesService::isByName)
                        ? ServiceEntry.Resolution.DNS
                        : ServiceEntry.Resolution.STATIC,
                byName ? List.of(external(service)) : endpoints(service, slices),
                Optional.empty(),
                List.of(),
                List.of());
    }

    private static boolean isByName(EndpointSlice slice) {
        return slice.addressType().equals("FQDN");
    }

    private static ServiceEntry.Port port(Service.Port port) {
        return new ServiceEntry.Port(port.number(), Optional.of(Protocol.HTTP), port.name(), number(port));
    }

    /** The target port, if it is a number. */
    private static OptionalLong number(Service.Port port) {
        return port.targetPort()
                .filter(target -> target.matches("[0-9]{1,5}"))
                .map(target -> OptionalLong.of(Long.parseLong(target)))
                .orElse(OptionalLong.empty());
    }

    private static WorkloadEntry external(Service service) {
        return endpoint(service.externalName().orElse(""), Map.of(), Map.of(), Optional.empty());
    }

    private static List<WorkloadEntry> endpoints(Service service, List<EndpointSlice> slices) {
        List<WorkloadEntry> endpoints = new ArrayList<>();
        for (EndpointSlice slice : slices) {
            Map<String, Long> ports = ports(service, slice);
            for (EndpointSlice.Endpoint endpoint : slice.endpoints()) {
                if (endpoint.ready().orElse(true) && !endpoint.addresses().isEmpty()) {
                    endpoints.add(endpoint(
                            endpoint.addresses().get(0), ports, slice.metadata().labels(), endpoint.zone()));
                }
            }
        }
        return endpoints;
    }

    /** The numbers of the service's ports at the endpoints of a slice. */
    private static Map<String, Long> ports(Service service, EndpointSlice slice) {
        Map<String, Long> numbers = new HashMap<>();
        for (Service.Port port : service.ports()) {
            long otherwise = number(port).orElse(port.number());
            long number = slice.ports().stream()
                    .filter(candidate ->
                            candidate.takesRequests() && candidate.name().equals(port.name()))
                    .findFirst()
                    .map(found -> found.number().orElse(otherwise))
                    .orElse(slice.ports().isEmpty() ? otherwise : NO_PORT);
            numbers.put(port.name(), number);
        }
        return numbers;
    }

    private static WorkloadEntry endpoint(
            String address, Map<String, Long> ports, Map<String, String> labels, Optional<String> zone) {
        return new WorkloadEntry(
                Optional.of(address),
                ports,
                labels,
                Optional.empty(),
                zone.map(name -> "/" + name),
                OptionalLong.empty(),
                Optional.empty());
    }
}
