package io.convergate.node.admin.api;

import java.util.List;

/**
 * Everything that is wrong, or worth knowing, about the configuration that a node serves.
 *
 * @param revision the configuration that it holds
 * @param problems errors first, then by resource and path
 */
public record AnalysisReport(String revision, List<ProblemView> problems) {
    public AnalysisReport {
        problems = List.copyOf(problems);
    }
}
