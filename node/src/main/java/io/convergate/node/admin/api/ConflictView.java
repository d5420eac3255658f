package io.convergate.node.admin.api;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A resource that was written on two sides of a partition, or written on one and deleted on another, until somebody writes it
 * again.
 *
 * @param resource {@code kind/namespace/name}, the kind in lower case
 * @param versions what was written, the served version first, then the deletions
 */
public record ConflictView(String resource, List<ConflictVersion> versions) {
    public ConflictView {
        versions = List.copyOf(versions);
    }

    /**
     * One of the versions, or a deletion.
     *
     * @param change the change that wrote or deleted it, {@code writer.counter}; {@code diff} shows it
     * @param time when, by the clock of the node that took it, in ISO 8601
     * @param author who; empty if unknown or not kept any more
     * @param node the node that took it; empty if unknown or not kept any more
     * @param client the address it came from; empty if unknown or not kept any more
     * @param served whether all nodes serve this one
     * @param deleted whether the change deleted the resource, which a write outlived that did not know of that
     */
    public record ConflictVersion(
            String change, String time, String author, String node, String client, boolean served, boolean deleted) {
        /** Who wrote or deleted it, in a few words. */
        public String who() {
            return (author.isEmpty() ? "somebody" : author)
                    + (node.isEmpty() ? "" : " at " + node)
                    + " (" + change + ", " + time + ")";
        }
    }

    /** Why it is a conflict, as the reason of a condition. */
    public String reason() {
        return versions.stream().anyMatch(ConflictVersion::deleted) ? "ConcurrentDeletion" : "ConcurrentWrites";
    }

    /** All of it in one sentence. */
    public String sentence() {
        List<ConflictVersion> written =
                versions.stream().filter(version -> !version.deleted()).toList();
        List<ConflictVersion> deleted =
                versions.stream().filter(ConflictVersion::deleted).toList();
        StringBuilder out = new StringBuilder("written at once by ");
        if (!deleted.isEmpty()) {
            out = new StringBuilder("deleted by ")
                    .append(deleted.stream().map(ConflictVersion::who).collect(Collectors.joining(" and ")))
                    .append(", and at once written by ");
        }
        for (int i = 0; i < written.size(); i++) {
            out.append(i == 0 ? "" : i == written.size() - 1 ? " and " : ", ")
                    .append(written.get(i).who())
                    .append(written.get(i).served() ? ", which is served" : "")
                    .append(written.get(i).served() && i < written.size() - 1 ? "," : "");
        }
        return out.append(
                        deleted.isEmpty()
                                ? "; writing it again settles it"
                                : "; writing or deleting it again settles it")
                .toString();
    }
}
