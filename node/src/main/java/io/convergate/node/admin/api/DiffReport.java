package io.convergate.node.admin.api;

import java.util.List;

/**
 * How two configurations differ.
 *
 * @param from the revision of the one
 * @param to the revision of the other
 * @param resources every resource that differs, by name
 */
public record DiffReport(String from, String to, List<ResourceDiff> resources) {
    public DiffReport {
        resources = List.copyOf(resources);
    }

    /**
     * How one resource differs.
     *
     * @param resource {@code kind/namespace/name}, the kind in lower case
     * @param outcome what became of it on the way from the one to the other
     * @param diff both as YAML, line by line: {@code -} only before, {@code +} only after, a blank in both; long equal
     *     parts are left out. What is secret is not shown
     */
    public record ResourceDiff(String resource, ResourceResult.Outcome outcome, String diff) {}
}
