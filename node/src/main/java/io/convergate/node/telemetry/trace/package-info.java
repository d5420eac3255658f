/**
 * Traces: the W3C's trace context of a request, which requests are sampled, and how their spans get to a collector (OTLP).
 * Knows OpenTelemetry's exporter; nothing of sockets and actors.
 */
@NullMarked
package io.convergate.node.telemetry.trace;

import org.jspecify.annotations.NullMarked;
