package io.convergate.config;

/**
 * What a {@link ChangePlan} decided.
 *
 * @param <R> what the caller gets back
 */
public sealed interface Plan<R> {
    /** What the caller gets back, accepted or not. */
    R value();

    /** Write this change. */
    record Accept<R>(Change change, R value) implements Plan<R> {}

    /** Write nothing. */
    record Reject<R>(R value) implements Plan<R> {}
}
