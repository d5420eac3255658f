package io.convergate.node.edge;

/**
 * One event loop of the edge as the request path sees it: the thread on which everything about a connection happens.
 */
public interface EdgeLoop {
    /** Its number, from 0. */
    int index();

    /** Whether the calling thread is this loop's. */
    boolean inLoop();

    /** Runs the task on the loop's thread, soon. Any thread. */
    void execute(Runnable task);

    /**
     * Runs the task on the loop's thread after the delay.
     *
     * @return stops the task if it has not run; on the loop's thread only
     */
    Cancellable schedule(long delayNanos, Runnable task);

    /** What may be called off. */
    interface Cancellable {
        void cancel();
    }
}
