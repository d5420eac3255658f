/**
 * Envoy's rate limit service ({@code envoy.service.ratelimit.v3}), served by grpc-java on a port of its own: the node's limits for
 * whoever speaks that protocol. Nothing here blocks; grpc-java's loops carry the calls. Only this package knows gRPC, and nothing
 * of it is loaded unless the port is set. Knows no route and no actor.
 */
@NullMarked
package io.convergate.node.limits.service;

import org.jspecify.annotations.NullMarked;
