package io.convergate.routing.resolve;

import io.convergate.routing.collect.SharedMap;
import io.convergate.routing.model.Metadata;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ServiceEntry;
import io.convergate.routing.model.Workload;
import io.convergate.routing.model.WorkloadEntry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The workloads there are, by namespace and label. Immutable; versions share what did not change. */
final class Workloads {
    static final Workloads NONE = new Workloads(SharedMap.empty());

    private final SharedMap<Label, List<Workload>> byLabel;

    private Workloads(SharedMap<Label, List<Workload>> byLabel) {
        this.byLabel = byLabel;
    }

    /** A label in a namespace; all workloads of the namespace are under the label without key. */
    private record Label(String namespace, String key, String value) {}

    /** These workloads without some and with others; what is none is passed over. The same instance if nothing changes. */
    Workloads with(Collection<Resource> removed, Collection<Resource> added) {
        Map<Label, List<Workload>> edits = new HashMap<>();
        for (Resource resource : removed) {
            if (resource instanceof Workload workload) {
                labels(workload).forEach(label -> list(label, edits).removeIf(known -> known == workload));
            }
        }
        for (Resource resource : added) {
            if (resource instanceof Workload workload) {
                labels(workload).forEach(label -> list(label, edits).add(workload));
            }
        }
        if (edits.isEmpty()) {
            return this;
        }
        Map<Label, @Nullable List<Workload>> changes = new HashMap<>();
        edits.forEach((label, list) -> {
            list.sort(Comparator.comparing(Workload::metadata, Metadata.OLDEST_FIRST));
            changes.put(label, list.isEmpty() ? null : list);
        });
        return new Workloads(byLabel.with(changes));
    }

    private List<Workload> list(Label label, Map<Label, List<Workload>> edits) {
        return edits.computeIfAbsent(label, key -> new ArrayList<>(byLabel.getOrDefault(key, List.of())));
    }

    private static List<Label> labels(Workload workload) {
        String namespace = workload.metadata().namespace();
        List<Label> labels = new ArrayList<>();
        labels.add(new Label(namespace, "", ""));
        workload.labels().forEach((key, value) -> labels.add(new Label(namespace, key, value)));
        return labels;
    }

    /** The places where a service runs: those it names, or those of the workloads it selects, oldest first. */
    List<WorkloadEntry> endpoints(ServiceEntry entry) {
        return entry.workloadSelector().isEmpty()
                ? entry.endpoints()
                : selected(entry).stream().map(Workload::endpoint).toList();
    }

    /** The workloads that a service selects, oldest first. */
    List<Workload> selected(ServiceEntry entry) {
        Map<String, String> selector = entry.workloadSelector().orElse(Map.of());
        String namespace = entry.metadata().namespace();
        List<Workload> fewest = byLabel.getOrDefault(new Label(namespace, "", ""), List.of());
        for (Map.Entry<String, String> wanted : selector.entrySet()) {
            List<Workload> having =
                    byLabel.getOrDefault(new Label(namespace, wanted.getKey(), wanted.getValue()), List.of());
            fewest = having.size() < fewest.size() ? having : fewest;
        }
        return fewest.stream().filter(workload -> selects(entry, workload)).toList();
    }

    /** Whether a service runs at a workload. */
    static boolean selects(ServiceEntry entry, Workload workload) {
        return entry.metadata().namespace().equals(workload.metadata().namespace())
                && entry.workloadSelector()
                        .map(selector -> workload.labels().entrySet().containsAll(selector.entrySet()))
                        .orElse(false);
    }
}
