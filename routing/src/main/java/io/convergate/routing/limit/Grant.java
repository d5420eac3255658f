package io.convergate.routing.limit;

/**
 * What the owner of a key answers.
 *
 * @param owner which owner: a number that no other has had
 * @param tokens how much it grants; 0 for nothing
 * @param ttlNanos for how long what the node holds of this key is good, if it hears nothing more
 * @param window the window of a quota; 0 for what is none
 * @param windowEndsInNanos when that window is over
 * @param remaining what is left for all
 * @param retryAfterNanos when a client that was refused may come again; 0 if nothing was refused
 * @param pauseNanos when it is worth asking again, if more was wanted than was granted
 */
public record Grant(
        long owner,
        long tokens,
        long ttlNanos,
        long window,
        long windowEndsInNanos,
        long remaining,
        long retryAfterNanos,
        long pauseNanos) {}
