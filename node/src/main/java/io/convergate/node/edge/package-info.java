/**
 * The edge: what faces clients and upstreams. {@link io.convergate.node.edge.Edge} is its door; below it lie the wire
 * ({@code wire}), the request path ({@code proxy}) and the upstream side ({@code upstream}). It meets the rest of the
 * process in the served snapshot and in telemetry, and nowhere else.
 */
@NullMarked
package io.convergate.node.edge;

import org.jspecify.annotations.NullMarked;
