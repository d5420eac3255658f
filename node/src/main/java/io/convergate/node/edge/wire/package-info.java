/**
 * HTTP/1.1 on Netty: event loops, listeners, the strict framing check, and the server side of a connection, which turns
 * bytes into Pekko HTTP's model and back. A connection lives on one loop, and nothing here blocks or locks. Knows no route.
 */
@NullMarked
package io.convergate.node.edge.wire;

import org.jspecify.annotations.NullMarked;
