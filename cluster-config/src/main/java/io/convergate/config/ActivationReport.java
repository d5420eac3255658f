package io.convergate.config;

import java.util.List;

/**
 * What came of an activation.
 *
 * @param serving whether the node serves the view; false if it refused it and keeps serving the one before
 * @param problems what the node could not serve as written, or why it refused; the first
 *     {@link Limits#PROBLEMS_MAX} are told to the other nodes
 * @param lacksPast whether more of the past may change what is served: the view is activated again once all of it that is
 *     to be kept is here
 * @param instead a digest of what is served in place of what is held back; 0 if nothing is
 */
public record ActivationReport(boolean serving, List<String> problems, boolean lacksPast, long instead) {
    public ActivationReport {
        problems = List.copyOf(problems);
    }

    /** What came of an activation that holds nothing back. */
    public ActivationReport(boolean serving, List<String> problems, boolean lacksPast) {
        this(serving, problems, lacksPast, 0);
    }

    /** What came of an activation that needs no more of the past. */
    public ActivationReport(boolean serving, List<String> problems) {
        this(serving, problems, false);
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
