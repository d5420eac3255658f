package io.convergate.loadgen.verify;

/**
 * What a node said of itself, once or over and over: asked again and again, and always the same. A node that does not answer is one
 * that is not ready.
 *
 * @param firstAskedNanos when it was asked first
 * @param firstAnsweredNanos when that was answered
 * @param lastAnsweredNanos when the last of these reads was answered
 * @param isReady whether it says that it is ready
 * @param revision what it says it serves; empty if it has none, or is not ready
 * @param count how many reads these are
 */
public record NodeRead(
        String node,
        long firstAskedNanos,
        long firstAnsweredNanos,
        long lastAnsweredNanos,
        boolean isReady,
        String revision,
        long count) {
    /** A node that is ready said what it serves. */
    public static NodeRead ready(String node, long askedNanos, long answeredNanos, String revision) {
        return new NodeRead(node, askedNanos, answeredNanos, answeredNanos, true, revision, 1);
    }

    /** A node said that it is not ready, or nothing. */
    public static NodeRead notReady(String node, long askedNanos, long answeredNanos) {
        return new NodeRead(node, askedNanos, answeredNanos, answeredNanos, false, "", 1);
    }

    /** Whether the other says the same of the same node. */
    boolean saysTheSameAs(NodeRead other) {
        return node.equals(other.node) && isReady == other.isReady && revision.equals(other.revision);
    }

    /** Both together; the other came after this one. */
    NodeRead and(NodeRead later) {
        return new NodeRead(
                node,
                firstAskedNanos,
                firstAnsweredNanos,
                later.lastAnsweredNanos,
                isReady,
                revision,
                count + later.count);
    }
}
