package io.convergate.routing.balance;

/** How busy endpoints are, by their index. */
@FunctionalInterface
public interface Load {
    /** The requests in flight to an endpoint. */
    int active(int index);
}
