/**
 * The arithmetic of rate limits: buckets, windows, permits, leases and who owns them. Pure: times are passed in, nothing here
 * knows a message, a thread or a node's address. Only {@link io.convergate.routing.limit.Lease} may be used by several threads.
 */
@NullMarked
package io.convergate.routing.limit;

import org.jspecify.annotations.NullMarked;
