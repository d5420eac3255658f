package io.convergate.routing.model;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What applies to requests once their destination is known. Istio: networking DestinationRule.
 *
 * @param apiVersion the API group and version it was written in
 * @param metadata its name and labels
 * @param host the service, or a wildcard over several; a short name is completed with the rule's namespace
 * @param trafficPolicy what holds for the whole service
 * @param subsets parts of the service
 * @param exportTo the namespaces that may see it; empty means all
 * @param workloadSelector labels of the proxies it is for; empty means all
 */
public record DestinationRule(
        String apiVersion,
        Metadata metadata,
        String host,
        Optional<TrafficPolicy> trafficPolicy,
        List<Subset> subsets,
        List<String> exportTo,
        Optional<Map<String, String>> workloadSelector)
        implements Resource {
    public static final String KIND = "DestinationRule";

    public DestinationRule {
        Objects.requireNonNull(apiVersion, "apiVersion");
        Objects.requireNonNull(metadata, "metadata");
        subsets = List.copyOf(subsets);
        exportTo = List.copyOf(exportTo);
        workloadSelector = workloadSelector.map(Map::copyOf);
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public DestinationRule with(Metadata metadata) {
        return new DestinationRule(apiVersion, metadata, host, trafficPolicy, subsets, exportTo, workloadSelector);
    }

    /**
     * A part of a service. Istio: Subset.
     *
     * @param name its name
     * @param labels the labels its endpoints have
     * @param trafficPolicy what holds for it, field by field in place of the rule's own
     */
    public record Subset(String name, Map<String, String> labels, Optional<TrafficPolicy> trafficPolicy) {
        public Subset {
            labels = Map.copyOf(labels);
        }
    }
}
