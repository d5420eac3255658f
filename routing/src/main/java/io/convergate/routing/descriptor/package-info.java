/**
 * The descriptors of Envoy's rate limit service and the limits they lead to, as envoyproxy/ratelimit matches them. Knows no protocol and
 * no counting.
 */
@NullMarked
package io.convergate.routing.descriptor;

import org.jspecify.annotations.NullMarked;
