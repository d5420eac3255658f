package io.convergate.config;

import java.util.List;

/**
 * What came of an activation.
 *
 * @param serving whether the node serves the view; false if it refused it and keeps serving the one before
 * @param problems what the node could not serve as written, or why it refused; the first
 *     {@link Limits#PROBLEMS_MAX} are told to the other nodes
 */
public record ActivationReport(boolean serving, List<String> problems) {
    public ActivationReport {
        problems = List.copyOf(problems);
    }

    /** The view is served as it is written. */
    public static ActivationReport served() {
        return new ActivationReport(true, List.of());
    }

    /** The view is not served, for these reasons. */
    public static ActivationReport refused(List<String> reasons) {
        return new ActivationReport(false, reasons);
    }
}
