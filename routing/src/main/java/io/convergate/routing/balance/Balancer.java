package io.convergate.routing.balance;

/**
 * Picks endpoints of one upstream by their index. Confined to one thread (an event loop has its own); picking allocates
 * nothing.
 */
public interface Balancer {
    /** The index of the endpoint for the next request. */
    int pick();
}
