/**
 * What the process says about itself: one record per request, the access log, and the counters that Prometheus scrapes.
 * The only package that knows Kamon. What a request touches here takes no lock, makes no label and blocks no loop.
 */
@NullMarked
package io.convergate.node.telemetry;

import org.jspecify.annotations.NullMarked;
