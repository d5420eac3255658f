package io.convergate.routing.model;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One place where a service runs. Istio: WorkloadEntry, inside a ServiceEntry or as the spec of a {@link Workload}.
 *
 * @param address an IP address, a DNS name, or {@code unix://} and a path
 * @param ports name of the service's port to the port here
 * @param labels the labels that subsets select by
 * @param network the network it is in
 * @param locality {@code region/zone/subzone}
 * @param weight its share relative to the other places; empty or 0 means 1
 * @param serviceAccount the identity it runs under
 */
public record WorkloadEntry(
        Optional<String> address,
        Map<String, Long> ports,
        Map<String, String> labels,
        Optional<String> network,
        Optional<String> locality,
        OptionalLong weight,
        Optional<String> serviceAccount) {
    public WorkloadEntry {
        ports = Map.copyOf(ports);
        labels = Map.copyOf(labels);
    }
}
