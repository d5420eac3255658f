/**
 * HTTP/1.1 conformance and hostile input, tested from outside: bytes in, bytes out, by clients and origins that follow
 * no rules but the test's. Knows the RFCs and the documented policy, and nothing of how the edge is made.
 */
@NullMarked
package io.convergate.node.edge.conformance;

import org.jspecify.annotations.NullMarked;
