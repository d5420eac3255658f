package io.convergate.config;

/** What must be so before a change counts. */
public enum Consistency {
    /** It is on this node's disk: possible on every side of a partition, and merged afterwards. */
    LOCAL,
    /**
     * As {@link #LOCAL}, but answered only once every reachable member has it on its disk and shows it, or the time is over: who
     * asks another node next reads what he wrote.
     */
    REACHABLE,
    /**
     * A majority of the nodes has promised to take it: possible on one side of a partition at most, and only from a node that
     * has seen all that those who promise have.
     */
    MAJORITY
}
