package io.convergate.routing.model;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A place where services run, as a resource of its own: service entries of its namespace select it by its labels. Istio:
 * networking WorkloadEntry.
 *
 * @param apiVersion the API group and version it was written in
 * @param metadata its name and labels
 * @param entry where it is
 */
public record Workload(String apiVersion, Metadata metadata, WorkloadEntry entry) implements Resource {
    public static final String KIND = "WorkloadEntry";

    public Workload {
        Objects.requireNonNull(apiVersion, "apiVersion");
        Objects.requireNonNull(metadata, "metadata");
        Objects.requireNonNull(entry, "entry");
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Workload with(Metadata metadata) {
        return new Workload(apiVersion, metadata, entry);
    }

    /** The labels it is selected by: those of its spec and those of its metadata, which come first. Istio: convertWorkloadEntry. */
    public Map<String, String> labels() {
        Map<String, String> labels = new HashMap<>(entry.labels());
        labels.putAll(metadata.labels());
        return labels;
    }

    /** The place as an endpoint of a service that selects it. */
    public WorkloadEntry endpoint() {
        return new WorkloadEntry(
                entry.address(),
                entry.ports(),
                labels(),
                entry.network(),
                entry.locality(),
                entry.weight(),
                entry.serviceAccount());
    }
}
