package io.convergate.routing.upstream;

import java.util.Map;
import java.util.Objects;

/**
 * One place of an upstream, as configured.
 *
 * @param address an IP address (IPv6 without brackets), or a DNS name if the upstream resolves names
 * @param port the TCP port, 1 to 65535
 * @param weight the share relative to the other endpoints, at least 1
 * @param labels the labels that subsets select by
 * @param locality {@code region/zone/subzone}; empty if not given
 */
public record EndpointSpec(String address, int port, int weight, Map<String, String> labels, String locality) {
    public EndpointSpec {
        if (address.isEmpty() || port < 1 || port > 65535 || weight < 1) {
            throw new IllegalArgumentException(
                    address + ":" + port + " weight " + weight + " (expected: an address, a port, a weight from 1)");
        }
        labels = Map.copyOf(labels);
        Objects.requireNonNull(locality, "locality");
    }
}
