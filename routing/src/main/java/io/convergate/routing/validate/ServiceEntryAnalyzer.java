package io.convergate.routing.validate;

import io.convergate.routing.model.ServiceEntry;
import io.convergate.routing.model.Workload;
import io.convergate.routing.model.WorkloadEntry;
import io.convergate.routing.problem.Problem;
import io.convergate.routing.problem.ProblemCode;
import io.convergate.routing.resolve.HostNames;
import io.convergate.routing.resolve.ServiceRegistry;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What is wrong between a ServiceEntry, others for its hosts, and the workloads that it selects. */
final class ServiceEntryAnalyzer {
    private ServiceEntryAnalyzer() {}

    /** A workload that nobody selects, or that names ports which none of those has who do. */
    static List<Problem> analyze(Workload workload, List<ServiceEntry> selecting) {
        List<Problem> found = new ArrayList<>();
        if (selecting.isEmpty()) {
            String rule = "labels that a ServiceEntry of this namespace selects; until then nothing is sent to it";
            found.add(Problem.warning(
                            "spec.labels",
                            ProblemCode.NO_EFFECT,
                            Problem.expected(workload.labels().isEmpty() ? "none" : workload.labels(), rule))
                    .of(workload.key()));
            return found;
        }
        Set<String> names = new TreeSet<>();
        selecting.forEach(entry -> entry.ports().forEach(port -> names.add(port.name())));
        workload.entry().ports().keySet().stream()
                .filter(name -> !names.contains(name))
                .sorted()
                .forEach(name -> found.add(Problem.warning(
                                "spec.ports[" + name + "]",
                                ProblemCode.NO_EFFECT,
                                Problem.expected(
                                        name,
                                        "the name of a port of a ServiceEntry that selects it: "
                                                + String.join(", ", names)))
                        .of(workload.key())));
        return found;
    }

    static List<Problem> analyze(ServiceEntry entry, ServiceRegistry registry) {
        List<Problem> found = new ArrayList<>();
        protocols(entry, registry, found);
        hosts(entry, registry, found);
        workloads(entry, registry, found);
        return found;
    }

    /** Of the entries of one namespace for a host that the same may see the oldest counts, and a Service of Kubernetes before it. */
    private static void hosts(ServiceEntry entry, ServiceRegistry registry, List<Problem> found) {
        String namespace = entry.metadata().namespace();
        for (int i = 0; i < entry.hosts().size(); i++) {
            String path = "spec.hosts[" + i + "]";
            String host = entry.hosts().get(i);
            registry.kubernetesService(HostNames.canonical(host))
                    .or(() -> registry.entries(HostNames.canonical(host)).stream()
                            .takeWhile(other -> other != entry)
                            .filter(other -> other.metadata().namespace().equals(namespace))
                            .filter(other -> other.exportTo().equals(entry.exportTo())
                                    || other.exportTo().isEmpty()
                                    || other.exportTo().contains("*"))
                            .findFirst())
                    .ifPresent(other -> found.add(Problem.warning(
                                    path,
                                    ProblemCode.NO_EFFECT,
                                    Problem.expected(
                                            host + ", for which there is "
                                                    + other.key().shortName(),
                                            "one service for a host: Kubernetes' own counts, else the oldest"))
                            .of(entry.key())));
        }
    }

    private static void workloads(ServiceEntry entry, ServiceRegistry registry, List<Problem> found) {
        if (entry.workloadSelector().isEmpty()) {
            return;
        }
        List<WorkloadEntry> endpoints = registry.endpoints(entry);
        String path = "spec.workloadSelector";
        if (endpoints.isEmpty()) {
            String labels = entry.workloadSelector().get().toString();
            String rule = "labels that a WorkloadEntry of this namespace has; until then 503";
            found.add(Problem.warning(path, ProblemCode.NO_MATCHING_WORKLOADS, Problem.expected(labels, rule))
                    .of(entry.key()));
        }
        if (entry.resolution() == ServiceEntry.Resolution.DNS_ROUND_ROBIN && endpoints.size() > 1) {
            String rule = "one with DNS_ROUND_ROBIN; only the oldest is used";
            found.add(Problem.warning(
                            path, ProblemCode.INVALID_VALUE, Problem.expected(endpoints.size() + " workloads", rule))
                    .of(entry.key()));
        }
        endpoints.stream()
                .flatMap(endpoint -> endpoint.address().stream())
                .filter(address -> entry.resolution() == ServiceEntry.Resolution.STATIC && !Names.isIp(address))
                .forEach(address -> found.add(Problem.warning(
                                path,
                                ProblemCode.INVALID_VALUE,
                                Problem.expected(address, "an IP address with resolution STATIC; it is left out"))
                        .of(entry.key())));
    }

    /** Of the entries for a host and port, the oldest says which protocol is spoken there. */
    private static void protocols(ServiceEntry entry, ServiceRegistry registry, List<Problem> found) {
        Set<String> conflicts = new LinkedHashSet<>();
        for (String host : entry.hosts()) {
            List<ServiceEntry> sameHost = registry.entries(HostNames.canonical(host));
            for (ServiceEntry.Port port : sameHost.size() < 2 ? List.<ServiceEntry.Port>of() : entry.ports()) {
                ServiceEntry owner = sameHost.stream()
                        .filter(other -> other.ports().stream().anyMatch(theirs -> theirs.number() == port.number()))
                        .findFirst()
                        .orElse(entry);
                boolean differs = owner.ports().stream()
                        .anyMatch(theirs -> theirs.number() == port.number()
                                && !theirs.protocol().equals(port.protocol()));
                if (owner != entry && differs) {
                    conflicts.add(host + ":" + port.number() + " also in "
                            + owner.key().shortName());
                }
            }
        }
        conflicts.forEach(conflict -> found.add(Problem.warning(
                        "spec.ports",
                        ProblemCode.CONFLICTING_SERVICES,
                        Problem.expected(conflict, "one protocol for a host and port"))
                .of(entry.key())));
    }
}
