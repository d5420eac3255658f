package io.convergate.node.admin.api;

import java.util.List;

/**
 * Which change wrote which line of a resource.
 *
 * @param resource {@code kind/namespace/name}, the kind in lower case
 * @param lines its YAML, line by line
 */
public record BlameReport(String resource, List<BlameLine> lines) {
    public BlameReport {
        lines = List.copyOf(lines);
    }

    /**
     * One line.
     *
     * @param change the change that wrote it, {@code writer.counter}
     * @param time when, in ISO 8601
     * @param author who; empty if unknown or not kept any more
     * @param message why; empty if unknown or not kept any more
     * @param text the line
     */
    public record BlameLine(String change, String time, String author, String message, String text) {}
}
