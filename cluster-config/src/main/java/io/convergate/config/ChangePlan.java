package io.convergate.config;

/**
 * Decides what to write, knowing exactly the configuration it is written to.
 *
 * @param <R> what the caller wants to know beside the revision, such as a list of problems
 */
@FunctionalInterface
public interface ChangePlan<R> {
    /**
     * Plans a change. Called once, on the store's thread, never concurrently with another plan; no other change comes
     * between this view and the one planned here. Whatever else the node writes waits meanwhile, so it should take
     * milliseconds and must not wait for the store.
     *
     * <p>What it throws fails the submission, and nothing is written.
     */
    Plan<R> plan(ConfigView current);
}
