package io.convergate.routing.read;

import io.convergate.routing.model.Metadata;
import io.convergate.routing.model.Workload;
import io.convergate.routing.model.WorkloadEntry;

/** Reads the spec of a WorkloadEntry, which is that of an endpoint of a ServiceEntry too. */
final class WorkloadEntryBinder {
    private WorkloadEntryBinder() {}

    static Workload bind(String apiVersion, Metadata metadata, Fields spec) {
        return new Workload(apiVersion, metadata, entry(spec));
    }

    static WorkloadEntry entry(Fields entry) {
        return new WorkloadEntry(
                entry.text("address"),
                entry.numberMap("ports"),
                entry.textMap("labels"),
                entry.text("network"),
                entry.text("locality"),
                entry.number("weight"),
                entry.text("serviceAccount"));
    }
}
