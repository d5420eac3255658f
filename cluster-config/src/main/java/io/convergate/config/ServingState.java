package io.convergate.config;

/** How far a member is with a revision. */
public enum ServingState {
    /** It serves the revision or one that covers it. */
    SERVING,
    /** It has not said so yet. */
    PENDING,
    /** It has the revision and could not activate it; it serves an older one. */
    REFUSED,
    /** It cannot be reached: suspected, removed by the split-brain resolver, or this node is cut off from it. */
    UNREACHABLE
}
