package io.convergate.routing.action;

import java.util.Objects;

/**
 * A variable of a {@link ValueTemplate}: one of Envoy's command operators.
 *
 * @param operator which one
 * @param argument the header's name in lower case, for {@link Operator#REQ} and {@link Operator#RESP}; else empty
 */
public record Variable(Operator operator, String argument) {
    public Variable {
        Objects.requireNonNull(operator, "operator");
        Objects.requireNonNull(argument, "argument");
    }

    /** The command operators that header values may use, under Envoy's names and with Envoy's meaning. */
    public enum Operator {
        /** A request header, or a pseudo header such as {@code :path}. */
        REQ,
        /** A response header; only in operations on a response. */
        RESP,
        /** {@code HTTP/1.1} and the like: the protocol the client spoke. */
        PROTOCOL,
        /** The client's address and port, as far as forwarding headers are trusted. */
        DOWNSTREAM_REMOTE_ADDRESS,
        /** The client's address, as far as forwarding headers are trusted. */
        DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT,
        /** The client's port. */
        DOWNSTREAM_REMOTE_PORT,
        /** The address and port of the peer that made the connection. */
        DOWNSTREAM_DIRECT_REMOTE_ADDRESS,
        /** The address of the peer that made the connection. */
        DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT,
        /** The address and port that took the connection. */
        DOWNSTREAM_LOCAL_ADDRESS,
        /** The address that took the connection. */
        DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT,
        /** The port that took the connection. */
        DOWNSTREAM_LOCAL_PORT,
        /** The endpoint's address and port; known once a response is there. */
        UPSTREAM_HOST,
        /** The endpoint's address and port; known once a response is there. */
        UPSTREAM_REMOTE_ADDRESS,
        /** The upstream's name. */
        UPSTREAM_CLUSTER,
        /** The route's name. */
        ROUTE_NAME,
        /** The virtual host's name. */
        VIRTUAL_HOST_NAME,
        /** The response's status. */
        RESPONSE_CODE,
        /** Why the gateway answered itself, in Envoy's short forms. */
        RESPONSE_FLAGS,
        /** This node's name. */
        HOSTNAME
    }
}
