package io.convergate.node.admin.api;

import java.util.List;

/**
 * A resource that was written on two sides of a partition, until somebody writes it again.
 *
 * @param resource {@code kind/namespace/name}, the kind in lower case
 * @param versions what was written, the served version first
 */
public record ConflictView(String resource, List<ConflictVersion> versions) {
    public ConflictView {
        versions = List.copyOf(versions);
    }

    /**
     * One of the versions.
     *
     * @param change the change that wrote it, {@code writer.counter}; {@code diff} shows it
     * @param time when, by the clock of the node that took it, in ISO 8601
     * @param author who; empty if unknown or not kept any more
     * @param node the node that took it; empty if unknown or not kept any more
     * @param client the address it came from; empty if unknown or not kept any more
     * @param served whether all nodes serve this one
     */
    public record ConflictVersion(
            String change, String time, String author, String node, String client, boolean served) {
        /** Who wrote it, in a few words. */
        public String who() {
            return (author.isEmpty() ? "somebody" : author)
                    + (node.isEmpty() ? "" : " at " + node)
                    + " (" + change + ", " + time + ")";
        }
    }

    /** All of it in one sentence. */
    public String sentence() {
        StringBuilder out = new StringBuilder("written at once by ");
        for (int i = 0; i < versions.size(); i++) {
            out.append(i == 0 ? "" : i == versions.size() - 1 ? " and " : ", ")
                    .append(versions.get(i).who())
                    .append(versions.get(i).served() ? ", which is served," : "");
        }
        return out.append("; writing it again settles it").toString();
    }
}
