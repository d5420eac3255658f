package io.convergate.routing.resolve;

import io.convergate.routing.model.Destination;
import io.convergate.routing.model.DestinationRule;
import io.convergate.routing.model.Metadata;
import io.convergate.routing.model.ServiceEntry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The services there are, by name, and the rules for them. Immutable. */
public final class ServiceRegistry {
    private final Map<String, List<ServiceEntry>> services = new HashMap<>();
    private final Map<String, Map<String, List<DestinationRule>>> rules = new HashMap<>();
    private final String rootNamespace;

    /** @param rootNamespace the namespace whose rules hold for all that no nearer rule is for */
    public ServiceRegistry(
            Collection<ServiceEntry> entries, Collection<DestinationRule> destinationRules, String rootNamespace) {
        this.rootNamespace = rootNamespace;
        entries.stream()
                .sorted(Comparator.comparing(ServiceEntry::metadata, Metadata.OLDEST_FIRST))
                .forEach(entry -> entry.hosts().stream()
                        .map(HostNames::canonical)
                        .distinct()
                        .forEach(host -> services.computeIfAbsent(host, key -> new ArrayList<>(1))
                                .add(entry)));
        destinationRules.stream()
                .filter(rule -> rule.workloadSelector().isEmpty())
                .sorted(Comparator.comparing(DestinationRule::metadata, Metadata.OLDEST_FIRST))
                .forEach(this::addRule);
    }

    private void addRule(DestinationRule rule) {
        String namespace = rule.metadata().namespace();
        Map<String, List<DestinationRule>> ofNamespace = rules.computeIfAbsent(namespace, key -> new HashMap<>());
        String host = HostNames.canonical(rule.host());
        for (String name : new LinkedHashSet<>(List.of(host, HostNames.expand(host, namespace)))) {
            ofNamespace.computeIfAbsent(name, key -> new ArrayList<>(1)).add(rule);
        }
    }

    /**
     * A service as a name leads to it.
     *
     * @param host the name under which it is registered
     * @param entry what it is
     */
    public record Service(String host, ServiceEntry entry) {}

    /**
     * The service a name means in a namespace: the one of that very name, else the one of the name completed with the namespace;
     * of several the namespace's own, then the oldest that is exported to it.
     */
    public Optional<Service> service(String name, String namespace) {
        String host = HostNames.canonical(name);
        return visible(host, namespace).or(() -> {
            String expanded = HostNames.expand(host, namespace);
            return expanded.equals(host) ? Optional.empty() : visible(expanded, namespace);
        });
    }

    private Optional<Service> visible(String host, String namespace) {
        ServiceEntry found = null;
        for (ServiceEntry entry : services.getOrDefault(host, List.of())) {
            String owner = entry.metadata().namespace();
            boolean nearer = found == null
                    || owner.equals(namespace) && !found.metadata().namespace().equals(namespace);
            if (nearer && Visibility.isVisible(entry.exportTo(), owner, namespace)) {
                found = entry;
            }
        }
        return Optional.ofNullable(found).map(entry -> new Service(host, entry));
    }

    /**
     * The rules for a service, seen from a namespace, oldest first: those of the most specific host in the first of these
     * namespaces that has any: the viewer's, the service's, the root namespace. Rules with a workload selector are for proxies that
     * do not exist here.
     */
    public List<DestinationRule> rules(Service service, String namespace) {
        String owner = HostNames.namespaceOf(service.host())
                .orElse(service.entry().metadata().namespace());
        for (String place : List.of(namespace, owner, rootNamespace)) {
            Map<String, List<DestinationRule>> ofNamespace = rules.getOrDefault(place, Map.of());
            for (String host : mostSpecificFirst(service, ofNamespace)) {
                List<DestinationRule> found = ofNamespace.getOrDefault(host, List.of()).stream()
                        .filter(rule -> Visibility.isVisible(rule.exportTo(), place, namespace))
                        .toList();
                if (!found.isEmpty()) {
                    return found;
                }
            }
        }
        return List.of();
    }

    private static List<String> mostSpecificFirst(Service service, Map<String, List<DestinationRule>> rules) {
        if (rules.isEmpty()) {
            return List.of();
        }
        List<String> hosts = new ArrayList<>();
        hosts.add(service.host());
        String full =
                HostNames.expand(service.host(), service.entry().metadata().namespace());
        hosts.add(full);
        for (int dot = full.indexOf('.'); dot >= 0; dot = full.indexOf('.', dot + 1)) {
            hosts.add("*" + full.substring(dot));
        }
        hosts.add("*");
        return hosts;
    }

    /** What a destination is, seen from a namespace, for requests that come in on a port. */
    public ResolvedDestination resolve(Destination destination, String namespace, int listenerPort) {
        Optional<Service> service = service(destination.host(), namespace);
        if (service.isEmpty()) {
            return new ResolvedDestination.Missing(ResolvedDestination.What.HOST, destination.host());
        }
        List<ServiceEntry.Port> ports = service.get().entry().ports();
        long number = destination.port().orElse(ports.size() == 1 ? ports.get(0).number() : listenerPort);
        Optional<ServiceEntry.Port> port =
                ports.stream().filter(candidate -> candidate.number() == number).findFirst();
        if (port.isEmpty()) {
            return new ResolvedDestination.Missing(ResolvedDestination.What.PORT, destination.host() + ":" + number);
        }
        List<DestinationRule> found = rules(service.get(), namespace);
        if (destination.subset().isEmpty()) {
            return new ResolvedDestination.Found(service.get(), port.get(), found, Optional.empty());
        }
        String name = destination.subset().get();
        Optional<DestinationRule.Subset> subset = found.stream()
                .flatMap(rule -> rule.subsets().stream())
                .filter(candidate -> candidate.name().equals(name))
                .findFirst();
        return subset.isEmpty()
                ? new ResolvedDestination.Missing(ResolvedDestination.What.SUBSET, destination.host() + " " + name)
                : new ResolvedDestination.Found(service.get(), port.get(), found, subset);
    }
}
