package io.convergate.routing.compile;

import io.convergate.routing.model.LoadBalancer;
import io.convergate.routing.upstream.EndpointGroup;
import io.convergate.routing.upstream.EndpointSpec;
import io.convergate.routing.upstream.Locality;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Puts the endpoints of an upstream into groups by how near they are to this node. Istio: ApplyLocalityLoadBalancer.
 *
 * <ul>
 *   <li>{@code distribute}: the first entry whose {@code from} covers this node says which localities get what share; the others get
 *       nothing. Without such an entry all endpoints are alike.
 *   <li>Else, if something tells what has failed (outlier detection, or health checks), endpoints have priorities: those of the same subzone
 *       first, then zone, region, all others; {@code failover} puts one region before the other others, and
 *       {@code failoverPriority} has labels in place of localities. That needs no setting, as in Istio, whose mesh default has it on.
 *   <li>With {@code enabled: false}, or where nothing tells what has failed, all endpoints are alike.
 * </ul>
 */
final class LocalityGroups {
    private static final List<String> NEAREST_FIRST =
            List.of("this subzone", "this zone", "this region", "other regions", "further regions");

    private final Locality here;
    private final Map<String, String> nodeLabels;

    /** @param nodeLabels the labels of the node, which say where it is */
    LocalityGroups(Map<String, String> nodeLabels) {
        this.here = Locality.ofLabels(nodeLabels);
        this.nodeLabels = nodeLabels;
    }

    /**
     * The groups.
     *
     * @param failover whether something tells what has failed
     */
    List<EndpointGroup> of(List<EndpointSpec> endpoints, Optional<LoadBalancer.Locality> setting, boolean failover) {
        if (!setting.flatMap(LoadBalancer.Locality::enabled).orElse(true)) {
            return EndpointGroup.all(endpoints);
        }
        List<LoadBalancer.Distribute> shares =
                setting.map(LoadBalancer.Locality::distribute).orElse(List.of());
        if (!shares.isEmpty()) {
            return shares.stream()
                    .filter(share -> here.isIn(share.from()))
                    .findFirst()
                    .map(share -> distributed(endpoints, share.to()))
                    .orElse(EndpointGroup.all(endpoints));
        }
        if (!failover) {
            return EndpointGroup.all(endpoints);
        }
        List<String> labels =
                setting.map(LoadBalancer.Locality::failoverPriority).orElse(List.of());
        return labels.isEmpty()
                ? byDistance(
                        endpoints, setting.map(LoadBalancer.Locality::failover).orElse(List.of()))
                : byLabels(endpoints, labels);
    }

    private Locality locality(EndpointSpec endpoint) {
        return Locality.parse(endpoint.locality()).seenFrom(here);
    }

    private List<EndpointGroup> distributed(List<EndpointSpec> endpoints, Map<String, Long> to) {
        List<EndpointGroup> groups = new ArrayList<>();
        new TreeMap<>(to).forEach((place, share) -> {
            List<EndpointSpec> there = endpoints.stream()
                    .filter(endpoint -> locality(endpoint).isIn(place))
                    .toList();
            if (!there.isEmpty()) {
                groups.add(new EndpointGroup(place, 0, (int) (long) share, there));
            }
        });
        return groups;
    }

    private List<EndpointGroup> byDistance(List<EndpointSpec> endpoints, List<LoadBalancer.Failover> failover) {
        Optional<String> next = failover.stream()
                .filter(pair -> pair.from().equals(here.region()))
                .map(LoadBalancer.Failover::to)
                .findFirst();
        TreeMap<Integer, List<EndpointSpec>> byPriority = new TreeMap<>();
        for (EndpointSpec endpoint : endpoints) {
            Locality there = locality(endpoint);
            int distance = here.distance(there);
            boolean further = distance == Locality.OTHER_REGION
                    && next.isPresent()
                    && !there.region().equals(next.get());
            byPriority
                    .computeIfAbsent(further ? distance + 1 : distance, none -> new ArrayList<>())
                    .add(endpoint);
        }
        Map<Integer, String> names = new HashMap<>();
        byPriority.keySet().forEach(distance -> names.put(distance, NEAREST_FIRST.get(distance)));
        next.ifPresent(region -> names.replace(Locality.OTHER_REGION, "region " + region));
        return groups(byPriority, names);
    }

    /** Istio: the more labels in front are the same as the node's, or as what is written, the sooner. */
    private List<EndpointGroup> byLabels(List<EndpointSpec> endpoints, List<String> labels) {
        TreeMap<Integer, List<EndpointSpec>> byPriority = new TreeMap<>();
        for (EndpointSpec endpoint : endpoints) {
            Map<String, String> own = new HashMap<>(locality(endpoint).labels());
            own.putAll(endpoint.labels());
            int same = 0;
            while (same < labels.size() && isSame(labels.get(same), own)) {
                same++;
            }
            byPriority
                    .computeIfAbsent(labels.size() - same, none -> new ArrayList<>())
                    .add(endpoint);
        }
        Map<Integer, String> names = new HashMap<>();
        byPriority
                .keySet()
                .forEach(missing -> names.put(
                        missing,
                        missing == 0
                                ? "all of failoverPriority"
                                : (labels.size() - missing) + " of failoverPriority's " + labels.size() + " labels"));
        return groups(byPriority, names);
    }

    private boolean isSame(String label, Map<String, String> own) {
        int equals = label.indexOf('=');
        String key = equals < 0 ? label : label.substring(0, equals);
        String wanted = equals < 0 ? nodeLabels.getOrDefault(key, "") : label.substring(equals + 1);
        return wanted.equals(own.getOrDefault(key, ""));
    }

    private static List<EndpointGroup> groups(
            TreeMap<Integer, List<EndpointSpec>> byPriority, Map<Integer, String> names) {
        if (byPriority.size() < 2) {
            return EndpointGroup.all(
                    byPriority.isEmpty() ? List.of() : byPriority.firstEntry().getValue());
        }
        List<EndpointGroup> groups = new ArrayList<>();
        byPriority.forEach((priority, endpoints) ->
                groups.add(new EndpointGroup(names.getOrDefault(priority, ""), groups.size(), 1, endpoints)));
        return groups;
    }
}
