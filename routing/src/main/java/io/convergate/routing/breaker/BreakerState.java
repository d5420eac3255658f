package io.convergate.routing.breaker;

/** What a breaker is. */
public enum BreakerState {
    /** Calls go through and are watched. */
    CLOSED,
    /** No call goes through. */
    OPEN,
    /** A few calls go through, to see how they end. */
    HALF_OPEN
}
