/**
 * The upstream side of the edge: endpoints, the pool of connections that each loop keeps to each of them, and one exchange
 * on such a connection. Knows no route; who may be tried again, and how often, is the proxy's business.
 */
@NullMarked
package io.convergate.node.edge.upstream;

import org.jspecify.annotations.NullMarked;
